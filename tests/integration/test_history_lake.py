"""The same history from SQLite and from the Parquet files that DuckDB reads: one select, one answer."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import text

from ews.errors import RefusedError
from ews.jobs.run import open_site
from ews.scoring.features import figures_needed
from ews.store.engine import reading
from ews.store.history import history_at
from ews.store.lake import export, open_lake

MOMENTS = [
    datetime(2025, 3, 1, tzinfo=UTC),
    datetime(2026, 2, 1, tzinfo=UTC),
    datetime(2026, 11, 22, tzinfo=UTC),
]
KEYS = ["subject", "figure", "source", "period_end", "known_at"]


pytestmark = pytest.mark.slow  # plays the whole example region


@pytest.fixture(scope="module")
def made(played_demo, tmp_path_factory):
    """The example region and its history as files."""
    context = open_site(played_demo.site)
    folder = tmp_path_factory.mktemp("meer") / "historie"
    with reading(context.engine) as connection:
        counts = export(connection, folder)
    return context, folder, counts


@pytest.mark.parametrize("moment", MOMENTS)
def test_every_engine_gives_the_same_history(made, moment):
    context, folder, _ = made
    figures = figures_needed(context.settings.indicators.values())
    with reading(context.engine) as stored, open_lake(folder).connect() as lake:
        expected = ordered(history_at(stored, moment, figures=figures))
        found = ordered(history_at(lake, moment, figures=figures))
    assert len(expected) > 500
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_some_subjects_are_the_same_rows_of_all(made):
    context, folder, _ = made
    figures = figures_needed(context.settings.indicators.values())
    with open_lake(folder).connect() as lake:
        whole = ordered(history_at(lake, MOMENTS[-1], figures=figures))
        some = ordered(history_at(lake, MOMENTS[-1], figures=figures, subjects={"kvk:00552819"}))
    mine = whole[whole["subject"] == "kvk:00552819"].reset_index(drop=True)
    assert len(mine) > 50
    pd.testing.assert_frame_equal(some, mine)


def test_what_is_held_is_not_exported(made):
    context, _, counts = made
    with reading(context.engine) as stored:
        accepted = stored.execute(
            text(
                "SELECT count(*) FROM observation o JOIN delivery d ON d.id = o.delivery_id WHERE d.status = 'accepted'"
            )
        ).scalar_one()
    assert counts["observation"] == accepted


def test_a_folder_that_holds_something_is_refused(made):
    context, folder, _ = made
    with reading(context.engine) as stored, pytest.raises(RefusedError, match="niet leeg"):
        export(stored, folder)


def test_a_folder_without_a_history_is_refused(tmp_path: Path):
    with pytest.raises(RefusedError, match="ews history export"):
        open_lake(tmp_path)


def ordered(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(KEYS, ignore_index=True)
