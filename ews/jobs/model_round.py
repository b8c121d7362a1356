"""What the models in use say of a round, in a process of its own: whatever becomes of it, the scorecard goes on."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from ews.identifiers import parse_subject
from ews.jobs import post
from ews.jobs.run import Context
from ews.notify.views import SystemView
from ews.scoring.batch import FEWEST
from ews.scoring.model import Assessment
from ews.scoring.standing import Standing
from ews.store import models
from ews.store.engine import reading

DEGRADED = "degraded"


@dataclass(frozen=True, slots=True)
class Role:
    """A model in use: the champion of its unit, or the challenger that was champion before."""

    unit: str
    model: str
    is_champion: bool


@dataclass(frozen=True, slots=True)
class Spoken:
    """What each model in use said of one moment, and what went wrong."""

    moment: datetime
    roles: tuple[Role, ...] = ()
    said: Mapping[str, Mapping[str, models.ModelScore]] = field(default_factory=dict)
    standings: Mapping[tuple[str, str], Standing] = field(default_factory=dict)
    """Per model and scheme of numbers."""
    trouble: str = ""

    @property
    def is_degraded(self) -> bool:
        return bool(self.trouble)


def roles_of(activations: list[models.Activation]) -> tuple[Role, ...]:
    """The newest model of each unit is champion; the newest other one before it is challenger."""
    found = []
    for unit in sorted({one.unit for one in activations}):
        names = [one.model for one in activations if one.unit == unit]
        before = [name for name in names if name != names[-1]]
        found += [Role(unit, names[-1], True), *(Role(unit, name, False) for name in before[-1:])]
    return tuple(found)


def speak(context: Context, moment: datetime) -> Spoken:
    """Let every model in use score a moment. Without one nothing runs and nothing is asked."""
    with reading(context.engine) as connection:
        roles = roles_of(models.activations(connection, as_of=context.now))
    if not roles:
        return Spoken(moment)
    words = [
        *(sys.executable, "-m", "ews.jobs.model_child", str(context.folder), moment.isoformat()),
        *sorted({role.model for role in roles}),
    ]
    limit = context.settings.model.shadow.seconds
    try:
        done = subprocess.run(words, capture_output=True, timeout=limit, check=False)  # noqa: S603 - our own interpreter
    except subprocess.TimeoutExpired:
        return Spoken(moment, roles, trouble=f"het rekende langer dan {limit:g} seconden")
    if done.returncode != 0:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        return Spoken(moment, roles, trouble=f"het brak af ({done.returncode}): {' '.join(last)[:300]}")
    return _read(moment, roles, json.loads(done.stdout))


def _read(moment: datetime, roles: tuple[Role, ...], told: Mapping[str, Any]) -> Spoken:
    said = {
        model: {
            subject: models.ModelScore(model, moment, subject, score, chance)
            for subject, (score, chance) in one["scores"].items()
        }
        for model, one in told.items()
    }
    dull = [model for model, one in said.items() if _is_dull(one)]
    if dull:
        return Spoken(moment, roles, trouble=f"{dull[0]} geeft iedereen dezelfde score")
    standings = {
        (model, scheme): Standing(value)
        for model, one in told.items()
        for scheme, value in one["standings"].items()
    }
    return Spoken(moment, roles, said, standings)


def _is_dull(said: Mapping[str, models.ModelScore]) -> bool:
    """Everybody alike: what came in was empty or constant, and no order can be read from it."""
    return len(said) >= FEWEST and len({one.score for one in said.values()}) == 1


def with_chances(made: Mapping[str, Assessment], spoken: Spoken) -> dict[str, Assessment]:
    """The assessments with the champion's chance where it may speak, and marked where it could not."""
    champions = {role.unit: role.model for role in spoken.roles if role.is_champion}
    return {subject: _with_chance(one, champions, spoken) for subject, one in made.items()}


def _with_chance(one: Assessment, champions: Mapping[str, str], spoken: Spoken) -> Assessment:
    number = parse_subject(one.subject)
    model = champions.get("location" if number.is_location else "provider")
    if model is None:
        return one
    if spoken.is_degraded:
        return replace(one, versions={**one.versions, "model": DEGRADED})
    said = spoken.said[model].get(one.subject)
    if said is None or spoken.standings.get((model, number.scheme)) is not Standing.SPEAKS:
        return one
    return replace(one, probability=said.probability, versions={**one.versions, "model": model})


def record(connection: Connection, context: Context, spoken: Spoken) -> None:
    """Keep what was said, also in shadow, and tell when nothing could be."""
    for model, scores in spoken.said.items():
        models.record_scores(connection, model, spoken.moment, scores.values())
    if spoken.is_degraded:
        post.trouble(connection, context, _degraded(context, spoken), about=f"model:{context.now:%Y-%m-%d}")


def _degraded(context: Context, spoken: Spoken) -> SystemView:
    names = ", ".join(role.model for role in spoken.roles)
    return SystemView(
        topic="model uitgevallen",
        what=f"Het model ({names}) gaf geen oordeel: {spoken.trouble}.",
        consequence="De scorekaart geldt; niveaus en waarschuwingen gaan door, de beoordelingen zijn gemerkt.",
        actions=("Bekijk de modellen: ews model list", "Maak zo nodig een nieuw: ews model train"),
        details=(),
        office=context.settings.site.office.name,
        at=context.now,
        fictitious=context.settings.site.kind != "production",
    )
