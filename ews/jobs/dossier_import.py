"""Filing an edited Word file as a version, with what changed in each item."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from ews.cases.calendar import office_date
from ews.dossier.model import Dossier
from ews.dossier.read_docx import read_docx, read_outside
from ews.dossier.roundtrip import Change, compare
from ews.errors import FileRefusedError, NotFoundError
from ews.jobs.dossier import TITLES, file_stem, write_file, written
from ews.jobs.run import Context
from ews.regulation import DossierKind
from ews.store import audit, dossiers
from ews.store.dossiers import StoredDossier
from ews.store.engine import reading, writing


@dataclass(frozen=True, slots=True)
class Imported:
    """The version that was filed, or the one that was found unchanged."""

    dossier: Dossier
    changes: tuple[Change, ...]
    is_new: bool
    ignored: tuple[str, ...] = ()
    """Words that were changed outside the items; they come from the record and were not taken over."""


def import_word(context: Context, case: str, kind: DossierKind, path: Path) -> Imported:
    """Compare an edited file with the newest version and file it as the next one. Raises FileRefusedError."""
    person = context.person()
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileRefusedError(f"{path} is niet te lezen: {error.strerror}.") from error
    with reading(context.engine) as connection:
        stored = dossiers.latest(connection, case, kind)
    if stored is None:
        raise NotFoundError(
            f"Er is nog geen {TITLES[kind]} opgesteld voor {case}; er valt niets te vergelijken."
        )
    found = read_docx(content)
    if not set(found) & {one.item for one in stored.content.items}:
        raise FileRefusedError(
            f"In {path.name} staat geen van de onderdelen van de {TITLES[kind]}; is dit het goede bestand?"
        )
    ignored = tuple(sorted(set(read_outside(content)) - set(read_outside(_original(stored)))))
    edited, changes = compare(stored.content, {item: tuple(blocks) for item, blocks in found.items()})
    if not changes:
        return Imported(stored.content, (), False, ignored)
    made = replace(
        edited,
        version=stored.version + 1,
        drafted_at=context.now,
        drafted_on=office_date(context.now),
        standing=(),
    )
    forms = written(context, made, None, is_new=True)
    own = context.folder / "dossiers" / f"{file_stem(made)}_bewerkt.docx"
    write_file(own, content)
    files = {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in (forms.word, forms.pdf, own)}
    with writing(context.engine) as connection:
        dossiers.record(connection, made, author=person.id, files=files, now=context.now)
        about = f"{case}/{kind}/v{made.version}"
        detail = {"files": files, "items": [one.item for one in changes]}
        audit.append(connection, context.actor, "dossier.imported", about, detail, now=context.now)
    return Imported(made, changes, True, ignored)


def _original(stored: StoredDossier) -> bytes:
    from ews.dossier.render_docx import render_docx

    return render_docx(stored.content)
