"""Alert changes into messages: who hears of what, singly or in one list, with links only they can use.

Rendering reads only, so that it need not hold up other writers; a mail gets its link, its Message-ID and its
place in the outbox when the change it tells of is recorded.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Connection

from ews.alerts.model import ChangeReason, RecordedChange
from ews.jobs import post, storm_list
from ews.jobs.alert_facts import Background, background, facts_of
from ews.jobs.links import Signer, answer_url, signer
from ews.jobs.post import trouble
from ews.jobs.run import Context
from ews.jobs.storm_list import priority_of
from ews.notify import alert_view, messages, storm, words
from ews.notify.alert_view import AlertFacts
from ews.notify.messages import Rendered
from ews.notify.model import MessageKind, SealedMessage
from ews.notify.routing import Matter, Recipient, Routed, route
from ews.notify.views import AlertView, SystemView
from ews.store import outbox
from ews.store.outbox import FirstMail

__all__ = ["TellReport", "alert_changes", "prepare", "queue", "trouble"]

LINK_PLACE = "plaats-van-de-eigen-link"
"""Stands in a rendered mail until the change has a number that a link can be signed for."""
SINGLE_KINDS = (MessageKind.ALERT, MessageKind.REPEAT, MessageKind.ESCALATION, MessageKind.CLEARED)


@dataclass(frozen=True, slots=True)
class TellReport:
    """What was queued: single mails, lists, and rows that say in which list they were covered."""

    single: int
    lists: int
    listed: int


@dataclass(frozen=True, slots=True)
class Letter:
    """A single mail as rendered for one reader. `fault`: why only the plain form of it could be made."""

    item: int
    address: str
    rendered: Rendered
    thread: str
    references: str
    number: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything there is to tell of a set of changes, by the id that each change was given."""

    around: Background
    routed: Mapping[int, Routed]
    parted: storm.Split
    letters: tuple[Letter, ...]


def alert_changes(connection: Connection, context: Context, changes: Sequence[RecordedChange]) -> TellReport:
    """Queue every message that these changes call for, in the caller's transaction."""
    heard = [one for one in changes if one.change.reason is not ChangeReason.ACKNOWLEDGED]
    if not heard:
        return TellReport(0, 0, 0)
    ready = prepare(connection, context, heard)
    return queue(connection, context, ready, {one.change_id: one for one in heard})


def prepare(connection: Connection, context: Context, changes: Sequence[RecordedChange]) -> Prepared:
    """Route and render. Writes nothing; a change that is not recorded yet has a negative id of its own."""
    around = background(connection, context, changes)
    routed = {one.change_id: _route(context, around, one) for one in changes}
    parted = _part(connection, context, changes, routed)
    by_id = {one.change_id: one for one in changes}
    letters = _letters(connection, context, around, by_id, parted, routed)
    return Prepared(around, routed, parted, tuple(letters))


def queue(
    connection: Connection, context: Context, ready: Prepared, recorded: Mapping[int, RecordedChange]
) -> TellReport:
    """Put what was prepared in the outbox, for those of its changes that were recorded, in the caller's transaction."""
    sign = signer(context)
    single = []
    for letter in ready.letters:
        if (one := recorded.get(letter.item)) is None:
            continue
        single.append(_sealed(context, letter, one, sign))
        if letter.fault:
            view = _unrendered(context, letter)
            trouble(connection, context, view, about=f"render:{one.change_id}")
    lists, covered = storm_list.lists(
        context, ready.around, ready.parted, ready.routed, recorded=recorded, sign=sign
    )
    outbox.enqueue(connection, [*single, *lists, *covered], now=context.now)
    return TellReport(len(single), len(lists), len(covered))


def _route(context: Context, around: Background, recorded: RecordedChange) -> Routed:
    change = recorded.change
    kind = messages.kind_of(change.reason)
    falling = change.reason in {ChangeReason.CLEARED, ChangeReason.LOWERED}
    level = max(change.before, change.after, key=lambda one: one.rank) if falling else change.after
    register = around.register
    matter = Matter(kind, level, register.region(change.subject), register.sector(change.subject))
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


def _letters(
    connection: Connection,
    context: Context,
    around: Background,
    by_id: Mapping[int, RecordedChange],
    parted: storm.Split,
    routed: Mapping[int, Routed],
) -> Iterable[Letter]:
    wanted = list(dict.fromkeys(one.item for one in parted.single))
    facts = facts_of(connection, context, around, [by_id[item] for item in wanted]) if wanted else {}
    views = {item: alert_view.alert_view(one) for item, one in facts.items()}
    threads = {item: thread_of(around, by_id[item]) for item in wanted}
    before = outbox.first_mails(connection, sorted(set(threads.values())))
    recipients = {(item, one.address): one for item in wanted for one in routed[item].recipients}
    for telling in parted.single:
        item, thread = telling.item, threads[telling.item]
        first = before.get((thread, telling.address))
        recipient = recipients[item, telling.address]
        yield _letter(facts[item], views[item], recipient, thread=thread, first=first)


def _letter(
    facts: AlertFacts, view: AlertView, recipient: Recipient, *, thread: str, first: FirstMail | None
) -> Letter:
    earlier = [words.day(at) for at in first.days] if first else []
    link = answer_url(alert_view.case_url(facts), LINK_PLACE)
    mine = alert_view.for_reader(view, facts, recipient, link=link, earlier=earlier)
    fault = ""
    try:
        rendered = messages.alert(mine)
    except post.UNRENDERABLE as error:
        rendered = messages.plain_alert(mine)
        fault = words.clean(f"{type(error).__name__}: {error}")
    return Letter(
        item=facts.recorded.change_id,
        address=recipient.address,
        rendered=rendered,
        thread=thread,
        references=first.message_id if first else "",
        number=alert_view.number_of(facts),
        fault=fault,
    )


def _sealed(context: Context, letter: Letter, recorded: RecordedChange, sign: Signer) -> SealedMessage:
    token, mail = sign(recorded, letter.address), letter.rendered
    linked = replace(
        mail, text=mail.text.replace(LINK_PLACE, token), html=mail.html.replace(LINK_PLACE, token)
    )
    message = post.message_from(
        linked,
        about=f"alert_change:{recorded.change_id}",
        kind=messages.kind_of(recorded.change.reason),
        recipient=letter.address,
        priority=priority_of(recorded),
        thread=letter.thread,
    )
    return post.seal(context, message, references=letter.references)


def thread_of(around: Background, recorded: RecordedChange) -> str:
    """Messages of one case share a thread; without a case those of one alert do."""
    number = around.number(recorded)
    return f"zaak:{number}" if number.startswith("C-") else f"alert:{recorded.alert_id}"


def _unrendered(context: Context, letter: Letter) -> SystemView:
    site = context.settings.site
    return SystemView(
        topic="bericht niet op te maken",
        what=f"Het bericht over {letter.number} kon niet worden opgemaakt; een kale versie is verstuurd.",
        consequence="De lezer moet de redenen zelf in de zaak opzoeken.",
        actions=("Meld dit aan wie het systeem onderhoudt, met de regel hieronder.",),
        details=(letter.fault,),
        office=site.office.name,
        at=context.now,
        fictitious=site.kind != "production",
    )
