"""Every line of a card now and then: which moved, which are missing more, of which too few are known to tell."""

from dataclasses import dataclass

import numpy as np

from ews.scoring.drift import Missing, Shift, Verdict, WatchPlan, missing, shift
from ews.scoring.scorecard import MISSING, Scored
from ews.scoring.shapes import Floats
from ews.scoring.tables import Ints


@dataclass(frozen=True, slots=True)
class Watched:
    """One figure then and now."""

    what: str
    shift: Shift
    missing: Missing

    @property
    def verdict(self) -> Verdict:
        """Shifted when either is; too few when neither can be told."""
        both = {self.shift.verdict, self.missing.verdict}
        if Verdict.SHIFTED in both:
            return Verdict.SHIFTED
        return Verdict.STEADY if Verdict.STEADY in both else Verdict.TOO_FEW


def card_lines(then: Scored, now: Scored, plan: WatchPlan) -> list[Watched]:
    """The bins of each line as the card itself draws them; both rounds are of the same card."""
    return [
        Watched(
            what=f"{now.card.id}: {line.id}",
            shift=shift(_bins(then, at), _bins(now, at), plan),
            missing=missing(_lacking(then, at), _lacking(now, at), plan),
        )
        for at, line in enumerate(now.card.lines)
    ]


def card_total(then: Scored, now: Scored, plan: WatchPlan) -> Shift:
    """The sums of the card over its levels."""
    bounds = sorted(cutoff.raise_at for cutoff in now.card.cutoffs)
    steps = np.array(sorted({*(bound // 2 for bound in bounds), *bounds}))
    return shift(_counted(then.total, steps), _counted(now.total, steps), plan)


def feature(what: str, then: Floats, now: Floats, plan: WatchPlan) -> Watched:
    """One feature of a model: tenths of what it was then; NaN is missing."""
    edges = tenths(then)
    return feature_from_counts(what, (edges, binned(then, edges)), now, plan)


def feature_from_counts(
    what: str, then: tuple[tuple[float, ...], tuple[int, ...]], now: Floats, plan: WatchPlan
) -> Watched:
    """The same, of a feature whose past is only known as edges and counts (the last count is of missing)."""
    edges, before = then
    after = binned(now, edges)
    return Watched(
        what=what,
        shift=shift(before[:-1], after[:-1], plan),
        missing=missing((before[-1], sum(before)), (after[-1], sum(after)), plan),
    )


def tenths(values: Floats) -> tuple[float, ...]:
    """Bounds of the tenths of what is known; fewer where values repeat."""
    known = values[~np.isnan(values)]
    if not known.size:
        return ()
    bounds = np.unique(np.quantile(known, np.linspace(0.1, 0.9, 9)))
    # of a figure that hardly varies, what lies below its one value is a bin of its own
    return tuple(float(one) for one in np.unique([np.nextafter(known.min(), -np.inf), *bounds]))


def binned(values: Floats, edges: tuple[float, ...]) -> tuple[int, ...]:
    """Counts per bin, and of missing as the last."""
    known = values[~np.isnan(values)]
    counts = np.bincount(np.searchsorted(np.array(edges), known, side="left"), minlength=len(edges) + 1)
    return (*map(int, counts), int(np.isnan(values).sum()))


def _counted(totals: Ints, steps: Ints) -> list[int]:
    counts = np.bincount(np.searchsorted(steps, totals, side="right"), minlength=len(steps) + 1)
    return [int(count) for count in counts]


def _bins(scored: Scored, at: int) -> list[int]:
    bins = scored.bins[:, at]
    return [int((bins == place).sum()) for place in range(len(scored.card.lines[at].bins))]


def _lacking(scored: Scored, at: int) -> tuple[int, int]:
    expected = scored.expected[:, at]
    lacks = expected & (scored.bins[:, at] == MISSING)
    return int(lacks.sum()), int(expected.sum())
