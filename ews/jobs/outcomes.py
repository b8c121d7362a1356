"""What became of the office's own providers, as its record has it: how cases ended, and insolvencies.

Outcomes score a replay and train a model; they never enter a feature.
"""

from datetime import datetime

from sqlalchemy import Connection

from ews.cases import log
from ews.cases.kinds import DecisionKind
from ews.cases.model import CaseFile
from ews.scoring.outcomes import Exit, Outcome
from ews.settings.load import Settings
from ews.store import events
from ews.store.cases import all_cases

ENDED_AS = {
    "gestopt": Outcome.CLOSED,
    "failliet": Outcome.INSOLVENT,
    "overgenomen": Outcome.HANDED_OVER,
    "afgewend": Outcome.AVERTED,
}
"""Outcome of the decision to close a case -> what became of the provider; any other closing says nothing."""


def own_outcomes(connection: Connection, settings: Settings, as_of: datetime) -> list[Exit]:
    """One exit per provider at most, known at `as_of`.

    What two people wrote when they closed the case goes before what a register says: an insolvent provider
    whose care was taken over did not leave its clients without care.
    """
    kinds = settings.cases.case.insolvency_events
    found = {
        event.subject: Exit(event.subject, event.occurred_on, Outcome.INSOLVENT)
        for event in sorted(events.known_at(connection, as_of), key=lambda one: one.occurred_on, reverse=True)
        if event.kind in kinds
    }
    for case in all_cases(connection, as_of=as_of):
        ended = how_it_ended(case)
        if ended is not None:
            found[case.subject] = ended
    return sorted(found.values(), key=lambda one: (one.left_on, one.subject))


def how_it_ended(case: CaseFile) -> Exit | None:
    """The exit that the decision to close names; None while the case is open or ended without one."""
    taken = log.last_decision(case, DecisionKind.CLOSE)
    if taken is None or taken[1].outcome not in ENDED_AS:
        return None
    return Exit(case.subject, taken[0].happened_on, ENDED_AS[taken[1].outcome])
