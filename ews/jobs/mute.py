"""Silence about a subject: one person for a week, two for longer; never without a reason and an end."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from ews.alerts.model import Mute
from ews.errors import NotAllowedError, NotFoundError, RefusedError
from ews.jobs import tell
from ews.jobs.provider import find_subject
from ews.jobs.run import Context
from ews.notify.views import SystemView
from ews.notify.words import LEVEL
from ews.scoring.model import Level
from ews.store import assessments, audit, mutes
from ews.store.alerts import held_at
from ews.store.engine import reading, writing

ALONE = timedelta(days=7)
"""One person may ask for silence this long; design rule on mutes."""
LONGEST = timedelta(days=90)


def mute(context: Context, given: str, *, until: datetime, reason: str, second: str | None) -> Mute:
    """Mute a subject. Raises RefusedError for a bad end or no reason, NotAllowedError without a second person."""
    person = context.person()
    if not reason.strip():
        raise RefusedError('Stilte vraagt een reden: --reason "…".')
    if not context.now < until <= context.now + LONGEST:
        raise RefusedError(
            f"Stilte eindigt in de toekomst, hooguit over {LONGEST.days} dagen: --until JJJJ-MM-DD."
        )
    if until - context.now > ALONE and (second in {None, person.id} or second not in context.settings.people):
        raise NotAllowedError(
            f"Langer dan {ALONE.days} dagen stilte vraagt een tweede, andere persoon van het kantoor: --second ID."
        )
    with writing(context.engine) as connection:
        subject = find_subject(connection, context, given)
        number = mutes.add(
            connection,
            subject,
            now=context.now,
            until=until,
            reason=reason.strip(),
            author=person.id,
            second=second,
        )
        audit.append(
            connection,
            context.actor,
            "alert.muted",
            subject,
            {"mute": number, "until": until.isoformat(), "second": second},
            now=context.now,
        )
    return Mute(number, subject, context.now, until, reason.strip(), person.id, second)


def unmute(context: Context, number: int) -> None:
    """End a mute before its time. Raises NotFoundError for one that is not in force."""
    context.person()
    with writing(context.engine) as connection:
        running = {one.id: one for one in mutes.active(connection, context.now).values()}
        if number not in running:
            raise NotFoundError(f"Stilte {number} loopt niet. Zie: ews mute list")
        mutes.end(connection, number, now=context.now)
        audit.append(
            connection,
            context.actor,
            "alert.unmuted",
            running[number].subject,
            {"mute": number},
            now=context.now,
        )


def list_mutes(context: Context) -> Sequence[Mute]:
    """Every mute, newest first."""
    with reading(context.engine) as connection:
        return mutes.listed(connection)


def stale(connection: Connection, context: Context) -> list[tuple[Mute, Level]]:
    """Mutes of over a week on somebody at an alerting level: the gravest of what is held and what was last assessed.

    Both count: missing data makes an assessment unknown, and under a mute from the start no alert ever held a level.
    """
    old = [one for one in mutes.active(connection, context.now).values() if context.now - one.from_at > ALONE]
    if not old:
        return []
    held = held_at(connection, context.now)
    last = assessments.latest(connection, as_of=context.now, subjects=[one.subject for one in old])
    found = []
    for one in old:
        levels = [held.get(one.subject, Level.UNKNOWN)]
        levels += [last[one.subject].level] if one.subject in last else []
        gravest = max(levels, key=lambda level: level.rank)
        if gravest.rank >= Level.ELEVATED.rank:
            found.append((one, gravest))
    return found


def tell_stale(connection: Connection, context: Context) -> None:
    """Each stale mute is told of, once."""
    for one, level in stale(connection, context):
        view = SystemView(
            topic="oude stilte",
            what=f"Sinds {one.from_at:%d-%m-%Y} is het stil over een aanbieder die nu op {LEVEL[level]} staat.",
            consequence=f"Niemand hoort van verergering, tot {one.until:%d-%m-%Y}; alleen acuut breekt erdoor.",
            actions=(f"Beëindig de stilte: ews mute end {one.id}", "Of laat haar aflopen en noteer waarom."),
            details=(f"stilte {one.id}, gevraagd door {one.author}",),
            office=context.settings.site.office.name,
            at=context.now,
            fictitious=context.settings.site.kind != "production",
        )
        tell.trouble(connection, context, view, about=f"mute:{one.id}")
