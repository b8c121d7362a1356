"""Choose the settings of a model on what was known at a day; what comes out is put in config/model.toml by people."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from ews.errors import RefusedError
from ews.jobs.past import read_outcomes, read_past
from ews.jobs.replay import past_cube
from ews.jobs.replay_model import features_of, rows_known, signs_of
from ews.jobs.run import Context
from ews.scoring.person_periods import events
from ews.scoring.plan import Choice
from ews.scoring.selection import Selected, select
from ews.scoring.training import Cut
from ews.store.engine import reading

_BEGIN = date(1990, 1, 1)


def choose(context: Context, outcomes: Path, *, unit: str, until: date) -> dict[str, Any]:
    """Run the selection on rows known at `until`. Nothing is written.

    Raises RefusedError when too few failures were known.
    """
    plan = context.settings.model
    exits = read_outcomes(outcomes)
    with reading(context.engine) as connection:
        past = read_past(connection, context.settings, since=_BEGIN, until=until)
    features, members = features_of(past_cube(past, context.settings), plan, unit=unit)
    rows = rows_known(features, members, exits, Cut(until, plan.known_after_days), unit=unit)
    if events(rows) < plan.fit.minimum_events:
        raise RefusedError(
            f"Te weinig gevallen om te kiezen: {events(rows)} keer gestopt, nodig is {plan.fit.minimum_events}."
        )
    found = select(
        rows, plan.selection, plan.fit, signs_of(plan, unit=unit), choice=Choice(unit, until, (), 0, 0, 0, 0)
    )
    return {
        "rows": len(rows.failed),
        "events": events(rows),
        "chosen": {**asdict(found.choice), "known_until": str(until)},
        "steps": [asdict(step) for step in found.steps],
        "toml": toml_of(found),
    }


def toml_of(found: Selected) -> str:
    """The lines for config/model.toml."""
    one = found.choice
    groups = ", ".join(f'"{group}"' for group in one.groups)
    return (
        f'[[chosen]]\nunit = "{one.unit}"\nknown_until = {one.known_until}\ngroups = [{groups}]\n'
        f"penalty = {one.penalty}\niterations = {one.iterations}\nleaf_rows = {one.leaf_rows}\nshare = {one.share}\n"
    )
