"""How long a notice takes: check, draft and bundle for a case with 500 log rows and 200 pieces of evidence.

    python benchmarks/dossier.py [--gigabyte]

Prints seconds per step and peak memory of the bundle; `check_command` is the whole command with its start-up. The bounds are those of the notices: check < 1 s,
draft in both forms < 15 s, bundle of 1 GB < 60 s in < 300 MB.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from memory import peak_megabytes
from sqlalchemy import insert

from ews.cases.entries import Alternative, Answer, Contact, Measure, Opening, Places
from ews.cases.kinds import AlternativeKind, AnswerOutcome, Means, Party
from ews.dossier.approval import Wish
from ews.jobs import dossier, dossier_acts
from ews.jobs.bundle import bundle
from ews.jobs.run import Context, open_site
from ews.jobs.site import create_site
from ews.jobs.verify import verify
from ews.regulation import DossierKind
from ews.store import cases, evidence
from ews.store.engine import writing
from ews.store.evidence import EvidenceFile
from ews.store.schema import subject

OPENED = datetime(2026, 5, 12, 6, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CASE, PROVIDER = "C-2026-001", "kvk:08111924"
BOUNDS = {"check": 1.0, "draft": 15.0, "bundle": 60.0}
MEMORY_BOUND = 300_000_000


def fill(context: Context, *, rows: int, files: int, file_bytes: int) -> None:
    """A case with a long log, each piece of evidence of one size."""
    with writing(context.engine) as connection:
        connection.execute(insert(subject).values(identifier=PROVIDER, kind="provider"))
        cases.create(connection, number=CASE, identifier=PROVIDER, alert=None, policy={}, now=OPENED)

        def add(what: Any, day: date, **more: Any) -> Any:
            return cases.add_entry(
                connection, CASE, what, happened_on=day, author="officier", now=OPENED, **more
            )

        add(Opening("alert", "high", 50), OPENED.date())
        for number in range(1, files + 1):
            content = number.to_bytes(8, "big") * (file_bytes // 8)
            digest = evidence.keep(context.folder / "evidence", content)
            file = EvidenceFile(f"stuk_{number}.pdf", "gespreksverslag", date(2026, 6, 1), "vertrouwelijk")
            evidence.record(
                connection, CASE, file, sha256=digest, size=len(content), by="officier", now=OPENED
            )
        for number in range((rows - 1) // 4):
            day, proof = OPENED.date() + timedelta(days=number), {"evidence": [number % files + 1]}
            add(
                Contact(Party.BOARD, "gesprek", "De Wilgenhof", "bestuurder", "", "Besproken. " * 20),
                day,
                **proof,
            )
            add(Measure(Means.NON_FINANCIAL, 2, day, text="Bemiddeling van cliënten."), day, **proof)
            asked = Alternative(
                AlternativeKind.PROCUREMENT, (Places("VG7", 3),), day, organisation=f"Aanbieder {number}"
            )
            first = add(asked, day, **proof)
            add(Answer(first.id, AnswerOutcome.NO, (), "Geen plaats.", "Geen bouw."), day, **proof)


def timed(name: str, work: Any) -> tuple[str, float, Any]:
    started = time.perf_counter()
    done = work()
    return name, time.perf_counter() - started, done


def prepare(site: Path, file_bytes: int) -> dict[str, float]:
    """Draft, check and approve; returns seconds per step."""
    create_site(site, now=OPENED)
    author = open_site(site, user="officier", now=NOW)
    fill(author, rows=500, files=200, file_bytes=file_bytes)
    overmacht = DossierKind.OVERMACHTSMELDING
    steps = [
        timed("draft", lambda: dossier.draft(author, CASE, overmacht)),
        timed("check", lambda: dossier_acts.warnings(author, dossier.look(author, CASE, overmacht))),
    ]
    dossier.draft(author, CASE, DossierKind.EWS_MELDING)
    second = open_site(site, user="goedkeurder", now=NOW)
    steps.append(
        timed("approve", lambda: dossier_acts.approve(second, CASE, DossierKind.EWS_MELDING, Wish()))
    )
    return {name: round(seconds, 3) for name, seconds, _ in steps}


def pack(site: Path) -> dict[str, float]:
    """Bundle and verify, with the peak memory of a process that does nothing else."""
    context, out = open_site(site, now=NOW), site / "bundel.zip"
    _, seconds, _ = timed("bundle", lambda: bundle(context, CASE, DossierKind.EWS_MELDING, out))
    peak = int(peak_megabytes() * 1e6)
    _, checking, checked = timed("verify", lambda: verify(out))
    assert checked.holds, checked.faults[:3]
    sizes = {"bundle_bytes": out.stat().st_size, "bundle_peak_bytes": peak}
    return {"bundle": round(seconds, 3), "verify": round(checking, 3), **sizes}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gigabyte", action="store_true", help="200 files of 5 MB instead of 20 kB")
    parser.add_argument("--prepare", type=Path)
    parser.add_argument("--pack", type=Path)
    given = parser.parse_args()
    os.environ["EWS_KIND"] = "drill"
    if given.prepare:
        print(json.dumps(prepare(given.prepare, 5_000_000 if given.gigabyte else 20_000)))
    elif given.pack:
        print(json.dumps(pack(given.pack)))
    else:
        print(json.dumps(apart(given.gigabyte), indent=1))


def apart(gigabyte: bool) -> dict[str, Any]:
    """Each part in a process of its own, so that the peak memory is that of the bundle alone."""
    figures: dict[str, Any] = {}
    command = [sys.executable, "-m", "ews", "--now", NOW.isoformat(), "dossier", "check", CASE, "--json"]
    with tempfile.TemporaryDirectory() as folder:
        for words in (["--prepare", f"{folder}/site"], ["--pack", f"{folder}/site"]):
            part = [sys.executable, __file__, *words, *(["--gigabyte"] if gigabyte else [])]
            done = subprocess.run(part, check=True, capture_output=True, text=True)
            figures |= json.loads(done.stdout)
        at = {**os.environ, "EWS_SITE": f"{folder}/site"}
        runs = [
            timed("check", lambda: subprocess.run(command, check=False, capture_output=True, env=at))
            for _ in range(3)
        ]
        figures["check_command"] = round(min(seconds for _, seconds, _ in runs), 3)
    fast = all(figures[name] < bound for name, bound in BOUNDS.items())
    return {**figures, "within": fast and figures["bundle_peak_bytes"] < MEMORY_BOUND}


if __name__ == "__main__":
    main()
