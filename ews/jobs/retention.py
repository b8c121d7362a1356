"""What may be destroyed by now, laid before the people who decide on it; nothing is destroyed here."""

from typing import Any

from ews.cases.calendar import office_date
from ews.cases.retention import Due, due_for_destruction
from ews.jobs.post import trouble
from ews.jobs.run import Context
from ews.notify import words
from ews.notify.model import MessageKind
from ews.notify.views import SystemView
from ews.store import audit, cases
from ews.store.engine import reading, writing

SHOWN = 40


def due(context: Context) -> list[Due]:
    """Closed cases whose terms are over and that still hold names, texts or documents."""
    with reading(context.engine) as connection:
        files = cases.all_cases(connection)
    # today's terms, not those of the case: a shorter legal term holds for old cases too
    return due_for_destruction(files, context.settings.cases, today=office_date(context.now))


def propose(context: Context) -> dict[str, Any]:
    """Lay what is due before those who decide, once a month. Returns `{"due", "told", "cases"}`."""
    found = due(context)
    month = f"{office_date(context.now):%Y-%m}"
    told = 0
    if found:
        with writing(context.engine) as connection:
            told = trouble(
                connection,
                context,
                _view(context, found),
                about=f"retention:{month}",
                kind=MessageKind.RETENTION,
            )
            if told:
                detail = {"due": len(found)}
                audit.append(connection, context.actor, "retention.proposed", month, detail, now=context.now)
    return {"due": len(found), "told": told, "cases": [one.case for one in found]}


def line(one: Due) -> str:
    """One case that is due, in Dutch."""
    files = words.counted(one.files, "bewijsstuk", "bewijsstukken")
    return (
        f"{one.case}: gesloten op {words.short_day(one.closed_on)}, bewaard tot en met "
        f"{words.short_day(one.kept_until)}; {files}"
    )


def _view(context: Context, found: list[Due]) -> SystemView:
    site = context.settings.site
    count = words.counted(len(found), "gesloten zaak", "gesloten zaken")
    rest = [f"en {len(found) - SHOWN} meer: ews case retention"] if len(found) > SHOWN else []
    return SystemView(
        subject="EWS bewaartermijn",
        topic=f"{count} voorbij de termijn",
        what=f"Van {count} is de bewaartermijn om. Namen, vrije tekst en bewijsstukken mogen worden vernietigd.",
        consequence="Zolang niemand beslist, blijft alles staan en komt dit bericht elke maand terug.",
        actions=(
            "Ga na of de zaak nog nodig is voor een geschil, een evaluatie of een vraag van de NZa.",
            "Zo niet, vernietig met twee mensen: ews --user ID case destroy ZAAK --second ID --reason …",
        ),
        details=(*(line(one) for one in found[:SHOWN]), *rest),
        office=site.office.name,
        at=context.now,
        fictitious=site.kind != "production",
        why="U krijgt dit omdat u meebeslist over wat niet langer bewaard hoeft te worden.",
    )
