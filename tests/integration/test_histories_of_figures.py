"""I7: a thousand histories of one figure, restated and late, against a plain list; and every reader says the same."""

import random
from datetime import UTC, date, datetime, timedelta
from math import isnan

import pandas as pd
import pytest
from sqlalchemy import event, insert

from ews.store import observations, schema
from ews.store.engine import migrate, open_engine, reading, writing
from ews.store.history import history_at

START = datetime(2026, 1, 1, 9, tzinfo=UTC)
HISTORIES = 1_000
MOMENTS = [START + timedelta(days=day) for day in range(-1, 13)]
ENDS = [date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30)]


def told():
    """(subject, period end) -> statements (day known, value) in the order told; every third in a held delivery."""
    numbers = random.Random(19)
    return {
        (subject, end): [
            (numbers.randrange(12), numbers.choice([None, 0, 7, 2**53 + 1, 0.25]), numbers.random() < 0.3)
            for _ in range(numbers.randrange(6))
        ]
        for subject in range(1, HISTORIES + 1)
        for end in ENDS
    }


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """The histories in a real database. A day's statement of the same delivery state goes over the one before it."""
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('histories') / 'ews.sqlite'}")
    migrate(engine)
    rows, seen = [], set()
    for (subject, end), statements in told().items():
        for day, value, held in statements:
            if (subject, end, day) in seen:
                continue
            seen.add((subject, end, day))
            rows.append(
                {"subject_id": subject, "indicator_id": 1, "dimension_id": 1, "source": "lijst", "period_end": end,
                 "period_start": end.replace(day=1), "known_at": START + timedelta(days=day), "row_number": 2,
                 "value_int": value if isinstance(value, int) else None, "delivery_id": 2 if held else 1,
                 "value_real": value if isinstance(value, float) else None, "value_text": None}
            )  # fmt: skip
    with writing(engine) as connection:
        subjects = [
            {"id": n, "identifier": f"kvk:{n:08d}", "kind": "provider"} for n in range(1, HISTORIES + 1)
        ]
        connection.execute(insert(schema.subject), subjects)
        connection.execute(insert(schema.indicator).values(id=1, name="clienten"))
        connection.execute(insert(schema.dimension).values(id=1, content="{}"))
        for number, status in ((1, "accepted"), (2, "held")):
            connection.execute(
                insert(schema.delivery).values(
                    id=number, source="lijst", sha256=str(number), name="x", size=1, known_at=START, recorded_at=START,
                    status=status, counts={}, columns_seen=[], indicators_refused=[], unknown_columns=[], message="",
                )
            )  # fmt: skip
        connection.execute(insert(schema.observation), rows)
    yield engine
    engine.dispose()


def expected(as_of):
    """What a plain list says was known: the statement with the latest day up to then, held ones unseen."""
    answer = {}
    for (subject, end), statements in told().items():
        days = {}
        for day, value, held in statements:
            days.setdefault(day, (value, held))
        seen = [
            (day, value)
            for day, (value, held) in days.items()
            if not held and START + timedelta(days=day) <= as_of
        ]
        if seen:
            answer[(f"kvk:{subject:08d}", end)] = max(seen, key=lambda one: one[0])[1]
    return answer


def plain(value):
    return None if value is None or isnan(value) else float(value)


@pytest.mark.parametrize("as_of", MOMENTS[::3], ids=lambda moment: f"{moment:%d}")
def test_i7_every_history_is_known_as_it_was(stored, as_of):
    wanted = {key: plain(value) for key, value in expected(as_of).items()}
    with reading(stored) as connection:
        known = observations.known_at(connection, as_of)
        frame = history_at(connection, as_of, figures=["clienten"])
    answer = {(row.subject, row.period_end): plain(row.value) for row in known.itertuples()}
    assert answer == wanted
    assert {(row.subject, row.period_end.date()): plain(row.value) for row in frame.itertuples()} == wanted


def test_i7_narrowed_to_one_it_is_the_same_rows(stored):
    with reading(stored) as connection:
        everybody = observations.known_at(connection, MOMENTS[-1])
        one = observations.known_at(
            connection, MOMENTS[-1], subjects=["kvk:00000042"], indicators=["clienten"]
        )
    mine = everybody[everybody["subject"] == "kvk:00000042"].reset_index(drop=True)
    pd.testing.assert_frame_equal(one, mine)


def test_i7_statements_keep_whole_numbers_whole(stored):
    with reading(stored) as connection:
        found = observations.stated(connection, "lijst", MOMENTS[-1])
        last = observations.last_stated(connection, "lijst", MOMENTS[-1])
    assert 2**53 + 1 in set(found["value_int"].dropna())
    keys = ["subject_id", "period_end"]
    newest = found.drop_duplicates(keys, keep="last").sort_values(keys, ignore_index=True)
    pd.testing.assert_frame_equal(last.sort_values(keys, ignore_index=True), newest)


def asked(engine, ask):
    """How often `ask` went to the database, and how SQLite says it answers each of those."""
    sent = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        with reading(engine) as connection:
            ask(connection)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    with reading(engine) as connection:
        plans = [
            row[3]
            for statement, parameters in sent
            if statement.startswith("SELECT")
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    return sum(statement.startswith("SELECT") for statement, _ in sent), plans


def test_what_one_is_known_to_have_is_looked_up_by_key_whatever_else_is_stored(stored):
    questions, plans = asked(
        stored, lambda connection: observations.known_at(connection, MOMENTS[-1], subjects=["kvk:00000042"])
    )
    assert questions == 5
    assert "SEARCH observation USING PRIMARY KEY (subject_id=?)" in plans
    assert [step for step in plans if "SCAN" in step or "TEMP B-TREE" in step] == []


def test_what_everybody_is_known_to_have_is_read_in_the_order_of_the_key_and_sorted_nowhere(stored):
    questions, plans = asked(stored, lambda connection: observations.known_at(connection, MOMENTS[-1]))
    assert questions == 5
    assert "SCAN observation" in plans
    assert [step for step in plans if "TEMP B-TREE" in step] == []
