"""One provider or location as an officer wants to see it: sum, trend, what changed, what would help."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from ews.errors import NotFoundError, RefusedError
from ews.identifiers import parse_subject
from ews.jobs.alert_facts import comparable
from ews.jobs.expected import PROBLEMS, OwedFigure, figures_of
from ews.jobs.run import OFFICE_ZONE, Context
from ews.jobs.scoring import Round, cards_by_scheme, score_at
from ews.jobs.warned import warning_of
from ews.scoring.breadth import Spread, spreads_among
from ews.scoring.card import Card
from ews.scoring.model import Assessment, Level
from ews.signals.impact import Impact, impact_of
from ews.signals.warned import Warning
from ews.store import assessments, episodes, observations, scope
from ews.store.engine import reading
from ews.store.episodes import Held
from ews.store.places import places
from ews.store.register import register_at
from ews.store.scope import EVERYTHING, Scope

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
    held: Held | None
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


def subject_view(
    context: Context, given: str, *, as_of: datetime | None, keep: Keep = anew, seen: Scope = EVERYTHING
) -> SubjectView:
    """The subject as last assessed, or as known at `as_of`. Raises NotFoundError with what does exist.

    `keep` may hand back a round of that moment that was made before: what would help scores everybody.
    Only who lies within `seen` is counted among the comparable.
    """
    with reading(context.engine) as connection:

        def rounds(moment: datetime) -> Round:
            return keep(moment, lambda: score_at(connection, context.settings, moment))

        moment = as_of or context.now
        view = _view(connection, context, find_subject(connection, context, given), as_of, rounds=rounds)
        alike = comparable(scope.register_seen(connection, seen, as_of=moment), view.subject)
        is_contracted = view.provider in register_at(connection, moment).providers
        others = [one for one in alike if one != view.subject]
        parts = assessments.parts_of(connection, others, as_of=moment)
        known = observations.known_at(connection, moment, subjects={view.subject, view.provider})
        own = known[known["subject"] == view.subject]
        return replace(
            view,
            figures=tuple(figures_of(connection, context.settings, view.subject, own, as_of=moment)),
            spread=spreads_among(view.assessment, list(parts.values())),
            warned=warning_of(connection, view.provider, known, as_of=moment) if is_contracted else None,
        )


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
    past = assessments.points_of(connection, subject, as_of=made.as_of, limit=_PAST)
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
        before=assessments.last_other(connection, made, limit=_PAST),
        trend=_turns([*past, (made.as_of, made.points, made.level)]),
        held=episodes.held_of(connection, subject, as_of=moment),
        impact=impact_of(register, provider, on=moment.astimezone(OFFICE_ZONE).date(), places=places()),
        remedy=_remedy(made, rounds),
        files=assessments.file_names(connection, rows),
    )


def _remedy(made: Assessment, rounds: Rounds) -> str:
    """As it was worked out in its round; for a day that is rewound to everybody is scored again."""
    if made.remedy is not None:
        return made.remedy
    return rounds(made.as_of).remedy(made.subject) if made.level in _ALERTING else ""


def _turns(past: Sequence[tuple[datetime, int, Level]]) -> tuple[tuple[datetime, int, Level], ...]:
    """The first of every run of equal points and level."""
    return tuple(one for place, one in enumerate(past) if place == 0 or one[1:] != past[place - 1][1:])


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
