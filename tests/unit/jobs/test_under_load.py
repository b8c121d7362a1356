"""A taker's own figures under extra clients: only the newest move, only those that are there, nobody else's."""

from datetime import UTC, date, datetime

import pandas as pd

from ews.cases.transfer import LoadPolicy
from ews.jobs.load import under_load

POLICY = LoadPolicy(vacancies_per_fte=0.5, hired_per_staff_cost=0.2, income_lag=0.25)
SPRING, SUMMER = date(2026, 3, 31), date(2026, 6, 30)


def history(*rows: tuple[str, str, date, float]) -> pd.DataFrame:
    known = datetime(2026, 8, 12, tzinfo=UTC)
    return pd.DataFrame(
        [(*row, known) for row in rows], columns=["subject", "figure", "period_end", "value", "known_at"]
    )


def test_a_quarter_more_clients_strains_the_newest_figures_of_the_taker_alone():
    before = history(
        ("a", "clienten", SPRING, 80.0),
        ("a", "clienten", SUMMER, 100.0),
        ("a", "bezettingsgraad", SUMMER, 0.9),
        ("a", "vrije_plaatsen", SUMMER, 10.0),
        ("a", "fte", SUMMER, 60.0),
        ("a", "vacatures", SUMMER, 2.0),
        ("a", "personeelskosten", SUMMER, 1000.0),
        ("a", "kosten_pnil", SUMMER, 100.0),
        ("a", "resultaat", SUMMER, 20.0),
        ("b", "clienten", SUMMER, 50.0),
    )
    after = under_load(before, {"a": 0.25}, POLICY)
    assert list(after["value"]) == [80.0, 125.0, 1.0, 0.0, 60.0, 9.5, 1050.0, 150.0, 7.5, 50.0]
    assert list(before["value"]) == [80.0, 100.0, 0.9, 10.0, 60.0, 2.0, 1000.0, 100.0, 20.0, 50.0]


def test_a_figure_that_nobody_stated_is_not_made_up():
    before = history(("a", "clienten", SUMMER, 100.0), ("a", "resultaat", SUMMER, float("nan")))
    after = under_load(before, {"a": 0.5}, POLICY)
    assert after["value"].iloc[0] == 150.0
    assert pd.isna(after["value"].iloc[1])
    assert list(after["figure"]) == ["clienten", "resultaat"]
