"""May a model speak? Only of the kind of register whose outcomes it learned from, and after enough of them."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

FORBID: dict[str, str] = {"extra": "forbid"}


class Standing(StrEnum):
    SPEAKS = "speaks"
    FOREIGN = "foreign"
    """Its outcomes are of another register: they certify nothing here. It runs in shadow."""
    FEW = "few"
    """Its outcomes are of this kind of register, but too few. It runs in shadow."""


@dataclass(frozen=True, slots=True)
class ShadowPlan:
    """When a probability may be shown and used, and how long a model may take to give one."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID

    registers: tuple[tuple[str, ...], ...]
    """Schemes of numbers that belong to one kind of register."""
    minimum_events: int
    minimum_known: float
    """Of whom a smaller share of the features is known, 0-1, a model says nothing."""
    claim_auc: float
    """A model that ranks better than this is not put to use before a written hunt for a leak."""
    seconds: float
    """After so long the round goes on without the model, marked degraded."""


def standing(scheme: str, *, learned_from: Collection[str], events: int, plan: ShadowPlan) -> Standing:
    """Whether a model may speak of a subject of `scheme`."""
    own = next((set(register) for register in plan.registers if scheme in register), {scheme})
    if not learned_from or not set(learned_from) <= own:
        return Standing.FOREIGN
    return Standing.SPEAKS if events >= plan.minimum_events else Standing.FEW
