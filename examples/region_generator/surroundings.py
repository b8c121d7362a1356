"""What stands around the providers: items of the inspectorate's feed, waiting lists of the region, figures of the branch."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from email.utils import format_datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from region_generator.cast import Provider
from region_generator.files import Arrival, document, table
from region_generator.lists import Courses
from region_generator.stories import AVONDROOD, BERKENSTEE, KADE_TWAALF

_OFFICE = ZoneInfo("Europe/Amsterdam")
_PENALISED = 33
_WAITING = ("Zorgkantoorregio", "Peildatum", "Sector", "Urgent plaatsen", "Actief plaatsen", "Wacht op voorkeur",
            "Wacht uit voorzorg", "Boven streefnorm")  # fmt: skip
# region, day, sector, then the figures in the order of the header
_LISTS: tuple[tuple[date, tuple[tuple[str, int, int, int, int, int], ...]], ...] = (
    (date(2025, 10, 1), (("VV", 11, 80, 310, 95, 40), ("GHZ", 3, 18, 39, 14, 8))),
    (date(2026, 10, 1), (("VV", 14, 102, 333, 97, 61), ("GHZ", 3, 20, 41, 12, 9))),
)
# branch, quarter, absence in per cent; 300020 is care and welfare, T001081 all branches together
_ABSENCE = (
    ("300020", "2025KW02", 6.5), ("300020", "2025KW03", 6.1), ("300020", "2025JJ00", 6.6), ("300020", "2026KW02", 6.7),
    ("T001081", "2025KW02", 5.2), ("T001081", "2025KW03", 4.8), ("T001081", "2026KW02", 5.3),
)  # fmt: skip
# branch, month, kind of bankrupt, pronounced bankruptcies; A047597 is companies and institutions, A028820 sole traders
_BANKRUPTCIES = (
    ("300020", "2025MM09", "A047597", 14), ("300020", "2025MM09", "A028820", 4), ("300020", "2026MM08", "A047597", 19),
    ("300020", "2026MM09", "A047597", 22), ("300020", "2026MM09", "A028820", 5), ("300020", "2026KW03", "A047597", 61),
    ("T001081", "2026MM09", "A047597", 371),
)  # fmt: skip


def arrivals(courses: Courses) -> Iterator[Arrival]:
    by_number = {p.number: p for p in courses}
    yield from _feed(by_number)
    yield from _waiting()
    rows = [
        {
            "ID": place,
            "BedrijfskenmerkenSBI2008": f"{code:<10}",
            "Perioden": period,
            "Ziekteverzuimpercentage_1": told,
        }
        for place, (code, period, told) in enumerate(_ABSENCE)
    ]
    yield _table_of_cbs("cbs_verzuim", "80072ned", rows)
    bankrupt = [
        {
            "ID": place,
            "TypeGefailleerde": kind,
            "BedrijfstakkenBranchesSBI2008": f"{code:<10}",
            "Perioden": period,
            "UitgesprokenFaillissementen_1": count,
        }
        for place, (code, period, kind, count) in enumerate(_BANKRUPTCIES)
    ]
    yield _table_of_cbs("cbs_faillissementen", "82244NED", bankrupt)
    yield _answers_of_kvk(by_number)


def _table_of_cbs(source: str, table: str, rows: list[dict[str, Any]]) -> Arrival:
    content: dict[str, Any] = {
        "odata.metadata": f"https://voorbeeld.example/{table}/$metadata",
        "value": rows,
    }
    at = datetime.combine(date(2026, 10, 12), time(8, 0))
    return Arrival(at, source, f"cbs/{source}_20261012.json", document(content))


def _answers_of_kvk(providers: dict[int, Provider]) -> Arrival:
    """The open data know a BV only; of others there is no answer, which says nothing."""
    day = date(2026, 9, 14)
    answers = [
        {
            "kvkNummer": p.kvk,
            "sinds": str(day),
            "antwoord": {
                "actief": "N" if p.number == BERKENSTEE else "J",
                "rechtsvormCode": "BV",
                "insolventieCode": "FAIL" if p.number == KADE_TWAALF else None,
                "activiteiten": [{"sbiCode": "87301", "soortActiviteit": "Hoofdactiviteit"}],
            },
        }
        for p in providers.values()
        if p.legal_form.startswith("Besloten")
    ]
    at = datetime.combine(day, time(8, 10))
    return Arrival(at, "kvk_open_data", f"kvk/kvk_open_data_{day:%Y%m%d}.json", document({"antwoorden": answers}))


def _feed(providers: dict[int, Provider]) -> Iterator[Arrival]:
    watched, penalised = providers[AVONDROOD], providers[_PENALISED]
    spot = watched.locations[-1]
    items = [
        (date(2026, 11, 16), f"Inspectie verlengt verscherpt toezicht bij {watched.name}, locatie {spot.name}",
         f"De inspectie zag bij een bezoek in {spot.place} nog te weinig verbetering."),
        (date(2026, 11, 13), "Aanwijzing voor een aanbieder van wijkverpleging in Nergenshuizen", ""),
        (date(2026, 11, 12), "Jaarprogramma van de inspectie verschenen", "Met aandacht voor medicatieveiligheid."),
    ]  # fmt: skip
    yield _feed_file(date(2026, 11, 17), items)
    ended = (
        date(2026, 11, 19),
        f"Last onder dwangsom voor {penalised.name} opgeheven",
        "De gegevens zijn aangeleverd.",
    )
    yield _feed_file(date(2026, 11, 20), [ended, *items])


def _feed_file(day: date, items: Sequence[tuple[date, str, str]]) -> Arrival:
    entries = "".join(
        f'  <item>\n    <guid isPermaLink="false">igj-{published}-{len(title)}</guid>\n'
        f"    <title>{escape(title)}</title>\n"
        f"    <link>https://voorbeeld.example/igj/{published}</link>\n"
        f"    <pubDate>{format_datetime(datetime.combine(published, time(10), _OFFICE))}</pubDate>\n"
        f"    <description>{escape(summary)}</description>\n  </item>\n"
        for published, title, summary in items
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0">\n <channel>\n'
        f"  <title>Berichten van de inspectie (fictief)</title>\n{entries} </channel>\n</rss>\n"
    )
    path = f"igj_berichten/igj_berichten_{day:%Y%m%d}.xml"
    return Arrival(datetime.combine(day, time(7, 50)), "igj_berichten", path, text.encode("utf-8"))


def _waiting() -> Iterator[Arrival]:
    for day, sectors in _LISTS:
        rows = [("5528", str(day), *figures) for figures in sectors]
        path = f"lijsten/wachtlijst_regio_{day:%Y-%m}.csv"
        at = datetime.combine(date(day.year, 11, 12), time(9, 0))
        yield Arrival(at, "wachtlijst_regio", path, table(_WAITING, rows))
