"""What extra clients do to a provider: its newest figures with the load on them, scored again by the same card."""

from collections.abc import Mapping

import pandas as pd

from ews.cases.cascade import Reassess
from ews.cases.town import Known
from ews.cases.transfer import LoadPolicy
from ews.jobs.run import Context
from ews.jobs.scoring import score_at
from ews.scoring.model import Level
from ews.signals.register import Register
from ews.store.engine import reading


def reassessor(context: Context, known: Known, policy: LoadPolicy) -> Reassess:
    """A function that scores takers under load. Everybody else stays as he is."""
    moment = max((one.as_of for one in known.assessments.values()), default=context.now)

    def points(loads: Mapping[str, int]) -> dict[str, int | None]:
        shares = shares_of(known.register, loads)
        if not shares:
            return dict.fromkeys(loads)
        with reading(context.engine) as connection:
            made = score_at(
                connection, context.settings, moment, adjust=lambda frame: under_load(frame, shares, policy)
            )
        now = {
            str(made.features.subjects[at]): int(scored.total[row])
            for scored in made.scored
            for row, at in enumerate(scored.positions)
        }
        return {name: _known_points(known, now, name) for name in loads}

    return points


def _known_points(known: Known, now: Mapping[str, int], name: str) -> int | None:
    made = known.assessments.get(name)
    unknown = made is None or made.level is Level.UNKNOWN
    # a load never makes anyone look better: more clients also mean fewer empty places
    return None if unknown or made is None or name not in now else max(made.points, now[name])


def shares_of(register: Register, loads: Mapping[str, int]) -> dict[str, float]:
    """Extra clients as part of those that a provider has; nobody without clients."""
    return {
        name: load / clients
        for name, load in loads.items()
        if (clients := register.clients(name)) and load > 0
    }


def under_load(frame: pd.DataFrame, shares: Mapping[str, float], policy: LoadPolicy) -> pd.DataFrame:
    """The history with the newest figures of loaded providers as they would be; older ones as they were."""
    loaded = frame.copy()
    for provider, share in shares.items():
        mine = loaded[loaded["subject"] == provider]
        newest = mine.sort_values(["period_end", "known_at"]).groupby("figure")["value"].last()
        for figure, value in _changed(newest, share, policy).items():
            rows = mine.index[mine["figure"] == figure]
            if len(rows):
                last = mine.loc[rows].sort_values(["period_end", "known_at"]).index[-1]
                loaded.loc[last, "value"] = value
    return loaded


def _changed(newest: pd.Series, share: float, policy: LoadPolicy) -> dict[str, float]:
    """Figures by name as they would be; a figure that is not there is not made up."""
    had = {name: float(value) for name, value in newest.items() if pd.notna(value)}
    staff, hired = had.get("fte", 0.0), policy.hired_per_staff_cost * share * had.get("personeelskosten", 0.0)
    after = {
        "clienten": had.get("clienten", 0.0) * (1 + share),
        "bezettingsgraad": min(1.0, had.get("bezettingsgraad", 0.0) * (1 + share)),
        "vrije_plaatsen": 0.0,
        "vacatures": had.get("vacatures", 0.0) + policy.vacancies_per_fte * share * staff,
        "kosten_pnil": had.get("kosten_pnil", 0.0) + hired,
        "personeelskosten": had.get("personeelskosten", 0.0) + hired,
        "resultaat": had.get("resultaat", 0.0) - policy.income_lag * hired,
    }
    return {name: value for name, value in after.items() if name in had}
