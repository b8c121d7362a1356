"""The one list for a reader to whom more happened than single mails may tell: nothing is dropped."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ews.alerts.model import ChangeReason, RecordedChange
from ews.jobs import post
from ews.jobs.alert_facts import Background
from ews.jobs.links import Signer, answer_url
from ews.jobs.run import Context
from ews.notify import messages, storm, words
from ews.notify.model import Channel, MessageKind, OutgoingMessage, Priority, SealedMessage, State
from ews.notify.routing import Recipient, Routed
from ews.notify.views import ReaderView, StormLine, StormView
from ews.scoring.model import Level

PRIORITY = {Level.ACUTE: Priority.ACUTE, Level.HIGH: Priority.HIGH, Level.ELEVATED: Priority.ELEVATED}


def priority_of(recorded: RecordedChange) -> Priority:
    """How soon a message about a change must leave."""
    if recorded.change.reason in {ChangeReason.CLEARED, ChangeReason.LOWERED}:
        return Priority.NOTICE
    return PRIORITY.get(recorded.change.after, Priority.ELEVATED)


def lists(
    context: Context,
    around: Background,
    parted: storm.Split,
    routed: Mapping[int, Routed],
    *,
    recorded: Mapping[int, RecordedChange],
    sign: Signer,
) -> tuple[list[SealedMessage], list[SealedMessage]]:
    """Per address its list, and a row per change in it that shows that this address was told."""
    whole, covered = [], []
    lines = {item: _line(context, around, recorded[item]) for item in _listed(parted) if item in recorded}
    for address, tellings in parted.listed.items():
        mine = [one.item for one in tellings if one.item in recorded]
        if not mine:
            continue
        recipient = next(one for one in routed[mine[0]].recipients if one.address == address)
        shown = [_answerable(lines[item], recorded[item], sign(recorded[item], address)) for item in mine]
        single = sum(one.address == address and one.item in recorded for one in parted.single)
        newest = max(recorded[item].change_id for item in mine)
        whole.append(_list(context, recipient, shown, single=single, newest=newest))
        covered += [_covered(recorded[item], address, whole[-1].message_id) for item in mine]
    return whole, covered


def _listed(parted: storm.Split) -> dict[int, None]:
    return dict.fromkeys(one.item for tellings in parted.listed.values() for one in tellings)


def _line(context: Context, around: Background, recorded: RecordedChange) -> StormLine:
    change, number = recorded.change, around.number(recorded)
    largest = max(recorded.assessment.reasons, key=lambda one: one.points, default=None)
    register = around.register
    return StormLine(
        number=number,
        level=change.after,
        before=change.before,
        name=words.clean(register.name(change.subject)),
        region=register.region(change.subject),
        clients=register.clients(change.subject),
        reason=words.clean(largest.text, 300) if largest else "",
        url=f"{context.settings.site.office.base_url.rstrip('/')}/z/{number}",
    )


def _answerable(line: StormLine, recorded: RecordedChange, token: str) -> StormLine:
    """With the reader's own link; what fell needs no confirmation."""
    if recorded.change.reason in {ChangeReason.CLEARED, ChangeReason.LOWERED}:
        return line
    return replace(line, answer=answer_url(line.url, token))


def _list(
    context: Context, recipient: Recipient, lines: Sequence[StormLine], *, single: int, newest: int
) -> SealedMessage:
    site = context.settings.site
    if not recipient.sees_amounts:
        lines = [replace(line, reason=words.without_amounts(line.reason)) for line in lines]
    told = words.counted(single, "wijziging kreeg u afzonderlijk", "wijzigingen kreeg u afzonderlijk")
    why = f"U krijgt dit als {words.ROLE[recipient.person.role]}." if recipient.person else ""
    view = StormView(
        lines=tuple(lines),
        single=single,
        office=site.office.name,
        at=context.now,
        cause=f"{told}; de overige staan hier bij elkaar, de ernstigste eerst. Zoveel tegelijk komt meestal "
        "door een nieuwe of herstelde levering: kijk eerst daarnaar, en behandel acuut en hoog vandaag.",
        url=site.office.base_url,
        reader=ReaderView(
            why=why or "U krijgt dit op het vangnetadres.", sees_amounts=recipient.sees_amounts
        ),
        fictitious=site.kind != "production",
    )
    worst = max(lines, key=lambda line: line.level.rank).level
    message = post.message_from(
        messages.storm(view),
        about=f"storm:{newest}",
        kind=MessageKind.STORM,
        recipient=recipient.address,
        priority=PRIORITY.get(worst, Priority.ELEVATED),
    )
    return post.seal(context, message)


def _covered(recorded: RecordedChange, address: str, list_id: str) -> SealedMessage:
    """The row that shows that this address was told, and in which list."""
    message = OutgoingMessage(
        about=f"alert_change:{recorded.change_id}",
        kind=messages.kind_of(recorded.change.reason),
        revision=0,
        recipient=address,
        channel=Channel.EMAIL,
        priority=priority_of(recorded),
        thread="",
        subject="",
        text="",
    )
    identity = f"<lijst.{recorded.change_id}.{address}{list_id.strip('<>')}>"
    return SealedMessage(message, identity, b"", State.CANCELLED, f"in verzamelbericht {list_id}")
