"""Features of trajectories and neighbours, on a register of a few services by hand."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest

from ews.jobs.run import end_of_day
from ews.scoring.cube import build_cube
from ews.scoring.own import own_features
from ews.scoring.panel import location_features
from ews.scoring.plan import PanelPlan, Roles
from ews.scoring.population import members, of_providers

DATES = [date(2018, 3, 31), date(2018, 6, 30), date(2018, 9, 30), date(2019, 3, 31)]
ROLES = Roles("aanbieder", "status", "Active", "sector", "regio", "postcode", "capaciteit", "laagste_cijfer")
PLAN = PanelPlan(
    roles=ROLES,
    months_back=(3, 12),
    log=(),
    merged={"leiding": ("oordeel[leiding]", "cijfer[leiding]")},
    ratios=(("personeel", "capaciteit"),),
    kinds=("sector",),
    identities=("manager",),
    changing=("capaciteit", "laagste_cijfer"),
    levels=("capaciteit", "personeel/capaciteit", "laagste_cijfer", "leiding", "toezichtrisico"),
    yearly=("klachten", "eisen"),
    dates=("laatste_inspectie",),
    own=("ziekteverzuim",),
    own_ratios=(("eigen_vermogen", "balanstotaal"),),
    word_rows=1,
    keep=("*",),
)


def stated(subject: str, figure: str, day: date, value: float | str, *, year: int | None = None) -> dict:
    is_text = isinstance(value, str)
    return {
        "subject": subject,
        "kind": "location",
        "figure": figure,
        "source": "register",
        "period_start": pd.Timestamp(year - 1, 4, 1) if year else pd.NaT,
        "period_end": pd.Timestamp(year, 3, 31) if year else pd.Timestamp(day),
        "known_at": pd.Timestamp(day, tz="UTC") + pd.Timedelta(hours=8),
        "value": np.nan if is_text else float(value),
        "text": value if is_text else None,
        "delivery": 1,
        "row": 2,
    }


def register() -> tuple[pd.DataFrame, pd.DataFrame]:
    """a and b are of provider p; b announces, then leaves. c is of q. All in one region."""
    first = DATES[0]
    rows = []
    for subject, provider in (("a", "p"), ("b", "p"), ("c", "q")):
        for figure, value in (
            ("aanbieder", provider),
            ("status", "Active"),
            ("sector", "huis"),
            ("regio", "noord"),
            ("manager", f"m{subject}"),
            ("laatste_inspectie", "2018-03-01"),
            ("toezichtrisico", "laag"),
        ):
            rows.append(stated(subject, figure, first, value))
        rows += [stated(subject, "capaciteit", first, 40), stated(subject, "personeel", first, 20)]
        rows += [stated(subject, "laagste_cijfer", first, 5), stated(subject, "cijfer[leiding]", first, 4)]
    rows += [
        stated("a", "capaciteit", DATES[1], 30),
        stated("a", "manager", DATES[2], "mz"),
        stated("b", "status", DATES[1], "Proposing to Cancel"),
        stated("a", "laagste_cijfer", DATES[2], 2),
        stated("a", "oordeel[leiding]", DATES[2], 1),
        stated("a", "klachten", first, 2, year=2018),
        stated("a", "klachten", DATES[2], 3, year=2019),
        stated("a", "eisen", DATES[2], "ja", year=2019),
    ]
    there = {"a": DATES, "b": DATES[:2], "c": DATES}
    seen = [
        {
            "subject": subject,
            "source": "register",
            "seen_at": pd.Timestamp(day, tz="UTC") + pd.Timedelta(hours=8),
        }
        for subject, days in there.items()
        for day in days
    ]
    return pd.DataFrame(rows), pd.DataFrame(seen)


def cube_until(last: int):
    versions, seen = register()
    moments = [end_of_day(day) for day in DATES[: last + 1]]
    known = versions[versions["known_at"] <= moments[-1]]
    return build_cube(known, seen[seen["seen_at"] <= moments[-1]], dates=DATES[: last + 1], moments=moments)


def features(last: int = 3) -> pd.DataFrame:
    return location_features(cube_until(last), PLAN).set_index(["subject", "as_of"])


@pytest.mark.parametrize(
    ("subject", "day", "feature", "expected"),
    [
        pytest.param("a", 1, "capaciteit", 30.0, id="the value that holds"),
        pytest.param("c", 3, "capaciteit", 40.0, id="an unchanged value holds on"),
        pytest.param("a", 1, "capaciteit:verschil_3m", -10.0, id="change over a quarter"),
        pytest.param("a", 3, "capaciteit:verschil_12m", -10.0, id="change over a year"),
        pytest.param("a", 0, "capaciteit:verschil_3m", np.nan, id="nothing before the first date"),
        pytest.param("a", 1, "personeel/capaciteit", 0.5108, id="log of 1 + 20 staff for 30 places"),
        pytest.param("a", 2, "laagste_cijfer:onder_hoogste", -3.0, id="below the best it ever had"),
        pytest.param("a", 1, "leiding", 4.0, id="by its old name"),
        pytest.param("a", 2, "leiding", 1.0, id="by its new name"),
        pytest.param("a", 2, "manager:wisselingen_12m", 1.0, id="another manager"),
        pytest.param("a", 3, "manager:maanden_sinds_wissel", 5.98, id="time since"),
        pytest.param("a", 0, "laatste_inspectie:maanden", 0.99, id="months since a date"),
        pytest.param("a", 0, "klachten:dit_jaar", 2.0, id="the year that ends that day"),
        pytest.param("a", 1, "klachten:vorig_jaar", 2.0, id="last year's"),
        pytest.param("a", 2, "klachten:drie_jaar", 5.0, id="three years together"),
        pytest.param("a", 2, "eisen=ja:drie_jaar", 1.0, id="a word per year"),
        pytest.param("a", 2, "eisen=ja:laatste", 1.0, id="the newest answer, of whatever year"),
        pytest.param("a", 3, "eisen=ja:laatste", 1.0, id="which holds on"),
        pytest.param("c", 2, "eisen=ja:laatste", np.nan, id="never answered"),
        pytest.param("a", 1, "aanbieder:stoppend", 1.0, id="a sibling announces"),
        pytest.param("c", 1, "aanbieder:stoppend", 0.0, id="not a sibling"),
        pytest.param("a", 2, "aanbieder:vertrokken_12m", 1.0, id="a sibling left"),
        pytest.param("a", 2, "aanbieder:vertrokken_aandeel", 0.5, id="one of two"),
        pytest.param("c", 2, "regio:vertrokken_12m", 1.0, id="one left in the region"),
        pytest.param("a", 0, "toezichtrisico", 1.0, id="the regulator's word as a number"),
    ],
)  # fmt: skip
def test_a_feature_by_hand(subject, day, feature, expected):
    found = features().loc[(subject, DATES[day]), feature]
    assert found == pytest.approx(expected, abs=0.01, nan_ok=True)


def test_a_year_with_a_leap_day_is_no_year_more():
    """On 31 March 2020 two financial years end: the one before it is last year's, 730 days after it began."""
    day = date(2020, 3, 31)
    rows = [stated("a", "klachten", day, 4, year=2019), stated("a", "klachten", day, 1, year=2020)]
    seen = pd.DataFrame(
        {
            "subject": ["a"],
            "source": ["register"],
            "seen_at": [pd.Timestamp(day, tz="UTC") + pd.Timedelta(hours=8)],
        }
    )
    cube = build_cube(pd.DataFrame(rows), seen, dates=[day], moments=[end_of_day(day)])
    assert cube.yearly["klachten"][0, 0, :2].tolist() == [1.0, 4.0]


def knows_what_came_later(make: Callable[[int], pd.DataFrame], last: int) -> bool:
    """Whether features at a date are other ones once later extracts are there."""
    whole, cut = make(3), make(last)
    now = [index for index in whole.index if index[1] == DATES[last]]
    shared = [name for name in cut.columns if name in whole.columns]
    if not whole.loc[now, shared].equals(cut.loc[now, shared]):
        return True
    # a word or figure nobody had used yet is a column that says nothing then
    rest = whole.loc[now, [name for name in whole.columns if name not in cut.columns]]
    return not (rest.isin([0.0]) | rest.isna()).to_numpy().all()


@pytest.mark.parametrize("last", [0, 1, 2])
def test_features_at_a_date_do_not_know_what_came_later(last):
    assert not knows_what_came_later(features, last)


@pytest.mark.parametrize(
    "leak",
    [
        pytest.param(
            lambda f: f.groupby("subject")["laagste_cijfer"].transform("last"), id="the last value known"
        ),
        pytest.param(lambda f: f.groupby("subject")["capaciteit"].transform("size"), id="how long it stayed"),
        pytest.param(lambda f: f["laagste_cijfer"].rank(), id="a rank over all dates"),
    ],
)
def test_a_deliberately_leaking_feature_is_caught(leak):
    def leaking(last: int) -> pd.DataFrame:
        made = features(last)
        return made.assign(lek=leak(made))

    assert knows_what_came_later(leaking, 1)


def test_population_is_who_runs_and_is_listed():
    found = members(cube_until(3), ROLES, dates=DATES)
    assert found[["subject", "as_of"]].value_counts().sum() == 4 + 1 + 4  # b only before it announced
    providers = of_providers(found).set_index(["subject", "as_of"])
    assert providers.loc[("p", DATES[0]), "size"] == 80.0
    assert providers.loc[("p", DATES[0]), "worst_grade"] == -5.0
    assert providers.loc[("p", DATES[2]), "fewest_locations"] == -1.0


def test_what_a_provider_states_of_itself():
    """Accounts of 2017 and 2018 came in March and September 2018; absence of 2018 only."""
    rows = [
        stated("p", "eigen_vermogen", DATES[0], 30, year=2017),
        stated("p", "balanstotaal", DATES[0], 100, year=2017),
        stated("p", "eigen_vermogen", DATES[2], 10, year=2018),
        stated("p", "balanstotaal", DATES[2], 100, year=2018),
        stated("p", "ziekteverzuim", DATES[2], 0.07, year=2018),
    ]
    seen = pd.DataFrame(
        {"subject": ["p"] * 4, "source": ["accounts"] * 4, "seen_at": [end_of_day(day) for day in DATES]}
    )
    cube = build_cube(pd.DataFrame(rows), seen, dates=DATES, moments=[end_of_day(day) for day in DATES])
    who = pd.DataFrame({"subject": ["p", "p", "q"], "as_of": [DATES[1], DATES[2], DATES[2]]})
    found = own_features(cube, PLAN, who)
    assert found["eigen:eigen_vermogen/balanstotaal"].tolist() == pytest.approx(
        [0.3, 0.1, np.nan], nan_ok=True
    )
    assert found["eigen:eigen_vermogen/balanstotaal:verschil"].tolist() == pytest.approx(
        [np.nan, -0.2, np.nan], nan_ok=True
    )
    assert found["eigen:ziekteverzuim"].tolist() == pytest.approx([np.nan, 0.07, np.nan], nan_ok=True)
