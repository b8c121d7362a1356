"""Entries about clients who move: counts per group, never persons."""

from dataclasses import dataclass

from ews.cases.kinds import TransferState


@dataclass(frozen=True, slots=True)
class PlanOutcome:
    """What a transfer plan left over: evidence for items 8 and 9."""

    clients: int
    placed: int
    unmet: tuple[tuple[str, int, str], ...]
    """(profile, clients, binding reason)"""
    forms: tuple[tuple[str, str, int], ...] = ()
    """(profile, delivery form, clients) without a place; empty in a plan from before that was kept."""


@dataclass(frozen=True, slots=True)
class TransferGroup:
    """Clients who move together in the administration: a count and a pointer to the office's own list."""

    profile: str
    form: str
    clients: int
    list_reference: str
    pgb: bool = False


@dataclass(frozen=True, slots=True)
class TransferCount:
    """Weekly count of a group per state; a count that differs from the group is a task."""

    group: int
    counts: tuple[tuple[TransferState, int], ...]
