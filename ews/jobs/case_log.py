"""Writing the log of a case: an entry and its audit line together, and what a stage lays ready."""

import hashlib
from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection

from ews.cases import opening
from ews.cases.calendar import office_date
from ews.cases.entries import StageChange, What
from ews.cases.kinds import Stage
from ews.cases.log import stage
from ews.cases.model import CaseFile, Entry
from ews.cases.opening import Trigger
from ews.cases.policy import read_policy, sections
from ews.jobs.run import Context
from ews.store import audit, cases
from ews.store.columns import canonical_json


def create(connection: Connection, context: Context, subject: str, alert: int | None) -> str:
    number = cases.next_number(connection, office_date(context.now).year)
    snapshot = sections(context.settings.documents.get("escalation.toml", {}))
    cases.create(connection, number=number, identifier=subject, alert=alert, policy=snapshot, now=context.now)
    audit.append(connection, context.actor, "case.opened", number, {"subject": subject}, now=context.now)
    return number


def record(
    connection: Connection,
    context: Context,
    case: str,
    what: What,
    *,
    on: date,
    author: str,
    second: str | None = None,
    evidence: Iterable[int] = (),
    corrects: int | None = None,
) -> Entry:
    """One entry and its audit line, in the caller's transaction. The chain holds a digest, not the words."""
    entry = cases.add_entry(
        connection,
        case,
        what,
        happened_on=on,
        author=author,
        now=context.now,
        second=second,
        evidence=evidence,
        corrects=corrects,
    )
    detail = {
        "entry": entry.id,
        "kind": type(what).__name__,
        "happened_on": on.isoformat(),
        "second": second,
        "corrects": corrects,
        "content": content_digest(entry),
    }
    audit.append(connection, context.actor, "case.entry", case, detail, now=context.now)
    return entry


def content_digest(entry: Entry) -> str:
    """SHA-256 of what an entry says outside its names and free text: those may be destroyed later."""
    public, _ = cases.split(entry.what)
    return hashlib.sha256(canonical_json({**public, "evidence": list(entry.evidence)}).encode()).hexdigest()


def enter(connection: Connection, context: Context, number: str, target: Stage, reason: str) -> None:
    case = cases.load_case(connection, number)
    policy = read_policy(case.policy)
    what = opening.entering(policy, stage(case), target, reason=reason)
    entry = record(connection, context, number, what, on=office_date(context.now), author=audit.SYSTEM.id)
    lay_stage_ready(connection, context, case, entry.what)


def lay_stage_ready(connection: Connection, context: Context, case: CaseFile, what: What) -> None:
    assert isinstance(what, StageChange)
    policy = read_policy(case.policy)
    ready = opening.stage_tasks(case, policy, Stage(what.before), Stage(what.after), now=context.now)
    for task in ready:
        record(connection, context, case.number, task, on=office_date(context.now), author=audit.SYSTEM.id)


def lay_hours_ready(connection: Connection, context: Context, number: str, trigger: Trigger) -> bool:
    if trigger.insolvency_known_at is None:
        return False
    case = cases.load_case(connection, number)
    ready = opening.hour_tasks(case, read_policy(case.policy), known_at=trigger.insolvency_known_at)
    for task in ready:
        record(connection, context, number, task, on=office_date(context.now), author=audit.SYSTEM.id)
    return bool(ready)
