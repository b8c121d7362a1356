"""Destroying what may no longer be kept of a closed case: by two people, with a line in the record."""

from dataclasses import dataclass

from ews.cases.calendar import office_date
from ews.cases.retention import destruction_obstacles
from ews.cases.rules import Signers
from ews.errors import NotFoundError
from ews.jobs.cases import refuse
from ews.jobs.run import Context
from ews.store import audit, cases, destruction
from ews.store.engine import writing


@dataclass(frozen=True, slots=True)
class Destroyed:
    """What is left behind as a tombstone: how many entries and documents lost their content."""

    case: str
    entries: int
    files: int


def destroy(context: Context, number: str, *, second: str, reason: str) -> Destroyed:
    """Destroy names, free text and documents. Raises NotAllowedError or RefusedError; nothing happens then.

    The record is written before the bytes go: after a crash between the two, running again removes the rest.
    """
    person = context.person()
    other = context.settings.people.get(second)
    if other is None:
        raise NotFoundError(f"'{second}' staat niet in people.toml.")
    with writing(context.engine) as connection:
        case = cases.load_case(connection, number)
        today = office_date(context.now)
        signers = Signers(person, other)
        # today's terms, not those of the case: a shorter legal term holds for old cases too
        policy = context.settings.cases
        refuse(destruction_obstacles(case, policy, signers=signers, reason=reason, today=today), None)
        entries = destruction.destroy_words(connection, number)
        files = destruction.files_of_no_other(connection, number)
        detail = {"entries": entries, "files": files, "second": second, "terms": _terms(context)}
        audit.append(connection, context.actor, "case.destroyed", number, detail, now=context.now)
    destruction.remove_files(context.folder / "evidence", files)
    return Destroyed(number, len(entries), len(files))


def _terms(context: Context) -> dict[str, int]:
    rules = context.settings.cases.case
    return {"words_years": rules.words_kept_years, "files_years": rules.files_kept_years}
