"""What happens in the demo and when: arrivals of files, acts of people, weekly moments. Read from the examples."""

import csv
import heapq
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from pathlib import Path

from ews.errors import RefusedError
from ews.jobs.run import OFFICE_ZONE

WEEKLY_SINCE = datetime(2026, 10, 25, 17, tzinfo=OFFICE_ZONE)
"""First Sunday with a digest; earlier times are played at the arrivals only, for the sake of the minute."""
LIVE_SINCE = datetime(2025, 1, 1, tzinfo=OFFICE_ZONE)
"""The office gathers figures for a year before the EWS warns anyone: trends need a past."""
URGENT = frozenset(
    {"kwartaalopgave", "insolventieregister", "igj_maatregelen", "kvk_basisprofiel", "meldingen_aanbieder"}
)
"""Sources after which everybody is assessed at once; the rest waits for the next round."""
ENDS = datetime(2026, 11, 22, 18, tzinfo=OFFICE_ZONE)


class Deed(IntEnum):
    """What happens at a moment, in this order when moments are equal."""

    INGEST = 0
    ASSESS = 1
    ACT = 2
    DIGEST = 3


@dataclass(frozen=True, slots=True)
class Act:
    """A command that a person of the office gives about one provider."""

    provider: str
    user: str
    command: tuple[str, ...]
    name: str = ""
    at: datetime | None = None
    after_opening_hours: int | None = None
    """Counted from the opening of the provider's case, instead of `at`."""


@dataclass(frozen=True, slots=True)
class Step:
    at: datetime
    deed: Deed
    files: tuple[Path, ...] = ()
    source: str = ""
    act: Act | None = None


class Agenda:
    """Steps in the order of their moments; more can be put in while it runs."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._heap: list[tuple[datetime, int, int, Step]] = []
        self._count = 0
        for step in steps:
            self.add(step)

    def add(self, step: Step) -> None:
        """Put a step at its moment, behind those of the same moment and deed."""
        heapq.heappush(self._heap, (step.at, int(step.deed), self._count, step))
        self._count += 1

    def next(self) -> Step | None:
        """The earliest step, taken out; None when all is done."""
        return heapq.heappop(self._heap)[-1] if self._heap else None


def read_arrivals(region: Path) -> list[Step]:
    """One ingest per moment and source of `aankomst.csv`."""
    with (region / "aankomst.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    grouped: dict[tuple[str, str], list[Path]] = {}
    for row in rows:
        grouped.setdefault((row["ontvangen_op"], row["bron"]), []).append(region / row["bestand"])
    return [
        Step(datetime.fromisoformat(moment), Deed.INGEST, tuple(files), source)
        for (moment, source), files in grouped.items()
    ]


def read_acts(path: Path) -> list[Act]:
    """The `[[act]]` entries; a moment without a zone is office time."""
    listed = tomllib.loads(path.read_text(encoding="utf-8"))["act"]
    return [
        Act(
            provider=entry["provider"],
            user=entry["user"],
            command=tuple(entry["command"]),
            name=entry.get("name", ""),
            at=entry["at"].replace(tzinfo=OFFICE_ZONE) if "at" in entry else None,
            after_opening_hours=entry.get("after_opening_hours"),
        )
        for entry in listed
    ]


def weekly() -> list[Step]:
    """A digest every Sunday, with an assessment before it so that staleness shows too."""
    steps, moment = [], WEEKLY_SINCE
    while moment < ENDS:
        steps += [Step(moment - timedelta(minutes=30), Deed.ASSESS), Step(moment, Deed.DIGEST)]
        moment += timedelta(days=7)
    return steps


def filled_in(command: Sequence[str], known: Mapping[str, str], *, at: datetime) -> list[str]:
    """The words of a command with `{case}`, `{name}` and `{+14}` replaced. Raises RefusedError for an unknown one."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name.startswith("+"):
            return (at + timedelta(days=int(name))).date().isoformat()
        if name not in known:
            raise RefusedError(f"De handeling '{' '.join(command)}' noemt {{{name}}}, dat er nog niet is.")
        return known[name]

    return [re.sub(r"\{([^{}]+)\}", value, word) for word in command]
