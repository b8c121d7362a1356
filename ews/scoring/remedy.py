"""What would bring the level down: exact, since the sum is made of steps.

An indicator's lines (value, change, declines, norm, peers) are counted again for every value at which one of them
steps. Peers and all other figures stay as they are; tripwires don't go away by a better figure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from ews.scoring.card import Card, Judged, Line
from ews.scoring.features import Features
from ews.scoring.judge import MOST_DECLINES, peer_groups, usable_peers
from ews.scoring.model import Level
from ews.scoring.scorecard import MISSING, Scored
from ews.scoring.slope import run_lengths, slopes, weights
from ews.scoring.tables import Bools, Floats, Ints
from ews.scoring.words import figure
from ews.signals.indicators import Direction, Indicator

LEVEL_WORDS = {
    Level.UNKNOWN: "onbekend",
    Level.LOW: "laag",
    Level.ELEVATED: "verhoogd",
    Level.HIGH: "hoog",
    Level.ACUTE: "acuut",
}
_SAID = 4
_MOST_CHANGES = 4
_STEPS_EACH = 6


@dataclass(frozen=True, slots=True)
class Change:
    """One indicator brought to a better value. `wanted` is None when what helps is to have a figure at all."""

    indicator: str
    now: float | str | None
    wanted: float | str | None
    saved: int
    """Points that the indicator's lines would no longer give."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """Changes after which the level could be cleared; empty when no change of figures is enough."""

    level: Level
    after: Level
    needed: int
    """Points that have to go: the sum must come below the clear threshold."""
    alone: tuple[Change, ...]
    """Each of these is enough by itself; smallest change first."""
    together: tuple[Change, ...]
    """The fewest changes that are enough together, when none is alone."""


Groups = dict[str, tuple[Bools, Ints]]
"""By indicator: who has a figure to be compared with, and the number of each subject's group."""


def remedy(
    features: Features,
    scored: Scored,
    row: int,
    indicators: Mapping[str, Indicator],
    *,
    groups: Groups | None = None,
) -> Remedy | None:
    """For a subject at an alerting level; None for one that has nothing to bring down.

    `groups` is kept between calls when it is asked of many of one `scored`.
    """
    level: Level = scored.levels[row]
    if level.rank < Level.ELEVATED.rank:
        return None
    total = int(scored.total[row])
    needed = total - scored.card.cutoff(level).clear_below + 1
    table = _Table(features, scored, row, {} if groups is None else groups)
    options = {
        name: found
        for name in sorted({line.indicator for line in scored.card.lines})
        if indicators[name].changeable and (found := list(_changes(table, indicators[name])))
    }
    enough = [
        next(one for one in found if one.saved >= needed)
        for found in options.values()
        if found[-1].saved >= needed
    ]
    alone = sorted(enough, key=lambda one: (one.saved, one.indicator))
    together = () if alone else _fewest(list(options.values()), needed)
    saved = min((one.saved for one in alone), default=sum(one.saved for one in together))
    return Remedy(level, scored.card.level_of(total - saved), needed, tuple(alone), together)


def remedy_text(found: Remedy, indicators: Mapping[str, Indicator]) -> str:
    """One Dutch sentence: what would bring the level down, and to which."""
    if not (found.alone or found.together):
        return "Geen enkel cijfer alleen of samen met drie andere brengt het niveau omlaag."
    joiner, changes = ("; of ", found.alone) if found.alone else (" samen met ", found.together)
    said = joiner.join(_change_text(one, indicators[one.indicator]) for one in changes[:_SAID])
    return f"{said[0].upper()}{said[1:]} brengt het niveau terug naar {LEVEL_WORDS[found.after]}."


def _change_text(change: Change, indicator: Indicator) -> str:
    if change.now is None:
        return f"{indicator.name} aanleveren en in orde"
    if not isinstance(change.wanted, float):
        return f"{indicator.name} '{change.wanted}'"
    bound = "≥" if indicator.direction is Direction.LOWER_IS_WORSE else "≤"
    return f"{indicator.name} {bound} {figure(change.wanted, indicator.unit, indicator.decimals)}"


def _fewest(options: Sequence[Sequence[Change]], needed: int) -> tuple[Change, ...]:
    """The fewest indicators, and of those the smallest steps, that save enough together."""
    by_most = sorted(options, key=lambda found: (-found[-1].saved, found[-1].indicator))
    for count in range(2, min(len(by_most), _MOST_CHANGES) + 1):
        chosen = by_most[:count]
        if sum(found[-1].saved for found in chosen) < needed:
            continue
        sets = [steps for steps in product(*chosen) if sum(one.saved for one in steps) >= needed]
        return min(
            sets, key=lambda steps: (sum(one.saved for one in steps), [one.indicator for one in steps])
        )
    return ()


@dataclass(frozen=True, slots=True)
class _Table:
    """The subject's own numbers, as far as its lines look at them."""

    features: Features
    scored: Scored
    row: int
    groups: Groups
    others: dict[str, Floats] = field(default_factory=dict)
    """Values of the comparable others, by indicator: asked for at every step of a search."""

    @property
    def position(self) -> int:
        return int(self.scored.positions[self.row])

    def lines(self, indicator: Indicator) -> list[tuple[int, Line]]:
        """Lines of the card that look at the indicator and apply to this subject."""
        return [
            (at, line)
            for at, line in enumerate(self.scored.card.lines)
            if line.indicator == indicator.id and self.scored.points[self.row, at] > 0
        ]

    def peers(self, indicator: Indicator, card: Card) -> Floats:
        """Values of the comparable others."""
        if indicator.id in self.others:
            return self.others[indicator.id]
        if indicator.id not in self.groups:
            able = usable_peers(self.features, indicator.id)
            self.groups[indicator.id] = (able, peer_groups(self.features, able, card=card))
        usable, group = self.groups[indicator.id]
        same = usable & (group == group[self.position])
        same[self.position] = False
        others: Floats = self.features.measured[indicator.id].value[same]
        self.others[indicator.id] = others
        return others


def _changes(table: _Table, indicator: Indicator) -> Iterator[Change]:
    """Ever larger changes that save ever more."""
    lines = table.lines(indicator)
    if not lines:
        return
    one, at = table.features.measured[indicator.id], table.position
    now = sum(int(table.scored.points[table.row, column]) for column, _ in lines)
    text = str(one.text[at])
    value: float | str | None = text or (None if np.isnan(one.value[at]) else float(one.value[at]))
    if any(table.scored.bins[table.row, column] == MISSING for column, _ in lines):
        yield Change(indicator.id, None, None, now)
        return
    if indicator.direction is Direction.CATEGORY:
        harmless = [
            word for _, line in lines for one_bin in line.bins if not one_bin.points for word in one_bin.words
        ]
        if harmless:
            yield Change(indicator.id, value, harmless[0], now)
        return
    if isinstance(value, float):
        yield from _steps(table, indicator, lines, value, now)


def _steps(
    table: _Table, indicator: Indicator, lines: Sequence[tuple[int, Line]], value: float, now: int
) -> Iterator[Change]:
    sign = 1.0 if indicator.direction is Direction.LOWER_IS_WORSE else -1.0
    better = sorted(
        {v for v in _candidates(table, indicator, lines) if (v - value) * sign > 0}, key=lambda v: v * sign
    )
    most, given = 0, 0
    for wanted in better:
        saved = now - sum(_points(table, indicator, line, wanted) for _, line in lines)
        if saved > most and given < _STEPS_EACH:
            most, given = saved, given + 1
            yield Change(indicator.id, value, wanted, saved)


def _candidates(table: _Table, indicator: Indicator, lines: Sequence[tuple[int, Line]]) -> Iterator[float]:
    """Values at which one of the lines steps: the first on the better side of each bound."""
    one, at = table.features.measured[indicator.id], table.position
    for _, line in lines:
        if line.judged is Judged.PEERS:
            yield from (float(value) for value in np.unique(table.peers(indicator, table.scored.card)))
        elif line.judged is Judged.DECLINES:
            yield float(one.previous[at])
        elif line.judged is Judged.SLOPE:
            lean, newest = _lean(one.recent[at])
            bounds = [one_bin.below for one_bin in line.bins if one_bin.below is not None]
            for bound in bounds if newest else []:
                yield from _beside(float(one.value[at]) + (bound - lean) / newest, indicator)
        elif line.judged is Judged.BEYOND_NORM:
            norm = indicator.norm_at(line.norm, table.features.as_of.date())
            yield from [norm.value] if norm else []
        else:
            before = {Judged.CHANGE_LAST: one.previous, Judged.CHANGE_YEAR: one.year_ago}.get(line.judged)
            for one_bin in line.bins:
                if one_bin.below is not None:
                    bound = one_bin.below
                    if before is not None:
                        bound = float(before[at]) + bound * (abs(float(before[at])) if line.relative else 1.0)
                    yield from _beside(bound, indicator)


def _lean(recent: Floats) -> tuple[float, float]:
    """The slope, and how much it moves for each unit of the newest value; zero when there is no slope."""
    count = int(run_lengths(recent[None, :])[0])
    lean = float(slopes(recent[None, :])[0])
    return (lean, float(weights(count)[0])) if not np.isnan(lean) else (lean, 0.0)


def _beside(bound: float, indicator: Indicator) -> Iterator[float]:
    """The bound itself and its neighbour at the precision that is judged."""
    step = 10.0**-indicator.decimals
    rounded = round(bound, indicator.decimals)
    yield from (round(rounded + move, indicator.decimals) for move in (-step, 0.0, step))


def _points(table: _Table, indicator: Indicator, line: Line, wanted: float) -> int:
    looked_at = _looked_at(table, indicator, line, wanted)
    if np.isnan(looked_at):
        return 0
    bounds = [one.below for one in line.bins if one.below is not None]
    return line.bins[int(np.searchsorted(bounds, looked_at, side="right"))].points


def _looked_at(table: _Table, indicator: Indicator, line: Line, wanted: float) -> float:
    one, at = table.features.measured[indicator.id], table.position
    higher_is_worse = indicator.direction is Direction.HIGHER_IS_WORSE
    recent = np.append(wanted, one.recent[at, 1:])
    match line.judged:
        case Judged.VALUE:
            return wanted
        case Judged.CHANGE_LAST | Judged.CHANGE_YEAR:
            before = float((one.previous if line.judged is Judged.CHANGE_LAST else one.year_ago)[at])
            share = (wanted - before) / abs(before) if line.relative and before else wanted - before
            return round(share, 4 if line.relative else indicator.decimals)
        case Judged.DECLINES:
            recent = recent[: MOST_DECLINES + 1]
            steps = (recent[:-1] - recent[1:]) * (1 if higher_is_worse else -1)
            return float(np.cumprod(steps > 0).sum())
        case Judged.SLOPE:
            return round(_lean(recent)[0], indicator.decimals + 1)
        case Judged.BEYOND_NORM:
            norm = indicator.norm_at(line.norm, table.features.as_of.date())
            assert norm is not None
            broken = recent[:3] > norm.value if higher_is_worse else recent[:3] < norm.value
            return float(broken.sum())
        case Judged.PEERS:
            peers = table.peers(indicator, table.scored.card)
            better = peers < wanted if higher_is_worse else peers > wanted
            return round(float(better.mean()), 4)
