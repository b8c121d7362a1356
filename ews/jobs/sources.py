"""What stands in the sources as a whole: when each was heard last, and which clauses agreements lack."""

from dataclasses import dataclass
from datetime import datetime

from ews.jobs.run import Context
from ews.signals.clauses import CLAUSES, Lack, lacking
from ews.signals.contract import SourceContract
from ews.store import deliveries, observations
from ews.store.engine import reading
from ews.store.register import register_at


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source with its last accepted delivery."""

    contract: SourceContract
    deliveries: int
    last: datetime | None


def source_lines(context: Context) -> list[SourceLine]:
    """Every source of the configuration, also those that never delivered."""
    with reading(context.engine) as connection:
        accepted = deliveries.listed(connection, ["accepted"])
    lines = []
    for name, contract in sorted(context.settings.sources.items()):
        own = [one for one in accepted if one.source == name]
        lines.append(SourceLine(contract, len(own), max((one.known_at for one in own), default=None)))
    return lines


def missing_clauses(context: Context, *, as_of: datetime) -> tuple[list[Lack], dict[str, str]]:
    """The clauses that agreements lack as known at `as_of`, and the names of the providers."""
    with reading(context.engine) as connection:
        register = register_at(connection, as_of)
        rows = observations.known_at(connection, as_of, indicators=list(CLAUSES))
    latest = rows.sort_values(["period_end", "known_at"]).drop_duplicates(
        ["subject", "indicator"], keep="last"
    )
    stated = {
        (subject, indicator): text if isinstance(text, str) else ""
        for subject, indicator, text in zip(
            latest["subject"], latest["indicator"], latest["text"], strict=True
        )
    }
    found = lacking(stated, register.providers)
    return found, {provider: register.name(provider) for provider in register.providers}
