"""Silence about a subject: one person for a week, two for longer; never without a reason and an end."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from ews.alerts.model import Mute
from ews.errors import NotAllowedError, NotFoundError, RefusedError
from ews.jobs import tell
from ews.jobs.provider import find_subject
from ews.jobs.run import Context
from ews.notify.views import SystemView
from ews.notify.words import LEVEL
from ews.scoring.model import Assessment
from ews.store import audit, mutes
from ews.store.engine import reading, writing

ALONE = timedelta(days=7)
"""One person may ask for silence this long; design rule on mutes."""
LONGEST = timedelta(days=90)


def mute(context: Context, given: str, *, until: datetime, reason: str, second: str | None) -> Mute:
    """Mute a subject. Raises RefusedError for a bad end or no reason, NotAllowedError without a second person."""
    person = context.person()
    if not reason.strip():
        raise RefusedError('Stilte vraagt een reden: --reason "…".')
    if not context.now < until <= context.now + LONGEST:
        raise RefusedError(
            f"Stilte eindigt in de toekomst, hooguit over {LONGEST.days} dagen: --until JJJJ-MM-DD."
        )
    if until - context.now > ALONE and (second in {None, person.id} or second not in context.settings.people):
        raise NotAllowedError(
            f"Langer dan {ALONE.days} dagen stilte vraagt een tweede, andere persoon van het kantoor: --second ID."
        )
    with writing(context.engine) as connection:
        subject = find_subject(connection, context, given)
        number = mutes.add(
            connection,
            subject,
            now=context.now,
            until=until,
            reason=reason.strip(),
            author=person.id,
            second=second,
        )
        audit.append(
            connection,
            context.actor,
            "alert.muted",
            subject,
            {"mute": number, "until": until.isoformat(), "second": second},
            now=context.now,
        )
    return Mute(number, subject, context.now, until, reason.strip(), person.id, second)


def unmute(context: Context, number: int) -> None:
    """End a mute before its time. Raises NotFoundError for one that is not in force."""
    context.person()
    with writing(context.engine) as connection:
        running = {one.id: one for one in mutes.active(connection, context.now).values()}
        if number not in running:
            raise NotFoundError(f"Stilte {number} loopt niet. Zie: ews mute list")
        mutes.end(connection, number, now=context.now)
        audit.append(
            connection,
            context.actor,
            "alert.unmuted",
            running[number].subject,
            {"mute": number},
            now=context.now,
        )


def list_mutes(context: Context) -> Sequence[Mute]:
    """Every mute, newest first."""
    with reading(context.engine) as connection:
        return mutes.listed(connection)


def tell_stale(
    connection: Connection, context: Context, running: Sequence[Mute], made: dict[str, Assessment]
) -> None:
    """A mute of over a week on somebody who is at an alerting level is told of, once."""
    for one in running:
        level = made[one.subject].level if one.subject in made else None
        if level is None or level.rank < 2 or context.now - one.from_at <= ALONE:
            continue
        view = SystemView(
            topic="oude stilte",
            what=f"Sinds {one.from_at:%d-%m-%Y} is het stil over een aanbieder die nu op {LEVEL[level]} staat.",
            consequence=f"Niemand hoort van verergering, tot {one.until:%d-%m-%Y}; alleen acuut breekt erdoor.",
            actions=(f"Beëindig de stilte: ews mute end {one.id}", "Of laat haar aflopen en noteer waarom."),
            details=(f"stilte {one.id}, gevraagd door {one.author}",),
            office=context.settings.site.office.name,
            at=context.now,
            fictitious=context.settings.site.kind != "production",
        )
        tell.trouble(connection, context, view, about=f"mute:{one.id}")
