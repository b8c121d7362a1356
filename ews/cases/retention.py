"""When names, free text and documents of a closed case may be destroyed, and what stands in the way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ews.cases.calendar import add_months, office_date
from ews.cases.model import CaseFile
from ews.cases.obstacles import Obstacle
from ews.cases.policy import CasePolicy
from ews.cases.rules import Signers

MONTHS = 12


def kept_until(case: CaseFile, years: int) -> date | None:
    """The last day of a term of years after closing; None while the case is open."""
    return add_months(office_date(case.closed_at), years * MONTHS) if case.closed_at else None


@dataclass(frozen=True, slots=True)
class Due:
    """A closed case whose names, texts and documents may go, as soon as two people sign."""

    case: str
    closed_on: date
    kept_until: date
    files: int


def due_for_destruction(cases: Iterable[CaseFile], policy: CasePolicy, *, today: date) -> list[Due]:
    """Closed cases whose terms are over and that still hold something, longest overdue first."""
    years = max(policy.case.words_kept_years, policy.case.files_kept_years)
    found = []
    for case in cases:
        until = kept_until(case, years)
        if until is None or case.closed_at is None or today <= until:
            continue
        if all(entry.destroyed for entry in case.entries):
            continue
        found.append(Due(case.number, office_date(case.closed_at), until, len(case.evidence)))
    return sorted(found, key=lambda one: (one.kept_until, one.case))


def destruction_obstacles(
    case: CaseFile, policy: CasePolicy, *, signers: Signers, reason: str, today: date
) -> list[Obstacle]:
    """Nothing, when the case is closed, its terms are over, and two people sign with a reason."""
    found = signers.obstacles() + signers.two()
    if not reason.strip():
        found.append(Obstacle.NO_REASON)
    until = kept_until(case, max(policy.case.words_kept_years, policy.case.files_kept_years))
    if until is None:
        found.append(Obstacle.STILL_OPEN)
    elif today <= until:
        found.append(Obstacle.STILL_KEPT)
    return list(dict.fromkeys(found))
