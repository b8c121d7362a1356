"""What locations can do beside how many, and which clients need something special: counts, never persons."""

import random
from collections.abc import Iterator
from datetime import date, datetime, time

from region_generator.cast import Location, Provider
from region_generator.files import Arrival, Cell, table
from region_generator.lists import Courses, by_profile, state_on
from region_generator.stories import WILGENHOF

_DAY = date(2026, 11, 5)
_AT = datetime.combine(_DAY, time(9, 50))
_OFFER_HEADER = (
    "Vestigingsnummer", "KvK-nummer", "Naam locatie", "Context", "Expertise", "Contra-indicaties", "Wzd-accommodatie",
    "Behandeling", "Plek voor partners", "Bevestigd door",
)  # fmt: skip
_NEEDS_HEADER = ("KvK-nummer", "Naam", "Zorgprofiel", "Leveringsvorm", "Eis", "Aantal cliënten")
_CONTEXTS = {
    "vv": ("kleinschalig wonen", "verpleegafdeling", "woonzorgcentrum"),
    "ghz": ("groepswoning in de wijk", "instellingsterrein", "zorgboerderij"),
    "ggz": ("beschermd wonen", "kliniek", "appartement met begeleiding"),
}
_EXPERTISE = {
    "vv": ("dementie", "somatiek", "jonge mensen met dementie"),
    "ghz": ("autisme", "ernstig meervoudig", "moeilijk verstaanbaar gedrag"),
    "ggz": ("psychose", "verslaving", "lvb en ggz"),
}
_NOT_TAKEN = ("", "", "agressie", "verslaving", "agressie; verslaving")
_CLOSED = {
    "VV5": 0.3,
    "VV7": 0.6,
    "VG6": 0.15,
    "VG7": 0.5,
    "VG8": 0.6,
    "GGZ-W5": 0.4,
    "GGZ-B5": 0.5,
    "SGLVG1": 0.9,
}
"""Part of the clients of a profile who need a Wzd accommodation."""


def arrivals(courses: Courses) -> Iterator[Arrival]:
    offers = [_offer(p, spot) for p in courses for spot in p.locations if _is_recorded(spot)]
    yield Arrival(_AT, "zorgaanbod", f"lijsten/zorgaanbod_{_DAY}.csv", table(_OFFER_HEADER, offers))
    needs = [row for p in courses for row in _needs(p, courses)]
    yield Arrival(_AT, "clienteisen", f"lijsten/clienteisen_{_DAY}.csv", table(_NEEDS_HEADER, needs))


def _is_recorded(spot: Location) -> bool:
    """Of some locations nobody ever asked."""
    return random.Random(f"offer-known-{spot.vestiging}").random() > 0.15


def _offer(p: Provider, spot: Location) -> tuple[Cell, ...]:
    chance = random.Random(f"offer-{spot.vestiging}")
    closed = any(name in _CLOSED for name, _ in p.profiles) and chance.random() < 0.6
    return (
        spot.vestiging, p.kvk, spot.name, chance.choice(_CONTEXTS[p.sector]), chance.choice(_EXPERTISE[p.sector]),
        chance.choice(_NOT_TAKEN), "ja" if closed else "nee", "ja" if chance.random() < 0.5 else "nee",
        "ja" if p.sector == "vv" and chance.random() < 0.4 else "nee", chance.choice(("locatiemanager", "zorgbemiddelaar")),
    )  # fmt: skip


def _needs(p: Provider, courses: Courses) -> Iterator[tuple[Cell, ...]]:
    chance = random.Random(f"needs-{p.number}")
    for (profile, form), clients in by_profile(p, state_on(courses[p], _DAY).clients).items():
        if form != "verblijf" or not clients:
            continue
        closed = round(clients * _CLOSED.get(profile, 0.0))
        partners = round(clients * 0.04) if p.sector == "vv" else 0
        violent = round((clients - closed) * (0.2 if p.number == WILGENHOF else 0.05) * chance.random())
        for need, count in (("wzd", closed), ("partner", partners), ("agressie", violent)):
            if count:
                yield (p.kvk, p.name, profile, form, need, count)
