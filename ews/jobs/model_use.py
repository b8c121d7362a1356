"""Putting a model to use, with two people; the one before stays as challenger, and both are held beside each other."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from ews.errors import NotAllowedError, RefusedError
from ews.jobs.model_panel import panel_at
from ews.jobs.model_round import Role, roles_of
from ews.jobs.models import kept_models, opened
from ews.jobs.outcomes import own_outcomes
from ews.jobs.run import OFFICE_ZONE, Context
from ews.people import Mandate, Person
from ews.scoring.drift import Came, WatchPlan, came_true
from ews.scoring.outcomes import Exit
from ews.scoring.watch import Watched, feature_from_counts
from ews.store import audit, models
from ews.store.engine import reading, writing

YEAR = timedelta(days=365)
TOP = 0.1
"""Champion and challenger are held beside each other on the tenth that they put highest."""
SHOWN = 5


def activate(context: Context, name: str, second: str, *, leak_hunt: Path | None = None) -> dict[str, Any]:
    """Make a model the champion of its unit. Needs the mandate and a second, different person.

    Raises NotAllowedError without them, NotFoundError or ModelRefusedError for a model that is not to be had,
    RefusedError for one that ranks too well to be true without a written hunt for the leak.
    """
    person = _two_people(context, second)
    content, _ = opened(context, name)
    hunted = _hunted(context, content["unseen_auc"], leak_hunt)
    sha256 = next(one.sha256 for one in kept_models(context) if one.name == name)
    unit = content["unit"]
    with writing(context.engine) as connection:
        before = models.activations(connection)
        if before and [one.model for one in before if one.unit == unit][-1:] == [name]:
            raise RefusedError(f"Model {name} is al in gebruik voor {unit}.")
        models.activate(connection, models.Activation(unit, name, sha256, context.now, person.id, second))
        audit.append(
            connection, context.actor, "model.activated", name, {"second": second, "sha256": sha256, "leak_hunt": hunted}, now=context.now
        )  # fmt: skip
        roles = roles_of([*before, models.Activation(unit, name, sha256, context.now, person.id, second)])
    challenger = next((role.model for role in roles if role.unit == unit and not role.is_champion), None)
    return {"model": name, "unit": unit, "by": person.id, "second": second, "challenger": challenger}


def _two_people(context: Context, second: str) -> Person:
    person = context.person()
    if second == person.id or second not in context.settings.people:
        raise NotAllowedError("Een tweede, andere persoon van het kantoor moet meetekenen: --second ID.")
    for one in (person, context.settings.people[second]):
        if Mandate.CONFIG not in one.mandates:
            raise NotAllowedError(f"{one.id} heeft geen mandaat 'config' in people.toml.")
    return person


def _hunted(context: Context, unseen_auc: float, leak_hunt: Path | None) -> str:
    """SHA-256 of the written hunt, empty where none is needed."""
    bound = context.settings.model.shadow.claim_auc
    if unseen_auc <= bound:
        return ""
    if leak_hunt is None or not leak_hunt.is_file() or not leak_hunt.read_bytes().strip():
        raise RefusedError(
            f"Dit model rangschikt met AUC {unseen_auc:.2f} beter dan {bound:.2f}: dat is een lek tot het tegendeel "
            "is opgeschreven. Zoek het lek en geef het verslag mee: --leak-hunt BESTAND"
        )
    return hashlib.sha256(leak_hunt.read_bytes()).hexdigest()


@dataclass(frozen=True, slots=True)
class InUse:
    """A model in use under watch: its features now beside those it learned from, and what came of what it said."""

    role: Role
    watched: tuple[Watched, ...]
    came: Came

    def plain(self) -> dict[str, Any]:
        """For the record."""
        return {
            "model": self.role.model,
            "unit": self.role.unit,
            "champion": self.role.is_champion,
            "expected": round(self.came.expected, 2),
            "observed": self.came.observed,
            "observed_to_expected": [round(self.came.low, 3), round(min(self.came.high, 1e9), 3)],
            "verdict": self.came.verdict,
        }


def models_in_use(context: Context) -> list[InUse]:
    """Every model in use, with its features against those it was fitted on."""
    with reading(context.engine) as connection:
        roles = roles_of(models.activations(connection, as_of=context.now))
        return [_in_use(connection, context, role) for role in roles]


def _in_use(connection: Connection, context: Context, role: Role) -> InUse:
    plan = context.settings.model.watch
    content, _ = opened(context, role.model)
    now = panel_at(connection, context.settings, context.now, unit=role.unit)
    watched = tuple(
        feature_from_counts(
            f"{role.model}: {name}",
            (tuple(then["edges"]), tuple(then["counts"])),
            now[name].to_numpy(dtype=float),
            plan,
        )
        for name, then in sorted(content["card"]["reference"].items())
        if name in now.columns
    )
    exits = own_outcomes(connection, context.settings, context.now)
    return InUse(role, watched, _came(connection, role.model, exits, context.now, plan))


def _came(connection: Connection, model: str, exits: list[Exit], now: datetime, plan: WatchPlan) -> Came:
    """What the model expected of the newest round that is a year old, and what came by the office's own record."""
    spoken_at = models.last_scored(connection, model, until=now - YEAR)
    if spoken_at is None:
        return came_true(0.0, 0, plan)
    said = models.scores_at(connection, model, spoken_at)
    begin, end = (moment.astimezone(OFFICE_ZONE).date() for moment in (spoken_at, spoken_at + YEAR))
    stopped = {one.subject for one in exits if one.outcome.is_failure and begin < one.left_on <= end}
    expected = sum(one.probability for one in said.values())
    return came_true(expected, len(stopped & said.keys()), plan)


def challenge_lines(context: Context) -> list[str]:
    """Per unit with a challenger: whom one of the two puts in its highest tenth and the other does not."""
    with reading(context.engine) as connection:
        roles = roles_of(models.activations(connection, as_of=context.now))
        said = {role.model: _last_said(connection, role.model, context.now) for role in roles}
    by_unit = {
        unit: (champion.model, challenger.model)
        for unit in {role.unit for role in roles}
        for champion in roles
        for challenger in roles
        if (champion.unit, challenger.unit) == (unit, unit)
        and champion.is_champion
        and not challenger.is_champion
    }
    return [
        _difference(pair, said[pair[0]], said[pair[1]])
        for _, pair in sorted(by_unit.items())
        if said[pair[0]] and said[pair[1]]
    ]


def _last_said(connection: Connection, model: str, now: datetime) -> dict[str, models.ModelScore]:
    moment = models.last_scored(connection, model, until=now)
    return models.scores_at(connection, model, moment) if moment else {}


def _difference(
    names: tuple[str, str],
    champion: Mapping[str, models.ModelScore],
    challenger: Mapping[str, models.ModelScore],
) -> str:
    both = champion.keys() & challenger.keys()
    count = max(1, round(TOP * len(both)))
    top, other = (
        set(sorted(both, key=lambda subject: (-said[subject].score, subject))[:count])
        for said in (champion, challenger)
    )
    only = [
        f"alleen bij {name}: {', '.join(sorted(found)[:SHOWN])}"
        + (f" en {len(found) - SHOWN} meer" if len(found) > SHOWN else "")
        for name, found in (("de kampioen", top - other), ("de uitdager", other - top))
        if found
    ]
    return (
        f"Kampioen {names[0]} naast uitdager {names[1]}: van de {count} hoogste staan er "
        f"{len(top & other)} bij beide{''.join(f'; {one}' for one in only)}."
    )
