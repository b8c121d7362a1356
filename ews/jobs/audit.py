"""Is the record untouched? The chain itself, what it is about, and heads that were printed elsewhere."""

import re
from dataclasses import dataclass

from sqlalchemy import Connection

from ews.errors import RefusedError
from ews.jobs.run import Context
from ews.jobs.scan import QUARANTINE
from ews.store import audit, audit_checks
from ews.store.audit import Head
from ews.store.engine import reading

_PRINTED = re.compile(r"^(?P<seq>[0-9.]+):(?P<start>[0-9a-f]+)(?:…|\.\.\.)?(?P<end>[0-9a-f]*)$")
_IN_DIGEST = re.compile(r"^(?P<start>[0-9a-f]+)(?:…|\.\.\.)?(?P<end>[0-9a-f]*) ?\((?P<seq>[0-9.]+)\)$")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found. Without an anchor a cut tail or a chain written anew can't be seen."""

    head: Head
    faults: tuple[str, ...]
    anchored: bool


def verify(context: Context, anchors: list[str]) -> Verdict:
    """Walk the whole chain. `anchors` are heads as digests and dossiers print them: `18204:9c41…e2`."""
    wanted = [_anchor(text) for text in anchors]
    with reading(context.engine) as connection:
        head = audit.head(connection)
        chain = audit.first_bad_entry(connection)
        faults = [chain] if chain else []
        faults += [fault for seq, start, end in wanted if (fault := _off(connection, head, seq, start, end))]
        if context.settings.site.kind == "production":
            faults += audit_checks.clock_faults(connection)
        faults += audit_checks.case_faults(connection)
        folders = [context.folder / name for name in ("evidence", "raw", QUARANTINE)]
        faults += audit_checks.evidence_faults(connection, folders)
    return Verdict(head, tuple(faults), bool(wanted))


def _anchor(text: str) -> tuple[int, str, str]:
    found = _PRINTED.match(text.strip().lower()) or _IN_DIGEST.match(text.strip().lower())
    if not found:
        raise RefusedError(
            f"--anchor '{text}' is geen auditkop. Schrijf haar over uit een digest of dossier."
        )
    return int(found["seq"].replace(".", "")), found["start"], found["end"]


def _off(connection: Connection, head: Head, seq: int, start: str, end: str) -> str:
    there = audit_checks.head_at(connection, seq)
    if there is None:
        return f"de keten heeft {head.seq} regels, maar de eerder afgedrukte auditkop telt er {seq}: de staart is weg"
    if there.hash.startswith(start) and there.hash.endswith(end):
        return ""
    return f"regel {seq} wijkt af van de eerder afgedrukte auditkop: de keten is herschreven"
