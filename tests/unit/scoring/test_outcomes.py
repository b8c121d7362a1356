from datetime import date

import pandas as pd
import pytest

from ews.scoring.outcomes import (
    Exit,
    Outcome,
    is_judgeable,
    known_exits,
    label_locations,
    label_providers,
    months_later,
    prefer_own,
)

MARCH_2018 = date(2018, 3, 31)


def population(*rows: tuple[str, date]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["subject", "as_of"])


@pytest.mark.parametrize(
    ("left_on", "expected"),
    [
        pytest.param(date(2018, 2, 28), "none", id="left before the date"),
        pytest.param(
            date(2018, 3, 31), "closed", id="last seen on the date itself: gone by the next extract"
        ),
        pytest.param(date(2019, 2, 28), "closed", id="last month of the window"),
        pytest.param(date(2019, 3, 31), "none", id="still there when the window ended"),
    ],
)
def test_a_subject_fails_when_it_was_last_seen_inside_the_window(left_on, expected):
    labels = label_locations(
        population(("cs:CS2003000204", MARCH_2018)),
        [Exit("cs:CS2003000204", left_on, Outcome.CLOSED)],
        months=12,
    )
    assert labels["outcome"].tolist() == [expected]


def test_a_handed_over_subject_did_not_fail_but_is_counted():
    labels = label_locations(
        population(("a", MARCH_2018), ("b", MARCH_2018)),
        [Exit("a", date(2018, 6, 30), Outcome.HANDED_OVER)],
        months=12,
    )
    assert labels["outcome"].tolist() == ["handed_over", "none"]
    assert not Outcome.HANDED_OVER.is_failure
    assert labels["months"].round(2).tolist()[0] == 2.99  # 91 days


def test_labels_keep_the_order_of_the_population():
    labels = label_locations(population(("b", MARCH_2018), ("a", MARCH_2018)), [], months=12)
    assert labels["subject"].tolist() == ["b", "a"]


@pytest.mark.parametrize(
    ("outcomes", "expected", "left_on"),
    [
        pytest.param(["closed", "closed"], "closed", "2018-09-30", id="every location closed"),
        pytest.param(["closed", "none"], "none", None, id="one location goes on"),
        pytest.param(["closed", "handed_over"], "handed_over", "2018-09-30", id="gone, partly handed over"),
        pytest.param(["insolvent", "closed"], "insolvent", "2018-09-30", id="insolvency names the failure"),
        pytest.param(["closed", "averted"], "averted", "2018-09-30", id="a measure kept one location"),
    ],
)
def test_a_provider_fails_when_all_its_locations_do(outcomes, expected, left_on):
    dates = [pd.Timestamp("2018-06-30"), pd.Timestamp("2018-09-30")]
    locations = pd.DataFrame(
        {
            "provider": "sp:SP2003000031",
            "subject": ["x", "y"],
            "as_of": MARCH_2018,
            "outcome": outcomes,
            "left_on": [day if kind != "none" else pd.NaT for day, kind in zip(dates, outcomes, strict=True)],
            "months": [3.0, 6.0],
        }
    )
    label = label_providers(locations).iloc[0]
    assert label["outcome"] == expected
    assert (str(label["left_on"].date()) if pd.notna(label["left_on"]) else None) == left_on


def test_an_outcome_of_the_provider_itself_goes_first():
    columns = ["subject", "as_of", "outcome", "left_on", "months"]
    derived = pd.DataFrame([["p", MARCH_2018, "none", pd.NaT, float("nan")]], columns=columns)
    own = pd.DataFrame([["p", MARCH_2018, "insolvent", pd.Timestamp("2018-05-01"), 1.0]], columns=columns)
    assert prefer_own(derived, own)["outcome"].tolist() == ["insolvent"]


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        pytest.param(date(2021, 3, 22), True, id="window ends within the last gap between extracts"),
        pytest.param(date(2021, 6, 30), False, id="window reaches past what was followed: not judged"),
    ],
)
def test_a_date_is_judged_only_when_the_whole_window_was_followed(as_of, expected):
    assert is_judgeable(as_of, months=12, followed_until=date(2022, 2, 28), slack_days=35) is expected


def test_an_exit_is_known_only_after_a_hand_over_would_have_shown():
    exits = [Exit("a", date(2018, 1, 1), Outcome.CLOSED), Exit("b", date(2018, 9, 12), Outcome.CLOSED)]
    assert known_exits(exits, at=date(2019, 3, 31), delay_days=200) == exits
    assert known_exits(exits, at=date(2019, 3, 30), delay_days=200) == exits[:1]


def test_months_later_ends_in_february():
    assert months_later(date(2019, 2, 28), 12) == date(2020, 2, 28)
    assert months_later(date(2020, 2, 29), 12) == date(2021, 2, 28)
