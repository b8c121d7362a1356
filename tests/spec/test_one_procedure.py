"""I19: what two registers tell of one insolvency or deregistration is kept twice and counts once."""

from datetime import UTC, date, datetime

import pytest

from ews.signals.model import Event
from ews.signals.procedures import counted_once

REGISTER, KVK = "insolventieregister", "kvk_open_data"


def told(
    source: str, day: str, *, kind: str = "faillissement", key: str = "F.01/26/7", who: str = "kvk:1"
) -> Event:
    known = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC)
    return Event(who, kind, date.fromisoformat(day), known, key, "{}", source, 1, 2)


JUDGED = told(REGISTER, "2026-08-18")
SEEN = told(KVK, "2026-09-14", key="faillissement 2026-09-14")


@pytest.mark.parametrize(
    ("events", "counted"),
    [
        pytest.param([JUDGED, SEEN], [JUDGED], id="the trade register sees later what the court decided"),
        pytest.param([SEEN, JUDGED], [JUDGED], id="in whatever order they are heard"),
        pytest.param([SEEN], [SEEN], id="alone it counts: the net under a missed day"),
        pytest.param(
            [JUDGED, told(REGISTER, "2026-09-01", kind="vernietiging"), SEEN],
            [JUDGED, SEEN],
            id="after an annulment it is another procedure",
        ),
        pytest.param(
            [JUDGED, told(REGISTER, "2026-10-01", kind="vernietiging"), SEEN],
            [JUDGED],
            id="what ran when it was seen goes with what was annulled",
        ),
        pytest.param(
            [JUDGED, told(REGISTER, "2026-09-02", key="F.01/26/9")],
            [JUDGED, told(REGISTER, "2026-09-02", key="F.01/26/9")],
            id="two numbers of one register are two procedures",
        ),
        pytest.param([JUDGED, told(KVK, "2026-09-14", who="kvk:2")], [JUDGED, told(KVK, "2026-09-14", who="kvk:2")], id="somebody else"),
        pytest.param(
            [told("kvk_basisprofiel", "2026-01-31", kind="uitschrijving_kvk", key="a"), told(KVK, "2026-09-14", kind="uitschrijving_kvk", key="b")],
            [told("kvk_basisprofiel", "2026-01-31", kind="uitschrijving_kvk", key="a")],
            id="a deregistration too",
        ),
        pytest.param(
            [told("a", "2026-08-18", kind="igj_bevel"), told("b", "2026-09-14", kind="igj_bevel")],
            [told("a", "2026-08-18", kind="igj_bevel"), told("b", "2026-09-14", kind="igj_bevel")],
            id="an order of the inspectorate may come twice",
        ),
    ],
)  # fmt: skip
def test_a_procedure_counts_once(events, counted):
    left = counted_once(events)
    assert [one for one in left if one.kind not in {"vernietiging"}] == counted
