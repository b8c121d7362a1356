"""Who is judged at a date: subjects that run and stand in the newest extract, with their naive rankings."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ews.scoring.cube import NO_WORD, Cube, Floats
from ews.scoring.plan import Roles

RISK_WORDS = {"laag": 1.0, "middel": 2.0, "hoog": 3.0}


def members(cube: Cube, roles: Roles, *, dates: Sequence[date]) -> pd.DataFrame:
    """Active locations per date: subject, as_of, provider, sector, size, regulator_risk, worst_grade, fewest_locations.

    The last three are rankings, higher is riskier, NaN where unknown.
    """
    provider = cube.words[roles.provider]
    runs = cube.present & (provider.code != NO_WORD)
    status = cube.words.get(roles.status)
    if status is not None:
        # a register without a status counts whom it lists
        stated = status.code != NO_WORD
        runs &= ~stated | np.isin(status.code, _places(status.words, roles.active))
    wanted = np.isin(np.array(cube.dates, dtype="datetime64[D]"), np.array(dates, dtype="datetime64[D]"))
    row, column = np.nonzero(runs & wanted[None, :])
    providers = np.array(provider.words, dtype=object)[provider.code[row, column]]
    frame = pd.DataFrame(
        {
            "subject": cube.subjects.to_numpy(dtype=object)[row],
            "as_of": np.array(cube.dates, dtype=object)[column],
            "provider": providers,
            "sector": _words(cube, roles.sector)[row, column],
            "size": _numbers(cube, roles.size)[row, column],
            "regulator_risk": _risk(cube)[row, column],
            "worst_grade": -_numbers(cube, roles.grade)[row, column],
        }
    )
    count = frame.groupby(["provider", "as_of"])["subject"].transform("size")
    return frame.assign(fewest_locations=-count.astype(float))


def of_providers(locations: pd.DataFrame) -> pd.DataFrame:
    """The providers of these locations, in the same columns: worst ranking, summed size, `gemengd` for several sectors."""
    grouped = locations.groupby(["provider", "as_of"], sort=True)
    table = grouped.agg(
        sector=("sector", "first"),
        sectors=("sector", "nunique"),
        size=("size", lambda values: values.sum(min_count=1)),
        regulator_risk=("regulator_risk", "max"),
        worst_grade=("worst_grade", "max"),
        fewest_locations=("fewest_locations", "first"),
    ).reset_index()
    table["sector"] = table["sector"].where(table["sectors"] == 1, "gemengd")
    table["subject"] = table["provider"]
    return table.drop(columns="sectors")


def _places(words: tuple[str, ...], active: str) -> list[int]:
    return [place for place, word in enumerate(words) if word == active]


def _numbers(cube: Cube, name: str) -> Floats:
    return cube.numbers.get(name, np.full(cube.present.shape, np.nan))


def _words(cube: Cube, name: str) -> NDArray[np.object_]:
    if name not in cube.words:
        return np.full(cube.present.shape, "", dtype=object)
    words = cube.words[name]
    texts: NDArray[np.object_] = np.array([*words.words, ""], dtype=object)
    return texts[words.code]  # NO_WORD is -1: the last


def _risk(cube: Cube) -> Floats:
    words = cube.words.get("toezichtrisico")
    if words is None:
        return np.full(cube.present.shape, np.nan)
    scale: Floats = np.array([*(RISK_WORDS.get(word, np.nan) for word in words.words), np.nan])
    return scale[words.code]
