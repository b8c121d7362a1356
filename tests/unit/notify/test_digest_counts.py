"""The first screen of the week counts what stands below it, and no more than stands there."""

from datetime import UTC, date, datetime

import pytest

from ews.notify.digest import ProviderWeek, TrackRecord, WeekFacts, digest_view
from ews.notify.digest_render import digest_page
from ews.notify.digest_view import NowhereLine
from ews.scoring.model import Level


def provider(number: int) -> ProviderWeek:
    name = f"Stichting {number} (fictief)"
    line = NowhereLine(name, "5528", 20, 20 - number, ("VG7",), number, Level.HIGH)
    return ProviderWeek(f"kvk:{number:08}", name, "5528", "GHZ", Level.HIGH, 50, 40 + number, True, line)


def week(providers: int) -> WeekFacts:
    return WeekFacts(
        week="2026-W47",
        monday=date(2026, 11, 16),
        as_of=datetime(2026, 11, 22, 5, 0, tzinfo=UTC),
        is_late=False,
        regions=("5528",),
        changed=(),
        by_tripwire=0,
        late=(),
        unanswered=1,
        without_owner=0,
        clocks=(),
        providers=tuple(provider(number) for number in range(providers)),
        data=(),
        sources=3,
        record=TrackRecord(0, (), 0, 0),
        rules=(),
        decisions=(),
        audit_seq=1,
        audit_hash="ab" * 32,
        office="Zorgkantoor Voorbeeld",
        url="https://ews.kantoor.example",
        fictitious=True,
    )


@pytest.mark.parametrize(
    ("providers", "says", "below"),
    [
        pytest.param(1, "korter dan een maand: 0", 1, id="one: no others"),
        pytest.param(2, "· 1 andere aanbieder, hieronder", 2, id="one other"),
        pytest.param(8, "· 7 andere aanbieders, hieronder", 8, id="as many as are shown"),
        pytest.param(12, "· 11 andere aanbieders, de 7 zwaarste hieronder", 8, id="more than are shown"),
    ],
)
def test_others_with_clients_who_have_nowhere_to_go_are_counted_as_they_are_shown(providers, says, below):
    view = digest_view(week(providers))
    assert dict(view.summary)["Geen plek"].endswith(says)
    assert len(view.nowhere) == below


def test_no_line_of_the_text_is_wider_than_a_mail():
    lines = digest_page(digest_view(week(9))).text.splitlines()
    assert any(line.startswith("Stijgers: ") for line in lines)
    assert max(len(line) for line in lines) <= 92
