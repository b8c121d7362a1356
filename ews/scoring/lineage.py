"""The history of a predecessor, read on as that of the provider that goes on under another number."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd

from ews.scoring.tables import Days
from ews.signals.succession import Succession

OF = "of"
"""Column of the history with the subject that a passed-on figure was stated about; empty for one's own."""


def with_predecessors(frame: pd.DataFrame, known: Sequence[Succession]) -> pd.DataFrame:
    """The history with figures of predecessors beside those of their successors, which go first.

    Only figures of a period that ended before the succession: what a register says is of the number itself.
    """
    passed = [part for one in known if len(part := _passed_on(frame, one))]
    if not passed:
        return frame
    joined = pd.concat([frame.assign(**{OF: ""}), *passed], ignore_index=True)
    # one's own statement of the same period stands: it comes first
    return joined.drop_duplicates(["subject", "source", "figure", "period_end"], ignore_index=True)


def _passed_on(frame: pd.DataFrame, one: Succession) -> pd.DataFrame:
    ended = frame["period_start"].notna() & (frame["period_end"] < pd.Timestamp(one.since))
    mine = frame[(frame["subject"] == one.predecessor) & ended]
    return mine.assign(subject=one.successor, **{OF: one.predecessor})


def parting_days(reshaped: Mapping[str, date], subjects: pd.Index) -> Days:
    """The day on which each subject became another size by a merger or split; NaT for everybody else."""
    days: Days = np.full(len(subjects), np.datetime64("NaT"), dtype="datetime64[D]")
    for subject, day in reshaped.items():
        if subject in subjects:
            days[int(subjects.get_loc(subject))] = np.datetime64(day)
    return days
