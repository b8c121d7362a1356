"""The register: who exists, where, under which concern, with which clients and places, as known at a moment.

Built from the rows of `known_at`; the names of its indicators are fixed (docs/bronnen.md).
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pandas as pd

from ews.signals.changes import LEFT

OFFICE_ZONE = ZoneInfo("Europe/Amsterdam")

REGISTER_INDICATORS = (
    "naam", "sector", "regio", "plaats", "postcode", "concern", "rechtsvorm", "aanbieder", "contract_tot", "status",
    "moeilijk_vervangbaar", "accountmanager", "agb", "clienten", "capaciteit", "vrije_plaatsen",
)  # fmt: skip
"""What the register is made of; a reader needs no other rows."""

ENDED = "beëindigd"
"""Status on the list of providers of one whose contract came to its end."""


class Need(NamedTuple):
    """What a client needs: a care profile in a delivery form. Empty where the source does not say."""

    profile: str
    form: str


@dataclass(frozen=True, slots=True)
class Provider:
    """A contracted legal person. Empty text and None mean: not known."""

    id: str
    name: str
    sector: str
    region: str
    place: str
    concern: str
    legal_form: str
    contract_until: date | None
    status: str
    hard_to_replace: bool
    account_manager: str
    agb: str
    clients: Mapping[Need, int]
    """Per care profile and delivery form. Only totals known: under `Need("", "")`. Nothing known: empty."""
    clients_on: date | None
    """The last day on which a source stated or repeated the client counts."""
    locations: tuple[str, ...]

    @property
    def client_count(self) -> int | None:
        """All clients, or None when no source says."""
        return sum(self.clients.values()) if self.clients else None

    @property
    def has_left(self) -> bool:
        """Whether a list says that the provider is no longer ours, and no list gives it a client."""
        return self.status in {ENDED, LEFT} and not self.client_count


@dataclass(frozen=True, slots=True)
class Location:
    """A service or vestiging."""

    id: str
    provider: str
    """Identifier of its provider; empty when no source says."""
    name: str
    sector: str
    region: str
    place: str
    postcode: str
    capacity: int | None
    free: Mapping[Need, int]
    """Places free, per care profile and delivery form."""
    free_on: date | None
    """The last day on which they were confirmed; how old that may be is for the reader to judge."""


@dataclass(frozen=True, slots=True)
class Register:
    """Everybody known at one moment, by identifier, in the order of the identifiers."""

    providers: Mapping[str, Provider]
    locations: Mapping[str, Location]

    def name(self, subject: str) -> str:
        """Name of a provider or location; its identifier when it has none."""
        found = self.providers.get(subject) or self.locations.get(subject)
        return found.name if found and found.name else subject

    def provider_of(self, subject: str) -> str | None:
        """The provider itself, or that of a location; None for a stranger."""
        if subject in self.providers:
            return subject
        location = self.locations.get(subject)
        return location.provider if location and location.provider else None

    def sector(self, subject: str) -> str:
        """vv, ghz or ggz (a care type elsewhere); a location without its own has its provider's."""
        location = self.locations.get(subject)
        if location and location.sector:
            return location.sector
        provider = self.providers.get(self.provider_of(subject) or "")
        return provider.sector if provider else ""

    def region(self, subject: str) -> str:
        """Zorgkantoor region code; a location without its own has its provider's."""
        location = self.locations.get(subject)
        if location and location.region:
            return location.region
        provider = self.providers.get(self.provider_of(subject) or "")
        return provider.region if provider else ""

    def clients(self, subject: str) -> int | None:
        """Number of clients of a provider, or None when no source says. Not known for locations."""
        provider = self.providers.get(subject)
        return provider.client_count if provider else None

    def siblings(self, subject: str) -> tuple[str, ...]:
        """Other providers of the same concern."""
        own = self.providers.get(subject)
        if own is None or not own.concern:
            return ()
        return tuple(p.id for p in self.providers.values() if p.concern == own.concern and p.id != subject)

    def free_places(self, need: Need, *, confirmed_since: date) -> Mapping[str, int]:
        """Location -> places free for a need, of those confirmed on or after a day."""
        return {
            location.id: location.free[need]
            for location in self.locations.values()
            if location.free.get(need) and location.free_on and location.free_on >= confirmed_since
        }


def build_register(frame: pd.DataFrame, seen: pd.DataFrame) -> Register:
    """The register from the rows of `known_at` and `last_seen` of `store.observations`.

    Of several figures of one subject, indicator and dimension the one about the latest day holds, of those
    the one known last. An unchanged figure is not stored again: that it was confirmed is known from `seen`.
    Raises nothing: what is absent is empty.
    """
    facts = _Facts(frame, seen)
    locations = {subject: _location(facts, subject) for subject in facts.of_kind("location")}
    named = {location.provider for location in locations.values() if location.provider}
    providers = sorted({*facts.of_kind("provider"), *named})
    return Register(
        providers={subject: _provider(facts, subject, locations) for subject in providers},
        locations=locations,
    )


def _provider(facts: "_Facts", subject: str, locations: Mapping[str, Location]) -> Provider:
    clients, clients_on = facts.counts(subject, "clienten")
    return Provider(
        id=subject,
        name=facts.text(subject, "naam"),
        sector=facts.text(subject, "sector"),
        region=facts.text(subject, "regio"),
        place=facts.text(subject, "plaats"),
        concern=facts.text(subject, "concern"),
        legal_form=facts.text(subject, "rechtsvorm"),
        contract_until=facts.day(subject, "contract_tot"),
        status=facts.text(subject, "status"),
        hard_to_replace=facts.text(subject, "moeilijk_vervangbaar") == "ja",
        account_manager=facts.text(subject, "accountmanager"),
        agb=facts.text(subject, "agb"),
        clients=clients,
        clients_on=clients_on,
        locations=tuple(one.id for one in locations.values() if one.provider == subject),
    )


def _location(facts: "_Facts", subject: str) -> Location:
    free, free_on = facts.counts(subject, "vrije_plaatsen")
    capacity, _ = facts.counts(subject, "capaciteit")
    return Location(
        id=subject,
        provider=facts.text(subject, "aanbieder"),
        name=facts.text(subject, "naam"),
        sector=facts.text(subject, "sector"),
        region=facts.text(subject, "regio"),
        place=facts.text(subject, "plaats"),
        postcode=facts.text(subject, "postcode"),
        capacity=sum(capacity.values()) if capacity else None,
        free=free,
        free_on=free_on,
    )


class _Cell(NamedTuple):
    dimension: str
    value: float
    text: str | None
    day: date


class _Facts:
    """The latest row per subject, indicator and dimension, at hand by subject."""

    def __init__(self, frame: pd.DataFrame, seen: pd.DataFrame) -> None:
        wanted = frame[frame["indicator"].isin(REGISTER_INDICATORS)]
        ordered = wanted.sort_values(["period_end", "known_at"], kind="stable")
        latest = ordered.drop_duplicates(["subject", "indicator", "dimension"], keep="last")
        confirmed = _confirmed_on(seen)
        self._kinds = dict(zip(latest["subject"], latest["kind"], strict=True))
        self._cells: dict[tuple[str, str], list[_Cell]] = {}
        for row in latest.itertuples(index=False):
            day = max(row.period_end, confirmed.get((row.subject, row.source), date.min))
            cell = _Cell(row.dimension, row.value, row.text, day)
            self._cells.setdefault((row.subject, row.indicator), []).append(cell)

    def of_kind(self, kind: str) -> list[str]:
        return sorted(subject for subject, found in self._kinds.items() if found == kind)

    def text(self, subject: str, name: str) -> str:
        cells = self._cells.get((subject, name), [])
        return next(
            (cell.text for cell in cells if cell.dimension == "{}" and isinstance(cell.text, str)), ""
        )

    def day(self, subject: str, name: str) -> date | None:
        text = self.text(subject, name)
        return date.fromisoformat(text) if text else None

    def counts(self, subject: str, name: str) -> tuple[dict[Need, int], date | None]:
        """Counts per need and the last day they were stated; a split by need wins from a total.

        A total from before the day on which a split was seen to be empty no longer holds: who left a list leaves
        with it what another source once said.
        """
        known = self._cells.get((subject, name), [])
        cells = [cell for cell in known if not math.isnan(cell.value)]
        emptied = max((cell.day for cell in known if math.isnan(cell.value)), default=date.min)
        split = [cell for cell in cells if cell.dimension != "{}"]
        split = split or [cell for cell in cells if cell.day > emptied]
        counts: dict[Need, int] = {}
        for cell in split:
            content = json.loads(cell.dimension)
            need = Need(content.get("profiel", ""), content.get("leveringsvorm", ""))
            counts[need] = counts.get(need, 0) + int(cell.value)
        return counts, max((cell.day for cell in split), default=None)


def _confirmed_on(seen: pd.DataFrame) -> dict[tuple[str, str], date]:
    days = seen["seen_at"].dt.tz_convert(OFFICE_ZONE).dt.date if len(seen) else []
    return dict(zip(zip(seen["subject"], seen["source"], strict=True), days, strict=True))
