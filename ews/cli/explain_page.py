"""Indicators, scorecard and escalation in words: what `ews config explain` prints."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from ews.alerts.policy import AlertPolicy
from ews.notify.words import LEVEL
from ews.scoring.card import Card, CardFile, Heard, Judged, Line
from ews.scoring.words import figure, long_date, number
from ews.signals.indicators import Direction, Indicator
from ews.signals.model import Unit

_DIRECTION = {
    Direction.HIGHER_IS_WORSE: "hoger is slechter",
    Direction.LOWER_IS_WORSE: "lager is slechter",
    Direction.CATEGORY: "woorden, geen getal",
}
_UNIT = {
    Unit.COUNT: "aantal",
    Unit.EUROCENT: "euro",
    Unit.RATIO: "percentage",
    Unit.NUMBER: "getal",
    Unit.TEXT: "tekst",
    Unit.DATE: "datum",
}
_HORIZON = {"short": "tot 3 maanden", "medium": "3 tot 12 maanden", "long": "12 tot 36 maanden"}
_JUDGED = {
    Judged.VALUE: "waarde",
    Judged.CHANGE_LAST: "verandering tegenover vorige periode",
    Judged.CHANGE_YEAR: "verandering tegenover een jaar eerder",
    Judged.DECLINES: "perioden op rij slechter",
    Judged.BEYOND_NORM: "keer voorbij de norm in de laatste drie perioden",
    Judged.SLOPE: "verandering per periode, lijn door de laatste vier tot acht",
    Judged.PEERS: "deel van vergelijkbare aanbieders dat het beter doet",
}


def indicator_document(indicator: Indicator, files: Mapping[str, CardFile]) -> dict[str, Any]:
    """Everything about one indicator, with the lines that weigh it."""
    return {
        "indicator": indicator.id,
        "name": indicator.name,
        "formula": indicator.formula,
        "unit": indicator.unit.value,
        "direction": indicator.direction.value,
        "cadence": indicator.cadence,
        "stale_after_days": indicator.stale_after_days,
        "horizons": list(indicator.horizons),
        "sectors": list(indicator.sectors),
        "known_incomplete": indicator.known_incomplete,
        "benchmarks": [
            asdict(one) | {"valid_from": one.valid_from.isoformat()} for one in indicator.benchmarks
        ],
        "branch_figure": indicator.branch_figure or None,
        "why_it_matters": indicator.why_it_matters,
        "norms": [asdict(norm) | {"valid_from": norm.valid_from.isoformat()} for norm in indicator.norms],
        "lines": [
            {"scorecard": name, "card": card.id, "line": line.id, "judged": line.judged.value}
            for name, card, line in _lines(indicator, files)
        ],
    }


_MARK = {
    "C": "nagezien in de bron zelf",
    "S": "uit de tweede hand",
    "G": "algemeen bekend, niet nagezien",
}
"""How sure the source of a norm is; what is derived says so itself."""
_FUNCTION = {
    "eerste": "het eerste dat bekend is",
    "laagste": "het laagste van wat bekend is",
    "hoogste": "het hoogste van wat bekend is",
    "positief": "alleen als het meer dan nul is, anders onbekend",
    "som": "opgeteld over zoveel perioden, die alle bekend moeten zijn",
    "geteld": "opgeteld over zoveel perioden; een lege telt als nul",
    "keer": "in hoeveel van de laatste perioden dit er stond",
    "maanden_sinds": "maanden tussen die datum en vandaag",
    "wijzigingen": "hoe vaak het veranderde in zoveel maanden",
    "per_jaar": "omgerekend naar een jaar",
    "grootste_deel": "het grootste deel van het geheel",
    "naar_gemiddelde": "naar het gemiddelde van allen getrokken, sterker naarmate het op minder rust",
    "apart": "de tekst, met erbij op welke grond als dat de genoemde is",
    "zwaarste": "de zwaarste die loopt, geteld van links",
    "gebeurd": "hoe vaak het in zoveel maanden gebeurde",
    "opgeteld": "het aantal dat de meldingen noemen, over zoveel maanden",
    "uitkomsten": "hoe vaak de uitkomst een van de genoemde was, over zoveel maanden",
}
"""What the functions of a formula do."""


def _functions(formula: str) -> Iterator[str]:
    for name, said in _FUNCTION.items():
        if re.search(rf"\b{name}\(", formula):
            yield f"{name}: {said}"
    if '["*"]' in formula:
        yield '["*"]: alles waarin het cijfer is gesplitst, samen'


def indicator_text(indicator: Indicator, files: Mapping[str, CardFile]) -> str:
    """The same in Dutch sentences."""
    lines = [
        f"{indicator.name} ({indicator.id})",
        f"  {indicator.why_it_matters}",
        "",
        f"  Berekening      {indicator.formula}",
        *(f"                  {one}" for one in _functions(indicator.formula)),
        f"  Eenheid         {_UNIT[indicator.unit]}; {_DIRECTION[indicator.direction]}",
        f"  Verwacht        per {indicator.cadence}; verouderd na {indicator.stale_after_days} dagen",
        f"  Termijn         {', '.join(_HORIZON[one] for one in indicator.horizons)}",
        f"  Sectoren        {', '.join(indicator.sectors) or 'alle'}",
        "",
        "  Normen" if indicator.norms else "  Normen          geen",
    ]
    for norm in sorted(indicator.norms, key=lambda norm: (norm.id, norm.valid_from)):
        mark = f" ({_MARK[norm.mark]})" if norm.mark in _MARK else ""
        lines.append(
            f"    {norm.label}: {figure(norm.value, norm.unit)}, geldig vanaf {long_date(norm.valid_from)}"
        )
        lines.append(f"      {norm.kind}; {norm.source}{mark}")
    if indicator.known_incomplete:
        lines.append("  Let op          de bron is bekend onvolledig: het oordeel is hooguit redelijk zeker")
    if indicator.branch_figure:
        lines.append(
            f"  Branche         afgetrokken wordt '{indicator.branch_figure}' zoals ontvangen (ews source context), en anders:"
        )
    for one in indicator.benchmarks:
        since = long_date(one.valid_from)
        lines.append(
            f"  Branche {one.sector}: {figure(one.value, indicator.unit)} vanaf {since} ({one.source})"
        )
    for name, card, line in _lines(indicator, files):
        lines += ["", f"  Puntenkaart {name}, {card.name}, regel {line.id}: {_JUDGED[line.judged]}"]
        lines += [f"    {one}" for one in _bins(line, indicator)]
    return "\n".join(lines)


def scorecard_document(files: Mapping[str, CardFile]) -> dict[str, Any]:
    """All versions with their cards, as configured."""
    from pydantic_core import to_jsonable_python

    document: dict[str, Any] = to_jsonable_python(dict(files))
    return document


def scorecard_text(files: Mapping[str, CardFile], indicators: Mapping[str, Indicator]) -> str:
    """Every line with its bins, as a committee adds them up."""
    lines = []
    for name, file in files.items():
        for card in file.card:
            lines += [f"Puntenkaart {name}: {card.name} ({', '.join(card.schemes)})", f"  {_cutoffs(card)}"]
            for line in card.lines:
                horizons = ", ".join(_HORIZON[one.value] for one in line.horizons)
                lines.append(f"  {indicators[line.indicator].name}: {_JUDGED[line.judged]} ({horizons})")
                lines += [f"    {one}" for one in _bins(line, indicators[line.indicator])]
            lines.append("  Struikeldraden")
            lines += [
                f"    {wire.points:+4d}  {LEVEL[wire.level]:<9} {wire.reason}" for wire in card.tripwires
            ]
            lines += ["  Zachte signalen (naar betrouwbaarheid, tot zij verlopen)"] if card.heard else []
            lines += [f"    {_soft_points(heard)}  {heard.reason}" for heard in card.heard]
            lines.append("")
    return "\n".join(lines).rstrip()


def _soft_points(heard: Heard) -> str:
    return ", ".join(f"{reliability} {points:+d}" for reliability, points in heard.points.items())


def escalation_document(policy: AlertPolicy, files: Mapping[str, CardFile]) -> dict[str, Any]:
    """The three numbers and the thresholds of the newest cards."""
    newest = max(files.values(), key=lambda file: file.valid_from)
    return {
        "hold_off_days": policy.hold_off_days,
        "remind_every_days": policy.remind_every_days,
        "clear_after_days": policy.clear_after_days,
        "valid_from": policy.valid_from.isoformat(),
        "source": policy.source,
        "cards": {
            card.id: {
                one.level.value: {"raise_at": one.raise_at, "clear_below": one.clear_below}
                for one in card.cutoffs
            }
            for card in newest.card
        },
    }


def escalation_text(policy: AlertPolicy, files: Mapping[str, CardFile]) -> str:
    """The time line that the three numbers make."""
    newest = max(files.values(), key=lambda file: file.valid_from)
    remind, hold, clear = policy.remind_every_days, policy.hold_off_days, policy.clear_after_days
    lines = (
        f"Waarschuwingen ({policy.source}, geldig vanaf {long_date(policy.valid_from)})",
        "  dag 0      punten halen de grens van een niveau: waarschuwing, meteen",
        f"  dag {remind:<6} niemand bevestigde ontvangst: herhaald, en daarna elke {remind} dagen",
        "  bevestigd  stil tot de afgesproken dag; is het dan niet gezakt, dan gaat het opnieuw naar boven",
        f"  omlaag     pas na {clear} dagen zonder onderbreking onder de ondergrens, en niet binnen {hold} dagen na de",
        f"             laatste verandering van niveau: op zijn vroegst dag {max(hold, clear)}",
        "  onbekend   ontbrekende cijfers verlagen nooit iets; het laatst vastgestelde niveau blijft staan",
        "  locaties   een open waarschuwing van de aanbieder spreekt ook voor zijn locaties; wie iets hoorde,",
        "             hoort ook dat het voorbij is",
        "  concern    het hoogste lid dat werd verteld spreekt voor de andere leden in zijn regio; elk houdt zijn eigen",
        "             zaak, acuut wordt altijd verteld, en wat stil bleef wordt verteld zodra niemand er meer voor spreekt",
        *(f"  Grenzen {card.name}: {_cutoffs(card)}" for card in newest.card),
    )
    return "\n".join(lines)


def _lines(indicator: Indicator, files: Mapping[str, CardFile]) -> list[tuple[str, Card, Line]]:
    return [
        (name, card, line)
        for name, file in files.items()
        for card in file.card
        for line in card.lines
        if line.indicator == indicator.id
    ]


def _bins(line: Line, indicator: Indicator) -> list[str]:
    said = []
    above: float | None = None
    unit = Unit.RATIO if line.relative or line.judged is Judged.PEERS else indicator.unit
    if line.judged in {Judged.DECLINES, Judged.BEYOND_NORM}:
        unit = Unit.COUNT
    for one in line.bins:
        bounds = [f"vanaf {figure(above, unit)}"] if above is not None else []
        bounds += [f"onder {figure(one.below, unit)}"] if one.below is not None else []
        where = ", ".join(one.words) if one.words else " ".join(bounds) or "altijd"
        said.append(f"{one.points:+4d}  {where}")
        above = one.below
    states = (
        ("ontbreekt", line.missing),
        ("te laat", line.late),
        ("geweigerd", line.refused),
        ("verouderd", line.stale),
    )
    return said + [f"{state.points:+4d}  {word}" for word, state in states if state.points]


def _cutoffs(card: Card) -> str:
    return "; ".join(
        f"{LEVEL[one.level]} vanaf {number(one.raise_at, 0)}, weg onder {number(one.clear_below, 0)}"
        for one in card.cutoffs
    )
