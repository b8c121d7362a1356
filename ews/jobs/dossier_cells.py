"""The newest figures of a case, with the delivered file and row behind each, as far as a reader may see them."""

import math
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import pandas as pd

from ews.cases.calendar import office_date
from ews.dossier.model import Ref
from ews.jobs.dossier_evidence import Numbering
from ews.scoring.model import Reason
from ews.store import dossiers


class Cells:
    """The newest row per subject, indicator and dimension, with the file it came from.

    A source that the reader may see goes before a newer one that it may not.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        files: Mapping[int, dossiers.DeliveredFile],
        cleared: Collection[str],
        seen: pd.DataFrame,
        *,
        unheard: Collection[tuple[int, int]] = (),
    ) -> None:
        self._unheard = frozenset(unheard)
        self._seen = {
            (row.subject, row.source): office_date(row.seen_at) for row in seen.itertuples(index=False)
        }
        self._cleared = frozenset(cleared)
        seen = frame.assign(cleared=frame["source"].isin(self._cleared))
        ordered = seen.sort_values(["cleared", "period_end", "known_at", "source"], kind="stable")
        newest = ordered.drop_duplicates(["subject", "indicator", "dimension"], keep="last")
        self._files = files
        self._rows: dict[tuple[str, str], list[Any]] = {}
        for row in newest.itertuples(index=False):
            self._rows.setdefault((row.subject, row.indicator), []).append(row)

    def one(self, subject: str, indicator: str) -> Any | None:
        """The row without dimensions, when it says something."""
        rows = self._rows.get((subject, indicator), [])
        return next((row for row in rows if row.dimension == "{}" and _says(row)), None)

    def split(self, subject: str, indicator: str) -> list[Any]:
        """Rows with dimensions, or the total when there is no split."""
        rows = [row for row in self._rows.get((subject, indicator), []) if not math.isnan(row.value)]
        return [row for row in rows if row.dimension != "{}"] or rows

    def ref(self, numbering: Numbering, row: Any) -> Ref:
        """The delivered file and row behind a figure."""
        return numbering.cite_delivery(self._files[int(row.delivery_id)], int(row.row_number))

    def stood_on(self, row: Any) -> date:
        """The last day a figure was stated: one that did not change is not stored again, its source was seen."""
        stated: date = row.period_end
        if row.period_start is not None:
            return stated
        return max(stated, self._seen.get((row.subject, row.source), stated))

    def withheld(self, row: Any) -> str:
        """The source of a row, when the reader may not see it."""
        return "" if row.source in self._cleared else str(row.source)

    def is_unheard(self, reason: Reason) -> bool:
        """Whether a reason is a soft signal on which the provider was not heard yet."""
        return any((row.delivery, row.row) in self._unheard for row in reason.observations)

    def is_withheld(self, reason: Reason) -> bool:
        """Whether a reason rests on a source that the reader may not see."""
        return any(row.source not in self._cleared for row in reason.observations)

    def reason_refs(self, numbering: Numbering, reason: Reason) -> tuple[Ref, ...]:
        """The rows behind a reason of an assessment."""
        rows = [row for row in reason.observations if row.delivery in self._files]
        return tuple(numbering.cite_delivery(self._files[row.delivery], row.row) for row in rows)


def _says(row: Any) -> bool:
    return isinstance(row.text, str) or not math.isnan(row.value)
