"""The week in words: facts of the week in, the view of one reader out. What changed comes first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import median

from ews.dutch import thousands
from ews.notify import words
from ews.notify.digest_view import (
    ChangedLine,
    ClockLine,
    DataLine,
    DecisionLine,
    DigestView,
    HeatRow,
    LateLine,
    MoverLine,
    NowhereLine,
)
from ews.scoring.model import Level

MOVERS = 5
NOWHERE_SHOWN = 8
HEAT_LEVELS = (Level.ACUTE, Level.HIGH, Level.ELEVATED, Level.LOW, Level.UNKNOWN)


@dataclass(frozen=True, slots=True)
class ProviderWeek:
    """One provider at the end of the week, and at the end of the week before."""

    subject: str
    name: str
    region: str
    sector: str
    level: Level
    points: int
    points_before: int | None
    is_current: bool
    """Its figures were not mostly missing or stale."""
    nowhere: NowhereLine | None


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """Twelve months: what happened, and whether it had been seen coming."""

    happened: int
    lead_days: tuple[int, ...]
    """Per discontinuity that had been raised before: how long before."""
    raised_without: int
    """Alerts that ended without a discontinuity."""
    overrides: int
    judged: tuple[int, int, int] = (0, 0, 0)
    """Overrides, mutes and decisions not to notify of these months: right, wrong, too early to say."""


@dataclass(frozen=True, slots=True)
class WeekFacts:
    """Everything known of one week at one moment, for one scope of regions."""

    week: str
    monday: date
    as_of: datetime
    is_late: bool
    regions: tuple[str, ...]
    changed: tuple[ChangedLine, ...]
    by_tripwire: int
    late: tuple[LateLine, ...]
    unanswered: int
    without_owner: int
    clocks: tuple[ClockLine, ...]
    providers: tuple[ProviderWeek, ...]
    data: tuple[DataLine, ...]
    sources: int
    record: TrackRecord
    rules: tuple[str, ...]
    decisions: tuple[DecisionLine, ...]
    audit_seq: int
    audit_hash: str
    office: str
    url: str
    fictitious: bool
    sees_amounts: bool = True


def week_of(day: date) -> str:
    """`2026-W47`."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def monday_of(week: str) -> date:
    """The first day of `2026-W47`. Raises ValueError for anything else."""
    year, separator, number = week.partition("-W")
    if not separator or not (year + number).isdigit() or len(year) != 4:
        raise ValueError(week)
    return date.fromisocalendar(int(year), int(number), 1)


def digest_view(facts: WeekFacts) -> DigestView:
    """The week as its reader gets it."""
    nowhere = _nowhere(facts)
    return DigestView(
        week=facts.week,
        title=_title(facts),
        regions=_regions(facts.regions),
        updated=words.clock_time(facts.as_of),
        is_late=facts.is_late,
        audit_head=f"{facts.audit_hash[:4]}…{facts.audit_hash[-2:]} ({thousands(facts.audit_seq)})",
        quiet_line=_quiet(facts),
        summary=tuple(_summary(facts, nowhere)),
        changed=_changed(facts),
        late=_worst_per_case(facts.late),
        late_count=len(facts.late),
        clocks=facts.clocks,
        nowhere=tuple(nowhere[:NOWHERE_SHOWN]),
        heat=_heat(facts.providers),
        risers=_movers(facts.providers, rising=True),
        fallers=_movers(facts.providers, rising=False),
        data=facts.data,
        record=tuple(_record(facts.record)),
        rules=facts.rules,
        decisions=facts.decisions,
        office=facts.office,
        url=facts.url,
        fictitious=facts.fictitious,
    )


def _changed(facts: WeekFacts) -> tuple[ChangedLine, ...]:
    """The changes with foreign text made printable, and without amounts for who does not see them."""
    hide = (lambda text: text) if facts.sees_amounts else words.without_amounts
    return tuple(
        replace(one, name=words.clean(one.name), because=hide(words.clean(one.because, 300)))
        for one in facts.changed
    )


def _nowhere(facts: WeekFacts) -> list[NowhereLine]:
    """Providers from elevated up with clients who have nowhere to go, the gravest first."""
    raised = (one for one in facts.providers if one.level.rank >= Level.ELEVATED.rank)
    lines = [one.nowhere for one in raised if one.nowhere and one.nowhere.nowhere]
    return sorted(lines, key=lambda line: (-line.level.rank, -line.nowhere))


def _title(facts: WeekFacts) -> str:
    sunday = facts.monday + timedelta(days=6)
    first = (
        str(facts.monday.day)
        if facts.monday.month == sunday.month
        else words.short_day(facts.monday, today=sunday)
    )
    return f"EWS week {int(facts.week[-2:])} ({first}–{words.short_day(sunday)})"


def _regions(regions: Sequence[str]) -> str:
    if not regions:
        return "alle regio's"
    return f"regio {regions[0]}" if len(regions) == 1 else f"regio's {', '.join(regions)}"


def _quiet(facts: WeekFacts) -> str:
    if facts.changed or facts.late or facts.unanswered or facts.clocks:
        return ""
    current = sum(one.is_current for one in facts.providers)
    assessed = words.counted(len(facts.providers), "aanbieder", "aanbieders")
    data = f" {facts.data[0].source}: {facts.data[0].state}." if facts.data else ""
    return f"Niets veranderd. {assessed} beoordeeld, gegevens van {current} actueel, geen taak te laat.{data}"


def _summary(facts: WeekFacts, nowhere: Sequence[NowhereLine]) -> list[tuple[str, str]]:
    up = sum(one.is_up for one in facts.changed)
    numbers = [
        f"{one.number} {'↑' if one.is_up else '↓'} {words.LEVEL[one.level]}" for one in facts.changed[:6]
    ]
    more = len(facts.changed) - len(numbers)
    changed = (
        f"{up} omhoog, {len(facts.changed) - up} omlaag, {facts.by_tripwire} direct door een gebeurtenis"
        + (f": {' · '.join(numbers)}{f' en {more} meer' if more > 0 else ''}" if numbers else "")
    )
    late = words.counted(len(facts.late), "taak of besluit", "taken en besluiten")
    if facts.late:
        worst = max(facts.late, key=lambda line: line.days)
        late += f" (langst: {worst.number}, {words.counted(worst.days, 'dag', 'dagen')})"
    unanswered = words.counted(facts.unanswered, "bevestiging", "bevestigingen")
    clocks = " · ".join(f"{one.number}: {one.text}" for one in facts.clocks[:3]) or "geen lopende klok"
    return [
        ("Veranderd", changed if facts.changed else "niets"),
        ("Te laat", f"{late} · {unanswered} · {facts.without_owner} zonder eigenaar"),
        ("Klokken", clocks),
        ("Geen plek", _nowhere_text(nowhere)),
        ("Gegevens", _data_text(facts)),
        ("Hoe deed het EWS het?", " ".join(_record(facts.record))),
        ("Besluiten", _decisions_text(facts.decisions)),
    ]


def _nowhere_text(nowhere: Sequence[NowhereLine]) -> str:
    if not nowhere:
        return "geen aanbieder vanaf verhoogd waarvan cliënten nergens terechtkunnen, voor zover bekend"
    first = nowhere[0]
    profiles = f" {'/'.join(first.profiles)}" if first.profiles else ""
    region = f" in {first.region}" if first.region else ""
    text = (
        f"{first.nowhere} van {first.clients} cliënten{profiles}{region} als {first.name} stopt; "
        f"vrij en bevestigd korter dan een maand: {first.free}"
    )
    more = len(nowhere) - 1
    if not more:
        return text
    others = words.counted(more, "andere aanbieder", "andere aanbieders")
    shown = "hieronder" if more < NOWHERE_SHOWN else f"de {NOWHERE_SHOWN - 1} zwaarste hieronder"
    return f"{text} · {others}, {shown}"


def _data_text(facts: WeekFacts) -> str:
    if not facts.data:
        return f"alle {facts.sources} bronnen op tijd"
    listed = " · ".join(f"{one.source}: {one.state}" for one in facts.data[:3])
    return listed + (f" · {len(facts.data) - 3} meer" if len(facts.data) > 3 else "")


def _decisions_text(decisions: Sequence[DecisionLine]) -> str:
    if not decisions:
        return "geen openstaande of net afgeronde besluiten"
    states = Counter(one.state.partition(":")[0] for one in decisions)
    return f"{len(decisions)}: " + ", ".join(f"{count} {state}" for state, count in sorted(states.items()))


def _record(record: TrackRecord) -> list[str]:
    hits = len(record.lead_days)
    head = f"12 maanden: {words.counted(record.happened, 'discontinuïteit', 'discontinuïteiten')}"
    if record.happened:
        head += f", {hits} vooraf verhoogd"
        if hits:
            head += f" (mediaan {median(record.lead_days) / 30.4:.0f} maanden)"
        head += f", {record.happened - hits} gemist"
    return [
        f"{head}.",
        f"{record.raised_without} verhoogd zonder vervolg; {record.overrides} keer door mensen bijgesteld.",
        *_judged(record),
    ]


def _judged(record: TrackRecord) -> list[str]:
    right, wrong, open_ = record.judged
    if not any(record.judged):
        return []
    return [
        f"Opzij gezet (niveau, stilte, niet melden): {right} klopte, {wrong} klopte niet, {open_} te vroeg om te zeggen."
    ]


def _worst_per_case(late: Sequence[LateLine]) -> tuple[LateLine, ...]:
    """What is latest in each case, with how much more there is: the case itself holds the whole list."""
    by_case: dict[str, list[LateLine]] = {}
    for line in late:
        by_case.setdefault(line.number, []).append(line)
    worst = []
    for lines in by_case.values():
        first = max(lines, key=lambda line: line.days)
        more = f" (en {len(lines) - 1} meer in deze zaak)" if len(lines) > 1 else ""
        worst.append(replace(first, what=f"{first.what}{more}"))
    return tuple(sorted(worst, key=lambda line: -line.days))


def _heat(providers: Sequence[ProviderWeek]) -> tuple[HeatRow, ...]:
    groups: dict[tuple[str, str], Counter[Level]] = {}
    for one in providers:
        groups.setdefault((one.region or "onbekend", one.sector or "onbekend"), Counter())[one.level] += 1
    return tuple(
        HeatRow(region, sector, tuple((level, counts[level]) for level in HEAT_LEVELS))
        for (region, sector), counts in sorted(groups.items())
    )


def _movers(providers: Sequence[ProviderWeek], *, rising: bool) -> tuple[MoverLine, ...]:
    moved = [
        (one.points - one.points_before, one)
        for one in providers
        if one.points_before is not None and (one.points > one.points_before) is rising
    ]
    chosen = sorted((pair for pair in moved if pair[0]), key=lambda pair: (-abs(pair[0]), pair[1].name))
    return tuple(
        MoverLine(words.clean(one.name), one.points_before or 0, one.points) for _, one in chosen[:MOVERS]
    )
