"""The scores of what people set aside, from a real record to the review, the digest and the evaluation."""

from datetime import UTC, date, datetime

import pytest
from alerts_played import PROVIDER, play_alert

from ews.cases.judgements import Score
from ews.jobs.judgements import judgements
from ews.jobs.run import open_site
from ews.jobs.track_record import track_record
from ews.jobs.week_facts import week_facts
from ews.scoring.model import Level
from tests.score_frames import row
from tests.score_store import keep, keep_event

CASE = "C-2026-001"


@pytest.fixture
def decided(site, ews, monkeypatch):
    """Not notified, put down to low and muted on 4 November 2026; bankrupt on 1 March 2027."""
    monkeypatch.setenv("EWS_KIND", "drill")
    opened = open_site(site, now=datetime(2026, 11, 3, 6, 0, tzinfo=UTC))
    keep(opened.engine, [row(PROVIDER, "naam", "Stichting Proef", None, source="zorgaanbieders")])
    play_alert(opened, Level.ACUTE)
    officer = ["--now", "2026-11-04T10:00", "--user", "officier"]
    two = ["--second", "teamleider", "--reason", "bestuur stelt gerust"]
    not_now = ["--kind", "ews_melding", "--outcome", "niet_melden", "--next-on", "2026-12-01"]
    assert ews(*officer, "case", "decide", CASE, *not_now, *two).code == 0
    assert ews(*officer, "case", "decide", CASE, "--kind", "override", "--outcome", "low", *two).code == 0
    muted = ews(*officer, "mute", "add", PROVIDER, "--until", "2026-11-09", "--reason", "overleg")
    assert muted.code == 0, muted.err
    keep_event(opened.engine, PROVIDER, "faillissement", date(2027, 3, 1))
    return site


def test_what_turned_out_wrong_is_shown_without_a_name(decided, ews):
    before = open_site(decided, now=datetime(2027, 1, 1, tzinfo=UTC))
    assert {one.score for one in judgements(before)} == {Score.TOO_EARLY}
    site = open_site(decided, now=datetime(2027, 4, 1, tzinfo=UTC))
    scored = judgements(site)
    assert sorted((one.judgement.kind.value, one.score) for one in scored) == [
        ("afwijkend niveau", Score.WRONG),
        ("niet gemeld", Score.WRONG),
        ("stilte", Score.WRONG),
    ]
    page = " ".join(ews("--now", "2027-04-01T10:00", "case", "judgements").out.split())
    assert "acuut op laag gezet door continuïteitsfunctionaris en teamleider" in page
    assert "officier" not in page
    assert (
        "Klopte niet: failliet of in surseance op 01-03-2027"
        in ews("--now", "2027-04-01T10:00", "case", "review", CASE).out
    )
    assert week_facts(site, "2027-W13", as_of=site.now, is_late=False).record.judged == (0, 3, 0)
    assert len(track_record(site).judged) == 3
