"""The office's own lists: providers with the crosswalk, locations with places, clients per care profile."""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from region_generator.cast import Location, Provider
from region_generator.course import Figures
from region_generator.files import Arrival, Cell, table, workbook
from region_generator.quarters import SHOWN, TODAY, workday
from region_generator.stories import ENDINGS

REGION = "5528"
_FORMS = {"vv": (("verblijf", 0.72), ("vpt", 0.12), ("mpt", 0.16)), "ghz": (("verblijf", 0.88), ("mpt", 0.12)),
          "ggz": (("verblijf", 0.8), ("vpt", 0.08), ("mpt", 0.12))}  # fmt: skip
_PROVIDER_HEADER = (
    "KvK-nummer", "Naam", "AGB-code", "Sector", "Regio", "Plaats", "Concern", "Rechtsvorm", "Contract tot", "Status",
    "Moeilijk vervangbaar", "Accountmanager", "Peildatum",
)  # fmt: skip
_LOCATION_HEADER = (
    "Vestigingsnummer",
    "KvK-nummer",
    "Naam locatie",
    "Plaats",
    "Postcode",
    "Sector",
    "Capaciteit",
    "Vrije plaatsen",
)
_PLACES_HEADER = ("Vestigingsnummer", "KvK-nummer", "Zorgprofiel", "Leveringsvorm", "Vrije plaatsen")
_CLIENT_HEADER = ("KvK-nummer", "Naam", "Zorgprofiel", "Leveringsvorm", "Aantal cliënten", "Peildatum")

ENDED = {ending.number: date.fromisoformat(ending.day) for ending in ENDINGS}
_LINGER = timedelta(days=45)
"""Who has stopped stays on the lists with its clients until somebody takes them off."""
Courses = dict[Provider, tuple[Figures, ...]]


def list_days() -> list[date]:
    """Once a quarter, and every month in the last year: the office got better at it."""
    quarterly = [workday(date(q.year, 3 * q.number - 2, 5)) for q in SHOWN]
    monthly = [workday(date(2026, month, 5)) for month in range(1, 12)]
    return sorted({*quarterly, *monthly})


def arrivals(courses: Courses) -> Iterator[Arrival]:
    for day in list_days():
        at = datetime.combine(day, time(9, 30))
        here = [p for p in courses if ENDED.get(p.number, TODAY) + 4 * _LINGER > day]
        yield Arrival(at, "zorgaanbieders", f"lijsten/zorgaanbieders_{day}.xlsx", _providers(here, day))
        yield Arrival(at, "zorglocaties", f"lijsten/zorglocaties_{day}.csv", _locations(here, courses, day))
        yield Arrival(at, "vrije_plaatsen", f"lijsten/vrije_plaatsen_{day}.csv", _places(here, courses, day))
        yield Arrival(
            at,
            "clienten_per_profiel",
            f"lijsten/clienten_per_profiel_{day}.csv",
            _clients(here, courses, day),
        )


def _providers(providers: list[Provider], day: date) -> bytes:
    rows: list[list[Cell]] = [list(_PROVIDER_HEADER)]
    for p in providers:
        rows.append([
            p.kvk, p.name, p.agb, p.sector.upper(), REGION, p.locations[0].place, p.concern or None, p.legal_form,
            p.contract_until, _status(p, day), "ja" if p.hard_to_replace else "nee", p.manager, str(day),
        ])  # fmt: skip
    return workbook((("Zorgaanbieders (fictief)", rows),))


def _status(provider: Provider, day: date) -> str:
    if _has_left(provider, day):
        return "beëindigd"
    return "aflopend" if ENDED.get(provider.number, day) < day else "gecontracteerd"


def _has_left(provider: Provider, day: date) -> bool:
    return ENDED.get(provider.number, TODAY) + _LINGER < day


def _locations(providers: list[Provider], courses: Courses, day: date) -> bytes:
    rows: list[tuple[Cell, ...]] = []
    for p in providers:
        places = split(state_on(courses[p], day).places, p)
        for (spot, free), count in zip(_free_by_location(p, courses[p], day), places, strict=True):
            about = (spot.vestiging, p.kvk, spot.name, spot.place, spot.postcode, p.sector.upper())
            gone = _has_left(p, day)
            rows.append((*about, 0 if gone else count, 0 if gone else sum(free.values())))
    return table(_LOCATION_HEADER, rows)


def split(count: int, provider: Provider) -> list[int]:
    """A whole number over the locations by their share, the last one taking the rest."""
    parts = [round(count * spot.share) for spot in provider.locations[:-1]]
    return [*parts, count - sum(parts)]


def _places(providers: list[Provider], courses: Courses, day: date) -> bytes:
    rows = [
        (spot.vestiging, p.kvk, profile, "verblijf", 0 if _has_left(p, day) else count)
        for p in providers
        for spot, free in _free_by_location(p, courses[p], day)
        for profile, count in free.items()
    ]
    return table(_PLACES_HEADER, rows)


def _free_by_location(
    provider: Provider, course: tuple[Figures, ...], day: date
) -> Iterator[tuple[Location, dict[str, int]]]:
    now = state_on(course, day)
    chance = random.Random(f"places-{provider.number}-{day}")
    for spot, free in zip(provider.locations, split(max(0, now.places - now.clients), provider), strict=True):
        yield spot, _free(provider, free, chance)


def _free(provider: Provider, free: int, chance: random.Random) -> dict[str, int]:
    """Free places per profile. Heavy profiles have long waiting lists: hardly ever a place."""
    scarce = {"VG7": 0.12, "VG8": 0.06, "GGZ-W5": 0.1, "GGZ-B5": 0.05, "SGLVG1": 0.0, "LG7": 0.2, "VV8": 0.3}
    open_to = {profile: 0 for profile, _ in provider.profiles}
    for _ in range(min(free, 9)):
        profile = chance.choices([n for n, _ in provider.profiles], [w for _, w in provider.profiles])[0]
        if chance.random() < scarce.get(profile, 0.55):
            open_to[profile] += 1
    return open_to


def _clients(providers: list[Provider], courses: Courses, day: date) -> bytes:
    rows = [
        (p.kvk, p.name, profile, form, 0 if _has_left(p, day) else count, str(day))
        for p in providers
        for (profile, form), count in by_profile(p, state_on(courses[p], day).clients).items()
    ]
    return table(_CLIENT_HEADER, rows)


def by_profile(provider: Provider, clients: int) -> dict[tuple[str, str], int]:
    """Clients per profile and delivery form, zeros included, adding up to exactly the number of clients."""
    shares = {
        (profile, form): weight * part
        for profile, weight in provider.profiles
        for form, part in _forms(provider, profile)
    }
    counts = {key: int(clients * share) for key, share in shares.items()}
    by_rest = sorted(shares, key=lambda key: (counts[key] - clients * shares[key], key))
    for key in by_rest[: clients - sum(counts.values())]:
        counts[key] += 1
    return counts


def _forms(provider: Provider, profile: str) -> tuple[tuple[str, float], ...]:
    """The heaviest profiles only live in."""
    heavy = {"VG7", "VG8", "VV8", "LG7", "SGLVG1", "GGZ-W5", "GGZ-B5", "LVG5"}
    return (("verblijf", 1.0),) if profile in heavy else _FORMS[provider.sector]


def state_on(course: tuple[Figures, ...], day: date) -> Figures:
    """The last quarter that had ended on the day."""
    assert day <= TODAY
    return [figures for figures in course if figures.quarter.end < day][-1]
