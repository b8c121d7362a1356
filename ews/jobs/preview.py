"""Any mail as its reader would get it, made from the record as it stands, and sent to nobody."""

from email import message_from_bytes, policy
from pathlib import Path

from sqlalchemy import Connection, select

from ews.alerts.model import AlertChange, ChangeReason, RecordedChange
from ews.errors import NotFoundError, RefusedError
from ews.jobs import post
from ews.jobs.alert_facts import background, facts_of
from ews.jobs.run import Context
from ews.jobs.week_facts import week_facts
from ews.notify import alert_view, digest, messages, words
from ews.notify.digest_render import digest_mail
from ews.notify.messages import Rendered
from ews.notify.model import MessageKind
from ews.notify.routing import Because, Matter, Recipient, route
from ews.people import Person
from ews.scoring.model import Level
from ews.store import assessments
from ews.store.engine import reading
from ews.store.schema import alert, alert_change, case_file, outbox, outbox_content, subject

REASONS = {
    MessageKind.ALERT: ChangeReason.RAISED,
    MessageKind.REPEAT: ChangeReason.REPEATED,
    MessageKind.ESCALATION: ChangeReason.REESCALATED,
    MessageKind.CLEARED: ChangeReason.CLEARED,
}

SENT = (
    MessageKind.STORM,
    MessageKind.SYSTEM,
    MessageKind.RETENTION,
    MessageKind.CANARY,
    MessageKind.TEST,
)
"""Kinds that can't be made again for another moment: the last one of them is shown."""


def preview(
    context: Context, kind: str, *, case: str | None = None, number: int | None = None, to: str | None = None
) -> Rendered:
    """A mail of this kind about the last change of an alert, the digest of this week, or the last system mail or list.

    Raises RefusedError for a kind that can't be shown so, NotFoundError for an alert or case that is not there.
    """
    if kind == MessageKind.DIGEST:
        week = digest.week_of(words.day(context.now))
        facts = week_facts(context, week, as_of=context.now, is_late=False)
        return digest_mail(digest.digest_view(facts))
    if kind in SENT:
        return _last_sent(context, MessageKind(kind), to)
    if kind not in REASONS:
        known = ", ".join([*REASONS, "digest", *SENT])
        raise RefusedError(f"'{kind}' kan niet worden getoond. Kies uit: {known}.")
    with reading(context.engine) as connection:
        recorded = _last_change(connection, MessageKind(kind), case=case, number=number)
        around = background(connection, context, [recorded])
        facts_by_id = facts_of(connection, context, around, [recorded])
        one = facts_by_id[recorded.change_id]
        reader = _reader(context, MessageKind(kind), recorded, to)
        link = f"{alert_view.case_url(one)}/ontvangst?t=voorbeeld"
        return messages.alert(
            alert_view.for_reader(alert_view.alert_view(one), one, reader, link=link, earlier=())
        )


def _last_sent(context: Context, kind: MessageKind, to: str | None) -> Rendered:
    """The newest message of a kind that tells of a moment, byte for byte as its reader got it."""
    query = (
        select(outbox_content.c.content)
        .join(outbox, outbox.c.id == outbox_content.c.outbox_id)
        .where(outbox.c.kind == kind)
    )
    if to is not None:
        query = query.where(outbox.c.recipient == _person(context, to).address)
    with reading(context.engine) as connection:
        content = connection.execute(query.order_by(outbox.c.id.desc()).limit(1)).scalar()
    if content is None:
        raise NotFoundError(
            f"Er is nog geen bericht van soort '{kind}' gemaakt. Zie de wachtrij: ews deliver"
        )
    mail = message_from_bytes(content, policy=policy.default)
    text, html = (mail.get_body((form,)) for form in ("plain", "html"))
    return Rendered(
        str(mail["Subject"]), text.get_content() if text else "", html.get_content() if html else ""
    )


def _last_change(
    connection: Connection, kind: MessageKind, *, case: str | None, number: int | None
) -> RecordedChange:
    query = (
        select(alert_change, subject.c.identifier, alert.c.family)
        .join(alert, alert_change.c.alert_id == alert.c.id)
        .join(subject, alert.c.subject_id == subject.c.id)
        .where(alert_change.c.reason != ChangeReason.ACKNOWLEDGED)
        .order_by(alert_change.c.id.desc())
    )
    if number is not None:
        query = query.where(alert.c.id == number)
    elif case is not None:
        owner = select(case_file.c.subject_id).where(case_file.c.number == case).scalar_subquery()
        query = query.where(alert.c.subject_id == owner)
    if kind is MessageKind.ALERT:
        query = query.where(alert_change.c.level_before != alert_change.c.level_after)
    row = connection.execute(query.limit(1)).first()
    if row is None:
        raise NotFoundError(
            "Hier is geen waarschuwing bij. Geef --alert NUMMER of --case ZAAK; zie: ews case list"
        )
    made = assessments.latest(connection, as_of=row.at, subjects=[row.identifier])[row.identifier]
    reason = ChangeReason(row.reason) if kind is MessageKind.ALERT else REASONS[kind]
    after = Level(row.level_after)
    step = AlertChange(
        alert=row.alert_id,
        subject=row.identifier,
        family=row.family,
        at=row.at,
        reason=reason,
        before=Level(row.level_before) if kind in {MessageKind.ALERT, MessageKind.CLEARED} else after,
        after=after,
        points=row.points,
        policy=row.policy,
    )
    return RecordedChange(step, row.id, row.alert_id, made)


def _reader(context: Context, kind: MessageKind, recorded: RecordedChange, to: str | None) -> Recipient:
    if to is not None:
        person = _person(context, to)
        return Recipient(person.address, person, Because.ROLE)
    return route(Matter(kind, recorded.change.after), post.rota(context)).recipients[0]


def _person(context: Context, to: str) -> Person:
    person = context.settings.people.get(to)
    if person is None:
        raise NotFoundError(
            f"'{to}' staat niet in people.toml. Bekend: {', '.join(context.settings.people)}."
        )
    return person


def write(folder: Path, name: str, mail: Rendered) -> list[Path]:
    """Text, page and pictures of a mail beside each other, the page openable in a browser."""
    folder.mkdir(parents=True, exist_ok=True)
    html = mail.html
    files = [folder / f"{name}.txt"]
    files[0].write_text(f"Onderwerp: {mail.subject}\n\n{mail.text}", encoding="utf-8")
    for image in mail.images:
        picture = folder / f"{name}-{image.name}.png"
        picture.write_bytes(image.png)
        html = html.replace(f"cid:{image.name}", picture.name)
        files.append(picture)
    page = folder / f"{name}.html"
    page.write_text(html, encoding="utf-8")
    return [*files, page]
