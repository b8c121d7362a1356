"""Who is in the region. Every name is invented and says so; every number is of a range that was never issued.

KvK numbers begin with 00 (no chamber ever had that prefix), AGB codes with 99, vestigingen with 9999.
"""

import random
from dataclasses import dataclass

MARK = "(fictief)"


@dataclass(frozen=True)
class Location:
    vestiging: str
    name: str
    place: str
    postcode: str
    share: float
    """Part of the provider's clients who live here or are served from here."""


@dataclass(frozen=True)
class Provider:
    number: int
    name: str
    sector: str
    legal_form: str
    concern: str
    clients: int
    profiles: tuple[tuple[str, float], ...]
    hard_to_replace: bool
    manager: str
    contract_until: str
    locations: tuple[Location, ...]

    @property
    def kvk(self) -> str:
        return f"00{552800 + self.number:06d}"

    @property
    def agb(self) -> str:
        return f"99{552800 + self.number:06d}"


_VV = (("VV4", 0.2), ("VV5", 0.42), ("VV6", 0.22), ("VV7", 0.09), ("VV8", 0.07))
_VV_LIGHT = (("VV4", 0.45), ("VV5", 0.25), ("VV6", 0.3))
_VG = (("VG3", 0.2), ("VG4", 0.22), ("VG5", 0.24), ("VG6", 0.26), ("VG7", 0.08))
_VG_LIGHT = (("VG3", 0.4), ("VG4", 0.32), ("VG6", 0.28))
_VG_HEAVY = (("VG5", 0.424), ("VG6", 0.34), ("VG7", 0.146), ("VG8", 0.09))
_LG = (("LG4", 0.25), ("LG5", 0.3), ("LG6", 0.3), ("LG7", 0.15))
_LVG = (("LVG3", 0.5), ("LVG4", 0.35), ("LVG5", 0.15))
_GGZ = (("GGZ-W2", 0.25), ("GGZ-W3", 0.4), ("GGZ-W4", 0.35))
_GGZ_HEAVY = (("GGZ-W4", 0.35), ("GGZ-W5", 0.4), ("GGZ-B5", 0.25))
_SGLVG = (("SGLVG1", 0.6), ("VG7", 0.4))

# name, sector, legal form, concern, clients, profiles, number of locations, hard to replace
_ROWS = (
    ("Stichting Zevenlinden Ouderenzorg", "vv", "Stichting", "Zevenlinden Groep", 412, _VV, 4, False),
    ("Zevenlinden Thuis B.V.", "vv", "Besloten vennootschap", "Zevenlinden Groep", 156, _VV_LIGHT, 1, False),
    ("Stichting Het Hooge Veer", "vv", "Stichting", "", 268, _VV, 3, False),
    ("Stichting Avondrood aan de Aa", "vv", "Stichting", "", 187, _VV, 3, False),
    ("Stichting De Maasbongerd", "vv", "Stichting", "", 341, _VV, 3, False),
    ("Stichting Peelzicht Wonen en Zorg", "vv", "Stichting", "", 143, _VV, 2, False),
    ("Huize Den Eikelaar B.V.", "vv", "Besloten vennootschap", "", 38, _VV, 1, False),
    ("Stichting Dommelrust Verpleging", "vv", "Stichting", "", 224, _VV, 2, False),
    ("Stichting Samen Oud in Brabant-Noordoost", "vv", "Stichting", "", 512, _VV, 4, False),
    ("Woonzorg De Kersentuin B.V.", "vv", "Besloten vennootschap", "", 46, _VV_LIGHT, 1, False),
    ("Stichting Ravelijn Zorgt", "vv", "Stichting", "", 298, _VV, 3, False),
    ("Stichting Beerse Overlaat Zorg", "vv", "Stichting", "", 118, _VV, 2, False),
    ("Thuiszorg De Linnen Kast B.V.", "vv", "Besloten vennootschap", "", 64, _VV_LIGHT, 1, False),
    ("Stichting Klooster Sint Fictia", "vv", "Stichting", "", 52, _VV, 1, False),
    ("De Berkenstee Kleinschalig Wonen B.V.", "vv", "Besloten vennootschap", "", 31, _VV, 1, False),
    ("Stichting Graafsehof Behandeling en Zorg", "vv", "Stichting", "", 176, _VV, 2, True),
    ("Stichting Land van Verzonnen Cuijk", "vv", "Stichting", "", 233, _VV, 3, False),
    ("Zorgerf Het Achterom V.O.F.", "vv", "Vennootschap onder firma", "", 19, _VV_LIGHT, 1, False),
    ("Stichting De Wilgenhof", "ghz", "Stichting", "", 143, _VG_HEAVY, 3, True),
    ("Stichting Meander en Duin", "ghz", "Stichting", "Meander Verzonnen Concern", 388, _VG, 4, False),
    (
        "Meander Dagbesteding B.V.",
        "ghz",
        "Besloten vennootschap",
        "Meander Verzonnen Concern",
        92,
        _VG_LIGHT,
        1,
        False,
    ),
    ("Stichting Noorderlicht", "ghz", "Stichting", "", 261, _VG, 3, False),
    ("Stichting Op Eigen Kracht Verder", "ghz", "Stichting", "", 174, _VG_LIGHT, 2, False),
    ("Stichting De Vlasakkers", "ghz", "Stichting", "", 309, _VG, 3, False),
    ("Woonhuis Zonnedauw B.V.", "ghz", "Besloten vennootschap", "", 27, _VG, 1, False),
    ("Stichting Tweespan Zorg en Werk", "ghz", "Stichting", "", 137, _VG_LIGHT, 2, False),
    ("Stichting Wielewaal Lichamelijk Gehandicapten", "ghz", "Stichting", "", 88, _LG, 2, True),
    ("Stichting De Nieuwe Kade Jeugd en LVB", "ghz", "Stichting", "", 71, _LVG, 2, True),
    ("Zorgboerderij De Houten Klomp B.V.", "ghz", "Besloten vennootschap", "", 24, _VG_LIGHT, 1, False),
    ("Stichting Markdal en Heide", "ghz", "Stichting", "", 205, _VG, 2, False),
    ("Stichting Amaryllis Begeleid Wonen", "ghz", "Stichting", "", 96, _VG_LIGHT, 2, False),
    ("Stichting Kompas Langdurige GGZ", "ggz", "Stichting", "", 132, _GGZ, 3, False),
    ("Beschermd Wonen De Sleutelbos B.V.", "ggz", "Besloten vennootschap", "", 58, _GGZ, 2, False),
    ("Kade Twaalf Specialistisch Wonen B.V.", "ggz", "Besloten vennootschap", "", 22, _SGLVG, 1, True),
    ("Stichting Herstelhuis De Brug over de Dieze", "ggz", "Stichting", "", 77, _GGZ, 2, False),
    ("Stichting Rietvelden GGZ-Wonen", "ggz", "Stichting", "", 104, _GGZ, 2, False),
    ("Woonvorm Het Vijfde Huis B.V.", "ggz", "Besloten vennootschap", "", 34, _GGZ, 1, False),
    ("Stichting Zandstad Beveiligd Wonen", "ggz", "Stichting", "", 41, _GGZ_HEAVY, 1, True),
    ("Stichting Lichtwacht", "ggz", "Stichting", "", 63, _GGZ, 1, False),
    ("Stichting De Ruwe Bolster Wonen", "ggz", "Stichting", "", 49, _GGZ, 1, False),
)

_PLACES = (
    ("'s-Hertogenbosch", "5211"), ("Oss", "5341"), ("Uden", "5401"), ("Veghel", "5461"), ("Boxtel", "5281"),
    ("Cuijk", "5431"), ("Boxmeer", "5831"), ("Grave", "5361"), ("Schijndel", "5481"), ("Vught", "5261"),
    ("Rosmalen", "5241"), ("Heesch", "5384"), ("Mill", "5451"), ("Ravenstein", "5371"),
)  # fmt: skip
_HOUSES = (
    "Lindelaan", "Het Erf", "De Poort", "Molenzicht", "Kapelhof", "De Wissel", "Boogaard", "Oude School",
    "Waterkant", "De Terp", "Havenhuis", "Kastanjehof",
)  # fmt: skip
_MANAGERS = ("I. van Inkoop (fictief)", "J. de Accountmanager (fictief)", "K. Kwartaal (fictief)")


def providers() -> tuple[Provider, ...]:
    """All providers, in a fixed order."""
    return tuple(_provider(number, row) for number, row in enumerate(_ROWS, start=1))


def _provider(number: int, row: tuple) -> Provider:  # type: ignore[type-arg]
    name, sector, legal_form, concern, clients, profiles, locations, hard = row
    chance = random.Random(f"cast-{number}")
    return Provider(
        number=number,
        name=f"{name} {MARK}",
        sector=sector,
        legal_form=legal_form,
        concern=f"{concern} {MARK}" if concern else "",
        clients=clients,
        profiles=profiles,
        hard_to_replace=hard,
        manager=_MANAGERS[("vv", "ghz", "ggz").index(sector)],
        contract_until=chance.choice(("2026-12-31", "2027-12-31", "2027-12-31", "2028-12-31")),
        locations=_locations(number, locations, chance),
    )


def _locations(number: int, count: int, chance: random.Random) -> tuple[Location, ...]:
    weights = [1.0 + chance.random() for _ in range(count)]
    places = chance.sample(_PLACES, count)
    houses = chance.sample(_HOUSES, count)
    return tuple(
        Location(
            vestiging=f"9999{552800 + number:06d}{step:02d}",
            name=f"{houses[step - 1]} {MARK}",
            place=places[step - 1][0],
            postcode=f"{places[step - 1][1]}ZZ",
            share=weights[step - 1] / sum(weights),
        )
        for step in range(1, count + 1)
    )
