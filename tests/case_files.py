"""Cases to hold rules against: a log written in a line, and the people of the office."""

import tomllib
from datetime import UTC, date, datetime
from typing import Any

from pydantic import TypeAdapter

from ews.cases.entries import Decision, StageChange, What
from ews.cases.kinds import DecisionKind
from ews.cases.model import CaseFile, Entry
from ews.cases.policy import CasePolicy, read_policy, sections
from ews.people import Person
from ews.settings.documents import shipped


def _document(name: str) -> dict[str, Any]:
    return tomllib.loads((shipped("config") / name).read_text(encoding="utf-8"))


SNAPSHOT = sections(_document("escalation.toml"))
POLICY: CasePolicy = read_policy(SNAPSHOT)
PEOPLE = {
    one.id: one for one in TypeAdapter(list[Person]).validate_python(_document("people.toml")["person"])
}
TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OPENED = datetime(2026, 5, 12, 6, 0, tzinfo=UTC)


def person(name: str) -> Person:
    return PEOPLE[name]


def case_of(*log: What | tuple[date, What] | Entry, closed: bool = False) -> CaseFile:
    """A case with these entries in this order; an entry without a date happened today."""
    return CaseFile(
        number="C-2026-001",
        subject="kvk:08111924",
        opened_at=OPENED,
        closed_at=NOW if closed else None,
        owner=None,
        alert=1,
        policy=SNAPSHOT,
        entries=tuple(_entry(number, one) for number, one in enumerate(log, start=1)),
        evidence=(),
    )


def _entry(number: int, one: What | tuple[date, What] | Entry) -> Entry:
    if isinstance(one, Entry):
        return one
    on, what = one if isinstance(one, tuple) else (TODAY, one)
    recorded_at = datetime(on.year, on.month, on.day, 9, 0, tzinfo=UTC)
    return Entry(id=number, happened_on=on, recorded_at=recorded_at, author="officier", what=what)


def to(stage: int, before: int = 0) -> StageChange:
    return StageChange(before, stage, reason="omdat")


def notify(outcome: str = "melden", next_on: date | None = None) -> Decision:
    return Decision(DecisionKind.EWS_MELDING, outcome, next_on=next_on, reason="omdat")


def overmacht(outcome: str) -> Decision:
    return Decision(DecisionKind.OVERMACHT, outcome, reason="omdat")
