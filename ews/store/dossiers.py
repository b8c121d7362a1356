"""Dossiers: every version that was drafted, and what became of it. A version is never overwritten."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, insert, select, update

from ews.dossier.approval import Act, Sent, Signature
from ews.dossier.model import Dossier
from ews.errors import NotFoundError
from ews.regulation import DossierKind
from ews.store.columns import canonical_json
from ews.store.schema import case_file, delivery
from ews.store.schema import dossier as table

_CONTENT = TypeAdapter(Dossier)
_ACTS: TypeAdapter[tuple[Act, ...]] = TypeAdapter(tuple[Act, ...])


@dataclass(frozen=True, slots=True)
class StoredDossier:
    """One version of one notice of one case."""

    case: str
    kind: DossierKind
    version: int
    state: str
    """draft, approved or sent"""
    created_at: datetime
    author: str
    regulation: str
    content: Dossier
    files: Mapping[str, str]
    """File name in the dossiers folder -> SHA-256."""
    acts: tuple[Act, ...]
    """Signatures, ways of sending, answers: in the order in which they were recorded."""

    @property
    def signatures(self) -> tuple[Signature, ...]:
        return tuple(one for one in self.acts if isinstance(one, Signature))

    @property
    def sent(self) -> tuple[Sent, ...]:
        return tuple(one for one in self.acts if isinstance(one, Sent))


def versions(connection: Connection, case: str | None = None) -> list[StoredDossier]:
    """Every version, of one case or of all, by case, kind and version."""
    query = (
        select(table, case_file.c.number)
        .join(case_file, table.c.case_id == case_file.c.id)
        .order_by(case_file.c.id, table.c.kind, table.c.version)
    )
    if case is not None:
        query = query.where(case_file.c.number == case)
    return [_stored(row) for row in connection.execute(query)]


def latest(connection: Connection, case: str, kind: DossierKind) -> StoredDossier | None:
    """The newest version of a notice, or None when none was drafted."""
    mine = [one for one in versions(connection, case) if one.kind is kind]
    return mine[-1] if mine else None


def record(
    connection: Connection, content: Dossier, *, author: str, files: Mapping[str, str], now: datetime
) -> None:
    """Add a version."""
    case_id = connection.execute(select(case_file.c.id).where(case_file.c.number == content.case)).scalar()
    if case_id is None:
        raise NotFoundError(f"Zaak {content.case} bestaat niet.")
    connection.execute(
        insert(table).values(
            case_id=case_id,
            kind=content.kind.value,
            version=content.version,
            state="draft",
            created_at=now,
            author=author,
            regulation=content.regulation,
            content=as_json(content),
            files=dict(files),
            approvals=[],
        )
    )


def move(
    connection: Connection,
    stored: StoredDossier,
    act: Act,
    *,
    state: str,
    files: Mapping[str, str] | None = None,
) -> None:
    """Add an act, with the state that it brings and the files that it made; the content stays as it was."""
    acts = _ACTS.dump_python((*stored.acts, act), mode="json")
    mine = select(case_file.c.id).where(case_file.c.number == stored.case).scalar_subquery()
    connection.execute(
        update(table)
        .where(table.c.case_id == mine, table.c.kind == stored.kind.value, table.c.version == stored.version)
        .values(state=state, approvals=acts, files={**stored.files, **(files or {})})
    )


def as_json(content: Dossier) -> dict[str, Any]:
    """A notice as plain JSON: what is kept, bundled and compared."""
    plain: dict[str, Any] = _CONTENT.dump_python(content, mode="json")
    return plain


def content_hash(content: Dossier) -> str:
    """SHA-256 of the canonical text of a notice: what an approval freezes."""
    return hashlib.sha256(canonical_json(as_json(content)).encode()).hexdigest()


def from_json(plain: Mapping[str, Any]) -> Dossier:
    """A notice from its JSON."""
    return _CONTENT.validate_python(dict(plain))


@dataclass(frozen=True, slots=True)
class DeliveredFile:
    """The file behind figures: its bytes lie under their hash in the raw folder."""

    name: str
    sha256: str
    size: int
    known_at: datetime
    source: str


def delivered_files(connection: Connection, numbers: Collection[int]) -> dict[int, DeliveredFile]:
    """The files of deliveries, by number."""
    query = select(delivery).where(delivery.c.id.in_(sorted(numbers)))
    return {
        row.id: DeliveredFile(row.name, row.sha256, row.size, row.known_at, row.source)
        for row in connection.execute(query)
    }


def _stored(row: Row[Any]) -> StoredDossier:
    return StoredDossier(
        case=row.number,
        kind=DossierKind(row.kind),
        version=row.version,
        state=row.state,
        created_at=row.created_at,
        author=row.author,
        regulation=row.regulation,
        content=from_json(row.content),
        files=row.files,
        acts=_ACTS.validate_python(row.approvals),
    )
