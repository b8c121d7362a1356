"""Laying a notice out: the letter, the summary, the items, the appendices, and what stands on every page."""

from collections.abc import Iterable, Sequence

from ews.dossier.assemble import in_short
from ews.dossier.model import ChronologyLine, Dossier, DossierItem, EvidenceLine, ItemState
from ews.dossier.paper import Paper, PaperBlock, Section, blocks, paragraph, plain, table
from ews.dossier.style import HouseStyle
from ews.dossier.words import cite, long_date, short_date
from ews.regulation import DossierKind, Mark

FICTITIOUS = "FICTIEF: voorbeeld met verzonnen gegevens, niet verzenden"
"""At the head of every page of an example; the template of the PDF has the same words."""
MARKS = {
    Mark.CONFIRMED: "tekst van de regeling",
    Mark.SECONDARY: "naar een secundaire bron",
    Mark.DESIGN: "eigen opzet van het kantoor",
    Mark.UNCONFIRMED: "niet bevestigd",
}


def lay_out(dossier: Dossier) -> Paper:
    """The notice as pages; nothing is added to what it says."""
    style = dossier.house_style
    return Paper(
        title=f"{dossier.title} {dossier.case}",
        label=dossier.label,
        fictitious=dossier.fictitious,
        accent=style.accent,
        body_font=style.body_font,
        word_font=style.word_font,
        letterhead=style.letterhead,
        sender=(
            dossier.sender.legal_name,
            dossier.sender.name,
            dossier.sender.address,
            dossier.sender.contact,
        ),
        addressee=dossier.addressee,
        reference=_reference(dossier),
        status=_status(dossier),
        salutation=style.salutation,
        letter=_letter(dossier),
        closing=(
            style.closing,
            dossier.sender.legal_name,
            dossier.sender.signatory or "[naam en functie van de ondertekenaar]",
        ),
        sections=tuple(_sections(dossier)),
        footer=footer(dossier),
        created=dossier.drafted_on.isoformat(),
    )


def _reference(dossier: Dossier) -> tuple[tuple[str, str], ...]:
    return (
        ("Plaats en datum", f"{dossier.house_style.place}, {long_date(dossier.drafted_on)}"),
        (
            "Kenmerk",
            f"{dossier.case}, {dossier.title.lower().replace('ews', 'EWS')}, versie {dossier.version}",
        ),
        ("Onderwerp", dossier.subject),
        ("Zorgaanbieder", " en ".join(dossier.provider_names)),
        ("Rubricering", dossier.house_style.confidentiality),
        ("Wanneer", dossier.term),
    )


def _status(dossier: Dossier) -> tuple[str, ...]:
    if dossier.standing:
        return dossier.standing
    if dossier.is_complete:
        return ("Concept. Alle onderdelen zijn ingevuld; nog niet vastgesteld.",)
    number = len(dossier.missing)
    head = f"Concept, niet compleet: {number} {'onderdeel ontbreekt' if number == 1 else 'onderdelen ontbreken'}."
    return (
        head,
        *(f"{item.item}. {item.title}: {item.why} (van: {item.from_whom})" for item in dossier.missing),
    )


def _letter(dossier: Dossier) -> tuple[PaperBlock, ...]:
    told = [paragraph(dossier.opening)]
    if dossier.kind is DossierKind.OVERMACHTSMELDING:
        lead = "Hierna staan de onderdelen van artikel 5.2 van de regeling onder hun eigen nummer, met per zin het bewijsstuk tussen vierkante haken. De bewijslijst staat achterin."
    else:
        lead = "Hierna staan de onderdelen van deze melding, met per zin het bewijsstuk tussen vierkante haken. De bewijslijst staat achterin. Voor een EWS-melding is geen sjabloon van de NZa bekend; de opzet is van het kantoor."
    told.append(PaperBlock("paragraph", runs=((lead, "plain"),)))
    routes = f"Wijze van melden: {'; '.join(dossier.channels)}."
    told.append(PaperBlock("paragraph", runs=((routes, "plain"),)))
    return tuple(told)


def _sections(dossier: Dossier) -> Iterable[Section]:
    rows = tuple((what, told) for what, told in dossier.summary)
    yield Section(
        "Samenvatting",
        1,
        (table("Per onderdeel in het kort", ("Onderdeel", "In het kort"), rows, (30, 70)),),
        new_page=True,
    )
    heading = (
        "Onderdelen van artikel 5.2"
        if dossier.kind is DossierKind.OVERMACHTSMELDING
        else "Onderdelen van de melding"
    )
    yield Section(heading, 1, new_page=True)
    parent = ""
    for item in dossier.items:
        number = item.item.rstrip("ab")
        if number != item.item and number != parent:
            yield Section(f"{number}. Onderzochte alternatieven en ondernomen acties", 2)
        parent = number
        yield _item(item, 3 if number != item.item else 2, is_draft=not dossier.standing)
    yield from _explained(
        "Toelichting bij aandachtspunten uit het toezicht", dossier.criteria, is_draft=not dossier.standing
    )
    yield from _explained(
        "Toets van de twee voorwaarden voor overmacht", dossier.conditions, is_draft=not dossier.standing
    )
    yield Section("Bijlagen", 1, new_page=True)
    letters = iter("ABCDEFGHIJ")
    yield Section(f"Bijlage {next(letters)}. Chronologie", 2, (_chronology(dossier.chronology),))
    for appendix in dossier.appendices:
        yield Section(f"Bijlage {next(letters)}. {appendix.title}", 2, blocks(appendix.blocks))
    if dossier.form:
        yield Section(f"Bijlage {next(letters)}. Velden van het formulier", 2, (_form(dossier),))
    yield Section(f"Bijlage {next(letters)}. Bewijslijst", 2, (_evidence(dossier.evidence),))
    yield Section(f"Bijlage {next(letters)}. Verantwoording", 2, _account(dossier))


def _explained(heading: str, items: Sequence[DossierItem], *, is_draft: bool) -> Iterable[Section]:
    if items:
        yield Section(heading, 1)
        for item in items:
            yield _item(item, 2, is_draft=is_draft)


def _item(item: DossierItem, level: int, *, is_draft: bool) -> Section:
    number = "" if item.item == "O" else f"{item.item}. "
    state = f"Zwak: {item.why}" if is_draft and item.state is ItemState.WEAK and item.why else ""
    words = f"“{item.text}”" if item.mark is Mark.CONFIRMED else item.text  # only what was read is quoted
    asked = f"{words} ({item.basis}; {MARKS[item.mark]})"
    return Section(f"{number}{item.title}", level, blocks(item.blocks), asked, state, f"item-{item.item}")


def _chronology(lines: Iterable[ChronologyLine]) -> PaperBlock:
    rows = tuple(
        (short_date(one.happened_on), short_date(one.recorded_on), one.text, cite(one.refs)) for one in lines
    )
    return table(
        "Wat er gebeurde en wanneer het is vastgelegd",
        ("Gebeurd", "Vastgelegd", "Wat", "Bewijs"),
        rows,
        (14, 14, 56, 16),
    )


def _evidence(lines: Iterable[EvidenceLine]) -> PaperBlock:
    rows = tuple(
        (
            one.label,
            f"{one.name} ({one.kind.replace('_', ' ')}{f', versie {one.version}' if one.version > 1 else ''})",
            short_date(one.dated_on),
            one.confidentiality,
            f"{one.sha256[:16]}…",
        )
        for one in lines
    )
    columns = ("Nummer", "Stuk", "Datum stuk", "Rubricering", "SHA-256 (begin)")
    return table("Bewijslijst; de volledige hash staat in het manifest", columns, rows, (10, 42, 14, 14, 20))


def _form(dossier: Dossier) -> PaperBlock:
    found = {item.item: item for item in dossier.sections}
    rows = tuple(
        (f"{field}. {label}", f"onderdeel {item}: {found[item].title}", in_short(found[item]))
        for field, label, item in dossier.form
        if item in found
    )
    columns = ("Veld van het formulier", "Staat in", "In te vullen")
    return table("Het formulier, veld voor veld", columns, rows, (28, 24, 48))


def _account(dossier: Dossier) -> tuple[PaperBlock, ...]:
    told = [f"Opgesteld onder {dossier.regulation}. {dossier.regulation_note}".strip(), *dossier.notes]
    told += [f"{one.part}: {one.ground}." for one in dossier.house_style.grounds]
    told.append(
        f"Regel van het auditspoor waarop dit stuk steunt: {dossier.audit_head}. Configuratie: {dossier.config_hash[:16]}."
    )
    return tuple(PaperBlock("paragraph", runs=((plain(one), "plain"),)) for one in told)


def footer(dossier: Dossier) -> str:
    """What stands at the foot of every page, before its number."""
    return f"{dossier.house_style.confidentiality} · {dossier.case} v{dossier.version} · auditkop {dossier.audit_head}"


def plain_paper(
    title: str,
    lead: str,
    drawn: tuple[PaperBlock, ...],
    *,
    style: HouseStyle,
    sender: tuple[str, ...],
    created: str,
    fictitious: bool,
    audit_head: str,
) -> Paper:
    """A page that is no letter: a title, a sentence, and what follows."""
    return Paper(
        title=title,
        label="",
        fictitious=fictitious,
        accent=style.accent,
        body_font=style.body_font,
        word_font=style.word_font,
        letterhead=style.letterhead,
        sender=sender,
        addressee=(),
        reference=(),
        status=(),
        salutation="",
        letter=(),
        closing=(),
        sections=(Section(title, 1, (PaperBlock("paragraph", runs=((plain(lead), "plain"),)), *drawn)),),
        footer=f"{style.confidentiality} · auditkop {audit_head}",
        created=created,
    )
