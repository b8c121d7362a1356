"""KIK-V: answers to the exchange profile of the zorgkantoren, per quarter and vestiging.

Most answers come as SPARQL results in JSON, those of three providers as tables in CSV.
"""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from region_generator.cast import Location, Provider
from region_generator.course import Figures
from region_generator.files import Arrival, Cell, document, plain_comma, table
from region_generator.lists import ENDED, Courses, split
from region_generator.quarters import SHOWN, TODAY, Quarter, workday

_BY_TABLE = frozenset({3, 8, 17})
_REFUSES = frozenset({10, 18})
_NUMBERS = {
    "2.1.1": "aantal personeelsleden",
    "2.1.2": "aantal fte",
    "2.1.3": "percentage bepaalde tijd",
    "2.1.4": "percentage personeel niet in loondienst",
    "2.3.1": "ziekteverzuimpercentage (Vernet)",
    "2.3.1u": "ziekteverzuimpercentage (uren)",
    "2.4.1": "instroom",
    "2.4.2": "uitstroom",
}
_PER_LOCATION = ("2.1.1", "2.1.2", "2.1.4", "2.3.1", "2.4.2")
_XSD = "http://www.w3.org/2001/XMLSchema#"


def arrivals(courses: Courses) -> Iterator[Arrival]:
    nursing = {p: c for p, c in courses.items() if p.sector == "vv" and p.number not in _REFUSES}
    for step, quarter in enumerate(SHOWN):
        day = workday(quarter.end + timedelta(days=50))
        here = [p for p in nursing if ENDED.get(p.number, date.max) > quarter.end]
        if day > TODAY:
            continue
        at = datetime.combine(day, time(7, 5))
        json = _sparql([p for p in here if p.number not in _BY_TABLE], nursing, step, quarter)
        yield Arrival(at, "kikv_antwoorden", f"kikv/kikv_antwoorden_{quarter}.json", json)
        tables = _tables([p for p in here if p.number in _BY_TABLE], nursing, step, quarter, day)
        yield Arrival(at + timedelta(minutes=5), "kikv_tabellen", f"kikv/kikv_tabellen_{quarter}.csv", tables)


def _sparql(providers: list[Provider], courses: Courses, step: int, quarter: Quarter) -> bytes:
    bindings = []
    for p in providers:
        for spot, values in _answers(p, courses[p][step + 4], step):
            bindings += [_binding(p, spot, quarter, number, value) for number, value in values.items()]
    names = ["kvk", "vestiging", "jaar", "kwartaal", "indicator", "omschrijving", "waarde"]
    return document({"head": {"vars": names}, "results": {"bindings": bindings}}, indent=None)


def _binding(
    p: Provider, spot: Location | None, quarter: Quarter, number: str, value: float
) -> dict[str, Any]:
    def literal(text: str, kind: str) -> dict[str, str]:
        return {"type": "literal", "datatype": _XSD + kind, "value": text}

    row = {
        "kvk": literal(p.kvk, "string"),
        "jaar": literal(str(quarter.year), "gYear"),
        "kwartaal": literal(f"Q{quarter.number}", "string"),
        "indicator": literal(number, "string"),
        "omschrijving": literal(_NUMBERS[number], "string"),
        "waarde": literal(f"{value:.2f}", "decimal"),
    }
    if spot is not None:  # an unbound variable is absent in SPARQL results
        row["vestiging"] = literal(spot.vestiging, "string")
    return row


def _tables(providers: list[Provider], courses: Courses, step: int, quarter: Quarter, day: date) -> bytes:
    rows: list[tuple[Cell, ...]] = []
    for p in providers:
        for spot, values in _answers(p, courses[p][step + 4], step):
            line = "Totaal organisatie" if spot is None else spot.vestiging
            for number, value in values.items():
                care, other = plain_comma(value, 2), plain_comma(value * 0.11, 2)
                whole = plain_comma(value * 1.11, 2) if number in {"2.1.1", "2.1.2"} else care
                rows.append(
                    (p.kvk, number, quarter.year, f"Q{quarter.number}", str(day), line, care, other, whole)
                )
    header = (
        "AanbiederKvK", "Vraag", "Jaar", "Kwartaal", "DatumOntvangen", "Indeling", "Zorg", "Niet_zorg", "Totaal",
    )  # fmt: skip
    return table(header, rows)


def _answers(p: Provider, now: Figures, step: int) -> Iterator[tuple[Location | None, dict[str, float]]]:
    """The organisation and each of its vestigingen; trouble sits in one place first, hence the tilt."""
    chance = random.Random(f"kikv-{p.number}-{step}")
    yield None, _values(now, now.heads, now.fte, tilt=1.0)
    heads = split(now.heads, p)
    tilts = [1.0 + chance.gauss(0, 0.05) for _ in p.locations]
    if len(tilts) > 1:
        tilts[-1] += 0.12
    for spot, head, tilt in zip(p.locations, heads, tilts, strict=True):
        values = _values(now, head, head / 1.42, tilt=tilt)
        yield spot, {number: values[number] for number in _PER_LOCATION}


def _values(now: Figures, heads: int, fte: float, *, tilt: float) -> dict[str, float]:
    return {
        "2.1.1": float(heads),
        "2.1.2": fte,
        "2.1.3": 100 * now.temporary,
        "2.1.4": 100 * min(0.7, now.pnil * tilt),
        "2.3.1": 100 * now.absence * tilt,
        "2.3.1u": 100 * now.absence_hours * tilt,
        "2.4.1": 100 * now.inflow,
        "2.4.2": 100 * now.outflow * tilt,
    }
