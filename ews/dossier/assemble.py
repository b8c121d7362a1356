"""Facts and an obligation into a notice: every item filled from evidence, or printed as missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from ews.cases import log
from ews.cases.entries import Notice
from ews.dossier import alternatives, clients, risk
from ews.dossier.chronology import chronology
from ews.dossier.conditions import weigh
from ews.dossier.facts import join, stated, write
from ews.dossier.model import (
    Appendix,
    Block,
    Dossier,
    DossierItem,
    EvidenceLine,
    ItemState,
    Paragraph,
    Ref,
    Sender,
    Sentence,
    Table,
    missing,
)
from ews.dossier.record import CaseFacts
from ews.dossier.style import HouseStyle
from ews.dossier.words import cite, long_date, short_date
from ews.regulation import DossierKind, Item, Mark, Obligation


@dataclass(frozen=True, slots=True)
class Letter:
    """What a notice takes from its maker and moment, not from the case."""

    sender: Sender
    house_style: HouseStyle
    version: int
    drafted_at: datetime
    drafted_on: date
    fictitious: bool
    audit_head: str
    config_hash: str
    fact_names: Mapping[str, str] = field(default_factory=dict)
    """How facts are called on paper by any obligation: the chronology also tells what was stated for another."""


def assemble(obligation: Obligation, facts: CaseFacts, letter: Letter) -> Dossier:
    """The notice as the record fills it at this moment. The same record gives the same notice."""
    items = tuple(assemble_item(item, facts) for item in obligation.item)
    criteria = tuple(assemble_item(item, facts) for item in obligation.criterion)
    return Dossier(
        case=facts.case.number,
        kind=obligation.kind,
        version=letter.version,
        title=obligation.title,
        label=obligation.label,
        regulation=obligation.version,
        regulation_note=obligation.valid_from_note
        if obligation.valid_from_mark is not Mark.CONFIRMED
        else "",
        term=f"{obligation.timing.term} ({obligation.timing.legal_basis})",
        drafted_at=letter.drafted_at,
        drafted_on=letter.drafted_on,
        sender=letter.sender,
        addressee=obligation.addressee,
        channels=tuple(f"{one.label}: {one.value}{_unsure(one.mark)}" for one in obligation.channel),
        subject=obligation.subject.format(verzekeraar=letter.sender.legal_name, zaak=facts.case.number),
        provider_names=tuple(provider.name for provider in facts.providers),
        fictitious=letter.fictitious,
        opening=_opening(obligation, facts),
        summary=tuple((f"{item.item}. {item.title}", in_short(item)) for item in items),
        items=items,
        criteria=criteria,
        conditions=_conditions(facts) if obligation.kind is DossierKind.OVERMACHTSMELDING else (),
        chronology=chronology(facts, {**letter.fact_names, **fact_names([obligation])}),
        appendices=_appendices(obligation, facts),
        evidence=_cited_first(facts.evidence),
        notes=obligation.notes,
        form=tuple((one.id, one.label, one.item) for one in obligation.form_field),
        house_style=letter.house_style,
        audit_head=letter.audit_head,
        config_hash=letter.config_hash,
        cases=tuple(case.number for case in facts.cases),
    )


def fact_names(obligations: Iterable[Obligation]) -> dict[str, str]:
    """Fact -> how it is called on paper."""
    return {need.fact: need.what for one in obligations for item in one.items for need in item.needs}


def assemble_item(item: Item, facts: CaseFacts) -> DossierItem:
    """One item: its facts one after the other; the state of the worst is the item's."""
    passages = [passage for need in item.needs if (passage := write(facts, need)) is not None]
    joined = join(passages)
    blocks, unproved = _without_unproved(joined.blocks, item)
    return DossierItem(
        item=item.id,
        title=item.title,
        text=item.text,
        basis=f"{item.legal_basis}{_unsure(item.legal_basis.mark)}",
        url=item.legal_basis.url,
        mark=item.mark,
        state=ItemState.MISSING if unproved else joined.state,
        why="; ".join(part for part in (joined.why, unproved) if part),
        from_whom=joined.from_whom,
        blocks=blocks,
    )


def _without_unproved(blocks: Iterable[Block], item: Item) -> tuple[tuple[Block, ...], str]:
    """A sentence that states something without evidence is not printed as a fact but as a hole."""
    kept: list[Block] = []
    why = ""
    for block in blocks:
        if isinstance(block, Paragraph):
            proved = tuple(one if _is_proved(one) else _unproved(one, item) for one in block.sentences)
            why = "een zin zonder bewijs" if proved != block.sentences else why
            block = Paragraph(proved)
        kept.append(block)
    return tuple(kept), why


def _is_proved(one: Sentence) -> bool:
    return bool(one.refs) or one.missing or one.connective


def _unproved(one: Sentence, item: Item) -> Sentence:
    return missing(f"bewijs voor: {one.text}", item.needs[0].from_whom)


def _unsure(mark: Mark) -> str:
    return "" if mark is Mark.CONFIRMED else " (niet bevestigd)"


def _opening(obligation: Obligation, facts: CaseFacts) -> tuple[Sentence, ...]:
    names = " en ".join(provider.name for provider in facts.providers)
    log_ref = Ref(facts.log_extract[facts.case.number])
    if obligation.kind is DossierKind.EWS_MELDING:
        told = f"Hierbij informeren wij u over dreigende discontinuïteit van zorg bij {names}."
        return (Sentence(told, (log_ref,)),)
    told = f"Hierbij doen wij een melding als bedoeld in artikel 4 van de Regeling meldplicht continuïteit van cruciale zorg, over {names}."
    return (Sentence(told, (log_ref,)), _earlier(facts))


def _earlier(facts: CaseFacts) -> Sentence:
    for entry, notice in log.current(facts.case, Notice):
        if notice.kind.value == DossierKind.EWS_MELDING:
            day = long_date(entry.happened_on)
            return Sentence(f"Op {day} deden wij een EWS-melding.", facts.refs(facts.case, entry))
    told = stated(facts, "eerdere_ews_melding", facts.case, facts.providers[0])
    if told:
        return Sentence(
            told[-1].text, told[-1].refs, quoted_from="Een eerdere EWS-melding is niet gedaan. Toelichting"
        )
    return missing("eerdere EWS-melding, of uitleg waarom er geen was", "continuïteitsfunctionaris")


def in_short(item: DossierItem) -> str:
    """The first sentences of an item with their evidence, or what is missing."""
    told: list[str] = []
    for block in item.blocks:
        if isinstance(block, Paragraph):
            told += [_shortened(one) for one in block.sentences if not one.connective]
        if isinstance(block, Table):
            told.append(f"Zie de tabel “{block.caption}” onder dit onderdeel.")
    short: list[str] = []
    for text in told:
        if short and sum(map(len, short)) + len(text) > SUMMARY_CHARS:
            return f"{' '.join(short)} …"
        short.append(text)
    return " ".join(short)


def _shortened(one: Sentence) -> str:
    text = one.text if len(one.text) <= SUMMARY_CHARS else f"{one.text[:SUMMARY_CHARS]}…"
    if one.missing:
        return text
    return f"{f'“{text}”' if one.quoted_from else text} {cite(one.refs)}".strip()


SUMMARY_CHARS = 320
LIMBS = {1: "1. zorgplicht", 2: "2. al het mogelijke"}
"""The two conditions of article 3.3, in short."""


def _conditions(facts: CaseFacts) -> tuple[DossierItem, ...]:
    weighed = weigh(facts)
    whole_log = (Ref(facts.log_extract[facts.case.number]),)
    rows = tuple(
        (
            LIMBS[check.limb],
            check.question,
            "ja" if check.met else "nee",
            check.why,
            short_date(check.on),
            cite(check.refs or whole_log),
        )
        for check in weighed.checks
    )
    columns = ("Voorwaarde", "Punt", "Voldaan", "Toelichting", "Datum", "Bewijs")
    table = Table("Toets van de twee voorwaarden", columns, rows)
    lead = Sentence("Onderstaande toets volgt uit de vastlegging in de zaak.", connective=True)
    met = all(check.met for check in weighed.checks)
    item = DossierItem(
        item="O",
        title="Toets: niet meer aan de zorgplicht, terwijl al het mogelijke is gedaan",
        text="Het betreft een ernstige en uitzonderlijke situatie, waarin de verzekeraar kan aantonen al het mogelijke te hebben gedaan om de continuïteit van de betreffende zorgverlening te borgen maar hier desondanks niet in kan slagen.",
        basis="Regeling meldplicht continuïteit van cruciale zorg, artikel 3.3 en 4",
        url="https://wetten.overheid.nl/BWBR0036070/",
        mark=Mark.CONFIRMED,
        state=ItemState.FILLED if met else ItemState.WEAK,
        why="" if met else weighed.advice,
        from_whom="",
        blocks=(Paragraph((lead,)), table),
    )
    return (item,)


def _appendices(obligation: Obligation, facts: CaseFacts) -> tuple[Appendix, ...]:
    found = []
    if facts.risk is not None:
        found.append(Appendix("Risicobeeld", risk.picture(facts)))
    if clients.in_natura(facts) and obligation.kind is DossierKind.OVERMACHTSMELDING:
        nowhere = [line for _, line in clients.in_natura(facts) if line.nowhere]
        if nowhere:
            rows = tuple(
                (line.profile, line.form, str(line.nowhere), cite((*line.refs, *line.nowhere_refs)))
                for line in nowhere
            )
            columns = ("Zorgprofiel", "Leveringsvorm", "Aantal", "Bewijs")
            table = Table("Verzekerden zonder andere plaats", columns, rows, (2,))
            found.append(Appendix("Wie nergens terecht kan", (table,)))
    if obligation.kind is DossierKind.EWS_MELDING and alternatives.examined(facts):
        found.append(
            Appendix("Onderzochte alternatieven", (alternatives.table(facts, alternatives.examined(facts)),))
        )
    return tuple(found)


def _cited_first(lines: Iterable[EvidenceLine]) -> tuple[EvidenceLine, ...]:
    return tuple(sorted(lines, key=lambda line: (line.case, line.number, line.version)))


def at_version(dossier: Dossier, version: int) -> Dossier:
    """The same notice under another version number."""
    return replace(dossier, version=version)
