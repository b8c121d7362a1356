"""The two limbs of overmacht: zorgplicht can no longer be met, and all that is possible was done.

Regeling meldplicht continuïteit van cruciale zorg art. 3.3 and 4. 'Not yet overmacht' is an outcome too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ews.cases import log
from ews.cases.clock import MeldingClock, melding_clock
from ews.cases.entries import Notice, Statement
from ews.cases.kinds import AlternativeKind, AnswerOutcome, DecisionKind, Means, NoticeKind
from ews.cases.model import CaseFile
from ews.dossier.alternatives import KINDS, OWN_PROVISION, Examined, examined, name, refs_of
from ews.dossier.model import Ref
from ews.dossier.record import CaseFacts


class Outcome(StrEnum):
    OVERMACHT = "overmacht"
    NOT_YET = "nog_geen_overmacht"
    """An alternative is untried, open or accepted: send an EWS-melding instead."""
    UNDECIDED = "niet_vastgesteld"
    """Nobody has decided yet that zorgplicht can't be met."""


ADVICE = {
    Outcome.OVERMACHT: "Aan beide voorwaarden is volgens de vastlegging voldaan: meld terstond.",
    Outcome.NOT_YET: "Nog geen overmacht, doe een EWS-melding.",
    Outcome.UNDECIDED: "Neem eerst een besluit over de voorzienbaarheid; doe intussen een EWS-melding.",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One point of the guided checklist."""

    limb: int
    question: str
    met: bool
    why: str
    on: date | None = None
    refs: tuple[Ref, ...] = ()
    """What it rests on; the log as a whole when nothing was recorded."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """The checklist with its outcome, and the clock that 'terstond' runs on."""

    outcome: Outcome
    checks: tuple[Check, ...]
    clock: MeldingClock
    sudden: bool
    """A stop without an earlier EWS-melding: to be explained, never barred."""

    @property
    def advice(self) -> str:
        return ADVICE[self.outcome]


def weigh(facts: CaseFacts) -> Conditions:
    """The two limbs, from what is recorded."""
    first = tuple(_first_limb(facts))
    second = tuple(_second_limb(facts))
    clock = melding_clock(facts.case)
    if not all(check.met for check in first):
        outcome = Outcome.NOT_YET if any(not check.met for check in second) else Outcome.UNDECIDED
    else:
        outcome = Outcome.OVERMACHT if all(check.met for check in second) else Outcome.NOT_YET
    sudden = not any(
        what.kind is NoticeKind.EWS_MELDING for case in facts.cases for _, what in log.current(case, Notice)
    )
    return Conditions(outcome, (*first, *second), clock, sudden)


def _first_limb(facts: CaseFacts) -> Iterator[Check]:
    question = "Voorzienbaar is dat op afzienbare termijn niet aan de zorgplicht kan worden voldaan"
    for case in facts.cases:
        found = log.last_decision(case, DecisionKind.OVERMACHT)
        if found is None:
            yield Check(1, question, False, f"geen besluit over overmacht in {case.number}")
            continue
        entry, decision = found
        refs, taken = facts.refs(case, entry), f"besluit in {case.number}"
        if decision.outcome == "ja":
            yield Check(1, question, True, taken, decision.foreseeable_on or entry.happened_on, refs)
        else:
            yield Check(1, question, False, f"{taken}: {decision.outcome}", entry.happened_on, refs)


def _second_limb(facts: CaseFacts) -> Iterator[Check]:
    own, elsewhere = examined(facts, own=True), examined(facts, own=False)
    yield Check(
        2,
        "Inkoop bij andere zorgaanbieders is geprobeerd (8a)",
        bool(elsewhere),
        f"{len(elsewhere)} onderzocht" if elsewhere else "geen alternatief vastgelegd",
        refs=_refs(facts, elsewhere),
    )
    yield _takeover(facts)
    yield _own_provision(facts, own)
    for case, state in (*elsewhere, *own):
        question, refs = f"Antwoord van {name(state)}", refs_of(facts, case, state)
        if state.answer is None:
            yield Check(2, question, False, "nog geen antwoord", state.asked_on, refs)
        elif state.answer.outcome is AnswerOutcome.YES:
            why = "het antwoord is ja: dit alternatief staat open"
            yield Check(2, question, False, why, state.answered_on, refs)
    yield _non_financial(facts)


def _refs(facts: CaseFacts, found: Examined) -> tuple[Ref, ...]:
    return tuple(dict.fromkeys(ref for case, state in found for ref in refs_of(facts, case, state)))


def _stated_refs(facts: CaseFacts, fact: str) -> tuple[Ref, ...]:
    return tuple(
        ref
        for case in facts.cases
        for entry, what in log.current(case, Statement)
        if what.fact == fact
        for ref in facts.refs(case, entry)
    )


def _own_provision(facts: CaseFacts, own: Examined) -> Check:
    tried = {one.alternative.kind for _, one in own}
    looked_at = [KINDS[kind] for kind in OWN_PROVISION if kind in tried]
    absent = [KINDS[kind] for kind in OWN_PROVISION if kind not in tried]
    stated = _stated(facts, "alternatieven_zelf")
    if stated or not absent:
        why = "beoordeeld"
    elif looked_at:
        why = f"beoordeeld: {', '.join(looked_at)}; niet: {', '.join(absent)}"
    else:
        why = f"niet beoordeeld: {', '.join(absent)}"
    refs = _refs(facts, own) or _stated_refs(facts, "alternatieven_zelf")
    return Check(2, "Zelf in de zorg voorzien is beoordeeld (8b)", bool(own) or stated, why, refs=refs)


OTHERWISE = frozenset({AlternativeKind.TAKEOVER, AlternativeKind.OTHER_REGION, AlternativeKind.OTHER_FORM})


def _takeover(facts: CaseFacts) -> Check:
    tried = [pair for pair in examined(facts) if pair[1].alternative.kind in OTHERWISE]
    why = (
        "onderzocht"
        if tried
        else "overname, andere regio en andere leveringsvorm zijn geen van alle onderzocht"
    )
    question = "Ook overname, een andere regio of een andere leveringsvorm is onderzocht"
    return Check(2, question, bool(tried), why, refs=_refs(facts, tried))


def _non_financial(facts: CaseFacts) -> Check:
    refs = [
        ref
        for case in facts.cases
        for one in log.measures(case)
        if one.measure.means is Means.NON_FINANCIAL
        for ref in facts.refs(case, one.entry)
    ]
    refs += _refs(facts, examined(facts))
    spent = any(log.measures(case) for case in facts.cases)
    why = "ingezet" if refs else "alleen financiële middelen" if spent else "geen middelen vastgelegd"
    return Check(
        2, "Ook niet-financiële middelen zijn ingezet", bool(refs), why, refs=tuple(dict.fromkeys(refs))
    )


def _stated(facts: CaseFacts, fact: str) -> bool:
    return any(_has_statement(case, fact) for case in facts.cases)


def _has_statement(case: CaseFile, fact: str) -> bool:
    return any(what.fact == fact for _, what in log.current(case, Statement))
