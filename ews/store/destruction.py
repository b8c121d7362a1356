"""Taking names, free text and documents away; what happened, when and by whom stays, as a tombstone."""

from pathlib import Path

from sqlalchemy import Connection, null, select, update

from ews.store.evidence import stored_at
from ews.store.schema import case_entry, case_file, evidence


def destroy_words(connection: Connection, case: str) -> list[int]:
    """Take the private part of every entry away. Returns the entries that lost something."""
    ids = select(case_file.c.id).where(case_file.c.number == case).scalar_subquery()
    mine = (case_entry.c.case_id == ids) & case_entry.c.private.is_not(None)
    gone = [int(row.id) for row in connection.execute(select(case_entry.c.id).where(mine))]
    connection.execute(update(case_entry).where(mine).values(private=null()))
    return gone


def files_of_no_other(connection: Connection, case: str) -> list[str]:
    """Digests of a case's documents that no other case holds too."""
    rows = connection.execute(
        select(evidence.c.sha256, case_file.c.number).join(case_file, evidence.c.case_id == case_file.c.id)
    ).all()
    elsewhere = {row.sha256 for row in rows if row.number != case}
    return sorted({row.sha256 for row in rows if row.number == case} - elsewhere)


def remove_files(folder: Path, digests: list[str]) -> None:
    """Take the bytes away; a second time changes nothing."""
    for digest in digests:
        stored_at(folder, digest).unlink(missing_ok=True)
