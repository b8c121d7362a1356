"""What sources owe at a moment: their rhythm, what their newest delivery refused, and who is excused."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from ews.scoring.owed import Duties
from ews.settings.load import Settings
from ews.signals.contract import Every, Layout, SourceContract
from ews.signals.expected import ALL_FIGURES, Due, Exemption
from ews.signals.model import Event
from ews.store import deliveries

EXEMPTED = "vrijstelling"
"""Kind of the event by which a person excuses a provider from a figure."""


def duties_at(connection: Connection, settings: Settings, events: Sequence[Event], as_of: datetime) -> Duties:
    """Every source with a rhythm that ever delivered, and all exemptions known at `as_of`."""
    newest = deliveries.newest(connection, as_of)
    due = tuple(
        Due(name, contract.cadence, owed_figures(contract), _refused(contract, *newest[name]))
        for name, contract in settings.sources.items()
        if name in newest and has_rhythm(contract)
    )
    return Duties(due, exemptions(settings, events))


def has_rhythm(contract: SourceContract) -> bool:
    """Whether its figures are expected at set times."""
    return contract.cadence.every is not Every.NONE and contract.layout is not Layout.EVENTS


def owed_figures(contract: SourceContract) -> frozenset[str]:
    """Names of the figures that a source owes every period; of a register it owes none."""
    if contract.figures != "period":
        return frozenset()
    return frozenset(figure.name for figure in contract.figure if figure.about == "period")


def _refused(contract: SourceContract, status: str, refused: Iterable[str]) -> frozenset[str]:
    return owed_figures(contract) if status == "held" else frozenset(refused)


def exemptions(settings: Settings, events: Iterable[Event]) -> tuple[Exemption, ...]:
    """Those that people gave by command, and those that the site's signals.toml states."""
    given = [_given(event) for event in events if event.kind == EXEMPTED]
    return (*settings.exemptions.values(), *given)


def _given(event: Event) -> Exemption:
    detail = json.loads(event.detail)
    figures = frozenset(str(detail.get("cijfers", ALL_FIGURES)).split())
    return Exemption(
        reason=str(detail.get("reden", "")),
        until=event.ended_on or date.max,
        begin=event.occurred_on,
        subject=event.subject,
        figures=figures or frozenset({ALL_FIGURES}),
        by=str(detail.get("door", "")),
    )
