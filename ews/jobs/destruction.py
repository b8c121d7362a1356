"""Destroying what may no longer be kept: by two people, with a line in the record, a class of data at a time."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from ews.cases.calendar import add_months, office_date
from ews.cases.letter_book import approved_forms, letters
from ews.cases.obstacles import SENTENCES, Obstacle
from ews.cases.retention import MONTHS, OF_A_CASE, Holding, Part, RetentionClass, holdings, obstacles
from ews.cases.rules import Signers
from ews.errors import NotFoundError, RefusedError
from ews.jobs.cases import refuse
from ews.jobs.letters import LETTERS
from ews.jobs.run import Context, end_of_day
from ews.store import audit, cases, destruction
from ews.store.engine import reading, writing


@dataclass(frozen=True, slots=True)
class Due:
    """Something whose term is over, and how much of it there is."""

    retention: RetentionClass
    case: str
    """Empty for what belongs to no case."""
    kept_until: date
    count: int


@dataclass(frozen=True, slots=True)
class Destroyed:
    """What went: entries that lost their words, files, versions of notices, rows."""

    case: str
    classes: tuple[str, ...]
    entries: int = 0
    files: int = 0
    dossiers: int = 0
    rows: int = 0


def due(context: Context) -> list[Due]:
    """Everything whose term is over by now, the longest overdue first. Today's terms hold for old cases too."""
    today = office_date(context.now)
    with reading(context.engine) as connection:
        held = _held(connection, context)
        loose = [one for kind in _loose(context) if (one := _loose_due(connection, context, kind)).count]
    of_cases = [
        Due(one.retention, one.case, one.kept_until, one.count) for one in held if one.kept_until < today
    ]
    return sorted([*of_cases, *loose], key=lambda one: (one.kept_until, one.case, one.retention.id))


def destroy(context: Context, number: str, *, second: str, reason: str, only: str = "") -> Destroyed:
    """Destroy what is over its term of one closed case, or one class of it.

    Raises NotAllowedError or RefusedError; nothing happens then. The record is written before the bytes go: after
    a crash between the two, running again removes the rest.
    """
    signers, today = _signers(context, second), office_date(context.now)
    with writing(context.engine) as connection:
        if cases.load_case(connection, number).closed_at is None:
            raise RefusedError(SENTENCES[Obstacle.STILL_OPEN])
        held = [one for one in _held(connection, context, number) if only in {"", one.retention.id}]
        # without a class named: whatever is over its term, and a refusal when nothing is
        ripe = held if only else [one for one in held if one.kept_until < today] or held
        refuse(obstacles(ripe, signers=signers, reason=reason, today=today), None)
        names = [name for one in ripe for name in _take(connection, context, one, second)]
        digests = destruction.gone_from(connection, number)
    destruction.remove_files([context.folder / "dossiers" / name for name in names])
    destruction.remove_files(destruction.paths_of(context.folder / "evidence", digests))
    return Destroyed(
        number,
        tuple(one.retention.id for one in ripe),
        entries=sum(len(one.entries) for one in ripe),
        files=sum(len(one.pieces) for one in ripe),
        dossiers=sum(one.dossiers for one in ripe),
    )


def destroy_class(context: Context, name: str, *, second: str, reason: str) -> Destroyed:
    """Destroy what is over its term of a class that belongs to no case: messages, logins."""
    kind = context.settings.retention.get(name)
    if kind is None or kind not in _loose(context):
        listed = ", ".join(one.id for one in _loose(context))
        raise RefusedError(f"'{name}' hoort bij een zaak of bestaat niet. Zonder zaak kunnen: {listed}.")
    signers, today = _signers(context, second), office_date(context.now)
    before = _before(context, kind)
    with writing(context.engine) as connection:
        refuse(obstacles([], signers=signers, reason=reason, today=today), None)
        take = destruction.destroy_mails if kind.part is Part.MAILS else destruction.destroy_logins
        rows = take(connection, before)
        detail = {"class": name, "count": rows, "before": before.isoformat(), "second": second}
        audit.append(connection, context.actor, "retention.destroyed", name, detail, now=context.now)
    return Destroyed("", (name,), rows=rows)


def _signers(context: Context, second: str) -> Signers:
    other = context.settings.people.get(second)
    if other is None:
        raise NotFoundError(f"'{second}' staat niet in people.toml.")
    return Signers(context.person(), other)


def _held(connection: Connection, context: Context, number: str | None = None) -> list[Holding]:
    files = [cases.load_case(connection, number)] if number else cases.all_cases(connection)
    versions = destruction.dossiers_of(connection)
    classes = context.settings.retention
    return [one for case in files for one in holdings(case, classes, dossiers=versions.get(case.number, 0))]


def _take(connection: Connection, context: Context, held: Holding, second: str) -> list[str]:
    """Destroy one class of a case in the database and say so in the record. Returns the files of notices."""
    detail: dict[str, Any] = {"class": held.retention.id, "years": held.retention.years, "second": second}
    digests: list[str] = []
    names: list[str] = []
    if held.entries:
        destruction.destroy_words(connection, held.case, held.entries)
        detail["drafts"], names = destruction.destroy_drafts(connection, held.case)
        names += _letter_files(connection, held.case)
    if held.pieces:
        digests = destruction.destroy_pieces(connection, held.pieces, actor=context.actor.id, now=context.now)
    if held.dossiers:
        detail["dossiers"], more = destruction.destroy_dossiers(connection, held.case)
        names += more
    detail |= {"entries": list(held.entries), "files": digests}
    audit.append(connection, context.actor, "case.destroyed", held.case, detail, now=context.now)
    return names


def _letter_files(connection: Connection, number: str) -> list[str]:
    """Letters as they were drawn; what was approved is evidence, with a term of its own."""
    found = letters(cases.load_case(connection, number))
    forms = [form for one in found for form in one.letter.forms]
    forms += [form for one in found if one.approved for form in approved_forms(one)]
    return sorted({f"{LETTERS}/{name}" for name, _ in forms})


def _loose(context: Context) -> list[RetentionClass]:
    """Classes with a term that belong to no case."""
    apart = {Part.MAILS, Part.LOGINS} - OF_A_CASE
    return [one for one in context.settings.retention.values() if one.part in apart and one.years is not None]


def _before(context: Context, kind: RetentionClass) -> datetime:
    assert kind.years is not None
    return end_of_day(add_months(office_date(context.now), -kind.years * MONTHS))


def _loose_due(connection: Connection, context: Context, kind: RetentionClass) -> Due:
    moment = _before(context, kind)
    count = destruction.mails_before if kind.part is Part.MAILS else destruction.logins_before
    return Due(kind, "", office_date(moment), count(connection, moment))
