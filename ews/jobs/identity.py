"""Who goes on under another number, and which numbers were whose when."""

import csv
import io
from datetime import date, datetime

from ews.errors import RefusedError
from ews.identifiers import parse_subject
from ews.jobs.run import OFFICE_ZONE, Context
from ews.jobs.signal import check_provider, take_in
from ews.signals.soft import LONGEST_TEXT
from ews.signals.succession import MERGER, NEW_NUMBER, SPLIT, Succession, successions
from ews.store import crosswalk, events
from ews.store.crosswalk import Span
from ews.store.engine import reading

SOURCE = "opvolgingen"
WAYS = (NEW_NUMBER, MERGER, SPLIT)


def succeed(
    context: Context, predecessor: str, successor: str, *, on: date, how: str, note: str = ""
) -> None:
    """Write down that a provider goes on as another from a day on; a person says so, names that look alike never do.

    Raises RefusedError or NotFoundError; nothing is kept then.
    """
    person = context.person()
    check_provider(context, successor)
    before = parse_subject(predecessor) if predecessor.startswith("kvk:") else None
    if before is None or str(before) == successor:
        raise RefusedError("Een voorganger heeft een eigen, ander KvK-nummer: kvk:12345678.")
    if how not in WAYS:
        raise RefusedError(f"--how '{how}' bestaat niet. Kies uit: {', '.join(WAYS)}.")
    if on > context.now.astimezone(OFFICE_ZONE).date():
        raise RefusedError("De dag ligt in de toekomst (--on). Leg de opvolging vast zodra zij er is.")
    if len(note) > LONGEST_TEXT:
        raise RefusedError(f"De toelichting is langer dan {LONGEST_TEXT} tekens.")
    row = {
        "KvK-nummer": parse_subject(successor).value,
        "Voorganger": before.value,
        "Datum": on.isoformat(),
        "Soort": how,
        "Toelichting": " ".join(note.split()),
        "Vastgelegd door": person.id,
    }
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(row), delimiter=";")
    writer.writeheader()
    writer.writerow(row)
    take_in(context, SOURCE, text.getvalue(), suffix="csv")


def known_ties(
    context: Context, *, as_of: datetime, subject: str | None = None
) -> tuple[list[Span], list[Succession]]:
    """Which numbers were whose from when to when, and who went on as whom."""
    with reading(context.engine) as connection:
        spans = crosswalk.ties(connection, as_of, subjects=[subject] if subject else None)
        known = successions(events.known_at(connection, as_of))
    mine = [one for one in known if subject in {None, one.predecessor, one.successor}]
    return spans, mine
