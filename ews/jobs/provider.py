"""One provider or location as an officer wants to see it: sum, trend, what changed, what would help."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from ews.alerts.model import AlertState
from ews.errors import NotFoundError, RefusedError
from ews.identifiers import parse_subject
from ews.jobs.alert_facts import comparable
from ews.jobs.expected import PROBLEMS, OwedFigure, figures_of
from ews.jobs.run import OFFICE_ZONE, Context
from ews.jobs.scoring import Round, cards_by_scheme, score_at
from ews.jobs.warned import warnings
from ews.scoring.breadth import Spread, spreads
from ews.scoring.card import Card
from ews.scoring.model import Assessment, Level
from ews.signals.impact import Impact, impact_of
from ews.signals.warned import Warning
from ews.store import alerts, assessments
from ews.store.engine import reading
from ews.store.register import register_at

Rounds = Callable[[datetime], Round]
"""Everybody scored at a moment."""
Keep = Callable[[datetime, Callable[[], Round]], Round]
"""A moment and how its round is made -> that round, made now or before."""
_PAST = 400
_ALERTING = frozenset({Level.ELEVATED, Level.HIGH, Level.ACUTE})


@dataclass(frozen=True, slots=True)
class SubjectView:
    """All that is shown of one subject."""

    subject: str
    name: str
    kind: str
    sector: str
    region: str
    provider: str
    locations: tuple[tuple[str, str, Level | None, int | None], ...]
    """Of a provider: identifier, name, level and points of each location."""
    assessment: Assessment
    card: Card
    before: Assessment | None
    """The last one whose sum was another."""
    trend: tuple[tuple[datetime, int, Level], ...]
    held: AlertState | None
    impact: Impact
    remedy: str
    """What would bring the level down; empty when nothing has to."""
    files: dict[int, tuple[str, str]]
    """Name and hash of the file behind each delivery."""
    figures: tuple[OwedFigure, ...] = ()
    """Every figure that the sources owe of it, with its state."""
    spread: Mapping[str, Spread] = field(default_factory=dict)
    """Per signal, whether it stands alone among comparable providers of region and sector."""
    warned: Warning | None = None
    """Whether the provider warned itself, beside when we knew; None: neither happened."""

    @property
    def owed(self) -> tuple[OwedFigure, ...]:
        """Figures that should be there and are not, or from which it is excused."""
        return tuple(one for one in self.figures if one.state in PROBLEMS)


def anew(_: datetime, make: Callable[[], Round]) -> Round:
    """Score everybody each time it is asked."""
    return make()


def subject_view(context: Context, given: str, *, as_of: datetime | None, keep: Keep = anew) -> SubjectView:
    """The subject as last assessed, or as known at `as_of`. Raises NotFoundError with what does exist.

    `keep` may hand back a round of that moment that was made before: what would help scores everybody.
    """
    with reading(context.engine) as connection:

        def rounds(moment: datetime) -> Round:
            return keep(moment, lambda: score_at(connection, context.settings, moment))

        moment = as_of or context.now
        view = _view(connection, context, find_subject(connection, context, given), as_of, rounds=rounds)
        alike = comparable(register_at(connection, moment), view.subject)
        peers = assessments.latest(connection, as_of=moment, subjects=alike)
        spread = spreads(view.assessment, list(peers.values()))
    told = warnings(context, as_of=moment, provider=view.provider)
    figures = tuple(figures_of(context, view.subject, as_of=moment))
    return replace(view, figures=figures, spread=spread, warned=told[0][0] if told else None)


def find_subject(connection: Connection, context: Context, given: str) -> str:
    """The identifier of what a person typed: `kvk:08111924`, `08111924` or (part of) a name."""
    register = register_at(connection, context.now)
    known = {*register.providers, *register.locations}
    try:
        exact = str(parse_subject(given))
    except ValueError:
        exact = ""
    if exact in known:
        return exact
    found = sorted(name for name in known if name.partition(":")[2] == given)
    found = found or sorted(name for name in known if given.lower() in register.name(name).lower())
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFoundError(f"'{given}' is geen bekende aanbieder of locatie. Zie: ews portfolio")
    listed = "\n".join(f"  {name}  {register.name(name)}" for name in found[:20])
    raise RefusedError(f"'{given}' past op {len(found)} aanbieders en locaties:\n{listed}")


def _view(
    connection: Connection, context: Context, subject: str, as_of: datetime | None, *, rounds: Rounds
) -> SubjectView:
    moment = as_of or context.now
    made = _made(connection, subject, as_of, rounds=rounds, now=context.now)
    register = register_at(connection, moment)
    provider = register.provider_of(subject) or subject
    below = register.providers[provider].locations if subject in register.providers else ()
    levels = assessments.latest(connection, as_of=moment, subjects=below) if below else {}
    past = assessments.series(connection, subject, as_of=moment, limit=_PAST)
    earlier = [one for one in past if one.as_of < made.as_of]
    different = [one for one in earlier if sum_parts(one) != sum_parts(made)]
    rows = {row.delivery for reason in made.reasons for row in reason.observations}
    return SubjectView(
        subject=subject,
        name=register.name(subject),
        kind="locatie" if subject in register.locations else "aanbieder",
        sector=register.sector(subject),
        region=register.region(subject),
        provider=provider,
        locations=tuple(
            (
                one,
                register.name(one),
                levels[one].level if one in levels else None,
                levels[one].points if one in levels else None,
            )
            for one in below
        ),
        assessment=made,
        card=cards_by_scheme(context.settings, made.as_of)[parse_subject(subject).scheme],
        before=different[-1] if different else None,
        trend=_turns([*earlier, made]),
        held=alerts.open_states(connection, subjects=[subject]).get(subject),
        impact=impact_of(register, provider, on=moment.astimezone(OFFICE_ZONE).date()),
        remedy=rounds(made.as_of).remedy(subject) if made.level in _ALERTING else "",
        files=assessments.file_names(connection, rows),
    )


def sum_parts(one: Assessment) -> Counter[tuple[str, str, int]]:
    """What an assessment is made of: indicator, kind and points of each reason."""
    return Counter((reason.indicator, reason.kind.value, reason.points) for reason in one.reasons)


def _turns(past: Sequence[Assessment]) -> tuple[tuple[datetime, int, Level], ...]:
    """The first of every run of equal points and level."""
    firsts = [
        one
        for place, one in enumerate(past)
        if place == 0 or (one.points, one.level) != (past[place - 1].points, past[place - 1].level)
    ]
    return tuple((one.as_of, one.points, one.level) for one in firsts)


def _made(
    connection: Connection, subject: str, as_of: datetime | None, *, rounds: Rounds, now: datetime
) -> Assessment:
    if as_of is None:
        last = assessments.latest(connection, subjects=[subject]).get(subject)
        if last is not None:
            return last
    made = rounds(as_of or now).assessment(subject)
    if made is None:
        raise NotFoundError(f"{subject} was op dat moment niet (meer) in zorg: er is niets te beoordelen.")
    return made
