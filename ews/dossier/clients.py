"""Clients by care profile and delivery form: exact counts, as article 5.2 under 3 and 5 asks."""

from collections.abc import Iterable

from ews.dossier.model import ItemState, Paragraph, Passage, Ref, Sentence, Table, not_released
from ews.dossier.record import CaseFacts, ClientLine
from ews.dossier.words import cite, listed, long_date
from ews.regulation import Need

PGB = frozenset({"pgb"})


def in_natura(facts: CaseFacts) -> list[tuple[str, ClientLine]]:
    """(provider name, line) of care in natura; pgb lies outside the regulation (article 1)."""
    return [
        (provider.name, line)
        for provider in facts.providers
        for line in provider.clients
        if line.form.lower() not in PGB
    ]


def write_forms(facts: CaseFacts, need: Need) -> Passage:
    """Item 4: Wlz-zorg in natura, by delivery form and profile."""
    lines = [line for _, line in in_natura(facts)]
    if not lines:
        return _none(facts, need)
    forms: dict[str, list[str]] = {}
    for line in lines:
        forms.setdefault(line.form or "leveringsvorm onbekend", []).append(line.profile)
    parts = [f"{form} ({listed(sorted(set(profiles)))})" for form, profiles in sorted(forms.items())]
    stated = Sentence(f"De melding betreft Wlz-zorg in natura: {listed(parts)}.", _refs(lines))
    scope = Sentence("Zorg met een pgb valt buiten de regeling en buiten deze melding.", connective=True)
    return _passage(facts, need, lines, Paragraph((stated, scope)))


def _none(facts: CaseFacts, need: Need) -> Passage:
    """Nothing to count, or counts that this reader may not see."""
    source = next((one.clients_withheld for one in facts.providers if one.clients_withheld), "")
    if not source:
        return Passage(())
    hidden = Paragraph((not_released(need.what, source),))
    why = f"{need.what}: bron niet vrijgegeven"
    return Passage((hidden,), ItemState.MISSING, why, need.from_whom)


def write_total(facts: CaseFacts, need: Need) -> Passage:
    """Item 3: number of insured concerned."""
    lines = [line for _, line in in_natura(facts)]
    if not lines:
        return _none(facts, need)
    total = sum(line.clients for line in lines)
    text = f"Aantal betrokken verzekerden: {total}{_stood(lines)}."
    return _passage(facts, need, lines, Paragraph((Sentence(text, _refs(lines)),)))


def _stood(lines: Iterable[ClientLine]) -> str:
    """The last day on which every count was still told; a count that stays keeps the row that told it first."""
    days = [line.as_of for line in lines]
    known = [day for day in days if day is not None]
    return f" (stand van {long_date(min(known))})" if known and len(known) == len(days) else ""


def write_table(facts: CaseFacts, need: Need) -> Passage:
    """Item 5: insured in care by profile and delivery form."""
    lines = in_natura(facts)
    if not lines:
        return _none(facts, need)
    several = len(facts.providers) > 1
    planned = any(line.nowhere is not None for _, line in lines)
    rows = [
        (
            *((name,) if several else ()),
            line.profile,
            line.form,
            str(line.clients),
            *((_number(line.nowhere),) if planned else ()),
            cite((*line.refs, *line.nowhere_refs)),
        )
        for name, line in lines
    ]
    total = str(sum(line.clients for _, line in lines))
    nowhere = (str(sum(line.nowhere or 0 for _, line in lines)),) if planned else ()
    rows.append(
        (*(("",) if several else ()), "Totaal", "", total, *nowhere, cite(_refs(line for _, line in lines)))
    )
    elsewhere = ("Geen andere plaats",) if planned else ()
    columns = ("Zorgprofiel", "Leveringsvorm", "In zorg", *elsewhere, "Bewijs")
    first = 3 if several else 2
    table = Table(
        "Verzekerden in zorg per zorgprofiel en leveringsvorm (exacte aantallen)",
        (("Zorgaanbieder", *columns) if several else columns),
        tuple(rows),
        numeric=(first, first + 1) if planned else (first,),
    )
    return _passage(facts, need, [line for _, line in lines], table)


def write_nowhere(facts: CaseFacts, need: Need) -> Passage:
    """For how many clients no other place was found."""
    lines = [line for _, line in in_natura(facts) if line.nowhere is not None]
    if not lines:
        return Passage(())
    without = [line for line in lines if line.nowhere]
    total = sum(line.nowhere or 0 for line in lines)
    detail = listed([f"{line.profile} {line.form}: {line.nowhere}".replace("  ", " ") for line in without])
    text = f"Voor {total} verzekerden is geen andere plaats gevonden{f' ({detail})' if detail else ''}."
    plans = tuple(dict.fromkeys(ref for line in lines for ref in line.nowhere_refs))
    return _passage(facts, need, lines, Paragraph((Sentence(text, (*_refs(lines), *plans)),)))


def _passage(facts: CaseFacts, need: Need, lines: list[ClientLine], block: Paragraph | Table) -> Passage:
    kinds = facts.kinds(_refs(lines))
    if need.evidence and not kinds & set(need.evidence):
        return Passage(
            (block,), ItemState.WEAK, f"{need.what}: geen geldig bewijsstuk", need.from_whom, unproved=True
        )
    return Passage((block,))


def _refs(lines: Iterable[ClientLine]) -> tuple[Ref, ...]:
    return tuple(dict.fromkeys(ref for line in lines for ref in line.refs))


def _number(value: int | None) -> str:
    return "–" if value is None else str(value)
