"""The office's own virus scanner over evidence: nothing that was not found clean is opened or sent."""

import subprocess
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from ews.cases.evidence_state import WHY_WITHHELD, Scanning, ScanState, scan_state, withheld
from ews.cases.model import CaseFile, Evidence, Mark, MarkKind
from ews.errors import RefusedError
from ews.jobs.post import trouble
from ews.jobs.run import Context
from ews.notify.views import SystemView
from ews.store import audit, cases
from ews.store.engine import reading, writing
from ews.store.evidence import mark, stored_at

CLEAN, INFECTED = 0, 1
"""Exit codes, as clamscan and clamdscan have them; any other is no verdict."""
QUARANTINE = "quarantaine"


def scanning(context: Context) -> Scanning:
    """How this site scans."""
    policy = context.settings.site.scanner
    return Scanning(bool(policy.command), policy.unscanned == "blokkeren")


def scan(context: Context) -> dict[str, Any]:
    """Scan what waits. Returns `{"scanned", "clean", "infected", "pending"}`; what can't be scanned goes on waiting."""
    if not scanning(context).has_scanner:
        return {"scanned": 0, "clean": 0, "infected": 0, "pending": 0}
    with reading(context.engine) as connection:
        waiting = _waiting(connection, context)
    said = {digest: _verdict(context, digest) for digest in sorted({piece.sha256 for _, piece in waiting})}
    with writing(context.engine) as connection:
        # somebody may have scanned it meanwhile: a verdict is given once
        still = _waiting(connection, context)
        for case, piece in still:
            if (state := said.get(piece.sha256)) is not None:
                _record(connection, context, case, piece, state)
        infected = sorted({digest for digest, state in said.items() if state is ScanState.INFECTED})
        _tell_late(connection, context, [pair for pair in still if said.get(pair[1].sha256) is None])
    for digest in infected:
        _set_apart(context.folder, digest)
    verdicts = list(said.values())
    return {
        "scanned": len(verdicts) - verdicts.count(None),
        "clean": verdicts.count(ScanState.CLEAN),
        "infected": len(infected),
        "pending": verdicts.count(None),
    }


def refuse_withheld(context: Context, pieces: Collection[Evidence], *, leaves: bool) -> None:
    """Raise RefusedError that names every piece that may not be opened, or may not leave."""
    policy = scanning(context)
    found = [(piece, why) for piece in pieces if (why := withheld(piece, policy, leaves=leaves)) is not None]
    if found:
        lines = "\n".join(f"  B{piece.number} ({piece.name}) {WHY_WITHHELD[why]}." for piece, why in found)
        raise RefusedError(f"Niet alle bewijsstukken mogen worden gebruikt:\n{lines}")


def _waiting(connection: Connection, context: Context) -> list[tuple[CaseFile, Evidence]]:
    policy = scanning(context)
    return [
        (case, piece)
        for case in cases.all_cases(connection)
        for piece in case.evidence
        if not piece.is_destroyed and scan_state(piece, policy) is ScanState.PENDING
    ]


def _verdict(context: Context, digest: str) -> ScanState | None:
    """What the scanner says of these bytes; None when it says nothing: absent, refusing, too slow."""
    policy = context.settings.site.scanner
    path = next((one for one in _places(context.folder, digest) if one.is_file()), None)
    if path is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - the office names its scanner in settings.toml; no shell
            [*policy.command, str(path)], check=False, capture_output=True, timeout=policy.seconds
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return {CLEAN: ScanState.CLEAN, INFECTED: ScanState.INFECTED}.get(done.returncode)


def _places(folder: Path, digest: str) -> list[Path]:
    return [stored_at(folder / name, digest) for name in ("evidence", "raw")]


def _record(
    connection: Connection, context: Context, case: CaseFile, piece: Evidence, state: ScanState
) -> None:
    mark(connection, piece.id, Mark(MarkKind.SCAN, state.value, context.now, context.actor.id))
    detail = {"number": piece.number, "version": piece.version, "sha256": piece.sha256, "result": state.value}
    audit.append(connection, context.actor, "evidence.scanned", case.number, detail, now=context.now)
    if state is ScanState.INFECTED:
        what = f"In {case.number} is bewijsstuk B{piece.number} volgens de virusscanner besmet."
        consequence = "Het stuk staat apart (map quarantaine) en kan niet worden geopend of verstuurd."
        actions = (
            "Vraag wie het aanleverde om een schoon exemplaar, als nieuwe versie.",
            "Meld het aan de beveiliging.",
        )
        trouble(
            connection,
            context,
            _view(context, "besmet bewijsstuk", what, consequence, actions),
            about=f"scan:{piece.sha256[:16]}",
        )


def _tell_late(connection: Connection, context: Context, left: list[tuple[CaseFile, Evidence]]) -> None:
    since = context.now - timedelta(minutes=context.settings.site.scanner.late_minutes)
    late = [pair for pair in left if pair[1].uploaded_at <= since]
    if not late:
        return
    what = f"{len(late)} bewijsstukken wachten langer dan {context.settings.site.scanner.late_minutes} minuten op de virusscanner."
    consequence = "Zolang zij wachten, opent niemand ze en gaan zij in geen bundel mee."
    actions = ("Kijk of de scanner draait: [scanner] command in settings.toml.",)
    view = _view(context, "virusscanner antwoordt niet", what, consequence, actions)
    trouble(connection, context, view, about=f"scan:laat:{context.now:%Y-%m-%d}")


def _set_apart(folder: Path, digest: str) -> None:
    """Move infected bytes out of the folders that anything is read from; a second time changes nothing."""
    for path in _places(folder, digest):
        if path.is_file():
            target = stored_at(folder / QUARANTINE, digest)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)


def _view(context: Context, topic: str, what: str, consequence: str, actions: tuple[str, ...]) -> SystemView:
    return SystemView(
        topic=topic,
        what=what,
        consequence=consequence,
        actions=actions,
        details=(),
        office=context.settings.site.office.name,
        at=context.now,
        fictitious=context.settings.site.kind != "production",
    )
