"""What others publish: the insolvency register's day feed, the inspectorate, the trade register, own notices."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from region_generator.cast import MARK, Provider
from region_generator.files import Arrival, document, table
from region_generator.lists import Courses
from region_generator.quarters import TODAY
from region_generator.stories import AVONDROOD, BERKENSTEE, KADE_TWAALF, WILGENHOF

_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip
_COURT = "Rechtbank Oost-Brabant"
# provider, publication day, cluster, sentence, number
_JUDGEMENTS = (
    (KADE_TWAALF, date(2026, 8, 19), "uitspraken faillissement", "faillissement", date(2026, 8, 18), "F.01/26/9034"),
    (WILGENHOF, date(2026, 11, 4), "uitspraken surseance", "voorlopige surseance van betaling",
     date(2026, 11, 3), "S.01/26/9019"),
)  # fmt: skip
_OTHERS = (
    "Bakkerij De Verzonnen Krakeling", "Transport Nergenshuizen", "Café Het Papieren Glas", "Bouwbedrijf Luchtkasteel",
    "Kapsalon Schijn en Wezen", "Groothandel Lege Doos", "Drukkerij Blanco", "Rijwielhandel De Platte Band",
)  # fmt: skip


def arrivals(courses: Courses) -> Iterator[Arrival]:
    by_number = {p.number: p for p in courses}
    yield from _insolvencies(by_number)
    yield from _inspectorate(by_number)
    yield from _trade_register(by_number)
    yield from _own_notices(by_number)


def feed_days() -> list[date]:
    """Wednesdays of the last half year, and every working day of the last four weeks."""
    wednesday, days = date(2026, 5, 27), set()
    while wednesday <= TODAY:
        days.add(wednesday)
        wednesday += timedelta(days=7)
    recent = (TODAY - timedelta(days=back) for back in range(28))
    return sorted(days | {day for day in recent if day.weekday() < 5})


def _insolvencies(providers: dict[int, Provider]) -> Iterator[Arrival]:
    for day in feed_days():
        chance = random.Random(f"cir-{day}")
        clusters: dict[str, list[str]] = {}
        for _ in range(chance.randrange(2, 5)):
            cluster, text = _other(chance, day)
            clusters.setdefault(cluster, []).append(text)
        for number, published, cluster, what, judged, case in _JUDGEMENTS:
            if published == day:
                clusters.setdefault(cluster, []).append(_judgement(providers[number], what, judged, case))
        at = datetime.combine(day, time(7, 45))
        path = f"cir/cir_{day:%Y%m%d}000000.json"
        yield Arrival(at, "insolventieregister", path, document(_feed(day, clusters)))


def _judgement(p: Provider, what: str, judged: date, case: str) -> str:
    spot = p.locations[0]
    return (
        f"{p.name}, {spot.name}, {spot.postcode[:4]} {spot.postcode[4:]} {spot.place}, KvK: {p.kvk}. "
        f"Uitspraak {what} op {judged.day} {_MONTHS[judged.month - 1]} {judged.year} ({case}). "
        "Rechter-commissaris: mr. X. Verzonnen (fictief). Curator of bewindvoerder: mr. Y. Bedacht (fictief)."
    )


def _other(chance: random.Random, day: date) -> tuple[str, str]:
    name, number = f"{chance.choice(_OTHERS)} {MARK}", chance.randrange(10, 990)
    when = day - timedelta(days=1)
    date_text = f"{when.day} {_MONTHS[when.month - 1]} {when.year}"
    kvk = f"KvK: 000{chance.randrange(10_000, 49_999)}"
    case = f"F.01/{day:%y}/{number}"
    cluster, sentence = chance.choice((
        ("uitspraken faillissement", f"Uitspraak faillissement op {date_text} ({case})"),
        ("einde faillissementen", f"Opheffing faillissement wegens gebrek aan baten op {date_text} ({case})"),
        ("vereenvoudigde afwikkeling faillissementen", f"Vereenvoudigde afwikkeling ({case})"),
    ))  # fmt: skip
    return cluster, f"{name}, Nergensstraat {chance.randrange(1, 90)}, 5200 ZZ Verzonnen, {kvk}. {sentence}."


def _feed(day: date, clusters: dict[str, list[str]]) -> dict[str, Any]:
    moment = int(datetime.combine(day, time(0), UTC).timestamp() * 1000)
    listed = [
        {
            "PublicatieclusterOmschrijving": cluster,
            "Publicatiesoorten": [
                {
                    "PublicatiesoortCaption": cluster,
                    "PublicatiesNaarLocatie": [{"LocatiecodeBekendmaking": "01", "Publicaties": texts}],
                }
            ],
        }
        for cluster, texts in sorted(clusters.items())
    ]
    place = {"LocatiecodeLocatie": "01", "Straat": "Leeghwaterlaan", "Huisnummer": "8", "HuisnummerToevoeging": "",
             "PlaatsNaam": "'s-Hertogenbosch"}  # fmt: skip
    court = {"PublicerendeInstantieOmschrijving": _COURT, "Locaties": [place], "Publicatieclusters": listed}
    return {"Datum": f"/Date({moment})/", "Instanties": [court] if listed else []}


# day of the decision, its end, kind, provider, note; the list is kept by hand and grows
_MEASURES = (
    (date(2024, 5, 14), date(2024, 11, 20), "stimulerend", 9, "verbeterplan medicatieveiligheid"),
    (date(2025, 3, 4), date(2025, 7, 8), "stimulerend", 24, "verbeterplan Wzd"),
    (date(2025, 9, 30), date(2026, 3, 31), "last_onder_dwangsom", 33, "aanleveren gegevens"),
    (date(2026, 6, 9), None, "verscherpt_toezicht", AVONDROOD, "onvoldoende deskundig personeel, locatie"),
)
_LIST_DAYS = (date(2024, 5, 17), date(2024, 11, 22), date(2025, 3, 7), date(2025, 7, 11), date(2025, 10, 3),
              date(2026, 4, 3), date(2026, 6, 12), date(2026, 11, 6))  # fmt: skip


def _inspectorate(providers: dict[int, Provider]) -> Iterator[Arrival]:
    header = ("datum_besluit", "datum_einde", "type", "aanbieder", "kvk", "locatie", "plaats", "url", "bron")
    for day in _LIST_DAYS:
        rows = []
        for decided, ended, kind, number, note in _MEASURES:
            if decided <= day:
                p = providers[number]
                end = str(ended) if ended and ended <= day else None
                spot = p.locations[-1]
                url = f"https://voorbeeld.example/igj/{decided}-{p.kvk}"
                rows.append((str(decided), end, kind, p.name, p.kvk, spot.name, spot.place, url, note))
        path = f"igj/igj_maatregelen_{day}.csv"
        yield Arrival(datetime.combine(day, time(15, 0)), "igj_maatregelen", path, table(header, rows))


def _trade_register(providers: dict[int, Provider]) -> Iterator[Arrival]:
    start = datetime.combine(date(2025, 11, 24), time(12, 0))
    for p in providers.values():
        if p.number != 13:
            yield Arrival(
                start, "kvk_basisprofiel", f"kvk/basisprofiel_{p.kvk}_2025-11-24.json", document(_profile(p))
            )
    gone = providers[BERKENSTEE]
    content = document(_profile(gone, ended=date(2026, 1, 31)))
    at = datetime.combine(date(2026, 3, 16), time(12, 0))
    yield Arrival(at, "kvk_basisprofiel", f"kvk/basisprofiel_{gone.kvk}_2026-03-16.json", content)


def _profile(p: Provider, ended: date | None = None) -> dict[str, Any]:
    chance = random.Random(f"kvk-{p.number}")
    begun = f"{chance.randrange(1972, 2016)}{chance.randrange(1, 13):02d}{chance.randrange(1, 28):02d}"
    period = {"datumAanvang": begun} | ({"datumEinde": f"{ended:%Y%m%d}"} if ended else {})
    sbi = {
        "vv": ("87100", "Verpleeghuizen"),
        "ghz": ("87201", "Wonen met begeleiding"),
        "ggz": ("87202", "Wonen ggz"),
    }
    code, text = sbi[p.sector]
    spot = p.locations[0]
    return {
        "kvkNummer": p.kvk,
        "indNonMailing": "Ja",
        "naam": p.name,
        "formeleRegistratiedatum": begun,
        "materieleRegistratie": period,
        "totaalWerkzamePersonen": round(p.clients * 1.5),
        "statutaireNaam": p.name,
        "handelsnamen": [{"naam": p.name, "volgorde": 0}],
        "sbiActiviteiten": [{"sbiCode": code, "sbiOmschrijving": text, "indHoofdactiviteit": "Ja"}],
        "links": [{"rel": "self", "href": f"https://api.kvk.nl/api/v1/basisprofielen/{p.kvk}"}],
        "_embedded": {
            "hoofdvestiging": {
                "vestigingsnummer": spot.vestiging,
                "kvkNummer": p.kvk,
                "formeleRegistratiedatum": begun,
                "materieleRegistratie": {"datumAanvang": begun},
                "adressen": [{"type": "bezoekadres", "postcode": spot.postcode, "plaats": spot.place}],
            },
            "eigenaar": {"rechtsvorm": p.legal_form, "uitgebreideRechtsvorm": p.legal_form},
        },
    }


# What providers told the office themselves, by mail or telephone.
_NOTICES = (
    (
        date(2026, 10, 12),
        WILGENHOF,
        "eigen_waarschuwing",
        "brief",
        "bestuur verwacht liquiditeitstekort in november",
    ),
    (
        date(2026, 10, 30),
        WILGENHOF,
        "lonen_niet_betaald",
        "telefoon",
        "salarissen oktober niet volledig betaald",
    ),
    (
        date(2024, 12, 2),
        13,
        "eigen_aankondiging_overdracht",
        "brief",
        "overdracht aan andere aanbieder per 1 april",
    ),
    (
        date(2026, 2, 9),
        11,
        "eigen_waarschuwing",
        "gesprek",
        "tijdelijk krap door verbouwing, inmiddels gedekt",
    ),
)


def _own_notices(providers: dict[int, Provider]) -> Iterator[Arrival]:
    for told, number, kind, how, text in _NOTICES:
        p = providers[number]
        rows = [(str(told), p.kvk, p.name, kind, how, text)]
        header = ("Datum", "KvK-nummer", "Naam", "Soort", "Kanaal", "Omschrijving")
        at = datetime.combine(told, time(16, 30))
        yield Arrival(at, "meldingen_aanbieder", f"meldingen/meldingen_{told}.csv", table(header, rows))
