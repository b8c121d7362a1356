"""What stands around a new case: is the picture unique or wider, and which cases belong together."""

from sqlalchemy import Connection

from ews.cases.calendar import office_date
from ews.cases.entries import Link, Note
from ews.jobs.case_log import record
from ews.jobs.run import Context
from ews.notify.alert_view import breadth_text
from ews.signals.register import Register
from ews.store import assessments, audit, cases
from ews.store.register import register_at


def note_surroundings(connection: Connection, context: Context, number: str, subject: str) -> None:
    """Record in a new case how its reasons compare with the sector, and tie it to open cases of the concern."""
    register = register_at(connection, context.now)
    today = office_date(context.now)
    text = _breadth(connection, context, register, subject)
    if text:
        record(
            connection, context, number, Note(f"Uniek of breder: {text}"), on=today, author=audit.SYSTEM.id
        )
    for sibling in register.siblings(subject):
        other = cases.open_case_of(connection, sibling)
        if other is None:
            continue
        for here, there in ((number, other.number), (other.number, number)):
            link = Link(there, f"zelfde concern: {register.providers[sibling].concern}")
            record(connection, context, here, link, on=today, author=audit.SYSTEM.id)


def _breadth(connection: Connection, context: Context, register: Register, subject: str) -> str:
    """Comparable: providers of the same sector in the register, with their newest assessment."""
    sector = register.sector(subject)
    alike = [one for one in register.providers if one != subject and register.sector(one) == sector]
    known = assessments.latest(connection, as_of=context.now, subjects=[subject, *alike])
    if not sector or subject not in known:
        return ""
    labels = {name: one.name for name, one in context.settings.indicators.items()}
    return breadth_text(known[subject], [known[one] for one in alike if one in known], labels)
