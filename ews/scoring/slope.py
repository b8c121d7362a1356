"""The slope of a figure: a straight line by least squares through its last 4 to 8 periods without a gap."""

import numpy as np

from ews.scoring.tables import Floats, Ints

FEWEST = 4
"""Two or three points make a line of any two accidents."""


def run_lengths(recent: Floats) -> Ints:
    """How many periods in a row are known, counted back from the newest."""
    lengths: Ints = np.cumprod(~np.isnan(recent), axis=1).sum(axis=1)
    return lengths


def slopes(recent: Floats) -> Floats:
    """Change per period (subject x period, newest first); NaN with fewer than FEWEST periods in a row."""
    lengths = run_lengths(recent)
    found = np.full(len(recent), np.nan)
    for count in np.unique(lengths[lengths >= FEWEST]).tolist():
        rows = np.flatnonzero(lengths == count)
        found[rows] = recent[rows, :count] @ weights(count)
    return found


def weights(count: int) -> Floats:
    """What each period adds to the slope, newest first."""
    time = -np.arange(count, dtype=np.float64)
    apart = time - time.mean()
    leaned: Floats = apart / (apart**2).sum()
    return leaned
