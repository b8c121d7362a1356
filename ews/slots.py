"""When scheduled work is due: our own arithmetic over office wall time, so that no clock change loses or doubles it.

A time that the spring change skips runs at the first minute that exists; one that the autumn change repeats
runs at its first pass only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from typing import ClassVar
from zoneinfo import ZoneInfo

OFFICE_ZONE = ZoneInfo("Europe/Amsterdam")
JOBS = (
    "fetch",
    "mailbox",
    "ingest",
    "assess",
    "escalate",
    "deliver",
    "digest",
    "canary",
    "selfcheck",
    "auditor",
    "backup",
    "retention",
    "model_watch",
    "scan",
)
"""Everything that can be scheduled."""
LONGEST_GAP = timedelta(days=400)
"""Slots longer ago than this are not made up for."""


class Missed(StrEnum):
    """What happens with slots that passed while the system stood still."""

    EACH = "elk"
    LATEST = "laatste"
    """Only the newest runs; the others are recorded as overtaken by it."""


class Day(StrEnum):
    MONDAY = "maandag"
    TUESDAY = "dinsdag"
    WEDNESDAY = "woensdag"
    THURSDAY = "donderdag"
    FRIDAY = "vrijdag"
    SATURDAY = "zaterdag"
    SUNDAY = "zondag"

    @property
    def weekday(self) -> int:
        """0 is Monday, as in `date.weekday`."""
        return list(Day).index(self)


@dataclass(frozen=True, slots=True)
class ScheduledJob:
    """One job of schedule.toml: at which office times, on which days, within which limits."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    id: str
    why: str
    at: tuple[time, ...] = ()
    days: tuple[Day, ...] = ()
    """Empty: every day."""
    day_of_month: int = 0
    """1-28; 0: any."""
    when_mail_waits: bool = False
    """Runs at every tick that finds mail to send, instead of at times."""
    missed: Missed = Missed.LATEST
    limit_minutes: int = 30
    """Wall time, after which it is ended."""
    memory_mb: int = 3000
    tries: int = 3

    def runs_on(self, day: date) -> bool:
        """Whether this day is one of its days."""
        if self.day_of_month and day.day != self.day_of_month:
            return False
        return not self.days or day.weekday() in {one.weekday for one in self.days}


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """One planned run. The name is unique per job for ever, the moment is in UTC."""

    at: datetime
    name: str


def fire_at(day: date, wall: time, zone: ZoneInfo = OFFICE_ZONE) -> datetime:
    """The UTC moment at which the wall clock of a day first shows a time, or jumps over it."""
    local = datetime.combine(day, wall, zone)  # fold 0: the first pass of a repeated hour
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    return _jump(day, zone)


def _jump(day: date, zone: ZoneInfo) -> datetime:
    """The moment of this day at which its offset changes: bisected, to the minute."""
    low = datetime.combine(day, time(0), zone).astimezone(UTC)
    high = datetime.combine(day + timedelta(days=1), time(0), zone).astimezone(UTC)
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=60):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(second=0, microsecond=0)


def slot_name(day: date, wall: time, zone: ZoneInfo = OFFICE_ZONE) -> str:
    """`2026-03-30@07:00[Europe/Amsterdam]`: sorts in the order in which slots come."""
    return f"{day}@{wall:%H:%M}[{zone.key}]"


def moment_of(name: str) -> datetime:
    """The moment of a slot from its name. Raises ValueError for a name that is none."""
    day, _, rest = name.partition("@")
    wall, _, zone = rest.partition("[")
    return fire_at(date.fromisoformat(day), time.fromisoformat(wall), ZoneInfo(zone.rstrip("]")))


def due_slots(job: ScheduledJob, *, last: datetime, now: datetime) -> list[Slot]:
    """Every slot after `last` up to and including `now`, in order."""
    since = max(last, now - LONGEST_GAP)
    return [slot for slot in _from(job, since, until=now) if since < slot.at <= now]


def upcoming(job: ScheduledJob, *, now: datetime, count: int) -> list[Slot]:
    """The next slots after `now`."""
    if not job.at:
        return []
    return list(islice((slot for slot in _from(job, now, until=now + LONGEST_GAP) if slot.at > now), count))


def _from(job: ScheduledJob, since: datetime, *, until: datetime) -> Iterator[Slot]:
    day = since.astimezone(OFFICE_ZONE).date() - timedelta(days=1)
    last_day = until.astimezone(OFFICE_ZONE).date() + timedelta(days=1)
    while day <= last_day:
        if job.runs_on(day):
            for wall in sorted(job.at):
                yield Slot(fire_at(day, wall), slot_name(day, wall))
        day += timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CatchUp:
    """What to do with slots that are due."""

    run: tuple[Slot, ...]
    overtaken: tuple[Slot, ...]


def catch_up(job: ScheduledJob, due: list[Slot]) -> CatchUp:
    """All of them in order, or only the newest with the others recorded as overtaken."""
    if job.missed is Missed.EACH:
        return CatchUp(tuple(due), ())
    return CatchUp(tuple(due[-1:]), tuple(due[:-1]))


def is_late(slot: Slot, now: datetime, *, allowed: timedelta = timedelta(minutes=30)) -> bool:
    """Whether a run that starts now is so late that its reader should know."""
    return now - slot.at > allowed


def in_words(job: ScheduledJob) -> str:
    """`elke werkdag`-like Dutch for people: `maandag en donderdag om 06:00`."""
    if job.when_mail_waits:
        return "zodra er berichten wachten"
    times = " en ".join(f"{wall:%H:%M}" for wall in sorted(job.at))
    if job.day_of_month:
        return f"op dag {job.day_of_month} van de maand om {times}"
    days = " en ".join(job.days) if job.days else "elke dag"
    return f"{days} om {times}"
