"""iWlz messages of one month (AW35, AW39, AW317) and the waiting lists: what a zorgkantoor holds of supply and delay.

The messages hold no citizen service numbers: what is read of them is counts alone.
"""

import random
from collections.abc import Iterator
from datetime import date, datetime, time

from region_generator.cast import Provider
from region_generator.files import Arrival, Cell, table
from region_generator.lists import ENDED, Courses
from region_generator.quarters import TODAY
from region_generator.stories import AVONDROOD, WILGENHOF

_MONTH = "2026-10"
_RECEIVED = datetime.combine(date(2026, 11, 10), time(6, 30))
_WAITING_DAYS = (date(2026, 10, 5), date(2026, 11, 5))
_WAITING_HEADER = (
    "Vestigingsnummer", "KvK-nummer", "Zorgprofiel", "Leveringsvorm", "Wachtstatus", "Aantal wachtenden",
    "Waarvan boven streefnorm",
)  # fmt: skip
# COD163, as far as the region has them
_PROFILES = {
    "VV4": "753", "VV5": "754", "VV6": "755", "VV7": "756", "VV8": "757", "VG3": "804", "VG4": "806", "VG5": "808",
    "VG6": "810", "VG7": "812", "VG8": "814", "LG4": "826", "LG5": "828", "LG6": "830", "LG7": "832", "LVG3": "782",
    "LVG4": "783", "LVG5": "784", "GGZ-W2": "882", "GGZ-W3": "884", "GGZ-W4": "886", "GGZ-W5": "888",
    "GGZ-B5": "768", "SGLVG1": "790",
}  # fmt: skip
_QUEUES = {(AVONDROOD, "wacht op voorkeur"): 4, (10, "wacht op voorkeur"): 26}
"""Waiting beyond the usual: people keep asking for the small house where it is good to live."""
_CANNOT = {WILGENHOF: 0.45, AVONDROOD: 0.35}
"""Part of what is assigned that cannot be delivered; 0.05 for all others."""
_MOVED = {AVONDROOD: 0.55, WILGENHOF: 0.4}
"""Part of those who leave that goes to another provider; 0.1 for all others."""


def arrivals(courses: Courses) -> Iterator[Arrival]:
    here = [p for p in courses if ENDED.get(p.number, date.max) > date(2026, 10, 31)]
    for name, lines in (("AW35", _starts(here)), ("AW39", _mutations(here)), ("AW317", _waits(here))):
        yield Arrival(_RECEIVED, "iwlz_berichten", f"iwlz/{name}_{_MONTH}.xml", _message(name, lines))
    for day in _WAITING_DAYS:
        assert day <= TODAY
        content = table(_WAITING_HEADER, [row for p in here for row in _waiting(p, day)])
        at = datetime.combine(day, time(9, 45))
        yield Arrival(at, "wachtenden", f"lijsten/wachtenden_{day}.csv", content)


def _message(name: str, lines: list[str]) -> bytes:
    space = f"http://www.istandaarden.nl/iwlz/2_5/{name.lower()}/schema"
    clients = "\n".join(f"<Client>{line}</Client>" for line in lines)
    return f'<Bericht xmlns="{space}"><Header/><Clienten>\n{clients}\n</Clienten></Bericht>\n'.encode()


def _flow(p: Provider) -> tuple[random.Random, int]:
    """The provider's own chance, and how many come and go in a month."""
    return random.Random(f"messages-{p.number}"), max(3, round(p.clients * 0.03))


def _starts(here: list[Provider]) -> list[str]:
    lines = []
    for p in here:
        chance, count = _flow(p)
        for _ in range(max(1, count - _refused(p, count))):
            lines.append(_part("GeleverdZorgzwaartepakket", p, chance, Begindatum=_day(chance)))
    return lines


def _mutations(here: list[Provider]) -> list[str]:
    lines = []
    for p in here:
        chance, count = _flow(p)
        moved = round(count * _MOVED.get(p.number, 0.1))
        codes = ["18"] * _refused(p, count) + ["17"] * moved + ["19"] * (count - moved)
        lines += [
            _part("MutatieZorgzwaartepakket", p, chance, Mutatiecode=code, Mutatiedatum=_day(chance))
            for code in codes
        ]
    return lines


def _waits(here: list[Provider]) -> list[str]:
    lines = []
    for p in here:
        chance, count = _flow(p)
        for _ in range(count // 3):
            status = chance.choice(("2", "2", "3", "7", "6"))
            lines.append(
                _part(
                    "WachtlijstZorgzwaartepakket", p, chance, Peildatum=f"{_MONTH}-31", Leveringsstatus=status
                )
            )
    return lines


def _refused(p: Provider, count: int) -> int:
    return round(count * _CANNOT.get(p.number, 0.05))


def _day(chance: random.Random) -> str:
    return f"{_MONTH}-{chance.randint(1, 31):02d}"


def _part(element: str, p: Provider, chance: random.Random, **about: str) -> str:
    profile = chance.choices([n for n, _ in p.profiles], [w for _, w in p.profiles])[0]
    told = {
        "ZzpCode": _PROFILES[profile],
        "Instelling": p.agb,
        "Leveringsvorm": "4",
        "StatusAanlevering": "1",
        **about,
    }
    inside = "".join(f"<{name}>{text}</{name}>" for name, text in told.items())
    return f"<{element}>{inside}</{element}>"


def _waiting(p: Provider, day: date) -> Iterator[tuple[Cell, ...]]:
    """Elderly care and mental health care; the disabled have no list worth the name here."""
    if p.sector == "ghz":
        return
    for spot in p.locations:
        chance = random.Random(f"waiting-{spot.vestiging}-{day}")
        profile = p.profiles[0][0]
        for status in ("actief plaatsen", "wacht op voorkeur"):
            count = chance.randint(0, 6) + _QUEUES.get((p.number, status), 0)
            beyond = sum(chance.random() < 0.12 for _ in range(count))
            yield (spot.vestiging, p.kvk, profile, "verblijf", status, count, beyond)
