"""Alert changes into messages: who hears of what, singly or in one list, with links only they can use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Connection

from ews.alerts.model import ChangeReason, RecordedChange
from ews.jobs import post
from ews.jobs.alert_facts import Background, background, facts_of
from ews.jobs.post import trouble
from ews.jobs.run import Context
from ews.notify import alert_view, messages, storm, tokens, words
from ews.notify.alert_view import AlertFacts
from ews.notify.model import Channel, MessageKind, OutgoingMessage, Priority, SealedMessage, State
from ews.notify.routing import Matter, Recipient, Routed, route
from ews.notify.views import AlertView, ReaderView, StormLine, StormView, SystemView
from ews.scoring.model import Level
from ews.settings.secrets import site_key
from ews.store import outbox
from ews.store.outbox import FirstMail

__all__ = ["TellReport", "alert_changes", "trouble"]

LINK_KEY = "link_key"
SINGLE_KINDS = (MessageKind.ALERT, MessageKind.REPEAT, MessageKind.ESCALATION, MessageKind.CLEARED)
_PRIORITY = {Level.ACUTE: Priority.ACUTE, Level.HIGH: Priority.HIGH, Level.ELEVATED: Priority.ELEVATED}


@dataclass(frozen=True, slots=True)
class TellReport:
    """What was queued: single mails, lists, and rows that say in which list they were covered."""

    single: int
    lists: int
    listed: int


def alert_changes(connection: Connection, context: Context, changes: Sequence[RecordedChange]) -> TellReport:
    """Queue every message that these changes call for, in the caller's transaction."""
    heard = [one for one in changes if one.change.reason is not ChangeReason.ACKNOWLEDGED]
    if not heard:
        return TellReport(0, 0, 0)
    around = background(connection, context, heard)
    routed = {one.change_id: _route(context, around, one) for one in heard}
    parted = _part(connection, context, heard, routed)
    by_id = {one.change_id: one for one in heard}
    single = _single(connection, context, around, by_id, parted, routed)
    lists, covered = _lists(context, around, by_id, parted, routed)
    outbox.enqueue(connection, [*single, *lists, *covered], now=context.now)
    return TellReport(len(single), len(lists), len(covered))


def _route(context: Context, around: Background, recorded: RecordedChange) -> Routed:
    change = recorded.change
    kind = messages.kind_of(change.reason)
    falling = change.reason in {ChangeReason.CLEARED, ChangeReason.LOWERED}
    level = max(change.before, change.after, key=lambda one: one.rank) if falling else change.after
    matter = Matter(kind, level, around.register.region(change.subject))
    before = around.told.get(recorded.alert_id, ()) if falling else ()
    return route(matter, post.rota(context), told_before=before)


def _part(
    connection: Connection,
    context: Context,
    changes: Sequence[RecordedChange],
    routed: Mapping[int, Routed],
) -> storm.Split:
    tellings = [
        storm.Telling(one.change_id, recipient.address, (one.change.after.rank, one.change.points))
        for one in changes
        for recipient in routed[one.change_id].recipients
    ]
    hour = outbox.single_since(connection, kinds=SINGLE_KINDS, since=context.now - timedelta(hours=1))
    return storm.split(tellings, sent_this_hour=hour, limit=context.settings.telling.single_per_hour)


def _single(
    connection: Connection,
    context: Context,
    around: Background,
    by_id: Mapping[int, RecordedChange],
    parted: storm.Split,
    routed: Mapping[int, Routed],
) -> list[SealedMessage]:
    wanted = list(dict.fromkeys(one.item for one in parted.single))
    facts = facts_of(connection, context, around, [by_id[item] for item in wanted]) if wanted else {}
    views = {item: alert_view.alert_view(one) for item, one in facts.items()}
    threads = {item: thread_of(around, by_id[item]) for item in wanted}
    before = outbox.first_mails(connection, sorted(set(threads.values())))
    recipients = {(item, one.address): one for item in wanted for one in routed[item].recipients}
    sealed = []
    for telling in parted.single:
        first = before.get((threads[telling.item], telling.address))
        sealed.append(
            _alert(
                connection,
                context,
                facts[telling.item],
                views[telling.item],
                recipient=recipients[telling.item, telling.address],
                thread=threads[telling.item],
                first=first,
            )
        )
    return sealed


def _alert(
    connection: Connection,
    context: Context,
    facts: AlertFacts,
    view: AlertView,
    *,
    recipient: Recipient,
    thread: str,
    first: FirstMail | None,
) -> SealedMessage:
    recorded = facts.recorded
    earlier = [words.day(at) for at in first.days] if first else []
    mine = alert_view.for_reader(
        view, facts, recipient, link=answer_link(context, facts, recipient.address), earlier=earlier
    )
    try:
        rendered = messages.alert(mine)
    except post.UNRENDERABLE as error:
        rendered = messages.plain_alert(mine)
        post.trouble(
            connection, context, _unrendered(context, facts, error), about=f"render:{recorded.change_id}"
        )
    message = post.message_from(
        rendered,
        about=f"alert_change:{recorded.change_id}",
        kind=messages.kind_of(recorded.change.reason),
        recipient=recipient.address,
        priority=priority_of(recorded),
        thread=thread,
    )
    return post.seal(context, message, references=first.message_id if first else "")


def answer_link(context: Context, facts: AlertFacts, address: str) -> str:
    """The link by which this address, and no other, confirms receipt of this change."""
    until = context.now + timedelta(days=context.settings.telling.link_days)
    claim = tokens.Claim(facts.recorded.alert_id, facts.recorded.change_id, address, until)
    token = tokens.sign(claim, site_key(context.folder, LINK_KEY))
    return f"{alert_view.case_url(facts)}/ontvangst?t={token}"


def thread_of(around: Background, recorded: RecordedChange) -> str:
    """Messages of one case share a thread; without a case those of one alert do."""
    number = around.number(recorded)
    return f"zaak:{number}" if number.startswith("C-") else f"alert:{recorded.alert_id}"


def priority_of(recorded: RecordedChange) -> Priority:
    if recorded.change.reason in {ChangeReason.CLEARED, ChangeReason.LOWERED}:
        return Priority.NOTICE
    return _PRIORITY.get(recorded.change.after, Priority.ELEVATED)


def _lists(
    context: Context,
    around: Background,
    by_id: Mapping[int, RecordedChange],
    parted: storm.Split,
    routed: Mapping[int, Routed],
) -> tuple[list[SealedMessage], list[SealedMessage]]:
    lists, covered = [], []
    lines: dict[int, StormLine] = {}
    for address, tellings in parted.listed.items():
        for one in tellings:
            if one.item not in lines:
                lines[one.item] = _line(context, around, by_id[one.item])
        single = sum(one.address == address for one in parted.single)
        recipient = next(one for one in routed[tellings[0].item].recipients if one.address == address)
        mine = [lines[one.item] for one in tellings]
        whole = _list(context, recipient, mine, single=single, newest=max(one.item for one in tellings))
        lists.append(whole)
        covered += [_covered(by_id[one.item], address, whole.message_id) for one in tellings]
    return lists, covered


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
        priority=_PRIORITY.get(worst, Priority.ELEVATED),
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


def _unrendered(context: Context, facts: AlertFacts, error: Exception) -> SystemView:
    site = context.settings.site
    return SystemView(
        topic="bericht niet op te maken",
        what=f"Het bericht over {alert_view.number_of(facts)} kon niet worden opgemaakt; een kale versie is verstuurd.",
        consequence="De lezer moet de redenen zelf in de zaak opzoeken.",
        actions=("Meld dit aan wie het systeem onderhoudt, met de regel hieronder.",),
        details=(words.clean(f"{type(error).__name__}: {error}"),),
        office=site.office.name,
        at=context.now,
        fictitious=site.kind != "production",
    )
