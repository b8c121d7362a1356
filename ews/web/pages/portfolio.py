"""Portefeuille: everybody within reach by priority, narrowed by what the address says, and taken away as a file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from ews.cases.calendar import office_date
from ews.errors import RefusedError
from ews.jobs import countersigning
from ews.jobs.overview import Cell, Overview, OverviewRow, heat, overview, with_cases
from ews.notify.words import CONFIDENCE, LEVEL, STAGE
from ews.scoring.model import Level
from ews.store import audit, cases, freshness
from ews.store.engine import reading, writing
from ews.web.export import Sheet, csv_bytes, xlsx_bytes
from ews.web.pages.cases import as_of_asked
from ews.web.policy import may
from ews.web.rendering import page
from ews.web.visit import Posting, Visit, Visiting, back_to, lists_of

router = APIRouter()
PAGE = 50
FOUR_EYES = 50
"""A12: more providers than this are taken away by two people."""
UNITS = {"aanbieder": "provider", "locatie": "location"}
CHANGES = {"op": "omhoog", "af": "omlaag", "gelijk": "gelijk"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; every part is optional, an unknown value asks for nothing."""

    zoek: str = ""
    regio: str = ""
    sector: str = ""
    niveau: str = ""
    trede: str = ""
    eigenaar: str = ""
    zekerheid: str = ""
    verandering: str = ""
    eenheid: str = ""
    op: str = ""

    def of(self, rows: Sequence[OverviewRow]) -> Sequence[OverviewRow]:
        """The lines that answer to all that is asked; only that is looked at, for there may be tens of thousands."""
        tests = [test for name, test in TESTS.items() if getattr(self, name)]
        return [row for row in rows if all(test(self, row) for test in tests)] if tests else rows

    def address(self, **other: str | int) -> str:
        """The query of the same question with something else in it."""
        given = {name: getattr(self, name) for name in self.__slots__} | other
        return "?" + urlencode({name: value for name, value in given.items() if value})


TESTS: Mapping[str, Callable[[Asked, OverviewRow], bool]] = {
    "regio": lambda asked, row: row.region == asked.regio,
    "sector": lambda asked, row: row.line.sector == asked.sector,
    "niveau": lambda asked, row: (
        row.level.rank >= Level.HIGH.rank
        if asked.niveau == "hoog_of_acuut"
        else row.level.value == asked.niveau
    ),
    "trede": lambda asked, row: asked.trede == ("geen" if row.line.stage is None else str(row.line.stage)),
    "eigenaar": lambda asked, row: asked.eigenaar == (row.owner or "niemand"),
    "zekerheid": lambda asked, row: row.line.assessment.confidence.value == asked.zekerheid,
    "verandering": lambda asked, row: direction(row) == asked.verandering,
    "zoek": lambda asked, row: asked.zoek.lower() in f"{row.line.name} {row.line.subject}".lower(),
}
"""What each part of a question asks of a line; the quick ones first."""


def direction(row: OverviewRow) -> str:
    """Which way the points went in a quarter: `op`, `af`, `gelijk`, or empty when not known."""
    if row.change is None:
        return ""
    return "op" if row.change > 0 else "af" if row.change < 0 else "gelijk"


def asked_in(visit: Visit) -> Asked:
    """What this request asks for."""
    given = visit.request.query_params
    return Asked(**{name: given.get(name, "")[:80] for name in Asked.__slots__})


@dataclass(frozen=True, slots=True)
class Shown:
    """What the people of one scope see of the portfolio before anything is asked, with its tables counted."""

    whole: Overview
    cells: Sequence[Cell]
    quadrant: Mapping[tuple[str, str], int]
    choices: Mapping[str, list[str]]


def shown_to(visit: Visit, unit: str, as_of: datetime | None) -> Shown:
    """What this person may see; levels are gathered once for all visitors, cases laid over them as they change."""
    with reading(visit.context.engine) as connection:
        judged, covers = freshness.judged(connection), freshness.covers(connection)
    lists, key = lists_of(visit), (unit, as_of, office_date(visit.context.now))

    def levels() -> Overview:
        return overview(visit.context, unit=unit, as_of=as_of)

    def everybody() -> Overview:
        with reading(visit.context.engine) as connection:
            on_hand = cases.open_covers(connection, as_of=as_of)
        return with_cases(lists.get(("levels", *key), levels, made_from=judged), on_hand)

    def shown() -> Shown:
        whole = lists.get(("everybody", *key), everybody, made_from=(judged, covers)).within(visit.scope)
        return Shown(whole, heat(whole.rows), quadrant(whole.rows), _choices(whole.rows))

    return lists.get(("shown", visit.scope, *key), shown, made_from=(judged, covers))


@router.get("/portefeuille", name="portfolio")
def portfolio_page(visit: Visiting, pagina: int = 1) -> Response:
    """Fifty lines at a time, by priority."""
    asked = asked_in(visit)
    shown = shown_to(visit, UNITS.get(asked.eenheid, "provider"), as_of_asked(asked.op))
    whole, rows = shown.whole, asked.of(shown.whole.rows)
    pages = max(1, -(-len(rows) // PAGE))
    number = min(max(pagina, 1), pages)
    return page(
        visit.request,
        "portfolio.html",
        asked=asked,
        rows=rows[(number - 1) * PAGE : number * PAGE],
        first=(number - 1) * PAGE + 1,
        count=len(rows),
        whole=len(whole.rows),
        number=number,
        pages=pages,
        assessed_at=whole.assessed_at,
        cells=shown.cells,
        quadrant=shown.quadrant,
        choices=shown.choices,
        levels=LEVEL,
        stages=STAGE,
        confidences=CONFIDENCE,
        changes=CHANGES,
        direction=direction,
        can_export=may(visit.person.role, "portfolio_export"),
        needs_two=len(rows) > FOUR_EYES,
        colleagues=_colleagues(visit),
    )


def quadrant(rows: Sequence[OverviewRow]) -> dict[tuple[str, str], int]:
    """Level × change: how many stand high or lower, and went up, down or stayed."""
    counts = {(level, way): 0 for level in ("hoog_of_acuut", "lager") for way in CHANGES}
    for row in rows:
        way = direction(row)
        if way:
            counts["hoog_of_acuut" if row.level.rank >= Level.HIGH.rank else "lager", way] += 1
    return counts


def _choices(rows: Sequence[OverviewRow]) -> Mapping[str, list[str]]:
    return {
        "regio": sorted({row.region for row in rows if row.region}),
        "sector": sorted({row.line.sector for row in rows if row.line.sector}),
        "eigenaar": sorted({row.owner for row in rows if row.owner}),
    }


@router.post("/portefeuille/uitvoer", name="portfolio_export")
def export(visit: Visiting, form: Posting) -> Response:
    """The same lines as a file: with a reason, on the record, marked with who took it; many ask a second person."""
    reason, asked = form.values.get("reden", "").strip()[:200], asked_in(visit)
    if len(reason) < 5:
        told = "Schrijf in een paar woorden waarvoor u deze gegevens meeneemt."
        return _ask_again(visit, asked, told, reason=reason, form=form.values.get("vorm", ""))
    shown = shown_to(visit, UNITS.get(asked.eenheid, "provider"), as_of_asked(asked.op))
    rows = asked.of(shown.whole.rows)
    kind = "csv" if form.values.get("vorm") == "csv" else "xlsx"
    if len(rows) > FOUR_EYES:
        content = {"query": asked.address(), "form": kind, "reason": reason, "rows": len(rows)}
        number = form.values.get("akkoord", "")
        if not number.isdigit():
            return _propose(visit, asked, content, form.values.get("tweede", ""))
        countersigning.use_export(visit.context, int(number), content)
    return _file(visit, rows, kind, reason)


def _propose(visit: Visit, asked: Asked, content: dict[str, Any], second: str) -> Response:
    """A12: more than fifty providers leave the office with two people."""
    try:
        number = countersigning.propose(visit.context, "export", "portefeuille", content, second=second)
    except RefusedError:
        told = f"Meer dan {FOUR_EYES} aanbieders: kies een collega die meetekent."
        return _ask_again(visit, asked, told, reason=content["reason"], form=content["form"])
    return back_to(visit.request, "countersign", number=str(number))


def _ask_again(visit: Visit, asked: Asked, told: str, *, reason: str = "", form: str = "xlsx") -> Response:
    return page(
        visit.request,
        "export_refused.html",
        status=422,
        query=asked.address(),
        told=told,
        reason=reason,
        form=form,
        colleagues=_colleagues(visit),
    )


def _colleagues(visit: Visit) -> list[tuple[str, str]]:
    """Who may sign for an export: who may take one, and sees at least these regions."""
    mine = set(visit.person.regions)
    return [
        (one.id, one.name)
        for one in visit.context.settings.people.values()
        if one.id != visit.person.id
        and may(one.role, "portfolio_export")
        and may(one.role, "countersign_do")
        and (not one.regions or (mine and mine <= set(one.regions)))
    ]


def _file(visit: Visit, rows: Sequence[OverviewRow], kind: str, reason: str) -> Response:
    with writing(visit.context.engine) as connection:
        audit.append(
            connection,
            visit.context.actor,
            "portfolio.exported",
            "portefeuille",
            {"rows": len(rows), "form": kind, "reason": reason},
            now=visit.context.now,
        )
    sheet = Sheet(mark=_mark(visit, reason), columns=COLUMNS, rows=tuple(_exported(row) for row in rows))
    content = csv_bytes(sheet) if kind == "csv" else xlsx_bytes(sheet)
    name = f"portefeuille_{visit.context.now:%Y%m%d_%H%M}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="text/csv; charset=utf-8" if kind == "csv" else XLSX, headers=headers)


COLUMNS = (
    "nummer", "naam", "sector", "regio", "niveau", "punten", "verandering", "clienten", "geen plek", "trede", "zaak",
    "eigenaar", "zekerheid",
)  # fmt: skip


def _exported(row: OverviewRow) -> tuple[str | int | None, ...]:
    line = row.line
    return (
        line.subject, line.name, line.sector, row.region, LEVEL[row.level], line.assessment.points, row.change,
        line.clients, line.nowhere_to_go, line.stage, line.case, row.owner, CONFIDENCE[line.assessment.confidence],
    )  # fmt: skip


def _mark(visit: Visit, reason: str) -> str:
    when = visit.context.now.isoformat(timespec="minutes")
    fictitious = "FICTIEF. " if visit.context.settings.site.kind != "production" else ""
    return f"{fictitious}Vertrouwelijk. Uitgevoerd door {visit.person.id} op {when}. Reden: {reason}"
