"""What the papers of a case are made from: the case itself, its clients, the last assessment, who may sign."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ews.cases import log
from ews.cases.calendar import office_date
from ews.cases.kinds import DecisionKind
from ews.jobs.case_view import CaseView, list_cases, view_case
from ews.jobs.run import Context
from ews.people import Mandate, Person
from ews.scoring.model import Assessment
from ews.signals.impact import Impact, impact_of
from ews.store import assessments
from ews.store.engine import reading
from ews.store.register import register_at

OUTCOMES = {"gestopt": "closed", "failliet": "insolvent", "overgenomen": "handed_over", "afgewend": "averted"}

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Papers:
    """A case with what surrounds it."""

    view: CaseView
    impact: Impact
    assessed: Assessment | None
    notify: tuple[Person, ...]
    """Who holds a mandate for a notice to the NZa."""
    moment: datetime
    office: str


def papers_of(context: Context, number: str, *, as_of: datetime | None = None) -> Papers:
    """Everything the nachtkaart, a besluitnotitie and a review need. Raises NotFoundError."""
    moment = as_of or context.now
    view = view_case(context, number, as_of=as_of)
    with reading(context.engine) as connection:
        register = register_at(connection, moment)
        known = assessments.latest(connection, as_of=moment, subjects=[view.case.subject])
    return Papers(
        view=view,
        impact=impact_of(register, view.case.subject, on=office_date(moment)),
        assessed=known.get(view.case.subject),
        notify=tuple(_mandated(context.settings.people.values())),
        moment=moment,
        office=context.settings.site.office.name,
    )


def _mandated(people: Iterable[Person]) -> list[Person]:
    notices = {Mandate.EWS_MELDING, Mandate.OVERMACHTSMELDING, Mandate.SPOED}
    return [person for person in people if person.mandates & notices]


def outcomes(context: Context) -> list[tuple[str, str, str, str]]:
    """What became of closed cases, as the replay reads it: subject, name, day, kind."""
    found = []
    for view in list_cases(context, closed=True):
        taken = log.last_decision(view.case, DecisionKind.CLOSE)
        if taken and taken[1].outcome in OUTCOMES:
            day = taken[0].happened_on.isoformat()
            found.append((view.case.subject, view.name, day, OUTCOMES[taken[1].outcome]))
    return found


def write_outcomes(rows: Iterable[tuple[str, str, str, str]], path: Path) -> None:
    """The outcomes as a CSV for `ews replay --outcomes`."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("kvk", "naam", "last_seen", "kind"))
        for subject, name, on, kind in rows:
            # a name that a spreadsheet would take for a formula is made plain text
            plain = f"'{name}" if name.startswith(FORMULA_STARTS) else name
            writer.writerow((subject.removeprefix("kvk:"), plain, on, kind))
