"""Evidence on disk and in the case: names lead nowhere, bytes are kept once, nothing half."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alerts_played import play_alert
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ews.errors import FileRefusedError
from ews.jobs.cases import add_evidence
from ews.jobs.evidence import Upload
from ews.jobs.run import open_site
from ews.scoring.model import Level
from ews.store import cases, evidence
from ews.store.engine import reading

CASE = "C-2026-001"


@pytest.fixture
def officer(site, monkeypatch):
    """The officer at an open case."""
    monkeypatch.setenv("EWS_KIND", "drill")
    now = datetime(2026, 11, 3, 6, 0, tzinfo=UTC)
    play_alert(open_site(site, now=now), Level.HIGH)
    return open_site(site, user="officier", now=now)


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


NASTY = [
    "../../etc/passwd", "/etc/passwd", "a\x00b", "verslag\u202efdp.exe", "CON", "aux.txt", "x" * 300, "..", ".", "~root",
    "a/b/c", "C:\\boot.ini", "-rf", "$(id)", "`id`", "%2e%2e%2f", "名前.pdf", "\n", " ", "file:///etc/passwd",
]  # fmt: skip


def test_no_name_leads_outside_the_evidence_folder(officer, tmp_path):
    before = files(tmp_path)
    for number, name in enumerate(NASTY):
        content = f"stuk {number}".encode()
        add_evidence(officer, CASE, Upload(Path(name), content=content))
    new = files(tmp_path) - before
    outside = {one for one in new if not one.startswith("site/evidence/") and "sqlite" not in one}
    assert outside == set()
    assert len(new - outside) - sum("sqlite" in one for one in new) == len(NASTY)


@given(st.text(min_size=1, max_size=80))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_where_bytes_lie_depends_on_the_bytes_alone(tmp_path, name):
    digest = evidence.keep(tmp_path / "evidence", b"inhoud")
    assert evidence.stored_at(tmp_path / "evidence", digest).read_bytes() == b"inhoud"
    assert files(tmp_path / "evidence") == {f"{digest[:2]}/{digest}"}


def test_the_same_bytes_are_kept_once_and_numbered_twice(officer):
    first = add_evidence(officer, CASE, Upload(Path("a.txt"), content=b"verslag"))
    second = add_evidence(officer, CASE, Upload(Path("b.txt"), content=b"verslag"))
    assert (first, second) == (1, 2)
    assert len(files(officer.folder / "evidence")) == 1


def test_one_file_attached_to_two_entries_is_one_piece_until_something_differs(officer):
    upload = Upload(Path("a.txt"), evidence_date=date(2026, 9, 1), content=b"verslag")
    numbers = [
        add_evidence(officer, CASE, replace(upload, **again))
        for again in (
            {},
            {},
            {"kind": "besluit"},
            {"evidence_date": date(2026, 10, 1)},
            {"content": b"ander verslag"},
            {"content": b"beter verslag", "replaces": 4},
            {"content": b"ander verslag"},
            {},
        )
    ]
    assert numbers == [1, 1, 2, 3, 4, 4, 5, 1]
    with reading(officer.engine) as connection:
        kept = cases.load_case(connection, CASE).evidence
    assert [(one.number, one.version) for one in kept] == [(1, 1), (2, 1), (3, 1), (4, 1), (4, 2), (5, 1)]


def test_a_new_version_keeps_its_number(officer):
    add_evidence(officer, CASE, Upload(Path("a.txt"), content=b"een"))
    add_evidence(officer, CASE, Upload(Path("a.txt"), content=b"twee", replaces=1))
    with reading(officer.engine) as connection:
        kept = cases.load_case(connection, CASE).evidence
    assert [(one.number, one.version) for one in kept] == [(1, 1), (1, 2)]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"x" * 25_000_001, "groter dan 25 MB"),
        (b"MZ\x90", "dit soort bestand nemen we niet aan"),
        ("BSN van cliënt: 123456782".encode(), "BSN"),
        (b"", "leeg"),
    ],
    ids=["too large", "a program", "a BSN", "empty"],
)
def test_what_is_refused_leaves_nothing(officer, content, says):
    with pytest.raises(FileRefusedError, match=says):
        add_evidence(officer, CASE, Upload(Path("stuk.pdf"), content=content))
    assert files(officer.folder / "evidence") == set()
    with reading(officer.engine) as connection:
        assert cases.load_case(connection, CASE).evidence == ()


def test_client_data_are_refused(officer):
    with pytest.raises(FileRefusedError, match="onherleidbaar"):
        add_evidence(officer, CASE, Upload(Path("a.txt"), content=b"x", client_data=True))


def test_a_link_to_elsewhere_is_no_document(officer, tmp_path):
    (tmp_path / "geheim").write_text("x")
    (tmp_path / "link.txt").symlink_to(tmp_path / "geheim")
    with pytest.raises(FileRefusedError, match="geen gewoon bestand"):
        add_evidence(officer, CASE, Upload(tmp_path / "link.txt"))
