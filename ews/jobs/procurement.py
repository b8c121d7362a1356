"""The report for purchasers: which care in which region hangs on one or two suppliers."""

from datetime import datetime
from typing import Any

from ews.cases.procurement import Supply, supply_of, totals
from ews.jobs.run import Context
from ews.notify.words import day
from ews.scoring.model import Horizon
from ews.signals.register import Register
from ews.store import assessments, audit
from ews.store.engine import reading, writing
from ews.store.register import register_at


def procurement(context: Context, *, as_of: datetime | None = None) -> dict[str, Any]:
    """`{"as_of", "regions", "supply"}` as known at a moment, by default now.

    Only what happens to a portfolio: no level, points or reason of one provider.
    """
    moment = as_of or context.now
    with reading(context.engine) as connection:
        register = register_at(connection, moment)
        judged = assessments.latest(connection, as_of=moment)
    with writing(context.engine) as connection:
        audit.append(connection, context.actor, "report.procurement", str(day(moment)), now=context.now)
    levels = {name: one.horizons for name, one in judged.items()}
    found = supply_of(register, levels, on=day(moment))
    return {
        "as_of": moment.isoformat(),
        "regions": [
            {"region": region, "one_supplier": sole, "two_suppliers": two, "clients": clients}
            for region, sole, two, clients in totals(found)
        ],
        "supply": [_row(one, register) for one in found],
    }


def _row(one: Supply, register: Register) -> dict[str, Any]:
    return {
        "region": one.region,
        "profile": one.need.profile,
        "form": one.need.form,
        "clients": one.clients,
        "suppliers": one.suppliers,
        "few": [{"provider": name, "name": register.name(name)} for name in one.few],
        "free": one.free,
        "shortage": one.shortage,
        "contracts_end": {str(horizon): one.ending[horizon] for horizon in Horizon},
        "raised": {str(horizon): one.raised[horizon] for horizon in Horizon},
    }
