"""Two people, each at their own screen: one proposes an act, the other signs, and only then it is done."""

from dataclasses import replace

from ews.cases.entries import Decision, What
from ews.cases.kinds import DecisionKind
from ews.cases.model import Entry
from ews.errors import NotAllowedError, NotFoundError
from ews.jobs.cases import Act, act, check, close
from ews.jobs.run import Context
from ews.store import audit, proposals
from ews.store.audit import Actor
from ews.store.engine import reading, writing
from ews.store.proposals import Proposal


def propose(context: Context, given: Act, what: What) -> int:
    """Lay an act before the second person, after the rules were asked as if both had signed."""
    person = context.person()
    if given.second is None or given.second not in context.settings.people:
        raise NotFoundError(f"'{given.second}' staat niet in people.toml.")
    check(context, given, what)
    with writing(context.engine) as connection:
        number = proposals.propose(
            connection,
            given.case,
            what,
            happened_on=given.on,
            evidence=given.evidence,
            first=person.id,
            second=given.second,
            now=context.now,
        )
        detail = {"proposal": number, "kind": type(what).__name__, "second": given.second}
        audit.append(connection, context.actor, "case.proposed", given.case, detail, now=context.now)
    return number


def sign(context: Context, number: int) -> Entry:
    """Sign a proposal as its second person: the act is done, by the first, with this signature.

    Raises NotAllowedError for anyone else, and whatever the rules say by now; the proposal then still waits.
    """
    person = context.person()
    with reading(context.engine) as connection:
        waiting = proposals.find(connection, number)
    if waiting.second != person.id:
        raise NotAllowedError("Dit voorstel wacht op de handtekening van een ander.")
    by_first = replace(context, actor=Actor(waiting.first, context.actor.proof))
    given = Act(waiting.case, on=waiting.happened_on, second=person.id, evidence=waiting.evidence)
    check(by_first, given, waiting.what)
    with writing(context.engine) as connection:
        if not proposals.settle(connection, number, "signed"):
            raise NotFoundError("Dit voorstel is intussen al getekend of ingetrokken.")
        detail = {"proposal": number, "first": waiting.first}
        audit.append(connection, context.actor, "case.signed", waiting.case, detail, now=context.now)
    return _do(by_first, given, waiting)


def _do(by_first: Context, given: Act, waiting: Proposal) -> Entry:
    if isinstance(waiting.what, Decision) and waiting.what.kind is DecisionKind.CLOSE:
        return close(by_first, given, waiting.what.reason, outcome=waiting.what.outcome)
    return act(by_first, given, waiting.what)


def withdraw(context: Context, number: int) -> None:
    """Take a proposal back, as the one who made it or the one who was asked."""
    person = context.person()
    with writing(context.engine) as connection:
        waiting = proposals.find(connection, number)
        if person.id not in {waiting.first, waiting.second}:
            raise NotAllowedError("Alleen wie het voorstelde of wie gevraagd is, kan dit intrekken.")
        proposals.settle(connection, number, "withdrawn")
        detail = {"proposal": number}
        audit.append(connection, context.actor, "case.withdrawn", waiting.case, detail, now=context.now)
