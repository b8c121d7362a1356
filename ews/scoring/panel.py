"""Features of locations on every date of a cube: level, change, time since, neighbours.

Each column of the cube is looked at with the columns before it only, so the features at a date are
the same whether or not later columns exist. Which figures play which part stands in config/model.toml.
"""

from fnmatch import fnmatchcase

import numpy as np
import pandas as pd

from ews.scoring.cube import NO_WORD, Cube, Floats, Ints, column_before, months_between
from ews.scoring.neighbours import around, group_codes
from ews.scoring.plan import PanelPlan


class _Columns:
    """The features as they are made: name -> subject × date."""

    def __init__(self) -> None:
        self.made: dict[str, Floats] = {}

    def put(self, name: str, values: Floats) -> None:
        self.made[name] = values.astype(np.float64)


def location_features(cube: Cube, plan: PanelPlan, *, now_only: bool = False) -> pd.DataFrame:
    """One row per location × date at which it was present: subject, as_of, provider, status and features.

    With `now_only` just the last date, as live use has it.
    """
    columns = _Columns()
    figures = _numbers(cube, plan)
    _levels(columns, cube, plan, figures)
    _changes(columns, cube, plan, figures)
    _kinds(columns, cube, plan)
    for name in plan.identities:
        if name in cube.words:
            _identity(columns, cube, name)
    _neighbours(columns, cube, plan, figures)
    return _rows(columns, cube, plan, now_only=now_only)


def _numbers(cube: Cube, plan: PanelPlan) -> dict[str, Floats]:
    figures = {**cube.numbers}
    for name, parts in plan.merged.items():
        for part in (figures[part] for part in parts if part in figures):
            figures[name] = (
                np.where(np.isnan(figures[name]), part, figures[name]) if name in figures else part
            )
    for over, under in plan.ratios:
        if over in figures and under in figures:
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio = figures[over] / figures[under]
            figures[f"{over}/{under}"] = np.where(np.isfinite(ratio), ratio, np.nan)
    for name in {*plan.log, *(f"{over}/{under}" for over, under in plan.ratios)} & figures.keys():
        figures[name] = np.log1p(figures[name])
    for name, words in cube.words.items():
        if name in plan.levels:
            figures[name] = _ordinal(words.words, words.code)
    return figures


def _ordinal(words: tuple[str, ...], code: Ints) -> Floats:
    """The regulator's words as 1, 2, 3; another word is unknown."""
    scale = {"laag": 1.0, "middel": 2.0, "hoog": 3.0}
    values = np.array([scale.get(word, np.nan) for word in words] + [np.nan])
    return values[code]  # NO_WORD is -1: the last


def _levels(columns: _Columns, cube: Cube, plan: PanelPlan, figures: dict[str, Floats]) -> None:
    for name in plan.levels:
        if name in figures:
            columns.put(name, figures[name])
    for name, months in cube.days.items():
        columns.put(f"{name}:maanden", months)
    for name, stack in cube.yearly.items():
        counted = np.nan_to_num(stack)
        columns.put(f"{name}:dit_jaar", counted[:, :, 0])
        columns.put(f"{name}:vorig_jaar", counted[:, :, 1])
        columns.put(f"{name}:drie_jaar", counted.sum(axis=2))
    for name, words in cube.yearly_words.items():
        for word, stack in words.items():
            columns.put(f"{name}={word}:vorig_jaar", stack[:, :, 1])
            columns.put(f"{name}={word}:drie_jaar", np.nan_to_num(stack).sum(axis=2))
            # registers publish a year sooner or later: the newest answer there is means the same in every extract
            columns.put(f"{name}={word}:laatste", _first_known(stack))
        told = np.stack([~np.isnan(stack) for stack in words.values()]).any(axis=0)
        columns.put(f"{name}:jaren_bekend", told.sum(axis=2))


def _first_known(stack: Floats) -> Floats:
    """Along the last axis, the first value that is not NaN."""
    found = stack[:, :, -1]
    for lag in range(stack.shape[2] - 2, -1, -1):
        found = np.where(np.isnan(stack[:, :, lag]), found, stack[:, :, lag])
    return found


def _changes(columns: _Columns, cube: Cube, plan: PanelPlan, figures: dict[str, Floats]) -> None:
    for name in plan.changing:
        if name not in figures:
            continue
        values = figures[name]
        for months in plan.months_back:
            columns.put(f"{name}:verschil_{months}m", values - shifted(values, cube, months))
        known = np.where(np.isnan(values), -np.inf, values)
        best = np.maximum.accumulate(known, axis=1)
        columns.put(f"{name}:onder_hoogste", np.where(np.isfinite(best), values - best, np.nan))
        moved = np.zeros_like(values)
        moved[:, 1:] = np.abs(np.nan_to_num(np.diff(values, axis=1))) > 0
        columns.put(f"{name}:wijzigingen_24m", within(moved, cube, 24))


def shifted(values: Floats, cube: Cube, months: int) -> Floats:
    """What stood there `months` before; NaN where there was no column or the subject was absent."""
    before = np.full(values.shape, np.nan)
    for column in range(values.shape[1]):
        earlier = column_before(cube.dates, column, months)
        if earlier is not None:
            before[:, column] = np.where(cube.present[:, earlier], values[:, earlier], np.nan)
    return before


def within(marks: Floats, cube: Cube, months: int) -> Floats:
    """Sum of marks over the columns of the last `months`."""
    total = np.zeros(marks.shape)
    for column in range(marks.shape[1]):
        inside = [
            place for place in range(column + 1) if months_between(cube.dates, place, column) < months - 0.5
        ]
        total[:, column] = marks[:, inside].sum(axis=1)
    return total


def _kinds(columns: _Columns, cube: Cube, plan: PanelPlan) -> None:
    for name in plan.kinds:
        if name not in cube.words:
            continue
        words = cube.words[name]
        for place, word in enumerate(words.words):
            marks = (words.code == place) & cube.present
            if word and marks.sum() >= plan.word_rows:
                columns.put(f"{name}={word}", marks)
        columns.put(f"{name}:onbekend", (words.code == NO_WORD) & cube.present)


def _identity(columns: _Columns, cube: Cube, name: str) -> None:
    """How often it changed, how long ago, whether it is missing, and how many share it."""
    code = np.where(cube.present, cube.words[name].code, NO_WORD)
    changed = np.zeros(code.shape)
    changed[:, 1:] = (code[:, 1:] != code[:, :-1]) & (code[:, 1:] != NO_WORD) & (code[:, :-1] != NO_WORD)
    ever = (cube.words[name].code != NO_WORD).any(axis=0)
    told = np.maximum.accumulate(ever)[None, :]
    for months in (12, 24):
        columns.put(f"{name}:wisselingen_{months}m", np.where(told, within(changed, cube, months), np.nan))
    columns.put(f"{name}:ontbreekt", np.where(ever[None, :], code == NO_WORD, np.nan))
    elapsed = np.array([[months_between(cube.dates, 0, column) for column in range(len(cube.dates))]])
    last = np.maximum.accumulate(np.where(changed > 0, elapsed, -np.inf), axis=1)
    columns.put(f"{name}:maanden_sinds_wissel", np.where(np.isfinite(last), elapsed - last, np.nan))
    shared = np.full(code.shape, np.nan)
    for column in range(code.shape[1]):
        known = code[:, column] != NO_WORD
        count = np.bincount(code[known, column], minlength=1)
        shared[known, column] = count[code[known, column]]
    columns.put(f"{name}:gedeeld_door", np.log(shared))


def _neighbours(columns: _Columns, cube: Cube, plan: PanelPlan, figures: dict[str, Floats]) -> None:
    roles = plan.roles
    groups = {
        "aanbieder": (roles.provider,),
        "aanbieder_sector": (roles.provider, roles.sector),
        "aanbieder_regio": (roles.provider, roles.region),
        "regio": (roles.region, roles.sector),
        "adres": (roles.place,),
    }
    for label, names in groups.items():
        if all(name in cube.words for name in names):
            for name, values in around(cube, group_codes(cube, names), roles, figures).items():
                columns.put(f"{label}:{name}", values)


def _rows(columns: _Columns, cube: Cube, plan: PanelPlan, *, now_only: bool) -> pd.DataFrame:
    provider = cube.words[plan.roles.provider]
    chosen = cube.present & (provider.code != NO_WORD)
    if now_only:
        chosen[:, :-1] = False
    row, column = np.nonzero(chosen)
    status = cube.words.get(plan.roles.status)
    named = {
        "subject": cube.subjects.to_numpy(dtype=object)[row],
        "as_of": np.array(cube.dates, dtype=object)[column],
        "provider": np.array(provider.words, dtype=object)[provider.code[row, column]],
        "status": plan.roles.active
        if status is None
        else np.array([*status.words, ""], dtype=object)[status.code[row, column]],
    }
    kept = [name for name in sorted(columns.made) if any(fnmatchcase(name, wanted) for wanted in plan.keep)]
    made = {name: columns.made[name][row, column] for name in kept}
    return pd.DataFrame({**named, **made})
