"""What purchasers must know of a whole region: care that hangs on one or two suppliers (handvatten H2).

Counts of a portfolio, never a judgement of one provider: how many suppliers stand at a raised level is told only
where at least FEWEST_SHOWN supply the same care.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ews.scoring.model import Horizon, Level
from ews.signals.impact import CONFIRMED_WITHIN
from ews.signals.register import Need, Provider, Register

FEWEST_SHOWN = 5
FEW = 2
ENDS_WITHIN: Mapping[Horizon, int] = {Horizon.SHORT: 91, Horizon.MEDIUM: 365, Horizon.LONG: 1096}
"""Days until which a contract's end belongs to a horizon."""


@dataclass(frozen=True, slots=True)
class Supply:
    """One care profile in one delivery form in one region."""

    region: str
    need: Need
    clients: int
    suppliers: int
    few: tuple[str, ...]
    """Identifiers of the sole or the last two suppliers; empty where there are more."""
    free: int
    """Places free and recently confirmed, of all suppliers."""
    shortage: int
    """Clients without a free place elsewhere in the region when the supplier that leaves most of them stops."""
    ending: Mapping[Horizon, int]
    """Suppliers whose contract ends within the horizon."""
    raised: Mapping[Horizon, int | None]
    """Suppliers at a raised level; None where so few supply that it would tell of one of them."""


def supply_of(
    register: Register, levels: Mapping[str, Mapping[Horizon, Level]], *, on: date
) -> tuple[Supply, ...]:
    """Every region × need in which somebody is cared for, largest shortage first.

    `levels` are those of providers per horizon; one without is counted as not raised.
    """
    found = [
        _supply(register, region, need, suppliers, levels, on)
        for (region, need), suppliers in _suppliers(register).items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.shortage, one.suppliers, one.region, one.need)))


def _suppliers(register: Register) -> dict[tuple[str, Need], list[Provider]]:
    found: dict[tuple[str, Need], list[Provider]] = {}
    for provider in register.providers.values():
        for need, clients in provider.clients.items():
            if clients and need.profile:
                found.setdefault((provider.region, need), []).append(provider)
    return found


def _supply(
    register: Register,
    region: str,
    need: Need,
    suppliers: list[Provider],
    levels: Mapping[str, Mapping[Horizon, Level]],
    on: date,
) -> Supply:
    free = _free(register, region, need, on)
    everywhere = sum(free.values())
    return Supply(
        region=region,
        need=need,
        clients=sum(one.clients[need] for one in suppliers),
        suppliers=len(suppliers),
        few=tuple(one.id for one in suppliers) if len(suppliers) <= FEW else (),
        free=everywhere,
        shortage=max(max(0, one.clients[need] - (everywhere - free.get(one.id, 0))) for one in suppliers),
        ending={horizon: _ending(suppliers, on, days) for horizon, days in ENDS_WITHIN.items()},
        raised={horizon: _raised(suppliers, levels, horizon) for horizon in Horizon},
    )


def _free(register: Register, region: str, need: Need, on: date) -> dict[str, int]:
    """Free places per provider in the region."""
    places: dict[str, int] = {}
    for location, free in register.free_places(need, confirmed_since=on - CONFIRMED_WITHIN).items():
        if register.region(location) == region:
            provider = register.provider_of(location) or location
            places[provider] = places.get(provider, 0) + free
    return places


def _ending(suppliers: list[Provider], on: date, days: int) -> int:
    until = on + timedelta(days=days)
    return sum(one.contract_until is not None and one.contract_until <= until for one in suppliers)


def _raised(
    suppliers: list[Provider], levels: Mapping[str, Mapping[Horizon, Level]], horizon: Horizon
) -> int | None:
    if len(suppliers) < FEWEST_SHOWN:
        return None
    ranks = (levels.get(one.id, {}).get(horizon, Level.UNKNOWN).rank for one in suppliers)
    return sum(rank >= Level.ELEVATED.rank for rank in ranks)


def totals(supplies: tuple[Supply, ...]) -> Iterator[tuple[str, int, int, int]]:
    """Per region: needs with one supplier, with two, and the clients who depend on them."""
    for region in sorted({one.region for one in supplies}):
        thin = [one for one in supplies if one.region == region and one.suppliers <= FEW]
        sole = sum(one.suppliers == 1 for one in thin)
        yield region, sole, len(thin) - sole, sum(one.clients for one in thin)
