"""What to ask a provider, how often, and at what cost to it: never what is held already."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar, Literal

from ews.signals.contract import Every

FORBID: dict[str, str] = {"extra": "forbid"}
Depth = Literal["kern", "volledig"]
_STRICT = (Every.MONTH, Every.QUARTER, Every.YEAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class RhythmRule:
    """A rule of requests.toml: it holds when all that it names is so."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID

    id: str
    every: Every
    depth: Depth
    reason: str
    max_clients: int | None = None
    min_clients: int | None = None
    sole_supplier: bool = False
    stage_from: int | None = None
    indicator: str = ""
    below: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPolicy:
    """requests.toml."""

    __pydantic_config__: ClassVar[dict[str, str]] = FORBID

    minutes_per_form: int
    minutes_per_figure: int
    answer_days: int
    core: tuple[str, ...]
    rule: tuple[RhythmRule, ...] = ()


@dataclass(frozen=True, slots=True)
class AboutProvider:
    """What the rules look at; `clients` None: not known."""

    clients: int | None
    is_sole_supplier: bool
    stage: int
    values: Mapping[str, float]
    """Indicator -> newest value, where there is one."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often and how deep a provider is asked, and by which rules."""

    every: Every
    depth: Depth
    because: tuple[str, ...]


def rhythm_of(about: AboutProvider, rules: Sequence[RhythmRule]) -> Rhythm:
    """The strictest of all rules that hold; quarterly and in full when none does."""
    held = [rule for rule in rules if _holds(rule, about)]
    if not held:
        return Rhythm(Every.QUARTER, "volledig", ())
    every = min((rule.every for rule in held), key=_STRICT.index)
    in_full = any(rule.depth == "volledig" for rule in held)
    return Rhythm(every, "volledig" if in_full else "kern", tuple(rule.reason for rule in held))


def _holds(rule: RhythmRule, about: AboutProvider) -> bool:
    """What is not known never makes a rule hold that asks less."""
    if rule.max_clients is not None and (about.clients is None or about.clients > rule.max_clients):
        return False
    if rule.min_clients is not None and (about.clients is None or about.clients < rule.min_clients):
        return False
    if rule.stage_from is not None and about.stage < rule.stage_from:
        return False
    if rule.below is not None and not about.values.get(rule.indicator, float("inf")) < rule.below:
        return False
    return about.is_sole_supplier or not rule.sole_supplier


@dataclass(frozen=True, slots=True)
class Request:
    """What one provider is asked about one period."""

    provider: str
    period: str
    figures: tuple[str, ...]
    held: Mapping[str, str]
    """Figures that are not asked, with who holds them."""
    minutes: int
    rhythm: Rhythm


def request_for(
    provider: str,
    period: str,
    rhythm: Rhythm,
    form: Sequence[str],
    held: Mapping[str, str],
    policy: RequestPolicy,
) -> Request:
    """The figures of the form that the rhythm wants and nobody else holds, and the minutes that they cost."""
    wanted = [name for name in form if rhythm.depth == "volledig" or name in policy.core]
    asked = tuple(name for name in wanted if name not in held)
    minutes = policy.minutes_per_form + policy.minutes_per_figure * len(asked) if asked else 0
    return Request(
        provider, period, asked, {name: held[name] for name in wanted if name in held}, minutes, rhythm
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that went out, and what of it was answered since."""

    provider: str
    period: str
    sent_on: date
    due_on: date
    figures: tuple[str, ...]
    answered: frozenset[str]
    minutes: int
    sent_to: str

    @property
    def open_figures(self) -> tuple[str, ...]:
        """What was asked and did not come."""
        return tuple(name for name in self.figures if name not in self.answered)

    def state(self, today: date) -> Literal["beantwoord", "open", "te laat"]:
        """Answered closes it; a request past its day is late."""
        if not self.open_figures:
            return "beantwoord"
        return "te laat" if today > self.due_on else "open"


def due_day(sent_on: date, policy: RequestPolicy) -> date:
    """The last day on which an answer is in time."""
    return sent_on + timedelta(days=policy.answer_days)


def still_open(asked: Collection[Asked], provider: str) -> dict[str, tuple[str, ...]]:
    """Period -> what a provider still owes of earlier requests: it goes along in the same mail."""
    return {one.period: one.open_figures for one in asked if one.provider == provider and one.open_figures}
