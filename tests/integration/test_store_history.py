"""The select that features start from, on a real database: what was known when, newest periods, staging unseen."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert

from ews.store import schema
from ews.store.engine import migrate, open_engine, reading, writing
from ews.store.history import PERIODS_BACK, history_at

MARCH, MAY = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    made = open_engine(f"sqlite:///{tmp_path / 'ews.sqlite'}")
    migrate(made)
    with writing(made) as connection:
        connection.execute(insert(schema.subject).values(id=1, identifier="kvk:00000001", kind="provider"))
        connection.execute(
            insert(schema.indicator), [{"id": 1, "name": "clienten"}, {"id": 2, "name": "naam"}]
        )
        connection.execute(
            insert(schema.dimension), [{"id": 1, "content": "{}"}, {"id": 2, "content": '{"profiel":"VG7"}'}]
        )
        for number, status in ((1, "accepted"), (2, "accepted"), (3, "staging")):
            connection.execute(
                insert(schema.delivery).values(
                    id=number, source="lijst", sha256=str(number), name="x", size=1, known_at=MARCH, recorded_at=MARCH,
                    status=status, counts={}, columns_seen=[], indicators_refused=[], unknown_columns=[], message="",
                )
            )  # fmt: skip
    return made


def add(engine: Engine, **values) -> None:
    base = {
        "subject_id": 1,
        "indicator_id": 1,
        "dimension_id": 1,
        "source": "lijst",
        "period_start": date(2026, 1, 1),
        "period_end": date(2026, 3, 31),
        "known_at": MARCH,
        "value_int": 10,
        "delivery_id": 1,
        "row_number": 2,
    }
    with writing(engine) as connection:
        connection.execute(insert(schema.observation).values(**(base | values)))


def read(engine: Engine, as_of: datetime, figures=("clienten",), subjects=None):
    with reading(engine) as connection:
        return history_at(connection, as_of, figures=figures, subjects=subjects)


def test_a_restatement_counts_from_when_it_was_known(engine):
    add(engine)
    add(engine, known_at=MAY, value_int=12)
    assert read(engine, datetime(2026, 4, 1, tzinfo=UTC))["value"].tolist() == [10]
    assert read(engine, MAY)["value"].tolist() == [12]


def test_before_anything_was_known_there_is_nothing(engine):
    add(engine)
    frame = read(engine, datetime(2026, 2, 1, tzinfo=UTC))
    assert frame.empty
    assert str(frame["known_at"].dtype).startswith("datetime64")


def test_what_is_still_being_written_is_not_seen(engine):
    add(engine, delivery_id=3)
    assert read(engine, MAY).empty


def test_dimensions_name_their_figure_and_other_figures_stay_out(engine):
    add(engine, dimension_id=2, value_int=4)
    add(engine, indicator_id=2, value_int=None, value_text="Een")
    assert read(engine, MAY)["figure"].tolist() == ["clienten[VG7]"]
    assert read(engine, MAY, figures=("naam",))["text"].tolist() == ["Een"]


def test_only_the_newest_periods_come_back(engine):
    for year in range(2000, 2020):
        add(engine, period_start=date(year, 1, 1), period_end=date(year, 12, 31), value_int=year)
    frame = read(engine, MAY)
    assert sorted(frame["value"]) == list(range(2020 - PERIODS_BACK, 2020))


def test_a_state_has_no_start_and_a_ratio_is_a_real(engine):
    add(engine, period_start=None, value_int=None, value_real=0.25)
    one = read(engine, MAY).iloc[0]
    assert (one["value"], str(one["period_start"]), one["period_end"].date()) == (
        0.25,
        "NaT",
        date(2026, 3, 31),
    )


def test_asked_for_one_subject(engine):
    add(engine)
    assert read(engine, MAY, subjects=["kvk:00000009"]).empty
    assert len(read(engine, MAY, subjects=["kvk:00000001"])) == 1
