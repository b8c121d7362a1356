"""Parts of the page of a case that say what is at stake and who does what: clients, reasons, agreements, moves, crisis."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from ews.cases import log
from ews.cases.entries import Coordination, CrisisRole
from ews.cases.kinds import TransferState
from ews.cases.moves import TransferCount, TransferGroup
from ews.cases.words import PARTIES
from ews.jobs.case_view import CaseView

if TYPE_CHECKING:
    from ews.jobs.sending import Hold
    from ews.scoring.model import Assessment
    from ews.signals.impact import Impact, NeedImpact

REASONS = 4


def stake(impact: "Impact") -> str:
    """How many clients there are, and how many would have no place elsewhere; what is not known is said so."""
    if impact.clients is None:
        return "Cliënten: aantal niet bekend (geen bron gaf het op)"
    stuck = [one for one in impact.needs if one.nowhere_to_go]
    left = f", zonder vrije plaats elders in de regio {impact.nowhere_to_go}"
    which = f" ({profiles(stuck)})" if stuck else ""
    scarce = "; moeilijk te vervangen" if impact.hard_to_replace else ""
    return f"Cliënten {impact.clients}{left}{which}{scarce}"


def profiles(needs: list["NeedImpact"], most: int = 5) -> str:
    """How many of each care profile, the most first; delivery forms together."""
    left: dict[str, int] = {}
    for one in needs:
        name = one.need.profile or "onbekend"
        left[name] = left.get(name, 0) + one.nowhere_to_go
    ordered = sorted(left.items(), key=lambda pair: (-pair[1], pair[0]))
    more = len(ordered) - most
    listed = ", ".join(f"{name} {count}" for name, count in ordered[:most])
    return f"{listed} en {more} andere profielen" if more > 0 else listed


def reasons(assessed: "Assessment | None") -> list[str]:
    """What weighs most in the newest assessment, and how sure the figures are."""
    if assessed is None:
        return ["  nog niet beoordeeld"]
    weighty = sorted((one for one in assessed.reasons if one.points > 0), key=lambda one: -one.points)
    lines = [f"  {one.points:+4d}  {one.text}" for one in weighty[:REASONS]]
    rest = assessed.points - sum(one.points for one in weighty[:REASONS])
    if rest:
        lines.append(f"  {rest:+4d}  overige redenen")
    return [
        *lines,
        f"  {assessed.points:>4}  punten samen; {100 * assessed.coverage:.0f} % van de verwachte cijfers is er",
    ]


def agreements(view: CaseView) -> list[str]:
    """What was agreed, with whom, by when, and whether it was kept."""
    lines = []
    for state in log.agreements(view.case):
        made = state.agreement
        mark = "!" if state.is_broken(view.today) else "x" if state.outcome else " "
        became = _kept(state, view.today)
        lines.append(
            f"{mark} {state.entry.id:>4}  {made.due_on:%d-%m-%Y}  {PARTIES[made.party]}: {made.text or 'afspraak'} ({became})"
        )
    return lines


def _kept(state: log.AgreementState, today: date) -> str:
    if state.outcome is not None:
        return "nagekomen" if state.outcome.kept else "niet nagekomen"
    return "over de datum" if state.agreement.due_on < today else "loopt"


def moves(view: CaseView) -> list[str]:
    """Where each group of clients stands, by its last count; a group without a count says so."""
    counted = {what.group: (entry, what) for entry, what in log.current(view.case, TransferCount)}
    lines = []
    for entry, group in log.current(view.case, TransferGroup):
        pgb = " pgb" if group.pgb else ""
        head = f"  {entry.id:>5}  {group.profile} {group.form}{pgb}: {group.clients} cliënten"
        if entry.id not in counted:
            lines.append(f"{head}, nog niet geteld")
            continue
        made, count = counted[entry.id]
        numbers = dict(count.counts)
        said = ", ".join(f"{state.value} {numbers[state]}" for state in TransferState if numbers.get(state))
        lines.append(f"{head}; op {made.happened_on:%d-%m-%Y}: {said or 'niemand geteld'}")
    return lines


def crisis(view: CaseView) -> list[str]:
    """Who has regie, and who plays which part, with a deputy and a number that was tried lately."""
    lines = []
    for _, led in log.current(view.case, Coordination):
        shares = ", ".join(f"{name} {100 * share:.0f} %" for name, share in led.shares)
        lines.append(f"  regie: {led.lead} ({shares}). {led.text}".rstrip())
    for _, role in log.current(view.case, CrisisRole):
        who = ", ".join(part for part in (role.name, role.organisation) if part) or "niemand"
        tried = f"{role.phone_confirmed_on:%d-%m-%Y}" if role.phone_confirmed_on else "nooit"
        number = f"{role.phone}, bevestigd {tried}" if role.phone else "geen nummer"
        lines.append(f"  {role.role}: {who}; vervanger {role.deputy or 'geen'}; {number}")
    return lines


def holding(held: Sequence["Hold"]) -> list[str]:
    """What keeps a notice back, and who must supply it."""
    return [
        f"  {one.notice}, {one.what.rstrip('.')}{f' (van {one.from_whom})' if one.from_whom else ''}."
        for one in held
    ]
