"""What became of subjects: exits from the register, and the label each subject had at each date.

Outcomes score a replay and train a model. They never enter a feature.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import pandas as pd

LABEL_COLUMNS = ["subject", "as_of", "outcome", "left_on", "months"]


class Outcome(StrEnum):
    """How care at a subject ended, or that it did not."""

    CLOSED = "closed"
    INSOLVENT = "insolvent"
    HANDED_OVER = "handed_over"
    """Sold or registered anew: the care went on."""
    AVERTED = "averted"
    """It would have failed but for a measure: never a false alarm, never a failure."""
    NONE = "none"

    @property
    def is_failure(self) -> bool:
        """True where care stopped."""
        return self in {Outcome.CLOSED, Outcome.INSOLVENT}


@dataclass(frozen=True, slots=True)
class Exit:
    """One subject that left. `left_on` is the last date at which it was seen in the register."""

    subject: str
    left_on: date
    outcome: Outcome


def months_later(day: date, months: int) -> date:
    """The same day `months` later, or the last day of a month that is shorter."""
    later: date = (pd.Timestamp(day) + pd.DateOffset(months=months)).date()
    return later


def is_judgeable(as_of: date, *, months: int, followed_until: date, slack_days: int) -> bool:
    """Whether the register was followed long enough after `as_of` to know what happened.

    `slack_days` covers the gap between two extracts: who is last seen in the last extract but one
    is known to have left, who is in the last one is not.
    """
    return months_later(as_of, months) <= followed_until + timedelta(days=slack_days)


def known_exits(exits: Iterable[Exit], *, at: date, delay_days: int) -> list[Exit]:
    """The exits whose kind could be known at `at`: a hand-over shows only after some time."""
    return [found for found in exits if (at - found.left_on).days >= delay_days]


def label_locations(population: pd.DataFrame, exits: Iterable[Exit], *, months: int) -> pd.DataFrame:
    """Label each row of `population` (subject, as_of): what happened to it within `months`.

    A subject last seen at L left between L and the next extract, so it counts for dates up to and
    including L and windows that end after L. Returns LABEL_COLUMNS in the order of `population`;
    `months` is the time from `as_of` to `left_on` in months of 365.25/12 days, NaN where nothing happened.
    """
    left = pd.DataFrame(
        [(e.subject, pd.Timestamp(e.left_on), str(e.outcome)) for e in exits],
        columns=["subject", "left_on", "outcome"],
    ).astype({"left_on": "datetime64[ns]", "outcome": "str", "subject": "str"})
    left = left.sort_values("left_on").drop_duplicates("subject", keep="last")
    rows = population[["subject", "as_of"]].merge(left, on="subject", how="left")
    start = pd.to_datetime(rows["as_of"]).astype("datetime64[ns]")
    inside = (rows["left_on"] >= start) & (rows["left_on"] < start + pd.DateOffset(months=months))
    rows["outcome"] = rows["outcome"].where(inside, str(Outcome.NONE))
    rows["left_on"] = rows["left_on"].where(inside)
    rows["months"] = (rows["left_on"] - start).dt.days / (365.25 / 12)
    return rows[LABEL_COLUMNS]


def label_providers(locations: pd.DataFrame) -> pd.DataFrame:
    """Labels of providers from those of their locations (LABEL_COLUMNS and `provider`).

    A provider fails when every location it had at the date fails within the term; its date is
    that of the last. All gone but at least one handed over: handed over. Returns LABEL_COLUMNS.
    """
    rows = locations.assign(
        failed=locations["outcome"].isin([o for o in Outcome if o.is_failure]),
        averted=locations["outcome"].eq(Outcome.AVERTED),
        gone=locations["left_on"].notna() & locations["outcome"].ne(Outcome.AVERTED),
    )
    grouped = rows.groupby(["provider", "as_of"], sort=True)
    table = grouped.agg(
        failed=("failed", "all"),
        gone=("gone", "all"),
        averted=("averted", "any"),
        insolvent=("outcome", lambda kinds: kinds.eq(Outcome.INSOLVENT).any()),
        left_on=("left_on", "max"),
        months=("months", "max"),
    ).reset_index()
    outcome = pd.Series(str(Outcome.NONE), index=table.index, dtype="str")
    outcome[table["averted"]] = str(Outcome.AVERTED)
    outcome[table["gone"]] = str(Outcome.HANDED_OVER)
    outcome[table["failed"]] = str(Outcome.CLOSED)
    outcome[table["failed"] & table["insolvent"]] = str(Outcome.INSOLVENT)
    happened = outcome.ne(Outcome.NONE)
    table["outcome"] = outcome
    table["left_on"] = table["left_on"].where(happened)
    table["months"] = table["months"].where(happened)
    return table.rename(columns={"provider": "subject"})[LABEL_COLUMNS]


def prefer_own(labels: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """Labels derived from locations, replaced where the outcome file names the provider itself."""
    named = own[own["outcome"].ne(Outcome.NONE)].set_index(["subject", "as_of"])
    merged = labels.set_index(["subject", "as_of"])
    merged.update(named)
    return merged.reset_index()[LABEL_COLUMNS]
