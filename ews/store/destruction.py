"""Taking names, free text, documents, messages and logins away; what happened stays, as a tombstone."""

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, null, select, update

from ews.cases.model import Evidence, Mark, MarkKind
from ews.store.evidence import mark, stored_at
from ews.store.schema import (
    case_entry,
    case_file,
    dossier,
    evidence,
    evidence_mark,
    login_failure,
    login_link,
    outbox,
    outbox_content,
    session,
)

GONE = "[vernietigd]"
_GONE = select(evidence_mark.c.evidence_id).where(evidence_mark.c.kind == MarkKind.DESTROYED.value)
_OVER = ("sent", "refused", "bounced", "cancelled")


def destroy_words(connection: Connection, case: str, entries: Collection[int]) -> None:
    """Take the private part of these entries of a case away."""
    mine = (case_entry.c.case_id == _case(case)) & case_entry.c.id.in_(entries)
    connection.execute(update(case_entry).where(mine).values(private=null()))
    # whoever holds the case with these words in it holds an older version
    written = case_file.c.number == case
    connection.execute(update(case_file).where(written).values(version=case_file.c.version + 1))


def destroy_pieces(
    connection: Connection, pieces: Sequence[Evidence], *, actor: str, now: datetime
) -> list[str]:
    """Mark pieces as destroyed and forget what they were called. Returns the digests that nobody holds any more."""
    for piece in pieces:
        mark(connection, piece.id, Mark(MarkKind.DESTROYED, "termijn", now, actor))
        connection.execute(update(evidence).where(evidence.c.id == piece.id).values(name=GONE))
    return _of_nobody(connection, {piece.sha256 for piece in pieces})


def gone_from(connection: Connection, case: str) -> list[str]:
    """Digests of pieces of a case that were destroyed and that nobody holds: their bytes should be gone."""
    query = select(evidence.c.sha256).where(evidence.c.case_id == _case(case), evidence.c.id.in_(_GONE))
    return _of_nobody(connection, set(connection.scalars(query)))


def _of_nobody(connection: Connection, wanted: set[str]) -> list[str]:
    query = select(evidence.c.sha256).where(evidence.c.sha256.in_(wanted), evidence.c.id.not_in(_GONE))
    return sorted(wanted - set(connection.scalars(query)))


def dossiers_of(connection: Connection) -> dict[str, int]:
    """How many versions of notices there are of each case."""
    rows = connection.execute(
        select(case_file.c.number, func.count())
        .join(dossier, dossier.c.case_id == case_file.c.id)
        .group_by(case_file.c.number)
    )
    return {number: count for number, count in rows}


def destroy_dossiers(connection: Connection, case: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Take every version of a case's notices away. Returns what went, and the names of their files."""
    return _destroy_versions(connection, dossier.c.case_id == _case(case))


def destroy_drafts(connection: Connection, case: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Take the versions away that nobody ever approved: they quote words of the case that may no longer be kept."""
    drafts = (dossier.c.case_id == _case(case)) & (dossier.c.state == "draft")
    return _destroy_versions(connection, drafts)


def _destroy_versions(
    connection: Connection, mine: ColumnElement[bool]
) -> tuple[list[dict[str, Any]], list[str]]:
    rows = connection.execute(select(dossier).where(mine).order_by(dossier.c.id)).all()
    connection.execute(delete(dossier).where(mine))
    went = [{"kind": row.kind, "version": row.version, "files": row.files} for row in rows]
    return went, sorted({name for row in rows for name in row.files})


def mails_before(connection: Connection, moment: datetime) -> int:
    """Messages that were done with before a moment and still hold their text."""
    return int(connection.execute(select(func.count()).where(_old_mails(moment))).scalar_one())


def destroy_mails(connection: Connection, moment: datetime) -> int:
    """Empty those messages: to whom, when and about what stays."""
    done = connection.execute(update(outbox).where(_old_mails(moment)).values(subject=GONE))
    over = select(outbox.c.id).where(_is_over(moment))
    connection.execute(delete(outbox_content).where(outbox_content.c.outbox_id.in_(over)))
    return done.rowcount


def logins_before(connection: Connection, moment: datetime) -> int:
    """Sessions, links and failed logins from before a moment."""
    counts = (select(func.count()).where(column < moment) for column in _LOGINS.values())
    return sum(int(connection.execute(query).scalar_one()) for query in counts)


def destroy_logins(connection: Connection, moment: datetime) -> int:
    """Take them away."""
    return sum(
        connection.execute(delete(table).where(column < moment)).rowcount for table, column in _LOGINS.items()
    )


def remove_files(paths: Collection[Path]) -> None:
    """Take the bytes away; a second time changes nothing."""
    for path in paths:
        path.unlink(missing_ok=True)


def paths_of(folder: Path, digests: Collection[str]) -> list[Path]:
    """Where the bytes of these digests lie."""
    return [stored_at(folder, digest) for digest in digests]


_LOGINS = {
    session: session.c.seen_at,
    login_link: login_link.c.expires_at,
    login_failure: login_failure.c.at,
}


def _old_mails(moment: datetime) -> ColumnElement[bool]:
    holds_text = select(outbox_content.c.outbox_id).where(outbox_content.c.outbox_id == outbox.c.id).exists()
    return _is_over(moment) & holds_text


def _is_over(moment: datetime) -> ColumnElement[bool]:
    return (outbox.c.created_at < moment) & outbox.c.state.in_(_OVER)


def _case(number: str) -> Any:
    return select(case_file.c.id).where(case_file.c.number == number).scalar_subquery()
