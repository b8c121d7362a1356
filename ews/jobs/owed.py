"""What sources owe at a moment: their rhythm, what their newest delivery refused, and who is excused."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from ews.jobs.run import OFFICE_ZONE
from ews.scoring.owed import Duties
from ews.settings.load import Settings
from ews.signals.contract import Every, Layout, SourceContract
from ews.signals.expected import ALL_FIGURES, Due, Exemption
from ews.signals.impact import Impact, impact_of, supply_of
from ews.signals.model import Event
from ews.signals.register import Register
from ews.signals.request import AboutProvider, RhythmRule, rhythm_of
from ews.store import deliveries
from ews.store.register import register_at

EXEMPTED = "vrijstelling"
"""Kind of the event by which a person excuses a provider from a figure."""


def duties_at(connection: Connection, settings: Settings, events: Sequence[Event], as_of: datetime) -> Duties:
    """Every source with a rhythm that ever delivered, and all exemptions known at `as_of`."""
    newest = deliveries.newest(connection, as_of)
    rules = settings.requests.rule
    due = tuple(
        Due(name, contract.cadence, owed_figures(contract), _refused(contract, *newest[name]))
        for name, contract in settings.sources.items()
        if name in newest and has_rhythm(contract) and owed_figures(contract)
    )
    if not due:
        return Duties(exemptions=exemptions(settings, events))
    strict = tuple(
        (rule.indicator, rule.below)
        for rule in rules
        if rule.below is not None and rule.every is not Every.YEAR
    )
    yearly = _yearly(register_at(connection, as_of), rules, as_of.astimezone(OFFICE_ZONE).date())
    return Duties(due, exemptions(settings, events), yearly, strict)


def _yearly(register: Register, rules: Sequence[RhythmRule], today: date) -> frozenset[str]:
    """Providers that the rules on size and replaceability ask once a year.

    The stage of a case has no say: what was due on a day must not change by what people do later.
    """
    if all(rule.every is not Every.YEAR for rule in rules):
        return frozenset()
    supply = supply_of(register, on=today)
    impacts = {name: impact_of(register, name, on=today, supply=supply) for name in register.providers}
    return frozenset(
        name for name, impact in impacts.items() if rhythm_of(_about(impact), rules).every is Every.YEAR
    )


def _about(impact: Impact) -> AboutProvider:
    return AboutProvider(impact.clients, impact.hard_to_replace or impact.clients_with(0) > 0, 0, {})


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
