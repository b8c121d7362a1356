"""`ews case plan48`: the 48-hour plan, ready before anyone asks: tasks, call list, takers to ring, notices."""

from typing import TYPE_CHECKING, Any

import typer

from ews.cases import log
from ews.cases.entries import Contact, CrisisRole
from ews.cases.words import PARTIES, clock_time
from ews.cli.case_options import Case
from ews.cli.case_page import wrapped
from ews.cli.cases import group
from ews.cli.frame import Json, emit, site_of
from ews.jobs.case_view import CaseView, view_case

if TYPE_CHECKING:
    from ews.jobs.transfer import TransferView


@group.command()
def plan48(context: typer.Context, case: Case, as_json: Json = False) -> None:
    """Het 48-uursplan: taken per uur, bellijst, overnemers om te bellen, en de meldingen die klaar moeten."""
    from ews.errors import RefusedError
    from ews.jobs.transfer import plan_transfer

    site = site_of(context)
    view = view_case(site, case)
    try:
        transfer = plan_transfer(site, view.case.subject)
    except RefusedError as error:
        transfer, why_not = None, str(error)
    else:
        why_not = ""
    document = _document(view, transfer)
    emit(as_json, document, "\n".join(_text(view, document, why_not)))


def _document(view: CaseView, transfer: "TransferView | None") -> dict[str, Any]:
    hours = {line.id: line for line in view.policy.plan48}
    laid = [state for state in log.tasks(view.case) if state.task.code in hours]
    planned = {state.task.code: state for state in laid}
    return {
        "case": view.case.number,
        "running": bool(laid),
        "tasks": [
            {
                "task": line.id,
                "title": line.title,
                "role": line.role.value,
                "hours": line.hours,
                "due_at": _due(planned.get(line.id)),
                "done": planned[line.id].done is not None if line.id in planned else None,
            }
            for line in view.policy.plan48
        ],
        "call": [
            {"role": one.role, "organisation": one.organisation, "name": one.name, "phone": one.phone}
            for _, one in log.current(view.case, CrisisRole)
        ],
        "spoken_to": sorted(
            {
                f"{PARTIES[one.party]}: {one.name} {one.function}".strip()
                for _, one in log.current(view.case, Contact)
            }
        ),
        "takers": _takers(transfer),
        "unplaced": transfer.plan.left if transfer else None,
    }


def _due(state: log.TaskState | None) -> str | None:
    return state.task.due_at.isoformat() if state and state.task.due_at else None


def _takers(transfer: "TransferView | None") -> list[dict[str, Any]]:
    if transfer is None:
        return []
    found: dict[str, int] = {}
    for move in transfer.plan.moves:
        found[move.site.provider] = found.get(move.site.provider, 0) + move.clients
    return [
        {"provider": name, "name": transfer.town.takers[name].name, "clients": count}
        for name, count in sorted(found.items(), key=lambda one: -one[1])
    ]


def _text(view: CaseView, document: dict[str, Any], why_not: str) -> list[str]:
    running = "loopt" if document["running"] else "ligt klaar; het gaat lopen bij faillissement of surseance"
    lines = [f"48-UURSPLAN {view.case.number} · {view.name or view.case.subject} · {running}", "", "Taken"]
    states = {state.task.code: state for state in log.tasks(view.case)}
    for line in view.policy.plan48:
        state = states.get(line.id)
        when = clock_time(state.task.due_at) if state and state.task.due_at else f"binnen {line.hours} uur"
        mark = "x" if state and state.done else " "
        lines += wrapped(f"{mark} {when:<17} {line.role}: {line.title}", indent=20)
    lines += ["", "Bellen"]
    lines += [
        f"  {one['role']}: {one['name']} ({one['organisation']}) {one['phone']}" for one in document["call"]
    ]
    lines += [f"  eerder gesproken: {one}" for one in document["spoken_to"]]
    lines += (
        []
        if document["call"]
        else ["  ! nog geen nummers: ews case role ZAAK ROL --organisation … --phone …"]
    )
    lines += ["", "Overnemers om te bellen"]
    lines += [f"  {one['clients']:>4} cliënten  {one['name']}" for one in document["takers"]]
    lines += (
        wrapped(f"  {why_not}", indent=2) if why_not else [f"  zonder plek: {document['unplaced']} cliënten"]
    )
    number = view.case.number
    lines += ["", "Meldingen klaarzetten", f"  ews dossier draft {number} --kind ews_melding"]
    return [*lines, f"  ews dossier draft {number} --kind overmachtsmelding"]
