"""What happened when, and who decided: from the log of the case, with its dates as recorded."""

from collections.abc import Callable

from ews.cases import log
from ews.cases.calendar import office_date
from ews.cases.clock import melding_clock
from ews.cases.entries import Contact, Decision, Notice, Opening, ProviderView
from ews.cases.kinds import DecisionKind, NoticeKind, Party
from ews.cases.model import CaseFile, Entry
from ews.cases.moves import PlanOutcome
from ews.dossier.model import ItemState, Paragraph, Passage, Ref, Sentence
from ews.dossier.record import CaseFacts
from ews.dossier.words import count, listed, long_date
from ews.regulation import Need

PARTIES = {
    Party.BOARD: "bestuur",
    Party.SUPERVISORY_BOARD: "raad van toezicht",
    Party.PROVIDER: "zorgaanbieder",
    Party.OTHER_PROVIDER: "andere zorgaanbieder",
    Party.ZORGKANTOOR: "ander zorgkantoor",
    Party.INSURER: "zorgverzekeraar",
    Party.MUNICIPALITY: "gemeente",
    Party.NZA: "NZa",
    Party.IGJ: "IGJ",
    Party.FINANCIER: "financier",
    Party.CURATOR: "curator",
    Party.BEWINDVOERDER: "bewindvoerder",
    Party.CLIENTS: "cliëntenraad",
    Party.COMMITTEE: "risicocommissie",
    Party.OTHER: "andere partij",
}
OF_PROVIDER = frozenset({Party.BOARD, Party.SUPERVISORY_BOARD, Party.PROVIDER})
INTERNAL = frozenset({Party.COMMITTEE})
DECISIONS = {
    DecisionKind.EWS_MELDING: "EWS-melding",
    DecisionKind.OVERMACHT: "overmacht",
    DecisionKind.NOODZAKELIJKHEID: "noodzakelijkheid van het aanbod",
    DecisionKind.BETALING: "betalingen",
    DecisionKind.CONTRACTEINDE: "einde van het contract",
    DecisionKind.OVERRIDE: "risiconiveau",
    DecisionKind.COMMITTEE: "risicocommissie",
    DecisionKind.CONTRACT: "contract",
    DecisionKind.CLOSE: "sluiten van de zaak",
}


def write_mandate(facts: CaseFacts, need: Need) -> Passage:
    """Item 1: the decision to notify, and by whom it was taken."""
    return _decision(facts, need, DecisionKind.OVERMACHT)


def write_ews_decision(facts: CaseFacts, need: Need) -> Passage:
    """Who decided to send the EWS-melding."""
    return _decision(facts, need, DecisionKind.EWS_MELDING)


def _decision(facts: CaseFacts, need: Need, kind: DecisionKind) -> Passage:
    sentences: list[Sentence] = []
    refs: list[Ref] = []
    for case in facts.cases:
        found = log.last_decision(case, kind)
        if found:
            entry, decision = found
            mine = facts.refs(case, entry)
            refs += mine
            who = listed([facts.function(one) for one in (entry.author, entry.second) if one])
            outcome = decision.outcome.replace("_", " ")
            text = f"Op {long_date(entry.happened_on)} is door de {who} besloten over {DECISIONS[kind]}: {outcome}."
            sentences.append(Sentence(text, mine))
            if decision.reason:
                sentences.append(
                    Sentence(decision.reason, mine, quoted_from=f"Onderbouwing van het besluit, {who}")
                )
    return _judged(facts, need, sentences, refs)


def write_earlier_notice(facts: CaseFacts, need: Need) -> Passage:
    """E1: the EWS-melding that came before."""
    sentences: list[Sentence] = []
    refs: list[Ref] = []
    for case in facts.cases:
        for entry, notice in log.current(case, Notice):
            if notice.kind is NoticeKind.EWS_MELDING:
                mine = facts.refs(case, entry)
                refs += mine
                kenmerk = f", kenmerk {notice.reference}" if notice.reference else ""
                sentences.append(
                    Sentence(f"EWS-melding gedaan op {long_date(entry.happened_on)}{kenmerk}.", mine)
                )
    return _judged(facts, need, sentences, refs)


def write_first_signal(facts: CaseFacts, need: Need) -> Passage:
    """E2: since when the threat has been known."""
    sentences: list[Sentence] = []
    refs: list[Ref] = []
    for case in facts.cases:
        for entry, opening in log.current(case, Opening):
            mine = facts.refs(case, entry)
            refs += mine
            day, recorded = long_date(entry.happened_on), long_date(office_date(entry.recorded_at))
            text = f"Het eerste signaal is van {day}; zaak {case.number} is geopend op {recorded}."
            sentences.append(Sentence(text, mine))
            if opening.text:
                speaker = f"Aanleiding volgens {facts.function(entry.author)}"
                sentences.append(Sentence(opening.text, mine, quoted_from=speaker))
    return _judged(facts, need, sentences, refs)


def write_board_talks(facts: CaseFacts, need: Need) -> Passage:
    """E2: dated talks with the board."""
    return _contacts(facts, need, lambda party: party in OF_PROVIDER)


def write_other_parties(facts: CaseFacts, need: Need) -> Passage:
    """Who else was spoken to."""
    return _contacts(facts, need, lambda party: party not in OF_PROVIDER | INTERNAL)


def _contacts(facts: CaseFacts, need: Need, wanted: Callable[[Party], bool]) -> Passage:
    paragraphs: list[Paragraph] = []
    for case in facts.cases:
        for entry, contact in log.current(case, Contact):
            if wanted(contact.party):
                mine = facts.refs(case, entry)
                paragraphs.append(_contact(facts, entry, contact, mine))
    if not paragraphs:
        return Passage(())
    unproved = sum(1 for one in paragraphs if not facts.has_file(one.sentences[0].refs))
    if need.evidence and unproved:
        why = f"{count(unproved, 'gesprek', 'gesprekken')} zonder verslag"
        return Passage(tuple(paragraphs), ItemState.WEAK, why, need.from_whom)
    return Passage(tuple(paragraphs))


def _contact(facts: CaseFacts, entry: Entry, contact: Contact, refs: tuple[Ref, ...]) -> Paragraph:
    head = Sentence(f"{long_date(entry.happened_on)}: {talk(contact)}.", refs)
    if not contact.summary:
        return Paragraph((head,))
    return Paragraph(
        (head, Sentence(contact.summary, refs, quoted_from=f"Notitie {facts.function(entry.author)}"))
    )


def talk(contact: Contact) -> str:
    """gesprek met bestuur (voorzitter) van Stichting De Wilgenhof"""
    party = PARTIES[contact.party]
    function = f" ({contact.function})" if contact.function and contact.function != party else ""
    organisation = f" van {contact.organisation}" if contact.organisation else ""
    return f"{contact.channel} met {party}{function}{organisation}"


def write_exhausted(facts: CaseFacts, need: Need) -> Passage:
    """E3: the day the last alternative closed, and the time to this notice."""
    sentences: list[Sentence] = []
    longest = 0
    for case in facts.cases:
        clock = melding_clock(case)
        closed = clock.alternatives_closed_on
        if closed:
            answers = [state.answered for state in log.alternatives(case) if state.answered_on == closed]
            mine = tuple(ref for entry in answers if entry for ref in facts.refs(case, entry))
            days = (facts.today - closed).days
            longest = max(longest, days)
            text = f"Het laatste alternatief is gesloten op {long_date(closed)}, {count(days, 'dag', 'dagen')} voor deze melding."
            sentences.append(Sentence(text, mine))
            if clock.foreseeable_on:
                text = f"Voorzienbaar sinds {long_date(clock.foreseeable_on)}."
                sentences.append(Sentence(text, _decision_refs(facts, case)))
    target = facts.targets.get("alternatives_closed_to_overmachtsmelding")
    passage = _judged(facts, need, sentences, [])
    if sentences and target is not None and longest > target:
        why = (
            f"{count(longest, 'dag', 'dagen')} na het laatste alternatief; "
            f"eigen streven van het kantoor: binnen {count(target, 'dag', 'dagen')}"
        )
        return Passage(passage.blocks, ItemState.WEAK, why, need.from_whom)
    return passage


def _decision_refs(facts: CaseFacts, case: CaseFile) -> tuple[Ref, ...]:
    found = log.decisions(case, DecisionKind.OVERMACHT)
    return tuple(ref for entry, what in found if what.outcome == "ja" for ref in facts.refs(case, entry))


def write_decisions(facts: CaseFacts, need: Need) -> Passage:
    """E7: who had regie, and what was decided when."""
    sentences: list[Sentence] = []
    refs: list[Ref] = []
    for case in facts.cases:
        for entry, decision in log.current(case, Decision):
            mine = facts.refs(case, entry)
            refs += mine
            who = listed([facts.function(one) for one in (entry.author, entry.second) if one])
            outcome = decision.outcome.replace("_", " ")
            text = (
                f"{long_date(entry.happened_on)}: besluit over {DECISIONS[decision.kind]}: {outcome} ({who})."
            )
            sentences.append(Sentence(text, mine))
    return _judged(facts, need, sentences, refs)


def write_hearing(facts: CaseFacts, need: Need) -> Passage:
    """Our finding and the provider's rebuttal side by side."""
    sentences: list[Sentence] = []
    refs: list[Ref] = []
    for case in facts.cases:
        for entry, view in log.current(case, ProviderView):
            mine = facts.refs(case, entry)
            refs += mine
            day = long_date(entry.happened_on)
            if view.finding:
                sentences.append(Sentence(view.finding, mine, quoted_from=f"Bevinding zorgkantoor, {day}"))
            if view.rebuttal:
                sentences.append(Sentence(view.rebuttal, mine, quoted_from=f"Zorgaanbieder, {day}"))
    return _judged(facts, need, sentences, refs)


def write_review(facts: CaseFacts, need: Need) -> Passage:
    """When the office decides again."""
    found = log.last_decision(facts.case, DecisionKind.EWS_MELDING)
    if not found or found[1].next_on is None:
        return Passage(())
    mine = facts.refs(facts.case, found[0])
    return _judged(
        facts,
        need,
        [Sentence(f"Volgende herbeoordeling op {long_date(found[1].next_on)}.", mine)],
        list(mine),
    )


def write_transfer_plan(facts: CaseFacts, need: Need) -> Passage:
    """E9: for whom there is a place, and for whom there is none."""
    sentences: list[Sentence] = []
    refs: list[Ref] = []
    for case in facts.cases:
        for entry, plan in list(log.current(case, PlanOutcome))[-1:]:
            mine = facts.refs(case, entry)
            refs += mine
            day = long_date(entry.happened_on)
            left = listed([f"{profile}: {number} ({reason})" for profile, number, reason in plan.unmet])
            text = f"Overplaatsingsplan van {day}: {plan.clients} cliënten, voor {plan.placed} een plaats"
            sentences.append(Sentence(f"{text}{f'; geen plaats voor {left}' if left else ''}.", mine))
    return _judged(facts, need, sentences, refs)


def _judged(facts: CaseFacts, need: Need, sentences: list[Sentence], refs: list[Ref]) -> Passage:
    if not sentences:
        return Passage(())
    blocks = (Paragraph(tuple(sentences)),)
    if need.evidence and not facts.kinds(tuple(refs)) & set(need.evidence):
        why = f"{need.what}: geen geldig bewijsstuk ({' of '.join(need.evidence[:3])})"
        return Passage(blocks, ItemState.WEAK, why, need.from_whom, unproved=True)
    return Passage(blocks)
