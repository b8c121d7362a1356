"""Each source says why it may be held and whom it may reach; what is not cleared for a reader cannot reach it."""

from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from ews.dossier.disclosure import Recipient, cleared_for
from ews.jobs.dossier_cells import Cells
from ews.scoring.model import Reason, ReasonKind, SourceRow
from ews.settings.load import load
from ews.signals.soft import RESTRICTED_SOURCE

DOCUMENT = Path(__file__).parents[2] / "docs/bronnen.md"
KNOWN = datetime(2026, 11, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def sources(made_site):
    return load(made_site).sources


def test_every_source_states_ground_use_and_readers(sources):
    unsaid = [name for name, one in sources.items() if not (one.purpose.legal_ground and one.purpose.use)]
    assert unsaid == []
    silent = [name for name, one in sources.items() if not one.purpose.recipients]
    assert silent == [RESTRICTED_SOURCE]


def test_every_source_has_its_place_in_the_documentation(sources):
    text = DOCUMENT.read_text(encoding="utf-8")
    assert [name for name in sources if name not in text] == []


def test_restricted_signals_and_figures_of_one_office_reach_nobody_else(sources):
    """The rows that a change of a contract must not turn around unseen."""
    for reader in Recipient:
        assert RESTRICTED_SOURCE not in cleared_for(reader, sources)
    outside = set(Recipient) - {Recipient.ZORGKANTOOR}
    for name in ("iwlz_berichten", "kikv_antwoorden", "eigen_waarnemingen", "igj_berichten"):
        assert all(name not in cleared_for(reader, sources) for reader in outside)
    assert "insolventieregister" in cleared_for(Recipient.IGJ, sources)
    for reader in (Recipient.PUBLIEK, Recipient.GEMEENTE, Recipient.AANBIEDER):
        assert cleared_for(reader, sources) <= {"clienten_per_profiel"}


@pytest.mark.parametrize("reader", list(Recipient))
def test_what_is_not_cleared_for_a_reader_can_not_be_printed_for_it(sources, reader):
    """Every source and every reader: the figure, and a reason of an assessment that rests on it."""
    for place, (name, contract) in enumerate(sources.items()):
        cells = Cells(_frame(name, place), {}, cleared_for(reader, sources), _seen(name))
        may = reader.value in contract.purpose.recipients
        row = cells.one("kvk:00552801", "personeelsleden")
        assert cells.withheld(row) == ("" if may else name)
        assert cells.is_withheld(_reason(name)) is not may


def test_a_reason_that_rests_on_two_sources_needs_both(sources):
    cells = Cells(
        _frame("zorgaanbieders", 1), {}, cleared_for(Recipient.NZA, sources), _seen("zorgaanbieders")
    )
    assert cells.is_withheld(_reason("zorgaanbieders", "kikv_antwoorden"))
    assert not cells.is_withheld(_reason("zorgaanbieders", "kwartaalopgave"))


def _frame(source: str, value: int) -> pd.DataFrame:
    row = {
        "subject": "kvk:00552801",
        "indicator": "personeelsleden",
        "dimension": "{}",
        "source": source,
        "period_start": None,
        "period_end": date(2026, 9, 30),
        "known_at": KNOWN,
        "value": float(value),
        "text": None,
        "delivery_id": 1,
        "row_number": 2,
    }
    return pd.DataFrame([row])


def _seen(source: str) -> pd.DataFrame:
    return pd.DataFrame([{"subject": "kvk:00552801", "source": source, "seen_at": KNOWN}])


def _reason(*sources: str) -> Reason:
    rows = tuple(SourceRow(1, source, 2, KNOWN) for source in sources)
    return Reason("personeelsleden", ReasonKind.VALUE, 4, (), 812.0, "", "", "", rows)
