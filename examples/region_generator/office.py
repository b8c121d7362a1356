"""What the office itself holds: production agreements, the contract register, own observations."""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from region_generator.cast import Provider
from region_generator.course import Figures
from region_generator.files import Arrival, Cell, plain_comma, table, workbook
from region_generator.lists import ENDED, Courses
from region_generator.quarters import SHOWN, TODAY, workday
from region_generator.stories import AVONDROOD, STORIES, WILGENHOF, Story, at

_PRODUCTION_HEADER = (
    "KvK-nummer", "Naam", "Maand", "Afgesproken", "Gerealiseerd", "Betaald", "Herschikking", "Tarief % van NZa-maximum",
)  # fmt: skip
_CONTRACT_HEADER = (
    "KvK-nummer", "Naam", "Meldplicht continuïteit", "Meldplicht sinds", "Delen met NZa", "Delen met IGJ",
    "Delen met zorgkantoren", "Gevolg bij schending",
)  # fmt: skip
_OBSERVATION_HEADER = ("Datum", "KvK-nummer", "Soort", "Uitkomst", "Aantal", "Opvolgen vóór", "Toelichting")


def arrivals(courses: Courses) -> Iterator[Arrival]:
    yield from _production(courses)
    yield from _contracts(courses)
    yield from _observations(courses)


def _production(courses: Courses) -> Iterator[Arrival]:
    for quarter in SHOWN:
        day = workday(quarter.end + timedelta(days=24))
        rows = [
            row
            for p, course in courses.items()
            if ENDED.get(p.number, date.max) > quarter.end
            for row in _months(p, next(f for f in course if f.quarter == quarter))
        ]
        path = f"productie/productieafspraken_{quarter}.csv"
        content = table(_PRODUCTION_HEADER, rows)
        yield Arrival(datetime.combine(day, time(13, 0)), "productieafspraken", path, content)


def _months(p: Provider, now: Figures) -> Iterator[list[Cell]]:
    chance = random.Random(f"production-{p.number}-{now.quarter}")
    rate = 0.92 + 0.06 * random.Random(f"rate-{p.number}").random()
    agreed = p.clients * now.wlz / now.clients / 3
    for month in range(3):
        realised = now.wlz / 3 * chance.gauss(1, 0.012)
        advance = 0.12 * agreed if (p.number, str(now.quarter)) == (WILGENHOF, "2026-Q3") else 0.0
        moved = 0.02 * agreed * chance.choice((0, 0, 0, 0, 1, -1))
        given_back = at(STORIES.get(p.number, Story()).given_back, SHOWN.index(now.quarter))
        moved = -given_back * agreed if given_back else moved
        yield [
            p.kvk, p.name, f"{now.quarter.year}-{3 * now.quarter.number - 2 + month:02d}",
            *(plain_comma(amount, 2) for amount in (agreed, realised, realised * 0.985 + advance, moved)),
            plain_comma(100 * rate, 1),
        ]  # fmt: skip


def _contracts(courses: Courses) -> Iterator[Arrival]:
    for day in (date(2024, 1, 15), date(2026, 1, 12)):
        rows: list[list[Cell]] = [list(_CONTRACT_HEADER)]
        rows += [_clauses(p, day) for p in courses if ENDED.get(p.number, date.max) > day]
        content = workbook((("Contractregister (fictief)", rows),))
        path = f"contracten/contractregister_{day}.xlsx"
        yield Arrival(datetime.combine(day, time(10, 30)), "contractregister", path, content)


def _clauses(p: Provider, day: date) -> list[Cell]:
    chance = random.Random(f"clauses-{p.number}")
    old = chance.random() < 0.2 and day.year < 2026
    duty = (
        None if old else "Aanbieder meldt (dreigende) discontinuïteit onverwijld, schriftelijk, met cijfers."
    )
    since = None if old else f"{chance.choice((2023, 2024))}-01-01"
    share = ["nee" if chance.random() < 0.12 else "ja" for _ in range(3)]
    consequence = (
        None if old else chance.choice(("verscherpte informatieplicht", "opschorting van de bevoorschotting"))
    )
    return [p.kvk, p.name, duty, since, *share, consequence]


# day, provider, kind, outcome, count, days to follow up, note
_SEEN = (
    (
        date(2025, 12, 4),
        AVONDROOD,
        "locatiebezoek",
        "zorgen",
        1,
        30,
        "veel wisselende gezichten op de afdeling",
    ),
    (date(2026, 2, 17), AVONDROOD, "klachten", "zorgen", 7, 30, "klachten van familie over bereikbaarheid"),
    (
        date(2026, 4, 22),
        AVONDROOD,
        "kwaliteitsgesprek",
        "onvoldoende",
        1,
        14,
        "verbeterplan niet op tijd gereed",
    ),
    (date(2026, 7, 8), WILGENHOF, "kwaliteitsgesprek", "voldoende", 1, None, "zorg is op orde, geld niet"),
    (
        date(2026, 9, 15),
        WILGENHOF,
        "zorgbemiddeling",
        "zorgen",
        4,
        21,
        "vier families vragen naar andere plek",
    ),
    (date(2025, 3, 11), 5, "locatiebezoek", "voldoende", 1, None, "griepgolf, vervanging geregeld"),
    (date(2025, 10, 2), 24, "clientondersteuning", "zorgen", 2, 30, "twee vragen over begeleiding"),
    (date(2026, 6, 3), 9, "klachten", "voldoende", 3, None, "afgehandeld"),
)


def _observations(courses: Courses) -> Iterator[Arrival]:
    by_number = {p.number: p for p in courses}
    months = sorted({(day.year, day.month) for day, *_ in _SEEN})
    for year, month in months:
        seen = [one for one in _SEEN if (one[0].year, one[0].month) == (year, month)]
        day = workday(date(year + month // 12, month % 12 + 1, 2))
        assert day <= TODAY
        rows = [
            (
                str(on),
                by_number[n].kvk,
                kind,
                outcome,
                count,
                str(on + timedelta(days=term)) if term else None,
                note,
            )
            for on, n, kind, outcome, count, term, note in seen
        ]
        path = f"waarnemingen/waarnemingen_{year}-{month:02d}.csv"
        content = table(_OBSERVATION_HEADER, rows)
        yield Arrival(datetime.combine(day, time(14, 0)), "eigen_waarnemingen", path, content)
