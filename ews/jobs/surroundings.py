"""Figures about branches and regions: what a provider is held beside, with their source and a year before."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from ews.identifiers import AREA_SCHEMES
from ews.jobs.run import Context
from ews.signals.contract import SourceContract
from ews.signals.model import Unit
from ews.store import observations
from ews.store.engine import reading

A_YEAR = pd.Timedelta(days=366)


@dataclass(frozen=True, slots=True)
class AreaFigure:
    """One figure about a branch or region, the newest known."""

    area: str
    indicator: str
    dimensions: str
    """Canonical JSON, `{}` for none."""
    unit: Unit
    value: float
    period_end: date
    source: str
    year_before: float | None
    """The same figure of the period a year earlier; None when no source says."""


def surroundings(context: Context, *, as_of: datetime) -> list[AreaFigure]:
    """The newest figure of every area, indicator and split, as known at `as_of`."""
    contracts = [one for one in context.settings.sources.values() if _is_about_areas(one)]
    units = {figure.name: figure.unit for contract in contracts for figure in contract.figure}
    with reading(context.engine) as connection:
        rows = observations.known_at(connection, as_of, indicators=sorted(units))
    rows = rows[(rows["kind"] == "area") & rows["value"].notna()]
    rows = rows.sort_values(["subject", "indicator", "dimension", "period_end"])
    found = []
    for keys, own in rows.groupby(["subject", "indicator", "dimension"], sort=True):
        found.append(_figure(keys, own, units[str(keys[1])]))
    return found


def _is_about_areas(contract: SourceContract) -> bool:
    return contract.provider is not None and contract.provider.scheme in AREA_SCHEMES


def _figure(keys: Any, own: pd.DataFrame, unit: Unit) -> AreaFigure:
    area, indicator, dimensions = (str(key) for key in keys)
    last = own.iloc[-1]
    ends = pd.to_datetime(own["period_end"])
    near = own[ends.between(ends.iloc[-1] - A_YEAR, ends.iloc[-1] - A_YEAR + pd.Timedelta(days=4))]
    return AreaFigure(
        area=area,
        indicator=indicator,
        dimensions=dimensions,
        unit=unit,
        value=float(last["value"]),
        period_end=pd.Timestamp(last["period_end"]).date(),
        source=str(last["source"]),
        year_before=float(near["value"].iloc[-1]) if len(near) else None,
    )
