"""What goes wrong when documents are handed in as evidence, by fault number: I10 to I16.

I12's corpus of refused contents also stands row by row in tests/unit/cases/test_screening.py.
"""

import asyncio
import io
import socketserver
import threading
import time
import tracemalloc
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alerts_played import play_alert
from sqlalchemy import select

from ews.cases.entries import Note
from ews.cases.evidence_state import Look, ScanState, scan_state
from ews.cases.screening import Bounds, Finding, screen
from ews.errors import FileRefusedError, NotAllowedError, RefusedError
from ews.jobs import audit as audit_job
from ews.jobs.case_papers import write_outcomes
from ews.jobs.cases import Act, act, add_evidence
from ews.jobs.evidence import Upload, keep_files, look
from ews.jobs.run import Context, at, open_site
from ews.jobs.scan import refuse_withheld, scan, scanning
from ews.scoring.model import Level
from ews.store import cases
from ews.store.engine import reading, writing
from ews.store.evidence import stored_at
from ews.store.schema import outbox
from ews.web.app import LastResort
from ews.web.door import Door

CASE = "C-2026-001"
NOW = datetime(2026, 11, 3, 6, 0, tzinfo=UTC)
BOUNDS = Bounds(unpacked_bytes=200_000_000, unpack_ratio=100, zip_entries=1000)
TYPES = ("[Content_Types].xml", b"<Types/>")


@pytest.fixture
def officer(site, monkeypatch) -> Context:
    monkeypatch.setenv("EWS_KIND", "drill")
    play_alert(open_site(site, now=NOW), Level.HIGH)
    return open_site(site, user="officier", now=NOW)


def kept(context: Context) -> list[Path]:
    return [path for path in (context.folder / "evidence").rglob("*") if path.is_file()]


def pieces(context: Context) -> list:
    with reading(context.engine) as connection:
        return list(cases.load_case(connection, CASE).evidence)


def office(*parts: tuple[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (TYPES, *parts):
            archive.writestr(name, content)
    return target.getvalue()


ZEROS = b"0" * 10_000_000
INNER = office(("xl/a.xml", ZEROS))
BOMBS = {
    "one part of ten megabytes in ten kilobytes": office(("word/document.xml", ZEROS)),
    "many parts of a megabyte": office(
        *((f"xl/worksheets/sheet{n}.xml", ZEROS[:1_000_000]) for n in range(40))
    ),
    "ten thousand sheets": office(*((f"xl/worksheets/sheet{n}.xml", b"x") for n in range(10_000))),
    "a sheet of a million and a half rows": office(
        ("xl/worksheets/sheet1.xml", b"<row><c><v>1</v></c></row>" * 1_500_000)
    ),
    "a zip in a zip": office(("word/inner.zip", INNER)),
    "a zip in a zip in a zip": office(("word/inner.zip", office(("a/inner.zip", INNER)))),
    "a gzip inside": office(("word/inner.gz", b"\x1f\x8b" + b"0" * 100)),
    "a document among many empty parts": office(*((f"a/{n}", b"") for n in range(2_000))),
}


@pytest.mark.parametrize("name", BOMBS)
def test_i10_a_bomb_is_refused_before_it_is_unpacked(name):
    tracemalloc.start()
    began = time.perf_counter()
    found = screen(BOMBS[name], BOUNDS)
    took, (_, peak) = time.perf_counter() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found is Finding.BOMB
    assert took < 10
    assert peak < 50_000_000


class _Canary(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.server.heard += 1  # type: ignore[attr-defined]


@pytest.fixture
def canary():
    with socketserver.TCPServer(("127.0.0.1", 0), _Canary) as server:
        server.heard = 0  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


def test_i11_nothing_outside_is_fetched_and_nothing_expands(officer, canary):
    away = f"http://127.0.0.1:{canary.server_address[1]}/x".encode()
    laughs = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;&b;&b;">]><a>&d;</a>'
    relation = b'<Relationships><Relationship Type="x/attachedTemplate" Target="%s" TargetMode="External"/></Relationships>'
    documents = {
        "xxe.xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "%s">]><a>&b;</a>' % away,
        "laughs.xml": laughs,
        "xxe.docx": office(("word/document.xml", b'<!DOCTYPE a SYSTEM "%s"><a/>' % away)),
        "laughs.xlsx": office(("xl/sharedStrings.xml", laughs)),
        "template.docx": office(("word/_rels/settings.xml.rels", relation % away)),
        "dtd.xbrl": b'<?xml version="1.0"?><!doctype xbrl system "%s"><xbrl/>' % away,
    }
    for name, content in documents.items():
        with pytest.raises(FileRefusedError):
            add_evidence(officer, CASE, Upload(Path(name), content=content))
    assert (canary.heard, kept(officer)) == (0, [])


ACTIVE = {
    "macros.docx": office(("word/vbaProject.bin", b"x")),
    "macros.xlsm": office(("xl/vbaProject.bin", b"x")),
    "excel4.xlsx": office(("xl/macrosheets/sheet1.xml", b"x")),
    "basic.odt": office(("Basic/Standard/Module1.xml", b"x")),
    "ole.docx": office(("word/embeddings/oleObject1.bin", b"x")),
    "embedded.docx": office(("word/embeddings/a.xlsx", b"x")),
    "activex.xlsx": office(("xl/activeX/activeX1.xml", b"x")),
    "extern.xlsx": office(("xl/externalLinks/externalLink1.xml", b"x")),
    "dde.docx": office(("word/document.xml", b"DDEAUTO c:\\x")),
    "old.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100,
    "password.xlsx": office(("EncryptedPackage", b"x")),
    "acts.pdf": b"%PDF-1.7 /OpenAction << /JavaScript (x) >>",
}


@pytest.mark.parametrize("name", ACTIVE)
def test_i12_what_acts_or_can_not_be_checked_is_refused_by_content(officer, name):
    with pytest.raises(FileRefusedError):
        add_evidence(officer, CASE, Upload(Path("gewoon.txt"), content=ACTIVE[name]))
    assert kept(officer) == []


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"])
def test_i13_a_name_is_no_formula_in_an_export(tmp_path, start):
    write_outcomes([("kvk:00000001", f"{start}CMD()", "2026-11-03", "closed")], tmp_path / "uit.csv")
    line = (tmp_path / "uit.csv").read_bytes().split(b"\n", 1)[1].decode()
    assert line.startswith(("00000001,'", "00000001,\"'"))


def test_i14_two_hundred_names_lead_nowhere(officer, tmp_path):
    starts = ("", "../", "/", "..\\", "C:\\", "~/", "-", "%2e%2e/", "\u202e", "\x00")
    ends = ("x", "etc/passwd", "CON", "aux.txt", "a" * 300, "..", "$(id)", "`id`", "a\nb", "名前.pdf",
            "a;b", "a|b", "NUL", "a\u202efdp.exe", " ", ".htaccess", "a:b", "com1", "a*", "a?")  # fmt: skip
    names = [start + end for start in starts for end in ends]
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    with writing(officer.engine) as connection:
        case = cases.load_case(connection, CASE)
        uploads = [Upload(Path(name), content=f"stuk {at_}".encode()) for at_, name in enumerate(names)]
        numbers = keep_files(connection, officer, case, uploads)
    assert len(numbers) == len(names) == 200
    new = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    outside = {path for path in new if officer.folder / "evidence" not in path.parents}
    assert {path.name for path in outside} <= {"ews.sqlite-wal", "ews.sqlite-shm"}
    assert all(
        path.name == one.sha256
        for one in pieces(officer)
        for path in [stored_at(officer.folder / "evidence", one.sha256)]
    )
    assert all(
        len(one.name) <= 200 and "\u202e" not in one.name and "\n" not in one.name for one in pieces(officer)
    )


def test_i15_too_large_or_over_the_quota_leaves_nothing(officer):
    with pytest.raises(FileRefusedError, match="25 MB"):
        add_evidence(officer, CASE, Upload(Path("groot.txt"), content=b"x" * 25_000_001))
    policy = officer.settings.cases
    small = replace(policy, case=replace(policy.case, evidence_quota_bytes=1_000_000))
    tight = replace(officer, settings=replace(officer.settings, cases=small))
    add_evidence(tight, CASE, Upload(Path("klein.txt"), content=b"x" * 600_000))
    with pytest.raises(FileRefusedError, match="samen over 1 MB"):
        add_evidence(tight, CASE, Upload(Path("nog een.txt"), content=b"y" * 600_000))
    assert len(kept(officer)) == len(pieces(officer)) == 1


@pytest.mark.parametrize(("pause", "status"), [(0.0, 200), (0.2, 408)], ids=["in time", "too slow"])
def test_i15_an_upload_that_trickles_is_cut_off(pause, status):
    """The door on its own, with an application behind it that reads the whole body."""
    answers: list[int] = []

    async def reads(scope, receive, send):
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def trickle():
        await asyncio.sleep(pause)
        return {"type": "http.request", "body": b"x", "more_body": len(answers) == 0 and next(left) > 0}

    async def send(message):
        if message["type"] == "http.response.start":
            answers.append(message["status"])

    left = iter([3, 2, 1, 0])
    door = Door(LastResort(reads), hosts=frozenset({"localhost"}), body_bytes=100, body_seconds=0.3)
    scope = {
        "type": "http", "method": "POST", "path": "/zaak/C-2026-001/contact",
        "headers": [(b"host", b"localhost"), (b"sec-fetch-site", b"same-origin")],
    }  # fmt: skip
    asyncio.run(door(scope, trickle, send))
    assert answers == [status]


def scanner(site: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> Context:
    """The officer at a site whose scanner is this shell script."""
    program = site / "scanner.sh"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("EWS_SCANNER__COMMAND", f'["{program}"]')
    monkeypatch.setenv("EWS_SCANNER__SECONDS", "0.5")
    return open_site(site, user="officier", now=NOW)


FINDS_EICAR = 'grep -q EICAR "$1" && exit 1; exit 0'


def test_i16_clean_and_infected(officer, site, monkeypatch):
    scanned = scanner(site, monkeypatch, FINDS_EICAR)
    add_evidence(scanned, CASE, Upload(Path("verslag.txt"), content=b"een verslag"))
    add_evidence(scanned, CASE, Upload(Path("besmet.txt"), content=b"EICAR-proefbestand"))
    clean, infected = pieces(scanned)
    states = [scan_state(one, scanning(scanned)) for one in (clean, infected)]
    assert states == [ScanState.CLEAN, ScanState.INFECTED]
    refuse_withheld(scanned, [clean], leaves=True)
    with pytest.raises(RefusedError, match="besmet"):
        refuse_withheld(scanned, [infected], leaves=False)
    assert not stored_at(site / "evidence", infected.sha256).exists()
    assert stored_at(site / "quarantaine", infected.sha256).is_file()
    assert audit_job.verify(scanned, []).faults == ()
    with reading(scanned.engine) as connection:
        told = connection.execute(select(outbox.c.about)).scalars().all()
    assert f"scan:{infected.sha256[:16]}" in told


@pytest.mark.parametrize("script", ["exit 2", "sleep 30"], ids=["refuses", "hangs"])
def test_i16_without_a_verdict_a_piece_waits_and_is_told_of(officer, site, monkeypatch, script):
    silent = scanner(site, monkeypatch, script)
    act(silent, Act(CASE, uploads=(Upload(Path("verslag.txt"), content=b"een verslag"),)), Note("verslag"))
    (piece,) = pieces(silent)
    assert scan_state(piece, scanning(silent)) is ScanState.PENDING
    with pytest.raises(RefusedError, match="wacht nog op de virusscanner"):
        refuse_withheld(silent, [piece], leaves=False)
    assert scan(at(silent, NOW + timedelta(minutes=31)))["pending"] == 1
    with reading(silent.engine) as connection:
        assert "scan:laat:2026-11-03" in connection.execute(select(outbox.c.about)).scalars().all()
    healed = scanner(site, monkeypatch, FINDS_EICAR)
    assert scan(healed) == {"scanned": 1, "clean": 1, "infected": 0, "pending": 0}
    assert scan(healed)["scanned"] == 0


@pytest.mark.parametrize(("policy", "refused"), [("waarschuwen", False), ("blokkeren", True)])
def test_i16_without_a_scanner_it_is_visible_and_may_block(officer, site, monkeypatch, ews, policy, refused):
    monkeypatch.setenv("EWS_SCANNER__UNSCANNED", policy)
    bare = open_site(site, user="officier", now=NOW)
    add_evidence(bare, CASE, Upload(Path("verslag.txt"), content=b"een verslag"))
    assert "niet gescand" in ews("case", "show", CASE).out
    if refused:
        with pytest.raises(RefusedError, match="niet op virussen gescand"):
            refuse_withheld(bare, pieces(bare), leaves=True)
    else:
        refuse_withheld(bare, pieces(bare), leaves=True)


def test_client_data_go_in_only_redacted_and_out_only_after_a_second_look(officer, site, tmp_path, ews):
    original, redacted = tmp_path / "lijst.txt", tmp_path / "gelakt.txt"
    original.write_text("mevrouw De Vries, kamer 12")
    redacted.write_text("█████████, kamer ██")
    words = ["--now", "2026-11-03T10:00", "--user", "officier", "case", "evidence", CASE]
    asked = ["--kind", "overzicht", "--date", "2026-11-02", "--client-data"]
    assert ews(*words, original, *asked).code == 2
    assert ews(*words, original, *asked, "--redacted-from", original).code == 2
    assert ews(*words, redacted, *asked, "--redacted-from", original).code == 0
    (piece,) = pieces(officer)
    assert [path.read_text() for path in kept(officer)] == ["█████████, kamer ██"]
    assert piece.redacted_from is not None
    refuse_withheld(officer, [piece], leaves=False)
    with pytest.raises(RefusedError, match="door niemand anders nagelopen"):
        refuse_withheld(officer, [piece], leaves=True)
    with pytest.raises(NotAllowedError):
        look(officer, CASE, 1, Look.APPROVED, "zelf gekeken")
    second = open_site(site, user="teamleider", now=NOW)
    look(second, CASE, 1, Look.REFUSED, "kamernummer leesbaar")
    with pytest.raises(RefusedError, match="afgekeurd"):
        refuse_withheld(second, pieces(second), leaves=True)
    assert (
        ews(
            "--now",
            "2026-11-03T11:00",
            "--user",
            "teamleider",
            "case",
            "look",
            CASE,
            1,
            "--outcome",
            "akkoord",
        ).code
        == 0
    )
    refuse_withheld(second, pieces(second), leaves=True)
    assert "gelakt, akkoord" in ews("case", "show", CASE).out
