"""The site that benchmarks/page.py serves: providers with figures, a quarter of weekly rounds, cases in work."""

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Connection, Table, func, insert, literal, select

from ews.cases import entries
from ews.jobs.assess import assess
from ews.jobs.cases import Act, act, open_by_hand
from ews.jobs.run import Context, clock, open_site
from ews.jobs.site import create_site
from ews.store import schema
from ews.store.audit import Actor
from ews.store.engine import writing
from ews.web import sessions

FIGURES = {"eigen_vermogen": (1e7, 9e8), "balanstotaal": (1e9, 3e9), "liquide_middelen": (1e6, 9e8)}


@dataclass(frozen=True, slots=True)
class Size:
    """What the site holds."""

    providers: int
    cases: int
    rounds: int


def fill(connection: Connection, providers: int, *, quarters: int = 8) -> list[str]:
    """Register and quarterly figures of fictitious providers, drawn by a fixed seed."""
    draw, now = random.Random(8), clock() - timedelta(days=2)
    names = [f"kvk:{70_000_000 + place}" for place in range(providers)]
    subjects = numbered(
        connection, schema.subject, [{"identifier": name, "kind": "provider"} for name in names]
    )
    figures = ("naam", "sector", "regio", "clienten", *FIGURES)
    indicators = numbered(connection, schema.indicator, [{"name": name} for name in figures])
    profiles = ("{}", *(f'{{"leveringsvorm":"verblijf","profiel":"VV{at}"}}' for at in range(4, 8)))
    needs = numbered(connection, schema.dimension, [{"content": content} for content in profiles])
    deliveries = {
        source: _delivery(connection, source, now) for source in ("zorgaanbieders", "kwartaalopgave")
    }
    rows = []
    for place, name in enumerate(names):
        one = {"subject_id": subjects[name], "known_at": now, "row_number": place + 1}
        texts = {
            "naam": f"Stichting {place} (fictief)",
            "sector": draw.choice(("vv", "ghz", "ggz")),
            "regio": "5528",
        }
        rows += [
            _row(one, indicators[key], needs["{}"], deliveries, value_text=text)
            for key, text in texts.items()
        ]
        rows += [
            _row(one, indicators["clienten"], needs[need], deliveries, value_int=draw.randint(1, 80))
            for need in list(needs)[1:]
        ]
        for back in range(quarters):
            end = date(2026, 9, 30) - timedelta(days=91 * back)
            rows += [
                _row(one, indicators[key], needs["{}"], deliveries, source="kwartaalopgave", period_end=end,
                     period_start=end - timedelta(days=90), value_int=int(draw.uniform(*bounds)))
                for key, bounds in FIGURES.items()
            ]  # fmt: skip
    for start in range(0, len(rows), 20_000):
        connection.execute(insert(schema.observation), rows[start : start + 20_000])
    covered = [
        {"delivery_id": delivery, "subject_id": subject, "row_number": 1}
        for delivery in deliveries.values()
        for subject in subjects.values()
    ]
    connection.execute(insert(schema.delivery_coverage), covered)
    return names


def numbered(connection: Connection, table: Table, rows: list[dict]) -> dict[str, int]:
    """Name -> number of rows that were added, or were there."""
    column = table.c[next(iter(rows[0]))]
    known = {name for (name,) in connection.execute(select(column))}
    fresh = [row for row in rows if row[column.name] not in known]
    if fresh:
        connection.execute(insert(table), fresh)
    numbers = {row[0]: row[1] for row in connection.execute(select(column, table.c.id))}
    return {row[column.name]: numbers[row[column.name]] for row in rows}


def _delivery(connection: Connection, source: str, now) -> int:
    values = {
        "source": source, "sha256": source.ljust(64, "0"), "name": f"{source}.xlsx", "size": 1, "known_at": now,
        "recorded_at": now, "status": "accepted", "counts": {}, "columns_seen": [], "indicators_refused": [],
        "unknown_columns": [], "message": "",
    }  # fmt: skip
    return connection.execute(
        insert(schema.delivery).values(**values).returning(schema.delivery.c.id)
    ).scalar_one()


def _row(one: dict, indicator: int, dimension: int, deliveries: dict[str, int], **values) -> dict:
    source = values.pop("source", "zorgaanbieders")
    empty = {
        "period_start": None,
        "value_int": None,
        "value_real": None,
        "value_text": None,
        "period_end": date(2026, 9, 30),
    }
    keys = {
        "indicator_id": indicator,
        "dimension_id": dimension,
        "source": source,
        "delivery_id": deliveries[source],
    }
    return one | empty | keys | values


def make_site(folder: Path, size: Size) -> list[str]:
    """A site with figures, assessed weekly, and cases in work. Returns the providers."""
    create_site(folder, now=clock())
    site = open_site(folder)
    with writing(site.engine) as connection:
        names = fill(connection, size.providers)
    assess(site)
    with writing(site.engine) as connection:
        for week in range(1, size.rounds):
            earlier_round(connection, week)
    officer = replace(site, actor=Actor("officier", "bewezen"))
    for place in range(size.cases):
        work_case(officer, names[place * size.providers // size.cases], owned=place % 2 == 0)
    site.engine.dispose()
    return names


def begin_sessions(folder: Path, person: str, count: int) -> list[str]:
    """Tokens of so many fresh sessions of one person."""
    site = open_site(folder)
    with writing(site.engine) as connection:
        who = site.settings.people[person]
        tokens = [sessions.begin(connection, who, via="benchmark", now=clock()) for _ in range(count)]
    site.engine.dispose()
    return tokens


def earlier_round(connection: Connection, week: int) -> None:
    """The same judgement, some weeks before, a point higher for each week: so that nothing stands still."""
    made = schema.assessment.c
    first = select(func.max(made.as_of)).scalar_subquery()
    copied = [made[name] for name in ("subject_id", "engine", "level", "probability", "horizons", "reasons")]
    copied += [made[name] for name in ("confidence", "coverage", "versions")]
    moment = connection.execute(select(func.max(made.as_of))).scalar_one() - timedelta(weeks=week)
    query = select(
        *copied, literal(moment, made.as_of.type), literal(moment, made.as_of.type), made.points + week
    )
    names = [*(one.name for one in copied), "as_of", "recorded_at", "points"]
    connection.execute(insert(schema.assessment).from_select(names, query.where(made.as_of == first)))


def work_case(context: Context, provider: str, *, owned: bool) -> None:
    """A case that somebody opened and, where it is owned, worked on for a while."""
    number = open_by_hand(context, provider, "gesprek over de begroting")
    if not owned:
        return
    done = [entries.Acknowledgement(context.actor.id, clock() + timedelta(days=30))]
    done += [entries.Note(f"Gesprek {one}: cijfers nagevraagd.") for one in range(10)]
    for what in done:
        act(context, Act(number), what)
