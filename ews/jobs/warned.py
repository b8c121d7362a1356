"""Whether each provider warned as its agreement obliges, beside when we knew (handvatten H3)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import pandas as pd
from sqlalchemy import Connection

from ews.jobs.run import OFFICE_ZONE, Context
from ews.signals.model import Event
from ews.signals.warned import OWN_WARNINGS, Warning
from ews.store import alert_history, events, observations
from ews.store.engine import reading
from ews.store.register import register_at

_QUESTION, _CLAUSE, _SINCE = "eigen_waarschuwing", "meldplicht_clausule", "meldplicht_sinds"


def warnings(context: Context, *, as_of: datetime, provider: str | None = None) -> list[tuple[Warning, str]]:
    """Every contracted provider that warned or came to high or acute with us, with its name; the last of these first."""
    with reading(context.engine) as connection:
        register = register_at(connection, as_of)
        asked = observations.known_at(connection, as_of, indicators=[_QUESTION, _CLAUSE, _SINCE])
        happened = events.known_at(connection, as_of)
        knew = alert_history.first_grave(connection, until=as_of)
    told = _warnings(asked, happened, knew)
    found = [told[one] for one in register.providers if one in told and provider in {None, one}]
    ordered = sorted(found, key=lambda one: (one.knew_on or date.max, one.provider), reverse=True)
    return [(one, register.name(one.provider)) for one in ordered]


def warning_of(
    connection: Connection, provider: str, known: pd.DataFrame, *, as_of: datetime
) -> Warning | None:
    """The same of one provider, from what `observations.known_at` gave of it; None: neither happened."""
    happened = events.known_at(connection, as_of, subjects=[provider])
    knew = alert_history.first_grave(connection, until=as_of, subjects=[provider])
    return _warnings(known[known["subject"] == provider], happened, knew).get(provider)


def _warnings(
    known: pd.DataFrame, happened: Sequence[Event], knew: Mapping[str, datetime]
) -> dict[str, Warning]:
    warned, duty = _warned(known, happened), _duties(known)
    return {
        one: Warning(one, warned.get(one), _day(knew[one]) if one in knew else None, duty.get(one))
        for one in warned.keys() | knew.keys()
    }


def _warned(known: pd.DataFrame, happened: Sequence[Event]) -> dict[str, date]:
    """The first day on which each provider warned: by a notice of its own, or in its return."""
    told = [(event.subject, event.occurred_on) for event in happened if event.kind in OWN_WARNINGS]
    yes = known[(known["indicator"] == _QUESTION) & (known["text"] == "ja")]
    told += [
        (subject, _day(known.to_pydatetime()))
        for subject, known in zip(yes["subject"], yes["known_at"], strict=True)
    ]
    first: dict[str, date] = {}
    for subject, day in sorted(told, key=lambda one: one[1]):
        first.setdefault(str(subject), day)
    return first


def _duties(known: pd.DataFrame) -> dict[str, date]:
    """From when each agreement obliges its provider to warn; without a date in the register: from the start."""
    rows = known[known["indicator"].isin([_CLAUSE, _SINCE])]
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
