"""Work on cases: each act is an entry and its audit line in one transaction, by a person or by an alert."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from ews.cases import opening, rules
from ews.cases.calendar import office_date
from ews.cases.entries import (
    Acknowledgement,
    Decision,
    StageChange,
    What,
)
from ews.cases.kinds import DecisionKind, Stage
from ews.cases.log import stage
from ews.cases.model import CaseFile, Entry
from ews.cases.moves import TransferCount
from ews.cases.obstacles import SENTENCES, Obstacle
from ews.cases.policy import read_policy
from ews.errors import NotAllowedError, NotFoundError, RefusedError
from ews.jobs.case_log import lay_stage_ready, record
from ews.jobs.case_opening import open_by_hand, open_for_alerts
from ews.jobs.evidence import Upload, keep_files
from ews.jobs.run import Context
from ews.jobs.scan import scan
from ews.people import Person
from ews.store import audit, cases, escalations
from ews.store.engine import reading, writing

__all__ = [
    "Act",
    "act",
    "add_evidence",
    "check",
    "close",
    "open_by_hand",
    "open_for_alerts",
    "refuse",
    "stage_change",
]

PEOPLE_OBSTACLES = frozenset(
    {
        Obstacle.ROLE_DOES_NOT_ACT,
        Obstacle.NO_SECOND,
        Obstacle.SAME_PERSON,
        Obstacle.SECOND_DOES_NOT_ACT,
        Obstacle.NOBODY_DECIDES,
        Obstacle.NO_MANDATE,
        Obstacle.OWN_LETTER,
        Obstacle.NO_NAMING_MANDATE,
    }
)


@dataclass(frozen=True, slots=True)
class Act:
    """What every act of a person has beside its content."""

    case: str
    on: date | None = None
    """The day it happened; today when None."""
    second: str | None = None
    evidence: tuple[int, ...] = ()
    uploads: tuple[Upload, ...] = ()
    corrects: int | None = None
    version: int | None = None
    """The version of the case that the person looked at; None: whatever it is now."""


def act(context: Context, given: Act, what: What, *, along: Iterable[What] = ()) -> Entry:
    """Add an entry to a case for the person who acts, and what it brings along, in one transaction.

    Raises NotAllowedError when people stand in the way, RefusedError for anything else; nothing is stored then.
    """
    person = context.person()
    with writing(context.engine) as connection:
        case = cases.load_case(connection, given.case)
        cases.hold_version(connection, given.case, given.version)
        _check_correction(case, given.corrects, what)
        refuse(_obstacles(context, case, given, what), what)
        attached = [*given.evidence, *keep_files(connection, context, case, given.uploads)]
        entry = record(
            connection,
            context,
            case.number,
            what,
            on=given.on or office_date(context.now),
            author=person.id,
            second=given.second,
            evidence=attached,
            corrects=given.corrects,
        )
        _follow(connection, context, case.number, entry)
        for brought in along:
            on, author = entry.happened_on, person.id
            record(connection, context, case.number, brought, on=on, author=author, evidence=attached)
    if given.uploads:
        scan(context)
    return entry


def close(context: Context, given: Act, reason: str, *, outcome: str = "sluiten") -> Entry:
    """Close a case: tasks done, decisions taken, and two people from stage 3 up.

    `outcome` says what became of the care; the replay learns from it.
    """
    person = context.person()
    if outcome not in rules.OUTCOMES[DecisionKind.CLOSE]:
        raise RefusedError(
            f"--outcome '{outcome}' bestaat niet. Kies: {', '.join(rules.OUTCOMES[DecisionKind.CLOSE])}."
        )
    with writing(context.engine) as connection:
        case = cases.load_case(connection, given.case)
        cases.hold_version(connection, given.case, given.version)
        refuse(_closing_obstacles(context, case, given, reason), None)
        entry = record(
            connection,
            context,
            case.number,
            Decision(DecisionKind.CLOSE, outcome, reason=reason),
            on=office_date(context.now),
            author=person.id,
            second=given.second,
        )
        cases.close(connection, case.number, now=context.now)
    return entry


def check(context: Context, given: Act, what: What) -> None:
    """Raise what `act` or `close` would raise, and do nothing: asked before a second person is."""
    with reading(context.engine) as connection:
        case = cases.load_case(connection, given.case)
    if isinstance(what, Decision) and what.kind is DecisionKind.CLOSE:
        refuse(_closing_obstacles(context, case, given, what.reason), None)
    else:
        refuse(_obstacles(context, case, given, what), what)


def _obstacles(context: Context, case: CaseFile, given: Act, what: What) -> list[Obstacle]:
    today = office_date(context.now)
    return rules.obstacles(
        case,
        what,
        signers=rules.Signers(context.person(), _second(context, given.second)),
        evidence=given.evidence + tuple(range(len(given.uploads))),
        happened_on=given.on or today,
        today=today,
    )


def _closing_obstacles(context: Context, case: CaseFile, given: Act, reason: str) -> list[Obstacle]:
    today = office_date(context.now)
    signers = rules.Signers(context.person(), _second(context, given.second))
    found = rules.act_obstacles(case, signers, happened_on=today, today=today)
    return found + rules.close_obstacles(
        case, read_policy(case.policy), signers=signers, reason=reason, today=today
    )


def add_evidence(context: Context, number: str, upload: Upload) -> int:
    """Take one document into a case. Returns its number."""
    signers = rules.Signers(context.person())
    today = office_date(context.now)
    with writing(context.engine) as connection:
        case = cases.load_case(connection, number)
        refuse(rules.act_obstacles(case, signers, happened_on=today, today=today), None)
        (kept,) = keep_files(connection, context, case, [upload])
    scan(context)
    return kept


def stage_change(context: Context, case: str, target: int, reason: str) -> StageChange:
    """The change from where a case stands to the stage asked for, with that stage's exit criteria."""
    with reading(context.engine) as connection:
        found = cases.load_case(connection, case)
    return opening.entering(read_policy(found.policy), stage(found), Stage(target), reason=reason)


def refuse(found: Iterable[Obstacle], what: What | None) -> None:
    """Raise with one sentence per obstacle; return when there are none."""
    listed = list(dict.fromkeys(found))
    if not listed:
        return
    lines = [SENTENCES[one] for one in listed]
    if isinstance(what, Decision) and Obstacle.UNKNOWN_OUTCOME in listed:
        lines.append(f"Kies bij {what.kind.value} uit: {', '.join(rules.OUTCOMES[what.kind])}.")
    if isinstance(what, Decision) and Obstacle.LEGAL_CHECK_MISSING in listed:
        needed = sorted(rules.LEGAL_CHECKS[what.kind, what.outcome] - set(what.checks))
        lines.append(f"Nog nodig: {', '.join(f'--check {one}' for one in needed)}.")
    text = "\n".join(lines)
    kind = NotAllowedError if set(listed) & PEOPLE_OBSTACLES else RefusedError
    raise kind(text, reasons=listed)


def _follow(connection: Connection, context: Context, number: str, entry: Entry) -> None:
    """What an entry brings along: a stage its tasks, an acknowledgement its owner, a wrong count a task."""
    if isinstance(entry.what, StageChange):
        case = cases.load_case(connection, number)
        lay_stage_ready(connection, context, case, entry.what)
    if isinstance(entry.what, TransferCount):
        case, today = cases.load_case(connection, number), office_date(context.now)
        task = opening.count_task(case, entry.what, read_policy(case.policy), today=today)
        if task is not None:
            record(connection, context, number, task, on=today, author=audit.SYSTEM.id)
    if isinstance(entry.what, Acknowledgement):
        cases.set_owner(connection, number, entry.what.owner)
        subject = cases.load_case(connection, number).subject
        escalations.carry(connection, subject, by=entry.what.owner, until=entry.what.until, now=context.now)


def _second(context: Context, given: str | None) -> Person | None:
    if given is None:
        return None
    found = context.settings.people.get(given)
    if found is None:
        raise NotFoundError(
            f"'{given}' staat niet in people.toml. Bekend: {', '.join(context.settings.people)}."
        )
    return found


def _check_correction(case: CaseFile, corrects: int | None, what: What) -> None:
    """A correction names an entry of this case and of the same kind; stages are changed, not corrected."""
    if corrects is None:
        return
    wrong = next((entry for entry in case.entries if entry.id == corrects), None)
    if wrong is None:
        raise NotFoundError(
            f"Zaak {case.number} heeft geen regel {corrects}. Zie: ews case show {case.number}"
        )
    if type(wrong.what) is not type(what) or isinstance(what, StageChange):
        raise RefusedError(f"Regel {corrects} is van een andere soort; verbeter haar met hetzelfde commando.")
    if any(entry.corrects == corrects for entry in case.entries):
        raise RefusedError(f"Regel {corrects} is al verbeterd; verbeter de nieuwste regel.")
