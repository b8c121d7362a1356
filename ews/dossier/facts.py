"""Facts of a notice: how each name that config/regulation asks for is written from the record.

A writer takes all facts and the need, and returns text with evidence or a visible hole. A name without a
writer of its own is a statement: recorded by a person with `ews dossier fact`, or delivered by a source.
"""

from collections.abc import Callable, Iterable, Mapping

from ews.cases import log
from ews.cases.entries import Statement
from ews.cases.model import CaseFile
from ews.dossier import alternatives, clients, correspondence, history, risk
from ews.dossier.model import ItemState, Paragraph, Passage, Ref, Sentence, missing, not_released
from ews.dossier.record import CaseFacts, ProviderFacts, Stated
from ews.dossier.words import capital, long_date, sentence
from ews.regulation import Need

Writer = Callable[[CaseFacts, Need], Passage]

SEVERAL = frozenset({"wederhoor", "andere_partijen", "scenarios", "regie", "uniek_of_breder", "mandaat"})
"""Facts of which every statement is printed; of the others only the last one holds."""


def write(facts: CaseFacts, need: Need) -> Passage | None:
    """The text of one fact; None for an optional one of which nothing is known."""
    writer = WRITERS.get(need.fact)
    passage = writer(facts, need) if writer else None
    by_hand = _statements(facts, need)
    if passage is not None and passage.unproved and by_hand is not None and by_hand.state is ItemState.FILLED:
        passage = Passage(passage.blocks)  # a person's statement brought the evidence that the log lacked
    passages = [one for one in (passage, by_hand) if one is not None and one.blocks]
    if not passages:
        return hole(facts, need) if need.required else None
    if passage is not None and passage.state is ItemState.MISSING and by_hand is not None:
        passages = [by_hand]  # a person's statement answers what the record could not
    return join(passages)


def hole(facts: CaseFacts, need: Need) -> Passage:
    """The fact printed as missing, with who must supply it and when it was asked for."""
    asked = facts.asked.get(need.fact)
    on = long_date(asked) if asked else ""
    gap = missing(need.what, need.from_whom, on)
    why = f"{need.what} ontbreekt{f' (gevraagd op {on})' if on else ''}"
    return Passage((Paragraph((gap,)),), ItemState.MISSING, why, need.from_whom)


def join(passages: Iterable[Passage]) -> Passage:
    """One after the other; the state is that of the worst, and so are the reasons."""
    listed = list(passages)
    worst = max((one.state for one in listed), key=lambda state: state.rank)
    reasons = [one for one in listed if one.state is worst and one.why]
    return Passage(
        blocks=tuple(block for one in listed for block in one.blocks),
        state=worst,
        why="; ".join(dict.fromkeys(one.why for one in reasons)),
        from_whom="; ".join(dict.fromkeys(one.from_whom for one in reasons if one.from_whom)),
    )


def judged(facts: CaseFacts, need: Need, refs: tuple[Ref, ...]) -> tuple[ItemState, str]:
    """Whether the evidence is of a kind that proves the fact."""
    if not need.evidence or facts.kinds(refs) & set(need.evidence):
        return ItemState.FILLED, ""
    return ItemState.WEAK, f"{need.what}: geen geldig bewijsstuk ({' of '.join(need.evidence[:3])})"


def _statements(facts: CaseFacts, need: Need) -> Passage | None:
    if need.fact in facts.office:
        return _told(facts, need, facts.office[need.fact], "")
    found = []
    for case, provider in facts.by_case():
        told = stated(facts, need.fact, case, provider)
        name = f"{provider.name}: " if len(facts.cases) > 1 else ""
        if told:
            found.append(_told(facts, need, told, name))
        elif len(facts.cases) > 1 and need.fact not in WRITERS and need.required:
            found.append(hole(facts, need))
    return join(found) if found else None


def stated(facts: CaseFacts, fact: str, case: CaseFile, provider: ProviderFacts) -> tuple[Stated, ...]:
    """What people recorded for a notice, or else what a source delivered."""
    by_hand = [
        Stated(what.text, facts.refs(case, entry), entry.happened_on, what.quoted_from, "opgave van")
        for entry, what in log.current(case, Statement)
        if what.fact == fact and what.provider in ("", provider.identifier)
    ]
    if by_hand:
        return tuple(by_hand) if fact in SEVERAL else (by_hand[-1],)
    return tuple(provider.stated.get(fact, ()))


def _told(facts: CaseFacts, need: Need, told: Iterable[Stated], prefix: str) -> Passage:
    sentences: list[Sentence] = []
    refs: list[Ref] = []
    for one in told:
        refs += one.refs
        sentences.append(_sentence(need, one, prefix))
    blocks = (Paragraph(tuple(sentences)),)
    if any(one.missing for one in sentences):
        return Passage(blocks, ItemState.MISSING, f"{need.what}: bron niet vrijgegeven", need.from_whom)
    state, why = judged(facts, need, tuple(refs))
    return Passage(blocks, state, why, need.from_whom if why else "")


def _sentence(need: Need, one: Stated, prefix: str) -> Sentence:
    if one.withheld:
        return not_released(need.what, one.withheld)
    when = f" ({one.as_of_is} {long_date(one.as_of)})" if one.as_of else ""
    if one.quoted_from:
        return Sentence(one.text, one.refs, quoted_from=f"{prefix}{one.quoted_from}{when}")
    return Sentence(sentence(f"{prefix}{capital(need.what)}: {one.text.rstrip('. ')}{when}"), one.refs)


WRITERS: Mapping[str, Writer] = {
    "zorgvormen": clients.write_forms,
    "betrokken_verzekerden": clients.write_total,
    "clienten_per_profiel": clients.write_table,
    "geen_plek": clients.write_nowhere,
    "alternatieven_inkoop": alternatives.write_procurement,
    "alternatieven_zelf": alternatives.write_own_provision,
    "alternatieven_onmogelijk": alternatives.write_impossible,
    "alternatieven_tabel": alternatives.write_all,
    "maatregelen": alternatives.write_measures,
    "acties": alternatives.write_measures,
    "middelen_balans": alternatives.write_balance,
    "mandaat": history.write_mandate,
    "besluit_melden": history.write_ews_decision,
    "eerdere_ews_melding": history.write_earlier_notice,
    "eerste_signaal": history.write_first_signal,
    "gesprekken_bestuur": history.write_board_talks,
    "uitgeput_op": history.write_exhausted,
    "regie": history.write_decisions,
    "andere_partijen": history.write_other_parties,
    "wederhoor": history.write_hearing,
    "agendering": correspondence.write_raised,
    "wlz_uitvoerders": correspondence.write_uitvoerders,
    "herbeoordeling": history.write_review,
    "overplaatsingsplan": history.write_transfer_plan,
    "indicatoren": risk.write_indicators,
    "risicoklasse": risk.write_level,
}
