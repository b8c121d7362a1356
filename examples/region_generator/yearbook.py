"""What comes once a year: the ODB workbook of nursing homes, and what the office reads in annual accounts."""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from region_generator.cast import Provider
from region_generator.course import Figures
from region_generator.files import Arrival, Cell, plain_comma, table, workbook
from region_generator.lists import ENDED, Courses
from region_generator.stories import AVONDROOD, KADE_TWAALF, WILGENHOF

_ODB_HEADER = (
    "IndicatorsetNaam", "IndicatorsetCode", "Verslagjaar", "OrganisatieNaam", "KvkNummer", "LocatieNaam",
    "Vestigingsnummer", "LocatiePostcode", "LocatieHuisnummer", "LocatiePlaats", "LocatieAGBcode",
    "Type Zorgaanbieder", "Thema", "IndicatorCode", "IndicatorSorteernummer", "IndicatorNummer", "IndicatorNaam",
    "IndicatorWaarde", "Teller", "Noemer", "Indicator_nvt", "Opmerking", "IndicatorEenheid", "IndicatorType", "Bron",
    "MeetperiodeBeginDatum", "MeetperiodeEindDatum", "AanleverFrequentie",
)  # fmt: skip
# code, number, name, theme, unit
_ODB = (
    ("INID013486", "1.1", "Hoeveel personeelsleden heeft de organisatie?", "Aard van de aanstellingen", "Getal"),
    ("INID013520", "1.2", "Hoeveel fte heeft de organisatie?", "Aard van de aanstellingen", "Getal"),
    ("INID013521", "1.3", "Hoeveel procent van de personeelsleden heeft een tijdelijke arbeidsovereenkomst?",
     "Aard van de aanstellingen", "Percentage"),
    ("INID013522", "1.4", "Percentage uitzendkrachten/PNIL zijn er ingezet?", "Aard van de aanstellingen", "Percentage"),
    ("INID013528", "3.1", "Wat is het ziekteverzuimpercentage?", "Ziekteverzuim", "Percentage"),
    ("INID013530", "4.1", "Welke omvang heeft de instroom van nieuwe medewerkers?", "In-, door-, en uitstroom", "Percentage"),
    ("INID013531", "4.2", "Welke omvang heeft de uitstroom van medewerkers?", "In-, door-, en uitstroom", "Percentage"),
)  # fmt: skip
# Accounts of 2022 to 2025: due before 1 June of the next year.
_YEARS = (2023, 2024, 2025)


def arrivals(courses: Courses) -> Iterator[Arrival]:
    for year in (2023, 2024):  # the workbook over 2025 has not come yet
        at = datetime.combine(date(year + 1, 9, 16), time(10, 0))
        path = f"odb/openbaar-databestand-verpleeghuiszorg-verslagjaar-{year}.xlsx"
        yield Arrival(at, "odb_verpleeghuiszorg", path, _odb(courses, year))
    for year in _YEARS:
        for day in (date(year + 1, 6, 8), date(year + 1, 10, 12)):
            rows = [row for p, course in courses.items() if (row := _account(p, course, year, day))]
            path = f"jaarverantwoording/jaarrekeningen_{day}.csv"
            yield Arrival(
                datetime.combine(day, time(11, 0)), "jaarrekeningen", path, table(_ACCOUNT_HEADER, rows)
            )


def _odb(courses: Courses, year: int) -> bytes:
    rows: list[list[Cell]] = [list(_ODB_HEADER)]
    for p, course in courses.items():
        if p.sector == "vv" and p.number not in {10, 18}:
            quarters = [figures for figures in course if figures.quarter.year == year]
            rows += _odb_rows(p, quarters, year)
    return workbook((("Belangrijke informatie", []), (f"verpleeghuiszorg VJ{year}", rows)))


def _odb_rows(p: Provider, quarters: list[Figures], year: int) -> list[list[Cell]]:
    last = quarters[-1]
    mean = {
        name: sum(getattr(f, name) for f in quarters) / len(quarters)
        for name in ("pnil", "absence", "inflow")
    }
    values = (
        float(last.heads), last.fte, 100 * last.temporary, 100 * mean["pnil"], 100 * mean["absence"],
        100 * mean["inflow"], 100 * last.outflow,
    )  # fmt: skip
    spot = p.locations[0]
    rows: list[list[Cell]] = []
    for order, ((code, number, name, theme, unit), value) in enumerate(
        zip(_ODB, values, strict=True), start=1
    ):
        absent = (p.number, code) == (14, "INID013528")
        rows.append([
            "Verpleeghuiszorg Personeelssamenstelling", "ISID000160", year, p.name, int(p.kvk),
            f"Concernniveau: {p.name}", int(spot.vestiging), spot.postcode, 1, spot.place.upper(), None,
            "VERPLEEGHUIZEN", theme, code, order, number, name, None if absent else f"{value:05.2f}", None, None,
            1 if absent else 0, "Niet geregistreerd" if absent else None, unit, "Uitkomst", "NULL",
            f"{year}-01-01 00:00:00.000", f"{year}-12-31 23:59:59.000", "Jaarlijks",
        ])  # fmt: skip
    return rows


_ACCOUNT_HEADER = (
    "KvK-nummer", "Naam", "Boekjaar", "Gedeponeerd op", "Accountantskantoor", "Type opdracht", "Oordeel",
    "Grond beperking", "Continuïteitsonzekerheid", "Eigen vermogen", "Balanstotaal", "Som der bedrijfsopbrengsten",
    "Resultaat",
)  # fmt: skip
_LATE = {
    (WILGENHOF, 2025): None,
    (29, 2024): date(2025, 9, 3),
    (33, 2025): date(2026, 8, 27),
    (7, 2023): None,
}


def _account(p: Provider, course: tuple[Figures, ...], year: int, seen: date) -> list[Cell] | None:
    """The line of one provider as the office saw it on a day; None when it had stopped."""
    if ENDED.get(p.number, date.max) < date(year + 1, 6, 1):
        return None
    chance = random.Random(f"account-{p.number}-{year}")
    habit = random.Random(f"filing-{p.number}").randrange(60)  # who is early is early every year
    usual = date(year + 1, 3, 25) + timedelta(days=habit + chance.randrange(5))
    filed = _LATE.get((p.number, year), usual)
    if filed is None or filed > seen:
        return [p.kvk, p.name, year, None, None, None, None, None, None, None, None, None, None]
    quarters = [figures for figures in course if figures.quarter.year == year]
    opinion, ground, doubt = _opinion(p, year, chance)
    turnover, result = sum(f.turnover for f in quarters), sum(f.result for f in quarters)
    last = quarters[-1]
    money = (last.equity, last.total, turnover, result)
    office = f"Accountants {chance.choice('ABCD')} (fictief)"
    return [
        p.kvk, p.name, year, str(filed), office, "wettelijke_controle", opinion, ground, doubt,
        *(plain_comma(round(amount / 1000) * 1000, 0) for amount in money),
    ]  # fmt: skip


def _opinion(p: Provider, year: int, chance: random.Random) -> tuple[str, str | None, str]:
    if (p.number, year) == (WILGENHOF, 2024):
        return "goedkeurend", None, "ja"
    if (p.number, year) == (AVONDROOD, 2025):
        return "beperking", "volledigheid van de opbrengsten", "nee"
    if p.number != KADE_TWAALF and chance.random() < 0.05:
        return "beperking", "wnt", "nee"
    return "goedkeurend", None, "nee"
