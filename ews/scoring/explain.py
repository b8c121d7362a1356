"""The sum in words: one reason per line that gave points, with norm, period and the rows it came from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

import numpy as np

from ews.scoring import words
from ews.scoring.card import Judged, Line
from ews.scoring.features import Features
from ews.scoring.heard import reliability
from ews.scoring.lineage import OF
from ews.scoring.model import Assessment, Confidence, Level, Reason, ReasonKind, SourceRow
from ews.scoring.owed import Owed
from ews.scoring.scorecard import MISSING, UNJUDGED, Scored
from ews.scoring.slope import run_lengths
from ews.scoring.tables import NOTHING, Floats
from ews.signals.indicators import OWN_NORM, Direction, Indicator, Norm
from ews.signals.model import Event, Unit

_KINDS = {
    Judged.VALUE: ReasonKind.VALUE,
    Judged.PEERS: ReasonKind.PEERS,
    Judged.BEYOND_NORM: ReasonKind.VALUE,
}
_DUE = {
    Owed.LATE: ReasonKind.LATE,
    Owed.MISSING: ReasonKind.MISSING,
    Owed.REFUSED: ReasonKind.REFUSED,
}
_SOURCE_ROWS = 12


@dataclass(frozen=True, slots=True)
class Explainer:
    """What it takes to put a sum into words."""

    features: Features
    indicators: Mapping[str, Indicator]
    versions: Mapping[str, str]

    def assessments(self, scored: Scored, rows: Sequence[int] | None = None) -> list[Assessment]:
        """Assessments of the given rows of `scored`; None: of all."""
        chosen = range(len(scored.positions)) if rows is None else rows
        return [self._assessment(scored, row) for row in chosen]

    def _assessment(self, scored: Scored, row: int) -> Assessment:
        card = scored.card
        lines = [
            self._line(scored, row, int(column))
            for column in np.flatnonzero(scored.points[row, : len(card.lines)])
        ]
        wires = [self._tripwire(scored, row, wire) for at, wire in scored.fired if at == row]
        soft = [self._soft(scored, at, event) for (of, at), event in scored.told.items() if of == row]
        coverage = float(scored.coverage[row])
        by_horizon = {horizon: int(points[row]) for horizon, points in scored.horizon_points.items()}
        level: Level = scored.levels[row]
        return Assessment(
            subject=str(self.features.subjects[scored.positions[row]]),
            as_of=self.features.as_of,
            level=level,
            horizons={
                horizon: _horizon_level(scored, level, points) for horizon, points in by_horizon.items()
            },
            horizon_points=by_horizon,
            points=int(scored.total[row]),
            probability=None,
            reasons=tuple(
                sorted([*wires, *lines, *soft], key=lambda one: (-one.points, one.indicator, one.text))
            ),
            confidence=self._confidence(scored, row, coverage),
            coverage=coverage,
            versions={**self.versions, "scorecard": f"{self.versions['scorecard']}/{card.id}"},
        )

    def _confidence(self, scored: Scored, row: int, coverage: float) -> Confidence:
        """By what was there and fresh; never high when points rest on a source that is known to be incomplete."""
        if coverage < scored.card.confidence_medium:
            return Confidence.LOW
        weighed = np.flatnonzero(scored.points[row, : len(scored.card.lines)])
        rests = any(self.indicators[scored.card.lines[at].indicator].known_incomplete for at in weighed)
        sure = coverage >= scored.card.confidence_high and not rests
        return Confidence.HIGH if sure else Confidence.MEDIUM

    def _line(self, scored: Scored, row: int, column: int) -> Reason:
        line, position = scored.card.lines[column], int(scored.positions[row])
        indicator = self.indicators[line.indicator]
        one = self.features.measured[indicator.id]
        place = int(scored.bins[row, column])
        is_text = indicator.unit in {Unit.TEXT, Unit.DATE}
        value: float | str | None = (
            str(one.text[position]) or None if is_text else _known(one.value[position])
        )
        norm = indicator.norm_at(line.norm, self.features.as_of.date()) if line.norm else None
        kind, norm_text = _KINDS.get(line.judged, ReasonKind.CHANGE), _norm_text(line, place, norm, indicator)
        if place == MISSING:
            kind, text, norm_text = ReasonKind.MISSING, line.missing.reason, ""
        else:
            text = self._said(line, indicator, position, place, float(scored.judged[row, column]), norm)
        due = Owed(int(scored.due[row, column]))
        if due in _DUE:
            kind, text, norm_text = _DUE[due], self._due(line, due, position, text), ""
        elif scored.is_stale[row, column]:
            kind, text = ReasonKind.STALE, _with_last(line.stale.reason or "Verouderd cijfer", text)
        return Reason(
            indicator=indicator.id,
            kind=kind,
            points=int(scored.points[row, column]),
            horizons=line.horizons,
            value=None if place == MISSING else value,
            norm=norm_text,
            period=self._period(indicator.id, position),
            text=text + self._whose(indicator.id, position) + self._parted(indicator.id, position),
            observations=self._rows(indicator.id, position, with_earlier=kind is ReasonKind.CHANGE),
        )

    def _due(self, line: Line, due: Owed, position: int, last: str) -> str:
        """What was due and until when, and what is known instead: no norm, for nothing is held against one."""
        said = {Owed.LATE: line.late, Owed.MISSING: line.missing, Owed.REFUSED: line.refused}[due].reason
        waits = self.features.awaited[line.indicator]
        end, until = _day(waits.end[position]), _day(waits.until[position])
        if end is not None and until is not None:
            awaited = words.period(_day(waits.start[position]), end)
            said = f"{said.rstrip('.')}: {awaited} had er uiterlijk {words.long_date(until)} moeten zijn"
        known = self._period(line.indicator, position)
        if not known or last == line.missing.reason:
            return said
        return f"{said}; laatst bekend: {f'{last} ({known})' if last else known}"

    def _said(
        self, line: Line, indicator: Indicator, position: int, place: int, judged: float, norm: Norm | None
    ) -> str:
        if place == UNJUDGED:
            return ""
        one = self.features.measured[indicator.id]
        before = one.year_ago if line.judged is Judged.CHANGE_YEAR else one.previous
        return line.bins[place].reason.format(
            value=str(one.text[position]) or _figure(one.value[position], indicator),
            previous=_figure(before[position], indicator),
            change=words.share(judged) if line.relative else _figure(judged, indicator),
            share=words.share(judged) if line.judged is Judged.PEERS else "",
            count=self._count(line, one.recent[position], judged),
            norm=words.figure(norm.value, norm.unit) if norm else "",
        )

    def _count(self, line: Line, recent: Floats, judged: float) -> str:
        """Over how many periods a slope was drawn, or how many it judges."""
        if line.judged is Judged.SLOPE:
            return words.number(float(run_lengths(recent[None, :])[0]), 0)
        return words.number(judged, 0) if not np.isnan(judged) else ""

    def _tripwire(self, scored: Scored, row: int, wire: int) -> Reason:
        tripwire = scored.card.tripwires[wire]
        event, position = scored.fired[(row, wire)]
        known = {"date": words.long_date(event.occurred_on) if event else "", "name": self._name(position)}
        rows: tuple[SourceRow, ...]
        if event is None:
            rows = self._rows(tripwire.indicator, position, with_earlier=False)
            period = self._period(tripwire.indicator, position)
        else:
            rows = (SourceRow(event.delivery, event.source, event.row, event.known_at),)
            period = words.long_date(event.occurred_on)
        return Reason(
            indicator=tripwire.id,
            kind=ReasonKind.TRIPWIRE,
            points=tripwire.points,
            horizons=tripwire.horizons,
            value=None if event else str(self.features.measured[tripwire.indicator].text[position]),
            norm="",
            period=period,
            text=tripwire.reason.format(**known),
            observations=rows,
        )

    def _soft(self, scored: Scored, at: int, event: Event) -> Reason:
        heard, sure = scored.card.heard[at], reliability(event)
        until = f"; telt tot en met {words.long_date(event.ended_on)}" if event.ended_on else ""
        heard_on = words.long_date(event.occurred_on)
        return Reason(
            indicator=heard.id,
            kind=ReasonKind.SOFT,
            points=heard.points[sure],
            horizons=heard.horizons,
            value=None,
            norm="",
            period=heard_on,
            text=f"Zacht signaal (betrouwbaarheid {sure}): {heard.reason}, gehoord op {heard_on}{until}",
            observations=(SourceRow(event.delivery, event.source, event.row, event.known_at),),
        )

    def _name(self, position: int) -> str:
        return str(self.features.subjects[position])

    def _whose(self, indicator: str, position: int) -> str:
        """That the figure is of a predecessor, or of the concern as a whole; empty for one's own."""
        history = self.features.history
        cells = [
            cell for cell in self.features.measured[indicator].origins[position].tolist() if cell != NOTHING
        ]
        if not cells:
            return ""
        before = history.frame[OF].iloc[cells[0]] if OF in history.frame else ""
        if before:
            return f" (cijfer van voorganger {before})"
        owner = int(history.subject[cells[0]])
        accounts = self.features.relations.accounts[position]
        of_concern = owner != position and owner == accounts
        return f" (geconsolideerd cijfer van het concern, {self._name(owner)})" if of_concern else ""

    def _parted(self, indicator: str, position: int) -> str:
        """That a merger or split stands between the figure and those it would be compared with."""
        day = _day(self.features.measured[indicator].parted[position])
        return f" (niet vergeleken met vóór de fusie of splitsing op {words.long_date(day)})" if day else ""

    def _period(self, indicator: str, position: int) -> str:
        cells = self._cells(indicator, position, with_earlier=False)
        if cells:
            history = self.features.history
            return words.period(_day(history.period_start[cells[0]]), _day(history.period_end[cells[0]]))
        end = self.features.measured[indicator].period_end[position]
        return words.period(None, _day(end))

    def _cells(self, indicator: str, position: int, *, with_earlier: bool) -> list[int]:
        one, relations = self.features.measured[indicator], self.features.relations
        at = [position]
        if self.features.inherited[indicator][position]:
            below = (relations.parent == position) & relations.is_active & one.stated
            at = np.flatnonzero(below).tolist()
        found = {cell for place in at for cell in one.origins[place].tolist()}
        if with_earlier:
            found |= {cell for place in at for cell in one.earlier[place].tolist()}
        return sorted(found - {NOTHING})

    def _rows(self, indicator: str, position: int, *, with_earlier: bool) -> tuple[SourceRow, ...]:
        events = self.features.happened.get(indicator, {}).get(position, ())
        if events:
            told = [SourceRow(one.delivery, one.source, one.row, one.known_at) for one in events]
            return tuple(sorted(told, key=lambda row: row.known_at, reverse=True)[:_SOURCE_ROWS])
        cells = self._cells(indicator, position, with_earlier=with_earlier)
        history = self.features.history
        rows = {
            SourceRow(
                int(history.delivery[cell]),
                str(history.source[cell]),
                int(history.row[cell]),
                history.moment[cell].astype(object).replace(tzinfo=UTC),
            )
            for cell in cells
        }
        newest_first = sorted(rows, key=lambda row: (row.known_at, row.delivery, row.row), reverse=True)
        return tuple(newest_first[:_SOURCE_ROWS])


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _figure(value: float, indicator: Indicator) -> str:
    return "onbekend" if np.isnan(value) else words.figure(float(value), indicator.unit, indicator.decimals)


def _with_last(said: str, last: str) -> str:
    return f"{said.rstrip('.')}; laatst bekend: {last}" if last else said


def _norm_text(line: Line, place: int, norm: Norm | None, indicator: Indicator) -> str:
    if norm is not None:
        bound = "≥" if indicator.direction is Direction.LOWER_IS_WORSE else "≤"
        source = OWN_NORM if norm.kind == OWN_NORM else norm.source
        said = f"{norm.label} {bound} {words.figure(norm.value, norm.unit)}"
        return said if norm.label in source else f"{said} ({source})"
    if place < 0 or line.bins[place].words:
        return ""
    below = line.bins[place].below
    above = line.bins[place - 1].below if place else None
    unit = Unit.RATIO if line.relative or line.judged is Judged.PEERS else indicator.unit
    parts = [
        f"vanaf {words.figure(above, unit)}" if above is not None else "",
        f"onder {words.figure(below, unit)}" if below is not None else "",
    ]
    return " ".join(part for part in parts if part)


def _horizon_level(scored: Scored, level: Level, points: int) -> Level:
    alone = scored.card.level_of(points)
    return Level.UNKNOWN if alone is Level.LOW and level is Level.UNKNOWN else alone


def _day(day: Any) -> date | None:
    return None if np.isnat(day) else day.astype(object)
