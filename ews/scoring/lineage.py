"""The history of a predecessor, read on as that of the provider that goes on under another number."""

from collections.abc import Sequence

import pandas as pd

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
