"""Evaluatie: how the EWS did on the office's own record, and walks through the past that people asked for."""

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Response

from ews.errors import NotFoundError
from ews.jobs import replay as job
from ews.jobs.models import listed
from ews.jobs.run import Context
from ews.jobs.track_record import LEAST, track_record
from ews.notify.words import clean, day
from ews.store import audit, freshness
from ews.store.engine import reading, writing
from ews.web.errands import Task
from ews.web.forms import Field, Reading, blank, read
from ews.web.pages.cases import as_of_asked
from ews.web.pages.errand import begin
from ews.web.policy import may
from ews.web.rendering import page
from ews.web.visit import Posting, Visit, Visiting, shelf_of
from ews.web.wording import day_text

router = APIRouter()
OUTCOMES = {
    "closed": "zorg gestopt",
    "insolvent": "faillissement of surseance",
    "handed_over": "overgenomen",
    "averted": "afgewend",
}
WHY = {
    "no_data": "te weinig gegevens",
    "stale": "cijfers verouderd of onvolledig",
    "below_threshold": "onder de drempel",
    "muted": "gedempt",
}
UNITS = (("provider", "aanbieders"), ("location", "locaties"))
ENGINES = (("scorecard", "puntenkaart"), ("model", "model, per datum opnieuw geschat"))
_NAME = re.compile(r"\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d_(provider|location)_(scorecard|model)")


@router.get("/evaluatie", name="evaluation")
def evaluation_page(visit: Visiting, op: str = "") -> Response:
    """What happened, what was warned of and how early, what was missed and why, what people set aside."""
    return _show(visit, blank(_fields(visit)), on=op)


def _show(visit: Visit, typed: Reading, *, status: int = 200, on: str = "", notice: str = "") -> Response:
    as_of = as_of_asked(on)
    with reading(visit.context.engine) as connection:
        made_from = freshness.stamp(connection)
    key = ("record", as_of, visit.context.now.date(), made_from)
    found = shelf_of(visit).get(key, lambda: track_record(visit.context, as_of=as_of))
    return page(
        visit.request,
        "evaluation.html",
        status=status,
        found=found.within(visit.scope),
        least=LEAST,
        outcomes=OUTCOMES,
        why=WHY,
        on=on,
        rewound=as_of is not None,
        models=listed(visit.context) if visit.scope.is_whole else [],
        walks=_walks(visit.context) if visit.scope.is_whole else [],
        units=dict(UNITS),
        engines=dict(ENGINES),
        fields=_fields(visit),
        reading=typed,
        notice=notice,
        can_walk=visit.scope.is_whole and may(visit.person.role, "evaluation_walk"),
    )


def _fields(visit: Visit) -> tuple[Field, ...]:
    today = day(visit.context.now)
    return (
        Field("vanaf", "Vanaf", "date", preset=(today - timedelta(days=3 * 365)).isoformat()),
        Field("tot", "Tot en met", "date", preset=today.isoformat()),
        Field("eenheid", "Over", "choice", choices=UNITS, preset="provider"),
        Field("motor", "Met", "choice", choices=ENGINES, preset="scorecard"),
    )


def _folder(context: Context) -> Path:
    return context.folder / "replays"


def _walks(context: Context) -> list[tuple[str, date, date, str, str]]:
    """(name, since, until, unit, engine) of the walks on record, the newest first."""
    found = sorted(_folder(context).glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    names = [path.stem for path in found if _NAME.fullmatch(path.stem)]
    return [_parts(name, *name.split("_")) for name in names]


def _parts(name: str, since: str, until: str, unit: str, engine: str) -> tuple[str, date, date, str, str]:
    return name, date.fromisoformat(since), date.fromisoformat(until), unit, engine


@router.post("/evaluatie/terugblik", name="evaluation_walk")
def walk(visit: Visiting, form: Posting) -> Response:
    """Walk through the past again, in the background; the report is kept."""
    _whole(visit)
    typed = read(_fields(visit), form)
    if not typed.faults and typed.values["vanaf"] >= typed.values["tot"]:
        typed.faults["tot"] = "Dit ligt niet na de eerste datum."
    if typed.faults:
        return _show(visit, typed, status=422)
    question = job.Question(
        since=typed.values["vanaf"],
        until=typed.values["tot"],
        outcomes=None,
        engine=typed.values["motor"],
        unit=typed.values["eenheid"],
    )
    name = f"{question.since}_{question.until}_{question.unit}_{question.engine}"
    back = str(visit.request.app.url_path_for("evaluation_report", name=name))

    def make() -> str:
        keep(visit.context, name, job.replay(visit.context, question))
        return "De terugblik is klaar."

    return begin(
        visit, Task(f"Terugblik {day_text(question.since)} tot en met {day_text(question.until)}", back, make)
    )[1]


def keep(context: Context, name: str, report: dict[str, Any]) -> None:
    """Keep a report, and put on the record that it was made, with its main figures."""
    folder = _folder(context)
    folder.mkdir(exist_ok=True)
    text = json.dumps({"made_at": context.now.isoformat(), **report}, ensure_ascii=False)
    (folder / f"{name}.json").write_text(text, encoding="utf-8")
    with writing(context.engine) as connection:
        figures = {key: report[key] for key in ("failures", "warned", "missed", "false_alarms", "config")}
        audit.append(connection, context.actor, "replay.made", name, figures, now=context.now)


@router.get("/evaluatie/terugblik/{name}", name="evaluation_report")
def report_page(visit: Visiting, name: str) -> Response:
    """One walk on record, with what it does not show."""
    _whole(visit)
    path = _folder(visit.context) / f"{name}.json"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise NotFoundError("Deze terugblik is er niet.")
    report = json.loads(path.read_text(encoding="utf-8"))
    since, until = date.fromisoformat(report["since"]), date.fromisoformat(report["until"])
    return page(
        visit.request,
        "evaluation_report.html",
        report=report,
        since=since,
        until=until,
        units=dict(UNITS),
        engines=dict(ENGINES),
        why=WHY,
        least=LEAST,
        clean=clean,
    )


def _whole(visit: Visit) -> None:
    if not visit.scope.is_whole:
        raise NotFoundError("Deze pagina bestaat niet, of niet voor u.")
