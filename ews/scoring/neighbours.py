"""What the others do: siblings of the same provider, subjects of the same region and sector, the same address."""

import numpy as np

from ews.scoring.cube import NO_WORD, Cube, Floats, Ints, months_between
from ews.scoring.plan import Roles

YEAR = 12


def group_codes(cube: Cube, names: tuple[str, ...]) -> Ints:
    """One number per combination of words, per cell; -1 where the subject is absent or one is unknown."""
    code = np.zeros(cube.present.shape, dtype=np.int64)
    known = cube.present.copy()
    for name in names:
        words = cube.words[name]
        code = code * (len(words.words) + 1) + words.code + 1
        known &= words.code != NO_WORD
    return np.where(known, code, -1)


def around(cube: Cube, code: Ints, roles: Roles, figures: dict[str, Floats]) -> dict[str, Floats]:
    """What the others of a group do: number, who stops, who left and came in a year, grades, size."""
    shape = code.shape
    made = {
        name: np.full(shape, np.nan) for name in ("aantal", "stoppend", "cijfer", "laag", "omvang", "groei")
    }
    left, came = _flows(cube, code)
    status = cube.words.get(roles.status)
    for column in range(shape[1]):
        member = np.flatnonzero(code[:, column] >= 0)
        _, group = np.unique(code[member, column], return_inverse=True)
        size = np.bincount(group)[group]
        made["aantal"][member, column] = np.log(size)
        if status is not None:
            halts = (status.code[member, column] != _place_of(status.words, roles.active)).astype(float)
            made["stoppend"][member, column] = np.bincount(group, halts)[group] - halts
        if roles.grade in figures:
            grade = figures[roles.grade][member, column]
            others, count = _others(grade, group)
            made["cijfer"][member, column] = others
            weak, _ = _others(np.where(np.isnan(grade), np.nan, grade <= 3), group)
            made["laag"][member, column] = np.where(count > 0, weak, np.nan)
        if roles.size in cube.numbers:
            places = np.nan_to_num(cube.numbers[roles.size][member, column])
            made["omvang"][member, column] = np.log1p(np.bincount(group, places)[group])
    number = np.exp(np.nan_to_num(made["aantal"]))
    made["vertrokken_12m"] = left
    made["gekomen_12m"] = came
    made["vertrokken_aandeel"] = np.where(np.isnan(made["aantal"]), np.nan, left / (number + left))
    made["groei"] = np.where(
        np.isnan(made["aantal"]), np.nan, np.log((number + 1) / (number + left - came + 1).clip(1))
    )
    return made


def _place_of(words: tuple[str, ...], word: str) -> int:
    return words.index(word) if word in words else NO_WORD


def _others(values: Floats, group: Ints) -> tuple[Floats, Floats]:
    """Mean over the other members that have a value, and their number."""
    known = ~np.isnan(values)
    total = np.bincount(group, np.nan_to_num(values))[group] - np.nan_to_num(values)
    count: Floats = np.bincount(group, known.astype(float))[group] - known.astype(float)
    mean: Floats = np.full(len(values), np.nan)
    np.divide(total, count, out=mean, where=count > 0)
    return mean, count


def _flows(cube: Cube, code: Ints) -> tuple[Floats, Floats]:
    """Per cell, how many left and came in its group in the last year, as the extracts show it."""
    left, came = np.full(code.shape, np.nan), np.full(code.shape, np.nan)
    for column in range(code.shape[1]):
        gone: list[Ints] = []
        new: list[Ints] = []
        for place in range(1, column + 1):
            if months_between(cube.dates, place, column) >= YEAR - 0.5:
                continue
            gone.append(code[cube.present[:, place - 1] & ~cube.present[:, place], place - 1])
            new.append(code[~cube.present[:, place - 1] & cube.present[:, place], place])
        member = code[:, column] >= 0
        left[member, column] = _tally(gone, code[member, column])
        came[member, column] = _tally(new, code[member, column])
    return left, came


def _tally(moves: list[Ints], wanted: Ints) -> Floats:
    if not moves:
        return np.zeros(len(wanted))
    groups, count = np.unique(np.concatenate(moves), return_counts=True)
    place = np.clip(np.searchsorted(groups, wanted), 0, max(len(groups) - 1, 0))
    if not len(groups):
        return np.zeros(len(wanted))
    return np.where(groups[place] == wanted, count[place], 0).astype(np.float64)
