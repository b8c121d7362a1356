"""Is everything well? Each check says what it found in Dutch, and what to do about it."""

import asyncio
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from ews.jobs import backup
from ews.jobs.backup_postgres import tools
from ews.jobs.check import Check, checked
from ews.jobs.deliver import relays, uses_file_sink
from ews.jobs.office_checks import MUTES, SOURCES, office_checks
from ews.jobs.run import Context
from ews.jobs.scoring import score_at
from ews.jobs.source_trouble import tell_sources
from ews.jobs.tell import trouble
from ews.notify import words
from ews.notify.smtp import check_login
from ews.notify.views import SystemView
from ews.slots import ScheduledJob, due_slots, moment_of
from ews.store import assessments, audit, invariants, job_runs
from ews.store.engine import integrity, reading, writing

LEAST_FREE_BYTES = 1 << 30
BACKUP_AGE = timedelta(days=2)
SLOT_GRACE = timedelta(minutes=30)


def doctor(context: Context, *, with_relay: bool = True) -> list[Check]:
    """All checks, the invariants of the record first. Changes nothing."""
    with reading(context.engine) as connection:
        found = [
            *_record(connection, context),
            *_running(connection, context),
            *office_checks(connection, context),
        ]
    found.append(_disk(context))
    found.append(_backup(context))
    if with_relay:
        found.append(_relay(context))
    return found


def selfcheck(context: Context) -> dict[str, Any]:
    """The scheduled doctor: what is wrong becomes a message to operations, once a day per check.

    Sources are told of one by one here and old mutes by `assess`: what says more is not said twice.
    """
    wrong = [one for one in doctor(context) if not one.ok]
    tell_sources(context)
    with writing(context.engine) as connection:
        for one in (one for one in wrong if one.check not in {SOURCES, MUTES}):
            about = f"doctor:{one.check}:{words.day(context.now)}"
            trouble(connection, context, _as_trouble(context, one), about=about[:80])
    return {"wrong": len(wrong), "checks": [asdict(one) for one in wrong]}


def _as_trouble(context: Context, one: Check) -> SystemView:
    return SystemView(
        topic=f"controle: {one.check}",
        what=one.message,
        consequence="Zolang dit zo is, kan het systeem minder waarmaken dan het belooft.",
        actions=(one.remedy or "Kijk met: ews doctor",),
        details=(),
        office=context.settings.site.office.name,
        at=context.now,
        fictitious=context.settings.site.kind != "production",
    )


def _record(connection: Connection, context: Context) -> Iterator[Check]:
    told = "Draai ews deliver en kijk in het log; meld dit aan wie het systeem onderhoudt."
    checks: tuple[tuple[str, Callable[[Connection], list[str]], str, str], ...] = (
        (
            "V1 bericht bij elke wijziging",
            invariants.untold_changes,
            "elke wijziging heeft een bericht",
            told,
        ),
        ("V2 toestanden", invariants.odd_states, "elke toestand kan", told),
        ("V3 bewijs van verzending", invariants.unproved_sent, "elk verstuurd bericht is bewezen", told),
        ("V6 geen rij verdwenen", invariants.lost_rows, "elke gelezen rij is verantwoord", told),
        ("V7 tijd van weten", invariants.known_before_recorded, "niets was bekend voor het er was", told),
        ("V10 database", integrity, "heel", "Zet de laatste reservekopie terug: map backup."),
        (
            "berichten voor een mens",
            invariants.waiting_for_people,
            "geen",
            "Bel de geadresseerde, herstel het adres in people.toml of de mailserver.",
        ),
    )
    for name, look, fine, remedy in checks:
        yield checked(name, look(connection), fine, remedy)
    overdue = invariants.overdue_mail(connection, context.now)
    yield checked("V4 wachtrij", overdue, "niets wacht te lang", "Draai ews run, of nu: ews deliver")
    yield _same_again(connection, context)
    broken = audit.first_bad_entry(connection)
    head = audit.head(connection)
    yield checked(
        "V9 auditketen",
        [broken] if broken else [],
        f"heel, {head.seq} regels, kop {head.hash[:8]}",
        "Bewaar de database zoals zij is en laat uitzoeken wie haar wijzigde.",
    )


def _same_again(connection: Connection, context: Context) -> Check:
    """V8: the last assessments follow again from what was known then, with the rules they name."""
    name, fine = "V8 beoordeling na te rekenen", "de laatste beoordeling volgt opnieuw uit dezelfde gegevens"
    moment = assessments.last_as_of(connection)
    if moment is None:
        return Check(name, True, "nog niets beoordeeld")
    stored = assessments.at(connection, moment)
    if any(one.versions.get("config") not in {None, context.settings.hash} for one in stored.values()):
        return Check(name, True, "niet vergeleken: de regels zijn sindsdien gewijzigd")
    again = score_at(connection, context.settings, moment).assessments()
    differ = [
        one.subject
        for one in stored.values()
        if one.subject not in again
        or (again[one.subject].level, again[one.subject].points) != (one.level, one.points)
    ]
    remedy = (
        "Er kwam iets bij met een eerdere datum, of een rij is gewijzigd: vergelijk met ews provider show."
    )
    return checked(name, [f"{len(differ)} anders, eerst {differ[0]}"] if differ else [], fine, remedy)


def _running(connection: Connection, context: Context) -> Iterator[Check]:
    jobs = context.settings.schedule.values()
    late = [line for job in jobs for line in _overdue(connection, context, job)]
    yield checked(
        "V5 geplande taken", late, "elke taak draaide op tijd", "Draai ews run; de taken worden ingehaald."
    )
    since = context.now - timedelta(days=2)
    failed = [
        f"{run.job} {run.slot}: {run.error or 'mislukt'}"
        for run in job_runs.recent(connection, since)
        if run.state == "failed"
    ]
    yield checked(
        "mislukte taken", failed[:5], "geen in twee dagen", "Kijk in het log en draai de taak met de hand."
    )
    tick = job_runs.last_tick(connection)
    silent = (
        []
        if tick is None or context.now - tick < timedelta(minutes=5)
        else [f"laatste tik {tick:%d-%m %H:%M} UTC"]
    )
    yield checked("planner", silent, "leeft" if tick else "niet in gebruik", "Start ews run opnieuw.")
    ahead = [
        moment
        for moment in invariants.newest_moments(connection)
        if moment > context.now + timedelta(minutes=5)
    ]
    yield checked(
        "klok",
        [f"de klok staat voor {max(ahead):%d-%m-%Y %H:%M} UTC, dat al is vastgelegd"] if ahead else [],
        "loopt door",
        "Zet de klok goed (NTP) voordat er iets wordt verstuurd.",
    )


def _overdue(connection: Connection, context: Context, job: ScheduledJob) -> Iterable[str]:
    last = job_runs.last_slot(connection, job.id)
    if last is None or job.when_mail_waits:
        return []
    missed = due_slots(job, last=moment_of(last), now=context.now - SLOT_GRACE)
    return (
        [f"{job.id}: {words.counted(len(missed), 'moment', 'momenten')} gemist sinds {last}"]
        if missed
        else []
    )


def _disk(context: Context) -> Check:
    free = shutil.disk_usage(context.folder).free
    said = f"{free / (1 << 30):.1f} GiB vrij"
    faults = [] if free >= LEAST_FREE_BYTES else [said]
    return checked(
        "schijf", faults, said, "Maak ruimte: onder 1 GiB kan het systeem straks niets meer vastleggen."
    )


def _backup(context: Context) -> Check:
    newest = backup.newest(context.folder)
    absent = tools() if context.engine.dialect.name != "sqlite" else []
    if absent:
        remedy = "Installeer de clientprogramma's van PostgreSQL op deze machine, in de versie van de server."
        return Check("reservekopie", False, f"niet te maken: {' en '.join(absent)} ontbreekt", remedy)
    if newest is None:
        with reading(context.engine) as connection:
            used = job_runs.last_tick(connection) is not None
        return Check(
            "reservekopie",
            not used,
            "nog geen",
            "Draai ews run: de kopie wordt elke nacht gemaakt." if used else "",
        )
    age = context.now.timestamp() - newest.stat().st_mtime
    faults = [] if age < BACKUP_AGE.total_seconds() else [f"{newest.name} is {age / 86400:.0f} dagen oud"]
    return checked(
        "reservekopie", faults, newest.name, "Kijk waarom de taak backup niet draaide: ews doctor, log."
    )


def _relay(context: Context) -> Check:
    if uses_file_sink(context):
        return Check("mailserver", True, "geen: berichten worden als bestand geschreven")
    faults = [
        f"{relay.name}: {said}" for relay in relays(context) if (said := asyncio.run(check_login(relay)))
    ]
    return checked(
        "mailserver",
        faults,
        "bereikbaar over gecontroleerde TLS",
        "Herstel [smtp] in settings.toml of het certificaat.",
    )
