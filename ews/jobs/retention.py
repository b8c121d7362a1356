"""What may be destroyed by now, laid before the people who decide on it; nothing is destroyed here."""

from typing import Any

from ews.cases.calendar import office_date
from ews.jobs.destruction import Due, due
from ews.jobs.post import trouble
from ews.jobs.run import Context
from ews.notify import words
from ews.notify.model import MessageKind
from ews.notify.views import SystemView
from ews.store import audit
from ews.store.engine import writing

SHOWN = 40


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
    return {"due": len(found), "told": told, "cases": sorted({one.case for one in found if one.case})}


def line(one: Due) -> str:
    """One class of one case, or of the site, that is due, in Dutch."""
    until = words.short_day(one.kept_until)
    return f"{one.case or 'deze plek'}: {one.retention.title} ({one.count}), bewaard tot en met {until}"


def _view(context: Context, found: list[Due]) -> SystemView:
    site = context.settings.site
    numbers = {one.case for one in found if one.case}
    count = words.counted(len(numbers), "gesloten zaak", "gesloten zaken") if numbers else "de plek zelf"
    rest = [f"en {len(found) - SHOWN} meer: ews retention due"] if len(found) > SHOWN else []
    return SystemView(
        subject="EWS bewaartermijn",
        topic=f"{count} voorbij de termijn",
        what=f"Van {count} is de bewaartermijn om. Wat hieronder staat, mag worden vernietigd.",
        consequence="Zolang niemand beslist, blijft alles staan en komt dit bericht elke maand terug.",
        actions=(
            "Ga na of de zaak nog nodig is voor een geschil, een evaluatie of een vraag van de NZa.",
            "Zo niet, vernietig met twee mensen: ews --user ID retention destroy ZAAK --second ID --reason …",
        ),
        details=(*(line(one) for one in found[:SHOWN]), *rest),
        office=site.office.name,
        at=context.now,
        fictitious=site.kind != "production",
        why="U krijgt dit omdat u meebeslist over wat niet langer bewaard hoeft te worden.",
    )
