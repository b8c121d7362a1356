"""Request mails for what a notice still misses, laid ready as drafts."""

import re
from email.message import EmailMessage
from pathlib import Path

from ews.dossier.requests import Request, requests
from ews.jobs.dossier import look, write_file
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
