"""Everybody by priority: level, clients at stake, stage of the case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from ews.identifiers import parse_subject
from ews.jobs.run import OFFICE_ZONE, Context
from ews.jobs.scoring import cards_by_scheme, score_at
from ews.scoring.model import Assessment, Level, Standing
from ews.signals.impact import Impact, impact_of, supply_of
from ews.signals.register import Register
from ews.store import alerts, assessments, cases
from ews.store.engine import reading
from ews.store.register import register_at


@dataclass(frozen=True, slots=True)
class PortfolioRow:
    """One line of the list. `held` is the level of the open alert, if any."""

    subject: str
    name: str
    sector: str
    assessment: Standing
    held: Level | None
    clients: int | None
    nowhere_to_go: int | None
    hard_to_replace: bool
    stage: int | None
    case: str
    left: str
    """What the lists say of a provider that is no longer ours; empty for everybody else."""
    priority: int
    """0 for who has left: its level stands, and nobody is at stake."""


def portfolio(context: Context, *, unit: str, as_of: datetime | None) -> list[PortfolioRow]:
    """Providers or locations, highest priority first; by points where client counts lack.

    Without `as_of` the last recorded assessments; with it what was known then.
    """
    with reading(context.engine) as connection:
        made = _standings(connection, context, as_of)
        rows = _rows(connection, context, _of_unit(made, unit), as_of=as_of)
    if all(row.nowhere_to_go is None for row in rows):
        return sorted(rows, key=lambda row: (row.left != "", -row.assessment.points, row.subject))
    return sorted(rows, key=lambda row: (row.left != "", -row.priority, -row.assessment.points, row.subject))


def _standings(connection: Connection, context: Context, as_of: datetime | None) -> dict[str, Standing]:
    if as_of is None:
        return assessments.current_standings(connection)
    made = score_at(connection, context.settings, as_of).assessments()
    return {name: one.standing() for name, one in made.items()}


def _of_unit(made: dict[str, Standing], unit: str) -> dict[str, Standing]:
    is_location = unit == "location"
    return {name: one for name, one in made.items() if parse_subject(name).is_location is is_location}


def _rows(
    connection: Connection, context: Context, made: dict[str, Standing], *, as_of: datetime | None
) -> list[PortfolioRow]:
    moment = as_of or context.now
    register = register_at(connection, moment)
    held = alerts.held_at(connection, moment)
    covers = {cover.subject: cover for cover in cases.open_covers(connection, as_of=as_of)}
    cards = cards_by_scheme(context.settings, moment)
    on = moment.astimezone(OFFICE_ZONE).date()
    supply = supply_of(register, on=on)
    rows = []
    for subject, one in made.items():
        provider = register.provider_of(subject) or subject
        stake = _stake(impact_of(register, provider, on=on, supply=supply), is_provider=subject == provider)
        case = covers.get(provider)
        weights = cards[parse_subject(subject).scheme].priority
        left = _left(register, provider)
        level = max(one.level, held.get(subject, one.level), key=lambda level: weights[level])
        rows.append(
            PortfolioRow(
                subject=subject,
                name=register.name(subject),
                sector=register.sector(subject),
                assessment=one,
                held=held.get(subject),
                clients=stake[0],
                nowhere_to_go=stake[1],
                hard_to_replace=stake[2],
                stage=case.stage if case else None,
                case=case.number if case else "",
                left=left,
                priority=0 if left else round(urgency(one, level, weights) * (1 + (stake[1] or 0))),
            )
        )
    return rows


def _left(register: Register, provider: str) -> str:
    known = register.providers.get(provider)
    return known.status if known and known.has_left else ""


def urgency(one: Standing | Assessment, level: Level, weights: Mapping[Level, int]) -> float:
    """Chance times the heaviest weight, where a model may speak; else the weight of the level.

    From high on the level counts at least: what strikes by itself does not wait for a model that has not heard of it.
    """
    if one.probability is None:
        return weights[level]
    chance = one.probability * max(weights.values())
    return max(chance, weights[level]) if level.rank >= Level.HIGH.rank else chance


def _stake(impact: Impact, *, is_provider: bool) -> tuple[int | None, int | None, bool]:
    """Clients are known per provider; a location has none of its own."""
    if not is_provider:
        return None, None, impact.hard_to_replace
    return impact.clients, impact.nowhere_to_go, impact.hard_to_replace
