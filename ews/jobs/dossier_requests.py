"""Request mails for what a notice still misses, laid ready as drafts; and noting that one went out."""

import re
from collections.abc import Iterable
from datetime import date
from email.message import EmailMessage
from pathlib import Path

from ews.cases.correspondence import Asked
from ews.cases.model import Entry
from ews.dossier.requests import Request, holes, requests
from ews.errors import RefusedError
from ews.jobs.cases import Act, act
from ews.jobs.dossier import Looked, chosen, look, write_file
from ews.jobs.run import Context
from ews.regulation import DossierKind


def write_requests(
    context: Context, case: str, kind: DossierKind, out: Path | None = None
) -> list[tuple[Request, Path]]:
    """One draft mail per supplier. The address is left to the person who sends it."""
    folder = out or context.folder / "dossiers" / "verzoeken"
    written = []
    for one in requests(look(context, case, kind).dossier):
        path = folder / f"{case}_{kind}_{_slug(one.to)}.eml"
        write_file(path, _mail(context, one))
        written.append((one, path))
    return written


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60] or "verzoek"


def _mail(context: Context, one: Request) -> bytes:
    message = EmailMessage()
    message["X-Unsent"] = "1"
    message["From"] = context.settings.site.smtp.sender
    message["Subject"] = one.subject
    message.set_content(one.text)
    return message.as_bytes()


def note_requested(context: Context, case: str, kind: DossierKind, whom: str, *, on: date | None) -> Entry:
    """Note that a person sent the request to one supplier: its holes then say when they were asked for."""
    looked = look(context, case, kind)
    asked = [
        what
        for item in (*looked.dossier.items, *looked.dossier.criteria)
        for what, supplier in holes(item)
        if supplier == whom
    ]
    if not asked:
        known = "; ".join(one.to for one in requests(looked.dossier)) or "niemand"
        raise RefusedError(f"Aan '{whom}' valt niets te vragen. Er ontbreekt iets van: {known}.")
    return act(context, Act(case, on=on), Asked(facts_named(context, looked, kind, asked), whom))


def facts_named(context: Context, looked: Looked, kind: DossierKind, asked: Iterable[str]) -> tuple[str, ...]:
    """The names that config/regulation gives to what is missing, for what has one."""
    obligation = chosen(context, kind, looked.stored, context.now)
    names = {need.what: need.fact for item in obligation.items for need in item.needs}
    return tuple(dict.fromkeys(names[what] for what in asked if what in names))
