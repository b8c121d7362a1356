"""Two people at their own screens, outside a case: rules and models made live, doubted figures released, large exports.

One proposes and names the other; the other signs for exactly what was proposed, and only then it is done.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ews.errors import NotAllowedError, NotFoundError, RefusedError
from ews.jobs import quarantine
from ews.jobs.model_use import activate as put_to_use
from ews.jobs.run import Context
from ews.jobs.site import activate, pending_changes
from ews.settings.documents import documents_hash, read_documents
from ews.store import audit, countersigns
from ews.store.audit import Actor
from ews.store.countersigns import Countersign
from ews.store.engine import reading, writing

KINDS = {
    "config": "regels en normen in werking stellen",
    "model": "een model in gebruik nemen",
    "release": "een levering vrijgeven",
    "export": "een grote uitvoer",
}


def hash_on_disk(context: Context) -> str:
    """What the files on disk come to: a signature is for these and no others."""
    documents, _ = read_documents(context.folder / "config")
    return documents_hash(documents)


def propose(context: Context, kind: str, about: str, content: dict[str, Any], *, second: str) -> int:
    """Lay an act before another person; returns its number. Raises NotAllowedError for oneself or a stranger."""
    person = context.person()
    if second == person.id:
        raise NotAllowedError("De tweede persoon moet een ander zijn dan u.")
    if second not in context.settings.people:
        raise NotFoundError(f"'{second}' staat niet in people.toml.")
    with writing(context.engine) as connection:
        number = countersigns.add(
            connection, kind, about, content, first=person.id, second=second, now=context.now
        )
        detail = {"proposal": number, "kind": kind, "second": second}
        audit.append(connection, context.actor, "countersign.asked", about, detail, now=context.now)
    return number


def propose_config(context: Context, second: str) -> int:
    """Ask a second person to make the files on disk live."""
    changes = pending_changes(context)
    if not changes:
        raise RefusedError("De bestanden op schijf zeggen niets anders dan wat nu geldt.")
    files = hash_on_disk(context)
    content = {"hash": files, "changes": list(changes[:500])}
    return propose(context, "config", files[:12], content, second=second)


def sign(context: Context, number: int) -> Countersign:
    """Sign as the second person: what was proposed is done, by the first, with this signature.

    Raises NotAllowedError for anyone else, and whatever the rules say by now; the proposal then still waits.
    """
    person = context.person()
    with reading(context.engine) as connection:
        found = countersigns.find(connection, number)
    if found.second != person.id:
        raise NotAllowedError("Dit voorstel wacht op de handtekening van een ander.")
    if found.state != "open":
        raise NotFoundError("Dit voorstel is intussen al getekend of ingetrokken.")
    by_first = replace(context, actor=Actor(found.first, context.actor.proof))
    ACTS[found.kind](by_first, found)
    with writing(context.engine) as connection:
        if not countersigns.settle(connection, number, before="open", after="signed"):
            raise NotFoundError("Dit voorstel is intussen al getekend of ingetrokken.")
        detail = {"proposal": number, "kind": found.kind, "first": found.first}
        audit.append(connection, context.actor, "countersign.signed", found.about, detail, now=context.now)
    return found


def withdraw(context: Context, number: int) -> None:
    """Take a proposal back, as the one who made it or the one who was asked."""
    person = context.person()
    with writing(context.engine) as connection:
        found = countersigns.find(connection, number)
        if person.id not in {found.first, found.second}:
            raise NotAllowedError("Alleen wie het voorstelde of wie gevraagd is, kan dit intrekken.")
        countersigns.settle(connection, number, before="open", after="withdrawn")
        detail = {"proposal": number}
        audit.append(connection, context.actor, "countersign.withdrawn", found.about, detail, now=context.now)


def use_export(context: Context, number: int, content: dict[str, Any]) -> Countersign:
    """Spend a signed export once, by who proposed it and for exactly what was signed. Raises NotAllowedError."""
    with writing(context.engine) as connection:
        found = countersigns.find(connection, number)
        fits = found.kind == "export" and found.first == context.actor.id and found.content == content
        if not fits or not countersigns.settle(connection, number, before="signed", after="used"):
            raise NotAllowedError("Deze uitvoer is niet getekend, niet van u, of al een keer opgehaald.")
    return found


def _config(context: Context, found: Countersign) -> None:
    if hash_on_disk(context) != found.content["hash"]:
        raise RefusedError("De bestanden op schijf zijn na het voorstel gewijzigd; stel ze opnieuw voor.")
    activate(context, found.second)


def _model(context: Context, found: Countersign) -> None:
    put_to_use(context, found.about, found.second)


def _release(context: Context, found: Countersign) -> None:
    quarantine.release(context, int(found.content["delivery"]), second=found.second)


def _export(_: Context, __: Countersign) -> None:
    """Nothing happens at signing: who asked fetches the file."""


ACTS: Mapping[str, Callable[[Context, Countersign], None]] = {
    "config": _config,
    "model": _model,
    "release": _release,
    "export": _export,
}
