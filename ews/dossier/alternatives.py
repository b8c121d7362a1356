"""Items 8 and 9: what was examined and done, each with its answer, its proof and why it did not work."""

from collections.abc import Sequence

from ews.cases import log
from ews.cases.entries import Places
from ews.cases.kinds import AlternativeKind, AnswerOutcome, Means
from ews.cases.log import AlternativeState
from ews.cases.model import CaseFile
from ews.dossier.model import Block, ItemState, Paragraph, Passage, Ref, Sentence, Table, missing
from ews.dossier.record import CaseFacts
from ews.dossier.words import capital, cite, count, euros, listed, long_date, short_date, span
from ews.regulation import Need

KINDS = {
    AlternativeKind.PROCUREMENT: "inkoop bij andere aanbieder",
    AlternativeKind.TAKEOVER: "overname ter plaatse",
    AlternativeKind.OTHER_FORM: "andere leveringsvorm",
    AlternativeKind.OTHER_REGION: "plaatsing in andere regio",
    AlternativeKind.PARTICIPATE: "participeren",
    AlternativeKind.INVEST: "investeren",
    AlternativeKind.DELIVER: "zelf verlenen",
    AlternativeKind.INTEGRATE: "andere verticale integratie",
}
OUTCOMES = {
    AnswerOutcome.YES: "ja",
    AnswerOutcome.PARTLY: "gedeeltelijk",
    AnswerOutcome.NO: "nee",
    AnswerOutcome.NONE: "geen antwoord, ook niet na herinnering",
}
OWN_PROVISION = (AlternativeKind.PARTICIPATE, AlternativeKind.INVEST, AlternativeKind.DELIVER)

Examined = list[tuple[CaseFile, AlternativeState]]


def examined(facts: CaseFacts, *, own: bool | None = None) -> Examined:
    """Every alternative of the cases; `own` picks item 8b (True) or 8a (False)."""
    return [
        (case, state)
        for case in facts.cases
        for state in log.alternatives(case)
        if own is None or state.alternative.kind.is_own_provision == own
    ]


def refs_of(facts: CaseFacts, case: CaseFile, state: AlternativeState) -> tuple[Ref, ...]:
    """Evidence of the question and of the answer."""
    answered = facts.refs(case, state.answered) if state.answered else ()
    return tuple(dict.fromkeys((*facts.refs(case, state.entry), *answered)))


def name(state: AlternativeState) -> str:
    """Who was asked, or what was weighed."""
    return state.alternative.organisation or state.alternative.provider or KINDS[state.alternative.kind]


def write_procurement(facts: CaseFacts, need: Need) -> Passage:
    """8a: who was asked for places, what they answered."""
    found = examined(facts, own=False)
    if not found:
        return Passage(())
    sentences = (*_asked(facts, found), *_answered(facts, found), *_silent(facts, found))
    return _proved(facts, need, found, (Paragraph(sentences), table(facts, found)))


def write_own_provision(facts: CaseFacts, need: Need) -> Passage:
    """8b: participeren, investeren, zelf verlenen, or 'niet mogelijk, omdat'."""
    found = examined(facts, own=True)
    if not found:
        return Passage(())
    kinds = {state.alternative.kind for _, state in found}
    absent = [KINDS[kind] for kind in OWN_PROVISION if kind not in kinds]
    passage = _proved(facts, need, found, (table(facts, found),))
    if absent and passage.state is ItemState.FILLED:
        return Passage(passage.blocks, ItemState.WEAK, f"niet beoordeeld: {listed(absent)}", need.from_whom)
    return passage


def write_impossible(facts: CaseFacts, need: Need) -> Passage:
    """9: why each alternative is impossible on the short or middle term."""
    found = examined(facts)
    if not found:
        return Passage(())
    sentences: list[Sentence] = []
    suppliers: list[str] = []
    for case, state in found:
        told = _why_not(facts, case, state)
        sentences += told
        if any(one.missing for one in told):
            suppliers.append(name(state))
    blocks = tuple(Paragraph((one,)) for one in sentences)
    if suppliers:
        why = (
            f"reden waarom het niet kan ontbreekt bij {count(len(suppliers), 'alternatief', 'alternatieven')}"
        )
        return Passage(blocks, ItemState.MISSING, why, listed(suppliers))
    return _proved(facts, need, found, blocks)


def write_all(facts: CaseFacts, need: Need) -> Passage:
    """E4: every solution explored, with outcome and proof."""
    found = examined(facts)
    return _proved(facts, need, found, (table(facts, found),)) if found else Passage(())


def write_measures(facts: CaseFacts, need: Need) -> Passage:
    """Means used, financial and non-financial."""
    rows: list[tuple[str, ...]] = []
    for case in facts.cases:
        for taken in log.measures(case):
            mine = facts.refs(case, taken.entry)
            effect = " ".join(f"“{what.text}”" for _, what in taken.effects) or "nog niet vastgelegd"
            cost = f" ({euros(taken.measure.cost_eurocent)})" if taken.measure.cost_eurocent else ""
            means = "financieel" if taken.measure.means is Means.FINANCIAL else "niet-financieel"
            begun = short_date(taken.measure.begins_on)
            rows.append((begun, means, f"“{taken.measure.text}”{cost}", effect, cite(mine)))
    if not rows:
        return Passage(())
    columns = ("Vanaf", "Soort", "Maatregel", "Uitkomst", "Bewijs")
    unproved = sum(1 for row in rows if "regel" in row[-1])
    state = ItemState.WEAK if unproved else ItemState.FILLED
    why = f"{count(unproved, 'maatregel', 'maatregelen')} zonder bewijsstuk" if unproved else ""
    return Passage(
        (Table("Ingezette middelen", columns, tuple(rows)),), state, why, need.from_whom if why else ""
    )


def write_balance(facts: CaseFacts, need: Need) -> Passage:
    """E6: beside money, what was tried that is not money."""
    means: dict[Means, list[Ref]] = {Means.FINANCIAL: [], Means.NON_FINANCIAL: []}
    counts = dict.fromkeys(means, 0)
    for case in facts.cases:
        for measure in log.measures(case):
            means[measure.measure.means] += facts.refs(case, measure.entry)
            counts[measure.measure.means] += 1
    for case, state in examined(facts):
        means[Means.NON_FINANCIAL] += refs_of(facts, case, state)
        counts[Means.NON_FINANCIAL] += 1
    if not any(counts.values()):
        return Passage(())
    sentences = tuple(
        Sentence(f"{label}: {counts[kind] or 'geen'}.", tuple(means[kind]) or _whole_log(facts))
        for kind, label in (
            (Means.FINANCIAL, "Financiële middelen"),
            (Means.NON_FINANCIAL, "Niet-financiële middelen en onderzochte alternatieven"),
        )
    )
    if not counts[Means.NON_FINANCIAL]:
        return Passage((Paragraph(sentences),), ItemState.WEAK, "alleen financiële middelen", need.from_whom)
    return Passage((Paragraph(sentences),))


def table(facts: CaseFacts, found: Examined) -> Table:
    """One row an alternative."""
    rows = tuple(
        (
            short_date(state.asked_on),
            capital(KINDS[state.alternative.kind]),
            name(state) if state.alternative.organisation or state.alternative.provider else "–",
            _places(state.alternative.asked),
            _outcome(state),
            short_date(state.answered_on),
            cite(refs_of(facts, case, state)),
        )
        for case, state in found
    )
    columns = ("Gevraagd", "Alternatief", "Aan", "Plaatsen gevraagd", "Antwoord", "Ontvangen", "Bewijs")
    return Table("Onderzochte alternatieven", columns, rows)


def _outcome(state: AlternativeState) -> str:
    if state.answer is None:
        return "nog geen antwoord"
    offered = f" ({_places(state.answer.offered)})" if state.answer.offered else ""
    return f"{OUTCOMES[state.answer.outcome]}{offered}"


def _places(places: Sequence[Places]) -> str:
    return ", ".join(f"{one.profile}: {one.count}" for one in places) or "–"


def _asked(facts: CaseFacts, found: Examined) -> list[Sentence]:
    days = [state.asked_on for _, state in found]
    places = sum(state.places_asked for _, state in found)
    refs = tuple(ref for case, state in found for ref in facts.refs(case, state.entry))
    parties = count(len({name(state) for _, state in found}), "partij", "partijen")
    verb = "is" if len(found) == 1 else "zijn"
    many = count(len(found), "alternatief", "alternatieven")
    text = f"{capital(span(days))} {verb} {many} onderzocht bij {parties}, samen voor {places} gevraagde plaatsen."
    return [Sentence(text, refs)]


def _answered(facts: CaseFacts, found: Examined) -> list[Sentence]:
    answered = [
        (case, state)
        for case, state in found
        if state.answer is not None and state.answer.outcome is not AnswerOutcome.NONE
    ]
    if not answered:
        return []
    refs = tuple(
        ref for case, state in answered if state.answered for ref in facts.refs(case, state.answered)
    )
    places = sum(state.places_offered for _, state in answered)
    many = capital(count(len(answered), "antwoord is", "antwoorden zijn"))
    return [Sentence(f"{many} ontvangen; samen zijn {places} plaatsen aangeboden.", refs)]


def _silent(facts: CaseFacts, found: Examined) -> list[Sentence]:
    silent = [(case, one) for case, one in found if one.answer is None]
    closed = [(case, one) for case, one in found if one.answer and one.answer.outcome is AnswerOutcome.NONE]
    sentences = []
    if closed:
        refs = tuple(ref for case, state in closed for ref in refs_of(facts, case, state))
        who = listed([name(state) for _, state in closed])
        sentences.append(Sentence(f"Van {who} is geen antwoord ontvangen, ook niet na herinnering.", refs))
    for _, state in silent:
        due = long_date(state.alternative.answer_by)
        sentences.append(missing(f"antwoord, verwacht vóór {due}", name(state), long_date(state.asked_on)))
    return sentences


def _why_not(facts: CaseFacts, case: CaseFile, state: AlternativeState) -> list[Sentence]:
    label = (
        f"{capital(KINDS[state.alternative.kind])}, {name(state)}"
        if name(state) != KINDS[state.alternative.kind]
        else capital(name(state))
    )
    if state.answer is None:
        return [
            missing(
                f"antwoord op {label.lower() if ',' not in label else label}",
                name(state),
                long_date(state.asked_on),
            )
        ]
    if state.answer.outcome is AnswerOutcome.YES:
        return [
            Sentence(f"{label}: mogelijk gebleken; dit alternatief staat open.", refs_of(facts, case, state))
        ]
    told = []
    for term, text in (("korte", state.answer.why_not_short), ("middellange", state.answer.why_not_middle)):
        if text:
            speaker = f"{label}, op {term} termijn niet mogelijk, volgens het antwoord"
            told.append(Sentence(text, refs_of(facts, case, state), quoted_from=speaker))
    if not told:
        told.append(missing(f"reden waarom het niet kan ({label}), schriftelijk", name(state)))
    return told


def _proved(facts: CaseFacts, need: Need, found: Examined, blocks: tuple[Block, ...]) -> Passage:
    waiting = sum(1 for _, state in found if state.answer is None)
    if waiting:
        why = f"{count(waiting, 'alternatief', 'alternatieven')} zonder antwoord"
        return Passage(blocks, ItemState.WEAK, why, need.from_whom)
    unproved = [state for case, state in found if not facts.has_file(refs_of(facts, case, state))]
    if unproved:
        why = f"{count(len(unproved), 'alternatief', 'alternatieven')} zonder bewijsstuk"
        return Passage(blocks, ItemState.WEAK, why, listed([name(state) for state in unproved]))
    refs = tuple(ref for case, state in found for ref in refs_of(facts, case, state))
    if need.evidence and not facts.kinds(refs) & set(need.evidence):
        return Passage(blocks, ItemState.WEAK, f"{need.what}: geen geldig bewijsstuk", need.from_whom)
    return Passage(blocks)


def _whole_log(facts: CaseFacts) -> tuple[Ref, ...]:
    return (Ref(facts.log_extract[facts.case.number]),)
