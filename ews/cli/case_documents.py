"""Cases as JSON: the shapes that scripts rely on."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from ews.cases import log
from ews.cases.clock import MeldingClock
from ews.cases.evidence_state import last_look, scan_state
from ews.cli.case_options import entry_document
from ews.jobs.case_view import CaseView


def list_document(views: Sequence[CaseView]) -> dict[str, Any]:
    """`{"cases": [{"case", "provider", "stage", "level", "owner", "due"}]}`"""
    return {"cases": [_cover(view) for view in views]}


def case_document(view: CaseView) -> dict[str, Any]:
    """The case as JSON: cover, clock, duties, warnings, tasks, alternatives, measures, log, evidence."""
    clock = {name: _iso(getattr(view.clock, name)) for name in MeldingClock.__slots__}
    return {
        **_cover(view),
        "clock": clock,
        "duties": [
            {"kind": duty.kind, "due": duty.due_on.isoformat(), "text": duty.text} for duty in view.duties
        ],
        "warnings": [{"kind": warning.kind, "text": warning.text} for warning in view.warnings],
        "tasks": [
            {
                "task": state.entry.id,
                "code": state.task.code,
                "title": state.task.title,
                "role": state.task.role,
                "due": state.task.due_on.isoformat(),
                "required": state.task.required,
                "done": state.done.happened_on.isoformat() if state.done else None,
            }
            for state in log.tasks(view.case)
        ],
        "entries": [entry_document(view.case.number, entry) for entry in view.case.entries],
        "evidence": [
            {
                "number": one.number,
                "version": one.version,
                "name": one.name,
                "kind": one.kind,
                "sha256": one.sha256,
                "date": one.evidence_date.isoformat(),
                "uploaded_at": one.uploaded_at.isoformat(),
                "scan": scan_state(one, view.scanning).value,
                "redacted_from": one.redacted_from,
                "look": last_look(one),
                "destroyed": one.is_destroyed,
            }
            for one in view.case.evidence
        ],
    }


def _cover(view: CaseView) -> dict[str, Any]:
    case = view.case
    return {
        "case": case.number,
        "provider": case.subject,
        "name": view.name,
        "stage": view.stage.value,
        "level": view.level.value,
        "override": view.override.value if view.override else None,
        "owner": case.owner,
        "due": _iso(view.due),
        "opened_at": case.opened_at.isoformat(),
        "closed_at": case.closed_at.isoformat() if case.closed_at else None,
    }


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None
