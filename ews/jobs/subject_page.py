"""Everything that the page of one provider or location shows, as known at one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from ews.jobs.provider import Keep, SubjectView, anew, subject_view
from ews.jobs.run import Context
from ews.jobs.trends import KeepPeers, read_now, trends_of
from ews.notify.alert_view import confidence_text, spread_text
from ews.scoring.trend import Trend
from ews.signals.model import Event
from ews.signals.register import Location, Provider, Register
from ews.store import alert_history, cases, events, scope
from ews.store.alert_history import PastChange
from ews.store.engine import reading
from ews.store.scope import Scope


@dataclass(frozen=True, slots=True)
class SubjectPage:
    """The judgement with all that stands around it."""

    view: SubjectView
    provider: Provider | None
    location: Location | None
    siblings: tuple[tuple[str, str], ...]
    """Other providers of the concern: identifier and name."""
    events: tuple[Event, ...]
    """Of the subject and its locations, newest first."""
    trends: tuple[Trend, ...]
    breadth: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Work:
    """What people and messages did about a subject: it changes while the judgement stays."""

    case: str
    """Number of the open case of the provider; empty for none."""
    changes: tuple[PastChange, ...]
    """Of its alerts, newest first."""


def subject_page(
    context: Context,
    subject: str,
    seen: Scope,
    *,
    as_of: datetime | None,
    keep: Keep = anew,
    keep_peers: KeepPeers = read_now,
) -> SubjectPage:
    """The page of one subject within a scope. Raises NotFoundError, the same for a foreign and an absent one."""
    moment = as_of or context.now
    with reading(context.engine) as connection:
        scope.check_subject(connection, seen, subject, as_of=context.now)
    view = subject_view(context, subject, as_of=as_of, keep=keep, seen=seen)
    with reading(context.engine) as connection:
        register = scope.register_seen(connection, seen, as_of=moment)
        found = trends_of(
            connection,
            context.settings,
            view.subject,
            register=register,
            wanted={reason.indicator for reason in view.assessment.reasons},
            as_of=moment,
            keep=keep_peers,
        )
        return _around(connection, context, view, register, moment=moment, found=found)


def _around(
    connection: Connection,
    context: Context,
    view: SubjectView,
    register: Register,
    *,
    moment: datetime,
    found: Sequence[Trend],
) -> SubjectPage:
    settings = context.settings
    labels = {name: one.name for name, one in settings.indicators.items()}
    provider = register.providers.get(view.provider)
    below = {view.subject, *(provider.locations if provider and view.subject == view.provider else ())}
    return SubjectPage(
        view=view,
        provider=provider,
        location=register.locations.get(view.subject),
        siblings=tuple((one, register.name(one)) for one in register.siblings(view.provider)),
        events=_events(connection, below, moment),
        trends=tuple(found),
        breadth=spread_text(view.spread, labels),
        confidence=confidence_text(view.assessment, labels),
    )


def work_on(context: Context, page: SubjectPage, *, as_of: datetime | None) -> Work:
    """What was done about the subject of a page up to a moment."""
    with reading(context.engine) as connection:
        covers = {one.subject: one.number for one in cases.open_covers(connection)}
        changes = alert_history.changes_of(connection, page.view.subject, until=as_of or context.now)
    return Work(covers.get(page.view.provider, ""), tuple(changes))


def _events(connection: Connection, subjects: set[str], moment: datetime) -> tuple[Event, ...]:
    found = events.known_at(connection, moment, subjects=subjects)
    return tuple(sorted(found, key=lambda event: (event.occurred_on, event.known_at), reverse=True))
