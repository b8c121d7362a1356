"""Who looked at what: every view of a case or provider is on the record, and many in an hour are told."""

from datetime import timedelta

from ews.jobs import tell
from ews.jobs.run import Context
from ews.notify.views import SystemView
from ews.store import audit
from ews.store.engine import writing


def note_view(context: Context, about: str, *, action: str) -> None:
    """Record a view of a case or provider by the person of this context."""
    limit = context.settings.site.web.views_per_hour
    with writing(context.engine) as connection:
        since = context.now - timedelta(hours=1)
        before = audit.objects_since(connection, context.actor, action, since=since)
        audit.append(connection, context.actor, action, about, now=context.now)
        if about not in before and len(before) == limit:
            audit.append(connection, context.actor, "views.many", action, {"limit": limit}, now=context.now)
            told = f"views:{context.actor.id}:{context.now:%Y%m%dT%H}"
            tell.trouble(connection, context, _unusual(context, limit), about=told)
        if about in context.settings.site.web.decoys:
            audit.append(connection, context.actor, "views.decoy", about, now=context.now)
            told = f"decoy:{context.actor.id}:{context.now:%Y%m%dT%H%M}"
            tell.trouble(connection, context, _decoy(context), about=told[:80])


def _decoy(context: Context) -> SystemView:
    return SystemView(
        topic="aanbieder geopend die niemand hoeft te openen",
        what=f"{context.actor.id} opende een verzonnen aanbieder die alleen dient om rondkijken te merken.",
        consequence="Er is niets geblokkeerd.",
        actions=(f"Vraag {context.actor.id} waarvoor dit nodig was, en leg het antwoord vast.",),
        details=("Wat deze persoon bekeek staat in het auditspoor.",),
        office=context.settings.site.office.name,
        at=context.now,
        fictitious=context.settings.site.kind != "production",
    )


def _unusual(context: Context, limit: int) -> SystemView:
    return SystemView(
        topic="ongewoon veel bekeken",
        what=f"{context.actor.id} bekeek meer dan {limit} verschillende dossiers in een uur.",
        consequence="Er is niets geblokkeerd.",
        actions=(f"Vraag {context.actor.id} waarvoor dit nodig was, en leg het antwoord vast.",),
        details=("Wat is bekeken staat in het auditspoor van dit uur.",),
        office=context.settings.site.office.name,
        at=context.now,
        fictitious=context.settings.site.kind != "production",
    )
