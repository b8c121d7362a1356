"""Approving a notice, noting how it went out, and what was answered. Nothing here sends anything by itself."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from sqlalchemy import Connection

from ews.cases.calendar import add_working_days, office_date
from ews.cases.entries import Notice
from ews.cases.kinds import NoticeKind
from ews.dossier.approval import (
    MANDATES,
    REFUSALS,
    Answered,
    AnswerKind,
    Refusal,
    Sent,
    Signature,
    Wish,
    as_approved,
    channels_open,
    refusal,
    settled,
)
from ews.dossier.guards import Sending, Warned, guards
from ews.dossier.model import EvidenceLine
from ews.errors import ChangedMeanwhileError, NotAllowedError, NotFoundError, RefusedError
from ews.jobs.case_log import record
from ews.jobs.dossier import TITLES, Looked, file_stem, look, write_file
from ews.jobs.evidence import record_evidence
from ews.jobs.run import Context
from ews.notify.words import ROLE
from ews.people import Person
from ews.regulation import Channel, DossierKind, by_version
from ews.store import audit, dossiers, evidence
from ews.store.dossiers import StoredDossier
from ews.store.engine import reading, writing
from ews.store.evidence import EvidenceFile, stored_at


def warnings(context: Context, looked: Looked, *, thorough: bool = False) -> tuple[Warned, ...]:
    """Every guard that speaks. `thorough` reads all evidence again; else only its presence and size are held."""
    stored = looked.stored
    people = context.settings.people.values()
    sending = Sending(
        approvers=tuple(one.person for one in stored.signatures) if stored else (),
        has_mandate=any(MANDATES[looked.dossier.kind] in person.mandates for person in people),
        phoned=any(one.channel == "telefoon" for one in stored.sent) if stored else False,
        broken=broken_evidence(context, looked, thorough=thorough),
    )
    return guards(looked.facts, looked.dossier, sending)


def broken_evidence(context: Context, looked: Looked, *, thorough: bool) -> tuple[str, ...]:
    """Numbers of evidence whose bytes are gone or changed; extracts that are not kept yet are made on drafting."""
    kept = {(one.sha256, one.number) for case in looked.facts.cases for one in case.evidence}
    lines = [line for line in looked.facts.evidence if (line.sha256, line.number) in kept]
    with ThreadPoolExecutor() as readers:  # hashing leaves the interpreter to others
        sound = readers.map(lambda line: _is_sound(context, line, thorough=thorough), lines)
        return tuple(line.label for line, holds in zip(lines, sound, strict=True) if not holds)


def _is_sound(context: Context, line: EvidenceLine, *, thorough: bool) -> bool:
    path = evidence_path(context, line.sha256)
    if path is None or path.stat().st_size != line.size:
        return False
    return not thorough or _sha256(path) == line.sha256


def evidence_path(context: Context, sha256: str) -> Path | None:
    """Where the bytes of evidence lie: among the evidence, or among the deliveries."""
    for folder in (context.folder / "evidence", context.folder / "raw"):
        path = stored_at(folder, sha256)
        if path.is_file():
            return path
    return None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def approve(
    context: Context, case: str, kind: DossierKind, wish: Wish, *, version: int | None = None
) -> StoredDossier:
    """Approve the newest version for the person who acts, freeze it, and lay the e-mail ready.

    `version` is the one that the person read; None: whatever is newest. Raises NotAllowedError when this person
    may not, ChangedMeanwhileError when a newer version lies ready, RefusedError when it can't be approved so.
    """
    person = context.person()
    looked = look(context, case, kind)
    stored = _newest(context, case, kind)
    if version not in {None, stored.version}:
        raise ChangedMeanwhileError(
            f"Intussen ligt versie {stored.version} er; u las versie {version}. Lees de nieuwe, en stel die vast."
        )
    # what is approved is the version as filed, which a person may have edited
    found = warnings(context, replace(looked, dossier=stored.content), thorough=True)
    why = refusal(
        stored.content, wish, author=stored.author, person=person, signed=stored.signatures, found=found
    )
    if why is not None:
        told = "".join(f"\n  {one.why}" for one in found if one.blocks) or _who_may(context, kind, why)
        error = RefusedError if why.value in {"blocked", "incomplete", "already"} else NotAllowedError
        raise error(f"{REFUSALS[why]}.{told}", reasons=(why.value,))
    signature = _signature(context, person, stored, wish)
    files = _frozen_forms(context, stored, (*stored.signatures, signature))
    with writing(context.engine) as connection:
        enough = settled(stored.author, (*stored.signatures, signature))
        dossiers.move(connection, stored, signature, state="approved" if enough else "draft", files=files)
        detail = {"content": signature.content, "files": files, "spoed": wish.spoed}
        audit.append(connection, context.actor, "dossier.approved", _about(stored), detail, now=context.now)
    return _again(context, stored)


def _who_may(context: Context, kind: DossierKind, why: Refusal) -> str:
    """Who can approve it instead of someone without the mandate."""
    if why is not Refusal.NO_MANDATE:
        return ""
    mandated = [one.id for one in context.settings.people.values() if MANDATES[kind] in one.mandates]
    return (
        f" Wie het wel heeft: {', '.join(mandated)}." if mandated else " Niemand heeft het: zie people.toml."
    )


def _signature(context: Context, person: Person, stored: StoredDossier, wish: Wish) -> Signature:
    """Under the content as it lies there now; on spoedmandaat the second person has a working day."""
    today, days_off = office_date(context.now), context.settings.cases.case.days_off
    return Signature(
        person=person.id,
        name=person.name,
        function=ROLE[person.role],
        at=context.now,
        on=today,
        reason=wish.reason,
        spoed=wish.spoed,
        under_reservation=wish.under_reservation,
        second_due=add_working_days(today, 1, days_off) if wish.spoed and not stored.signatures else None,
        supplement_by=wish.supplement_by,
        content=dossiers.content_hash(stored.content),
    )


def _newest(context: Context, case: str, kind: DossierKind) -> StoredDossier:
    with reading(context.engine) as connection:
        stored = dossiers.latest(connection, case, kind)
    if stored is None:
        raise NotFoundError(
            f"Er is nog geen {TITLES[kind]} opgesteld voor {case}. Doe eerst: ews dossier draft {case} --kind {kind}"
        )
    return stored


def _about(stored: StoredDossier) -> str:
    return f"{stored.case}/{stored.kind}/v{stored.version}"


def _again(context: Context, stored: StoredDossier) -> StoredDossier:
    with reading(context.engine) as connection:
        found = dossiers.latest(connection, stored.case, stored.kind)
    assert found is not None
    return found


def approved_stem(stored: StoredDossier) -> str:
    """`C-2026-001_ews_melding_v1_vastgesteld`"""
    return f"{file_stem(stored.content)}_vastgesteld"


def _frozen_forms(context: Context, stored: StoredDossier, signed: tuple[Signature, ...]) -> dict[str, str]:
    from ews.dossier.render_docx import render_docx
    from ews.dossier.render_pdf import render_pdf

    final = as_approved(stored.content, signed)
    stem = approved_stem(stored)
    made = {f"{stem}.docx": render_docx(final), f"{stem}.pdf": render_pdf(final)}
    made[f"{stem}.eml"] = _mail(context, stored, made)
    for name, content in made.items():
        write_file(context.folder / "dossiers" / name, content)
    return {name: hashlib.sha256(content).hexdigest() for name, content in made.items()}


def _mail(context: Context, stored: StoredDossier, forms: dict[str, bytes]) -> bytes:
    """The e-mail to the supervisor as a draft: a person opens it, looks, and sends."""
    message = EmailMessage()
    message["X-Unsent"] = "1"
    message["From"] = context.settings.site.smtp.sender
    message["To"] = next((one.value for one in channels(context, stored) if one.id == "email"), "")
    message["Subject"] = stored.content.subject
    message["Date"] = format_datetime(context.now)
    told = f"Bijgaand ontvangt u onze {stored.content.title.replace('Over', 'over')} ({stored.case}), in PDF en Word."
    message.set_content(
        f"Geachte heer, mevrouw,\n\n{told}\n\nMet vriendelijke groet,\n{stored.content.sender.name}\n"
    )
    for name, content in forms.items():
        kind = (
            "pdf" if name.endswith(".pdf") else "vnd.openxmlformats-officedocument.wordprocessingml.document"
        )
        message.add_attachment(content, maintype="application", subtype=kind, filename=name)
    message.set_boundary(f"ews-{stored.case}-{stored.kind}-{stored.version}")
    return message.as_bytes()


def channels(context: Context, stored: StoredDossier) -> tuple[Channel, ...]:
    """How this notice must go out, by the text it was drafted under."""
    obligation = by_version(context.settings.regulations.values(), stored.regulation)
    return obligation.channel if obligation else ()


def note_sent(
    context: Context,
    case: str,
    kind: DossierKind,
    channel: str,
    *,
    whom: str,
    reference: str,
    on: date | None,
) -> StoredDossier:
    """Note that the approved notice went out by one of its ways; with the last required one it is sent."""
    person = context.person()
    stored = _newest(context, case, kind)
    known = channels(context, stored)
    if channel not in {one.id for one in known}:
        raise RefusedError(
            f"'{channel}' is geen wijze van melden. Kies uit: {', '.join(one.id for one in known)}."
        )
    if stored.state == "draft":
        raise RefusedError("Een concept gaat niet uit. Stel eerst vast met: ews dossier approve")
    act = Sent(channel, on or office_date(context.now), context.now, person.id, whom, reference)
    is_last = not channels_open(known, (*stored.sent, act)) and stored.state != "sent"
    with writing(context.engine) as connection:
        state = "sent" if is_last or stored.state == "sent" else "approved"
        dossiers.move(connection, stored, act, state=state)
        detail = {"channel": channel, "on": act.on.isoformat()}
        audit.append(connection, context.actor, "dossier.sent", _about(stored), detail, now=context.now)
        if is_last:
            _log_notice(connection, context, stored, (*stored.sent, act))
    return _again(context, stored)


def _log_notice(
    connection: Connection, context: Context, stored: StoredDossier, sent: tuple[Sent, ...]
) -> None:
    """The clock of the case takes its date from here."""
    call = next((one for one in sent if one.channel == "telefoon"), None)
    notice = Notice(
        kind=NoticeKind(stored.kind.value),
        reference=next((one.reference for one in sent if one.reference), ""),
        dossier_version=stored.version,
        phoned_at=call.at if call else None,
        phoned=call.whom if call else "",
    )
    on = min(one.on for one in sent)
    for case in stored.content.cases or (stored.case,):
        kept = _keep_sent_form(connection, context, stored, on, case=case)
        record(connection, context, case, notice, on=on, author=context.actor.id, evidence=[kept])


def _keep_sent_form(
    connection: Connection, context: Context, stored: StoredDossier, on: date, *, case: str
) -> int:
    """What was sent, as evidence of the case: a later notice refers to it."""
    name = f"{approved_stem(stored)}.pdf"
    content = (context.folder / "dossiers" / name).read_bytes()
    digest = evidence.keep(context.folder / "evidence", content)
    file = EvidenceFile(name=name, kind="melding", evidence_date=on, confidentiality="vertrouwelijk")
    number, _ = record_evidence(connection, context, case, file, content=(digest, len(content)))
    return number


def note_answer(
    context: Context, case: str, kind: DossierKind, outcome: AnswerKind, text: str
) -> StoredDossier:
    """Note what the supervisor answered; incomplete or refused opens the countdown again."""
    person = context.person()
    stored = _newest(context, case, kind)
    if stored.state == "draft":
        raise RefusedError("Een concept is niet verzonden; er kan nog geen antwoord op zijn.")
    act = Answered(outcome, office_date(context.now), person.id, text)
    with writing(context.engine) as connection:
        dossiers.move(connection, stored, act, state=stored.state)
        detail = {"outcome": outcome.value}
        audit.append(connection, context.actor, "dossier.answered", _about(stored), detail, now=context.now)
    return _again(context, stored)
