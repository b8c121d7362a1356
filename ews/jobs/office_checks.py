"""What the doctor asks of the office: is there somebody to tell, something to watch, and an answer to what was asked?"""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Connection, func, select

from ews.jobs import mute, post
from ews.jobs.bulletins import keywords_now
from ews.jobs.check import Check, checked
from ews.jobs.run import Context
from ews.jobs.source_health import data_lines
from ews.notify import words
from ews.notify.model import MessageKind
from ews.notify.routing import Because, Matter, route
from ews.scoring.model import Level
from ews.store import bulletins
from ews.store import week as store
from ews.store.schema import subject

SOURCES, MUTES = "bronnen", "stiltes"


def office_checks(connection: Connection, context: Context) -> Iterator[Check]:
    """Recipients, portfolio, sources, confirmations and mutes."""
    yield _recipients(context)
    count = connection.execute(select(func.count()).select_from(subject)).scalar_one()
    yield checked(
        "portefeuille",
        [] if count else ["leeg: er is niemand om te volgen"],
        words.counted(count, "aanbieder of locatie", "aanbieders en locaties"),
        "Lever de lijst met aanbieders in: ews ingest",
    )
    sources = [f"{one.source}: {one.state}" for one in data_lines(connection, context, context.now)]
    yield checked(
        SOURCES,
        sources,
        "op tijd, niets vastgehouden",
        "Vraag de levering na bij de bron; een vastgehouden bestand: ews rejections list.",
    )
    yield _confirmations(connection, context)
    yield _mutes(connection, context)
    yield _proposals(connection, context)


def _recipients(context: Context) -> Check:
    unreached = [
        f"'{kind}' vanaf {words.LEVEL[level]} in regio {region}"
        for kind in (MessageKind.ALERT, MessageKind.ESCALATION, MessageKind.SYSTEM)
        for level in (Level.HIGH, Level.ACUTE)
        for region in context.settings.site.office.regions
        if route(Matter(kind, level, region), post.rota(context)).recipients[0].because is Because.DUTY
    ]
    return checked(
        "ontvangers",
        list(dict.fromkeys(unreached)),
        "elk bericht bereikt een persoon",
        "Vul people.toml en recipients.toml aan; nu gaat dit alleen naar het vangnetadres.",
    )


def _confirmations(connection: Connection, context: Context) -> Check:
    telling, off = context.settings.telling, context.settings.cases.case.days_off
    late = [
        f"W-{one.alert} ({words.LEVEL[one.level]})"
        for one in store.unanswered(connection, context.now)
        if (term := telling.answer_by(one.level, one.at, off)) and term < context.now - timedelta(days=7)
    ]
    return checked(
        "bevestigingen",
        [f"al meer dan een week onbeantwoord: {words.listed(late[:6])}"] if late else [],
        "geen die langer dan een week wacht",
        "Spreek de eigenaar aan; bevestigen kan met ews case acknowledge.",
    )


def _mutes(connection: Connection, context: Context) -> Check:
    old = [
        f"{one.subject} ({words.LEVEL[level]}) sinds {one.from_at:%d-%m-%Y}"
        for one, level in mute.stale(connection, context)
    ]
    return checked(
        MUTES,
        [f"al meer dan een week stil bij verhoogd of hoger: {words.listed(old[:6])}"] if old else [],
        "geen oude stilte over iemand die op verhoogd of hoger staat",
        "Beëindig haar (ews mute list, ews mute end NUMMER) of laat twee mensen haar verlengen.",
    )


def _proposals(connection: Connection, context: Context) -> Check:
    count, oldest = bulletins.waiting(connection, context.now)
    if oldest is None:
        return Check("voorstellen", True, "geen bericht uit een feed wacht op een mens")
    waits = (context.now - oldest).days
    verb = "wacht" if count == 1 else "wachten"
    said = (
        f"{words.counted(count, 'voorstel', 'voorstellen')} {verb} op bevestiging, het oudste {waits} dagen"
    )
    ok = waits <= keywords_now(context).waits_days
    return Check("voorstellen", ok, said, "" if ok else "Bevestig of wijs af: ews signal proposals list")
