"""Filled-in quarterly forms out of the office's mailbox, taken in like files; all other mail stays as it lies.

A mail is marked only after its form is in the store: a crash in between reads it again, and the same bytes change
nothing. What is no form is looked at once and stays unread for the people whose mailbox it is.
"""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from ews.dutch import thousands
from ews.errors import RefusedError
from ews.jobs.form import SOURCE
from ews.jobs.imap import Box, Waiting, opened
from ews.jobs.ingest import ingest
from ews.jobs.post import trouble
from ews.jobs.recognise import file_limits
from ews.jobs.run import Context
from ews.notify import words
from ews.notify.views import SystemView
from ews.settings.secrets import read_secret
from ews.signals.fetching import Asked
from ews.signals.form_mail import Form, Mail, doubt_about, read_mail
from ews.signals.persons import cleaned
from ews.store import fetches, observations
from ews.store.engine import reading, writing

LOOKED_AT = "postbus"
"""Under this name is remembered which mails were looked at and are none of ours."""
PASSWORD = "mailbox_password"  # noqa: S105 - the name of a secret, not one
COUNTS = ("forms", "known", "held", "other", "automatic", "refused", "too_large")


def read_mailbox(context: Context) -> dict[str, Any]:
    """Take in the forms of all unread mails. Without a mailbox, or on a demo or drill, nothing is read.

    Raises MailboxFailedError when the mailbox can't be read, RefusedError without a password.
    """
    site = context.settings.site
    if not site.mailbox.host or site.kind != "production":
        return dict.fromkeys(COUNTS, 0)
    password = read_secret(context.folder, PASSWORD)
    if password is None:
        raise RefusedError(
            f"Het wachtwoord van de postbus ontbreekt. Zet het in secrets/{PASSWORD} van de plek (chmod 600)."
        )
    counted: Counter[str] = Counter()
    with opened(site.mailbox, password) as box:
        with reading(context.engine) as connection:
            known = fetches.asked(connection, LOOKED_AT)
        fresh = [uid for uid in box.waiting() if _item(box, uid) not in known]
        for uid in fresh[: site.mailbox.mails_per_run]:
            counted[_deal_with(context, box, uid)] += 1
    return {name: counted[name] for name in COUNTS}


def _item(box: Box, uid: str) -> str:
    return f"{box.validity}:{uid}"


def _deal_with(context: Context, box: Box, uid: str) -> str:
    """One mail: what became of it, as one of COUNTS."""
    waiting = box.look(uid)
    if waiting.size > context.settings.site.mailbox.max_bytes:
        return _leave(
            context, box, uid, "too_large", f"een mail van {thousands(waiting.size)} bytes is te groot"
        )
    mail = read_mail(box.read(uid), file_limits(context.settings.site.limits))
    if mail.is_automatic:
        return _leave(context, box, uid, "automatic")
    if not mail.forms:
        if mail.refused:
            return _leave(context, box, uid, "refused", cleaned(mail.refused[0]))
        return _leave(context, box, uid, "other")
    states = [_take_in(context, mail, form, waiting) for form in mail.forms]
    if "refused" in states:
        return _leave(
            context, box, uid, "refused", "een formulier in deze mail is geweigerd; zie het log van ingest"
        )
    box.mark_done(uid)  # from here on the store has it
    return "held" if "held" in states else "known" if "known" in states else "forms"


def _take_in(context: Context, mail: Mail, form: Form, waiting: Waiting) -> str:
    """The form as a file through the inbox; held when its sender may not speak for the provider."""
    doubt = doubt_about(mail.sender, form.provider, _contacts(context), _office(context))
    said = (
        f"{doubt.value} Afzender: {cleaned(mail.sender) or 'onbekend'}. Vraag het na en geef vrij."
        if doubt
        else ""
    )
    arrived = min(waiting.arrived_at or context.now, context.now).astimezone(UTC)
    path = (
        context.folder
        / "inbox"
        / f"kwartaalformulier_{form.provider.partition(':')[2]}_post_{waiting.uid}.xlsx"
    )
    unfinished = path.with_name(f".{path.name}.tmp")
    unfinished.write_bytes(form.content)
    unfinished.replace(path)
    try:
        report = ingest(context, [path], source=SOURCE, received_at=_whole(arrived), doubt=said)
    finally:
        path.unlink()
    return report.files[0].status


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _contacts(context: Context) -> dict[str, set[str]]:
    with reading(context.engine) as connection:
        rows = observations.known_at(connection, context.now, indicators=["contactadres"])
    latest = rows.sort_values(["period_end", "known_at"]).drop_duplicates("subject", keep="last")
    return {
        subject: {one.strip().lower() for one in text.split(";") if one.strip()}
        for subject, text in zip(latest["subject"], latest["text"], strict=True)
        if isinstance(text, str)
    }


def _office(context: Context) -> set[str]:
    """Colleagues may send on what a provider gave them."""
    return {person.address.lower() for person in context.settings.people.values()}


def _leave(context: Context, box: Box, uid: str, kind: str, problem: str = "") -> str:
    """Remember that a mail was looked at; it stays unread. With a problem somebody is told."""
    with writing(context.engine) as connection:
        known = Asked(_item(box, uid), context.now, answered_at=context.now, problem=problem[:300])
        fetches.remember(connection, LOOKED_AT, known)
        if problem:
            _tell(connection, context, box, uid, problem)
    return kind


def _tell(connection: Connection, context: Context, box: Box, uid: str, problem: str) -> None:
    view = SystemView(
        topic="formulier in de postbus niet gelezen",
        what="Een mail in de postbus voor kwartaalformulieren kon niet worden verwerkt; zij staat er nog, ongelezen.",
        consequence="De cijfers van deze aanbieder ontbreken zolang er geen leesbaar formulier is.",
        actions=(
            "Kijk in de postbus wie het stuurde, en vraag om het formulier dat u hebt toegestuurd.",
            "Of lever het zelf in: ews ingest BESTAND --source kwartaalformulier",
        ),
        details=(problem[:300], f"ontvangen vóór {words.day(context.now)}"),
        office=context.settings.site.office.name,
        at=context.now,
    )
    trouble(connection, context, view, about=f"mailbox:{box.validity}:{uid}"[:80])
