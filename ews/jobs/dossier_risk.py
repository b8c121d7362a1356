"""The risk picture of a case: the last assessment, what moved it, and what happened to the provider."""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import Connection

from ews.cases.calendar import office_date
from ews.dossier.record import Happened, Risk, RiskReason
from ews.dossier.words import capital, sentence
from ews.jobs.dossier_cells import Cells
from ews.jobs.dossier_evidence import Numbering, cite_assessment
from ews.jobs.run import Context
from ews.notify.words import CONFIDENCE, LEVEL
from ews.scoring.model import Assessment, Reason, ReasonKind
from ews.scoring.words import figure
from ews.signals.model import Unit
from ews.store import assessments, events

UNHEARD = "zacht signaal waarover de aanbieder nog niet is gehoord"


def risk_of(
    connection: Connection, context: Context, cells: Cells, numbering: Numbering, found: Assessment | None
) -> Risk | None:
    """The picture of one assessment, each line with the row behind it. None without an assessment."""
    if found is None:
        return None
    history = assessments.series(connection, found.subject, as_of=found.as_of)
    return Risk(
        as_of=found.as_of,
        level=LEVEL[found.level],
        points=found.points,
        confidence=CONFIDENCE[found.confidence],
        reasons=tuple(
            _reason(context, cells, numbering, reason) for reason in found.reasons if reason.points
        ),
        refs=(cite_assessment(numbering, found),),
        history=_changes(history),
        happened=tuple(_happened(connection, cells, numbering, found)),
    )


def _reason(context: Context, cells: Cells, numbering: Numbering, reason: Reason) -> RiskReason:
    """A figure beside its norm; a change, a place among peers or an event is said in its own sentence."""
    indicator = context.settings.indicators.get(reason.indicator)
    label = capital(indicator.name if indicator else reason.indicator.replace("_", " "))
    if cells.is_unheard(reason):
        return RiskReason(UNHEARD, "[NIET VRIJGEGEVEN]", "–", "–", reason.points, ())
    if cells.is_withheld(reason):
        return RiskReason(label, "[NIET VRIJGEGEVEN]", "–", "–", reason.points, ())
    is_figure = reason.kind is ReasonKind.VALUE
    value = reason.value if is_figure else None
    if isinstance(value, float | int):
        value = figure(value, indicator.unit if indicator else Unit.NUMBER)
    return RiskReason(
        label=label if is_figure else reason.text,
        value=value or "–",
        norm=(is_figure and reason.norm) or "–",
        period=reason.period or "–",
        points=reason.points,
        refs=cells.reason_refs(numbering, reason),
    )


def _happened(
    connection: Connection, cells: Cells, numbering: Numbering, found: Assessment
) -> Iterator[Happened]:
    """The events that bypass the sum, in the words of the assessment, on their own day."""
    rows = {
        (one.delivery, one.row): one
        for one in events.known_at(connection, found.as_of, subjects=[found.subject])
    }
    for reason in found.reasons:
        if reason.kind is not ReasonKind.TRIPWIRE or cells.is_withheld(reason) or cells.is_unheard(reason):
            continue
        for row in reason.observations:
            event = rows.get((row.delivery, row.row))
            if event is not None:
                known_on = office_date(events.first_known(connection, event))
                refs = cells.reason_refs(numbering, reason)
                yield Happened(event.occurred_on, known_on, sentence(reason.text), refs)


def _changes(history: Sequence[Assessment]) -> tuple[tuple[date, str], ...]:
    steps: list[tuple[date, str]] = []
    for one in history:
        if not steps or steps[-1][1] != LEVEL[one.level]:
            steps.append((office_date(one.as_of), LEVEL[one.level]))
    return tuple(steps)
