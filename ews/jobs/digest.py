"""The weekly digest: made from stored rows, kept as page, text and paper, and queued for its readers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from ews.errors import NotFoundError, RefusedError
from ews.jobs import post
from ews.jobs.run import Context, end_of_day
from ews.jobs.week_facts import narrowed, week_facts
from ews.notify import digest as weekly
from ews.notify import words
from ews.notify.digest_render import digest_mail, digest_page, digest_pdf
from ews.notify.model import Attachment, MessageKind, Priority
from ews.notify.routing import Matter, Recipient, route
from ews.scoring.model import Level
from ews.store import audit, outbox
from ews.store import week as store
from ews.store.engine import reading, writing


def digest(context: Context, *, week: str | None = None, is_late: bool = False) -> dict[str, Any]:
    """Make the digest of a week, by default this one; a week that was made before is made the same again.

    Returns `{"week", "as_of", "changed", "late", "quiet", "queued", "files"}`. Raises RefusedError for a week that is none or has
    not begun.
    """
    name = week or weekly.week_of(words.day(context.now))
    as_of = _moment(context, name)
    facts = week_facts(context, name, as_of=as_of, is_late=is_late)
    whole = weekly.digest_view(facts)
    paper = digest_pdf(whole)
    files = _keep(context.folder / "digests", name, digest_page(whole), paper)
    with writing(context.engine) as connection:
        queued = _queue(connection, context, facts, paper)
        audit.append(
            connection, context.actor, "digest.made", name, {"queued": queued}, now=context.now
        ) if queued else None
    return {
        "week": name,
        "as_of": as_of.isoformat(),
        "changed": len(whole.changed),
        "late": len(facts.late),
        "quiet": bool(whole.quiet_line),
        "queued": queued,
        "files": [str(file) for file in files],
    }


def _moment(context: Context, name: str) -> datetime:
    """When this week's digest was first made; else its end, or now while it lasts."""
    try:
        monday = weekly.monday_of(name)
    except ValueError:
        raise RefusedError(f"'{name}' is geen week. Schrijf bijvoorbeeld 2026-W47.") from None
    if monday > words.day(context.now):
        raise RefusedError(f"Week {name} is nog niet begonnen.")
    with reading(context.engine) as connection:
        made = outbox.first_about(connection, f"digest:{name}")
    return made or min(end_of_day(monday + timedelta(days=6)), context.now)


def _keep(folder: Path, name: str, mail: Any, paper: bytes) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    contents = {"html": mail.html.encode(), "txt": mail.text.encode(), "pdf": paper}
    files = []
    for ending, content in contents.items():
        path = folder / f"{name}.{ending}"
        path.write_bytes(content)
        files.append(path)
    return files


def _queue(connection: Connection, context: Context, facts: weekly.WeekFacts, paper: bytes) -> int:
    routed = route(Matter(MessageKind.DIGEST, Level.UNKNOWN), post.rota(context))
    sealed = []
    for regions, sees_amounts, readers in _scopes(routed.recipients):
        mail = digest_mail(weekly.digest_view(narrowed(facts, regions, sees_amounts=sees_amounts)))
        if not regions and sees_amounts:
            mail = mail.with_attachment(
                Attachment(f"weekoverzicht-{facts.week}.pdf", "application/pdf", paper)
            )
        for address in readers:
            message = post.message_from(
                mail,
                about=f"digest:{facts.week}",
                kind=MessageKind.DIGEST,
                recipient=address,
                priority=Priority.DIGEST,
                thread="weekoverzicht",
            )
            sealed.append(post.seal(context, message))
    return outbox.enqueue(connection, sealed, now=context.now)


def _scopes(recipients: Sequence[Recipient]) -> list[tuple[tuple[str, ...], bool, list[str]]]:
    """Readers that get the same digest, together."""
    groups: dict[tuple[tuple[str, ...], bool], list[str]] = {}
    for one in recipients:
        regions = one.person.regions if one.person else ()
        groups.setdefault((regions, one.sees_amounts), []).append(one.address)
    return [(regions, amounts, readers) for (regions, amounts), readers in groups.items()]


def decide(context: Context, *, week: str, what: str, owner: str, due: Any) -> int:
    """Record what the committee decided on a digest; the next digests show what became of it."""
    person = context.person()
    if owner not in context.settings.people:
        raise RefusedError(
            f"'{owner}' staat niet in people.toml. Kies uit: {', '.join(context.settings.people)}."
        )
    _moment(context, week)
    with writing(context.engine) as connection:
        number = store.add_decision(
            connection,
            week=week,
            what=what,
            owner=owner,
            due_on=due,
            recorded_at=context.now,
            author=person.id,
        )
        audit.append(
            connection,
            context.actor,
            "committee.decided",
            f"{week}/{number}",
            {"owner": owner},
            now=context.now,
        )
    return number


def finish(context: Context, number: int, *, outcome: str) -> None:
    """Record what became of a committee decision. Raises NotFoundError when it is not open."""
    person = context.person()
    with writing(context.engine) as connection:
        if not store.end_decision(connection, number, outcome=outcome, now=context.now, by=person.id):
            raise NotFoundError(f"Besluit {number} staat niet open. Zie het laatste weekoverzicht.")
        audit.append(connection, context.actor, "committee.finished", str(number), now=context.now)
