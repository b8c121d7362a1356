"""Drafting, checking and listing the notices to the NZa: gather, assemble, keep a version."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ews.cases.calendar import office_date
from ews.dossier.assemble import Letter, assemble, at_version, fact_names
from ews.dossier.disclosure import Recipient
from ews.dossier.model import Dossier, Sender
from ews.dossier.record import CaseFacts
from ews.errors import NotFoundError
from ews.jobs.dossier_evidence import record_added
from ews.jobs.dossier_facts import gather
from ews.jobs.run import Context
from ews.regulation import DossierKind, Obligation, by_version, in_force
from ews.store import audit, dossiers
from ews.store.dossiers import StoredDossier
from ews.store.engine import reading, writing

TITLES = {DossierKind.EWS_MELDING: "EWS-melding", DossierKind.OVERMACHTSMELDING: "Overmachtsmelding"}


@dataclass(frozen=True, slots=True)
class Drafted:
    """A version that lies ready: the notice, and where its two forms are."""

    dossier: Dossier
    word: Path
    pdf: Path
    is_new: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """A notice as it would be drafted now, with the facts it was made from. Nothing was stored."""

    dossier: Dossier
    facts: CaseFacts
    stored: StoredDossier | None
    """The newest version that was drafted."""


def look(
    context: Context,
    case: str,
    kind: DossierKind,
    *,
    others: Sequence[str] | None = None,
    as_of: datetime | None = None,
    reader: Recipient = Recipient.NZA,
) -> Looked:
    """The notice as the record fills it for a reader, without storing anything.

    Without `others` it spans the cases that its newest version spans.
    """
    moment = as_of or context.now
    with reading(context.engine) as connection:
        stored = dossiers.latest(connection, case, kind)
        spans = _span(case, others, stored)
        gathered = gather(connection, context, case, spans, as_of=moment, reader=reader)
        head = audit.head(connection)
    obligation = chosen(context, kind, stored, moment)
    letter = _letter(context, moment, head, stored.version + 1 if stored else 1)
    return Looked(assemble(obligation, gathered.facts, letter), gathered.facts, stored)


def draft(
    context: Context,
    case: str,
    kind: DossierKind,
    *,
    others: Sequence[str] | None = None,
    out: Path | None = None,
) -> Drafted:
    """Draft a notice in both forms, and keep it as a version; `others` as in `look`.

    The same record at the same moment is the same version, with the same bytes. Raises NotFoundError.
    """
    with reading(context.engine) as connection:
        stored = dossiers.latest(connection, case, kind)
        spans = _span(case, others, stored)
        gathered = gather(connection, context, case, spans, as_of=context.now)
        head = audit.head(connection)
    obligation = chosen(context, kind, stored, context.now)
    letter = _letter(context, context.now, head, stored.version + 1 if stored else 1)
    made = assemble(obligation, gathered.facts, letter)
    if stored is not None and _says_the_same(made, stored):
        return written(context, stored.content, out, is_new=False)
    drafted = written(context, made, out, is_new=True)
    files = {path.name: _sha256(path) for path in (drafted.word, drafted.pdf)}
    with writing(context.engine) as connection:
        record_added(connection, context, gathered.numberings)
        dossiers.record(connection, made, author=context.actor.id, files=files, now=context.now)
        about = f"{case}/{kind}/v{made.version}"
        audit.append(connection, context.actor, "dossier.drafted", about, {"files": files}, now=context.now)
    return drafted


def _span(case: str, others: Sequence[str] | None, stored: StoredDossier | None) -> tuple[str, ...]:
    if others is None:
        return stored.content.others if stored is not None else ()
    return tuple(one for one in dict.fromkeys(others) if one != case)


def _says_the_same(made: Dossier, stored: StoredDossier) -> bool:
    """Whether only the audit head, which drafting itself moves, differs."""
    alike = replace(at_version(made, stored.version), audit_head=stored.content.audit_head)
    return stored.state == "draft" and alike == stored.content


def is_outdated(looked: Looked) -> bool:
    """Whether the case says something else by now than the newest version does."""
    if looked.stored is None:
        return False
    filed = looked.stored.content
    now = replace(
        looked.dossier,
        version=filed.version,
        drafted_at=filed.drafted_at,
        drafted_on=filed.drafted_on,
        audit_head=filed.audit_head,
        config_hash=filed.config_hash,
    )
    return now.sections != filed.sections


def chosen(context: Context, kind: DossierKind, stored: StoredDossier | None, moment: datetime) -> Obligation:
    """The text that serves: an unsent notice keeps the one it was drafted under, a new one takes what is in force."""
    obligations = context.settings.regulations.values()
    if stored is not None and stored.state != "sent":
        kept = by_version(obligations, stored.regulation)
        if kept is not None:
            return kept
    found = in_force(obligations, kind, on=office_date(moment))
    if found is None:
        raise NotFoundError(
            f"Voor {TITLES[kind]} geldt op {office_date(moment)} nog geen tekst in config/regulation. "
            "Voeg een bestand met een eerdere datum toe."
        )
    return found


def _letter(context: Context, moment: datetime, head: audit.Head, version: int) -> Letter:
    office = context.settings.site.office
    return Letter(
        sender=Sender(office.name, office.legal_name, office.address, office.contact, signatory=""),
        house_style=context.settings.house_style,
        version=version,
        drafted_at=moment,
        drafted_on=office_date(moment),
        fictitious=context.settings.site.kind != "production",
        audit_head=f"{head.hash[:8]} ({head.seq})",
        config_hash=context.settings.hash,
        fact_names=fact_names(context.settings.regulations.values()),
    )


def file_stem(dossier: Dossier) -> str:
    """`C-2026-001_ews_melding_v1`"""
    return f"{dossier.case}_{dossier.kind}_v{dossier.version}"


def written(context: Context, dossier: Dossier, out: Path | None, *, is_new: bool) -> Drafted:
    """Draw a notice in both forms into the dossiers folder, and beside `out` when given."""
    from ews.dossier.render_docx import render_docx
    from ews.dossier.render_pdf import render_pdf

    folder = context.folder / "dossiers"
    word, pdf = render_docx(dossier), render_pdf(dossier)
    paths = [folder / f"{file_stem(dossier)}.docx", folder / f"{file_stem(dossier)}.pdf"]
    if out is not None:
        paths += [out.with_suffix(".docx"), out.with_suffix(".pdf")]
    for path, content in zip(paths, (word, pdf, word, pdf), strict=False):
        write_file(path, content)
    return Drafted(dossier, paths[0], paths[1], is_new)


def write_file(path: Path, content: bytes) -> None:
    """All of the file or none of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft_path = path.with_name(f".{path.name}.part")
    draft_path.write_bytes(content)
    os.replace(draft_path, path)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def listing(context: Context, *, as_of: datetime | None = None) -> list[StoredDossier]:
    """Every version of every notice."""
    with reading(context.engine) as connection:
        found = dossiers.versions(connection)
    return [one for one in found if as_of is None or one.created_at <= as_of]
