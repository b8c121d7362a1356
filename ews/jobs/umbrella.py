"""One case for an event that strikes several providers at once: flood, epidemic, ICT outage."""

from collections.abc import Sequence

from ews.cases.entries import Link
from ews.cases.ties import Umbrella
from ews.jobs.case_opening import open_by_hand
from ews.jobs.cases import Act, act
from ews.jobs.run import Context
from ews.store import case_subjects, cases
from ews.store.engine import reading


def open_umbrella(context: Context, event: str, members: Sequence[str]) -> str:
    """One case for an event that strikes several providers, on the first of them. Returns its number."""
    known = []
    with reading(context.engine) as connection:
        register = case_subjects.register_texts(connection, "regio", members, as_of=context.now)
        for member in members:
            running = cases.open_case_of(connection, member)
            known += [running.number] if running else []
    number = open_by_hand(context, members[0], event)
    what = Umbrella(event, register.get(members[0], ""), tuple(members))
    act(context, Act(number), what)
    for other in known:
        act(context, Act(number), Link(other, event))
    return number
