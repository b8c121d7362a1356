"""Whether each provider warned as its agreement obliges, beside when we knew (handvatten H3)."""

from datetime import date, datetime

from sqlalchemy import Connection

from ews.jobs.run import OFFICE_ZONE, Context
from ews.signals.warned import OWN_WARNINGS, Warning
from ews.store import alert_history, events, observations
from ews.store.engine import reading
from ews.store.register import register_at

_QUESTION, _CLAUSE, _SINCE = "eigen_waarschuwing", "meldplicht_clausule", "meldplicht_sinds"


def warnings(context: Context, *, as_of: datetime, provider: str | None = None) -> list[tuple[Warning, str]]:
    """Every contracted provider that warned or came to high or acute with us, with its name; the last of these first."""
    with reading(context.engine) as connection:
        register = register_at(connection, as_of)
        warned = _warned(connection, as_of)
        knew = alert_history.first_grave(connection, until=as_of)
        duty = _duties(connection, as_of)
    found = [
        Warning(one, warned.get(one), _day(knew[one]) if one in knew else None, duty.get(one))
        for one in register.providers
        if provider in {None, one} and (one in warned or one in knew)
    ]
    ordered = sorted(found, key=lambda one: (one.knew_on or date.max, one.provider), reverse=True)
    return [(one, register.name(one.provider)) for one in ordered]


def _warned(connection: Connection, as_of: datetime) -> dict[str, date]:
    """The first day on which each provider warned: by a notice of its own, or in its return."""
    told = [
        (event.subject, event.occurred_on)
        for event in events.known_at(connection, as_of)
        if event.kind in OWN_WARNINGS
    ]
    asked = observations.known_at(connection, as_of, indicators=[_QUESTION])
    yes = asked[asked["text"] == "ja"]
    told += [
        (subject, _day(known.to_pydatetime()))
        for subject, known in zip(yes["subject"], yes["known_at"], strict=True)
    ]
    first: dict[str, date] = {}
    for subject, day in sorted(told, key=lambda one: one[1]):
        first.setdefault(str(subject), day)
    return first


def _duties(connection: Connection, as_of: datetime) -> dict[str, date]:
    """From when each agreement obliges its provider to warn; without a date in the register: from the start."""
    rows = observations.known_at(connection, as_of, indicators=[_CLAUSE, _SINCE])
    texts = {
        (subject, indicator): text
        for subject, indicator, text in zip(rows["subject"], rows["indicator"], rows["text"], strict=True)
        if isinstance(text, str) and text
    }
    return {
        subject: date.fromisoformat(texts.get((subject, _SINCE), "0001-01-01"))
        for subject, indicator in texts
        if indicator == _CLAUSE
    }


def _day(moment: datetime) -> date:
    return moment.astimezone(OFFICE_ZONE).date()
