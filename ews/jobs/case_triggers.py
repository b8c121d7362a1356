"""Alert changes into triggers for cases: one per provider, its locations taken together."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from ews.alerts.model import ChangeReason, RecordedChange
from ews.cases.calendar import office_date
from ews.cases.opening import Trigger
from ews.identifiers import parse_subject
from ews.jobs.run import Context
from ews.scoring.model import Reason, ReasonKind
from ews.store import case_subjects

RAISING = frozenset(
    {ChangeReason.OPENED, ChangeReason.RAISED, ChangeReason.REPEATED, ChangeReason.REESCALATED}
)


def triggers(connection: Connection, context: Context, changes: Sequence[RecordedChange]) -> list[Trigger]:
    """What the changes ask of cases: per provider the highest level, and insolvency if one was heard."""
    raising = [one for one in changes if one.change.reason in RAISING]
    subjects = {one.change.subject for one in raising}
    locations = {name for name in subjects if parse_subject(name).is_location}
    owners = case_subjects.register_texts(connection, "aanbieder", locations, as_of=context.now)
    grouped: dict[str, list[RecordedChange]] = {}
    for one in raising:
        grouped.setdefault(owners.get(one.change.subject, one.change.subject), []).append(one)
    scarce = case_subjects.register_texts(
        connection, "moeilijk_vervangbaar", grouped.keys(), as_of=context.now
    )
    opened = case_subjects.alerts_opened_at(connection, [one.alert_id for one in raising])
    events = context.settings.cases.case.insolvency_events
    return [
        _trigger(subject, group, opened=opened, events=events, scarce=scarce.get(subject) == "ja")
        for subject, group in sorted(grouped.items())
    ]


def _trigger(
    subject: str,
    group: Sequence[RecordedChange],
    *,
    opened: dict[int, datetime],
    events: Sequence[str],
    scarce: bool,
) -> Trigger:
    worst = max(group, key=lambda one: (one.change.after.rank, one.change.points))
    reasons = [reason for one in group for reason in one.assessment.reasons]
    weighty = sorted(worst.assessment.reasons, key=lambda reason: -reason.points)[:3]
    return Trigger(
        subject=subject,
        alert=worst.alert_id,
        level=worst.change.after,
        points=worst.change.points,
        first_signal_on=min(office_date(opened[one.alert_id]) for one in group),
        hard_to_replace=scarce,
        insolvency_known_at=_insolvency(reasons, events, worst.change.at),
        text="; ".join(reason.text for reason in weighty),
    )


def _insolvency(reasons: Iterable[Reason], events: Sequence[str], at: datetime) -> datetime | None:
    for reason in reasons:
        if reason.kind is ReasonKind.TRIPWIRE and reason.indicator in events:
            return max((row.known_at for row in reason.observations), default=at)
    return None
