"""What people of the office write down about a provider: own observations, its own warnings, exemptions."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date

from ews.errors import NotFoundError, RefusedError
from ews.identifiers import parse_subject
from ews.jobs.run import OFFICE_ZONE, Context
from ews.jobs.signal import check_provider, take_in
from ews.signals.contract import SourceContract
from ews.signals.expected import ALL_FIGURES
from ews.signals.observed import FollowUp, follow_ups
from ews.signals.soft import LONGEST_TEXT
from ews.store import events
from ews.store.engine import reading
from ews.store.register import register_at

OBSERVATIONS, WARNINGS, EXEMPTIONS = "eigen_waarnemingen", "meldingen_aanbieder", "vrijstellingen"
LONGEST_EXEMPTION_DAYS = 550
"""An exemption ends; longer than a year and a half is given anew (own norm of the office)."""


def observe(
    context: Context,
    provider: str,
    kind: str,
    *,
    outcome: str,
    count: int = 1,
    on: date | None = None,
    follow_up: date | None = None,
    note: str = "",
) -> None:
    """Write down a visit, talk, complaint or question. The same kind on the same day replaces the earlier one.

    Raises RefusedError, NotFoundError or NotAllowedError; nothing is kept then.
    """
    _check(context, provider, OBSERVATIONS, kind)
    day = _past_day(context, on)
    if count < 0:
        raise RefusedError("--count is een aantal: nul of meer.")
    if follow_up is not None and follow_up < day:
        raise RefusedError("De dag van opvolgen (--follow-up) ligt voor de waarneming zelf.")
    _write(context, OBSERVATIONS, provider, {
        "Datum": day.isoformat(),
        "Soort": kind,
        "Uitkomst": _text(outcome, "--outcome"),
        "Aantal": str(count),
        "Opvolgen vóór": follow_up.isoformat() if follow_up else "",
        "Toelichting": _text(note, "--text", may_be_empty=True),
    })  # fmt: skip


def warn(
    context: Context, provider: str, kind: str, *, text: str, channel: str, on: date | None = None
) -> None:
    """Write down that a provider warned itself: this counts as a tripwire, from now on."""
    _check(context, provider, WARNINGS, kind)
    _write(context, WARNINGS, provider, {
        "Datum": _past_day(context, on).isoformat(),
        "Soort": kind,
        "Kanaal": _text(channel, "--channel"),
        "Omschrijving": _text(text, "--text"),
    })  # fmt: skip


def exempt(
    context: Context,
    provider: str,
    figures: Sequence[str],
    *,
    reason: str,
    until: date,
    begin: date | None = None,
) -> None:
    """Excuse a provider from figures (none named: from all) until a day, for a reason, by the person who acts."""
    person = context.person()
    check_provider(context, provider)
    known = {figure.name for source in context.settings.sources.values() for figure in source.figure}
    strangers = [one for one in figures if one not in known]
    if strangers:
        raise NotFoundError(f"Geen cijfer van een bron: {', '.join(strangers)}. Zie: ews source expected")
    first = begin or _today(context)
    if not 0 <= (until - first).days <= LONGEST_EXEMPTION_DAYS:
        raise RefusedError(
            f"Een vrijstelling eindigt binnen {LONGEST_EXEMPTION_DAYS} dagen na haar begin (--until)."
        )
    _write(context, EXEMPTIONS, provider, {
        "Cijfers": " ".join(sorted(set(figures))) or ALL_FIGURES,
        "Begin": first.isoformat(),
        "Einde": until.isoformat(),
        "Reden": _text(reason, "--reason"),
        "Gegeven door": person.id,
    })  # fmt: skip


def open_follow_ups(context: Context) -> list[tuple[FollowUp, str]]:
    """What still has to be followed up, with the provider's name."""
    with reading(context.engine) as connection:
        register = register_at(connection, context.now)
        found = follow_ups(events.known_at(connection, context.now), today=_today(context))
    return [(one, register.name(one.provider)) for one in found]


def _check(context: Context, provider: str, source: str, kind: str) -> None:
    context.person()
    check_provider(context, provider)
    kinds = kinds_of(context.settings.sources[source])
    if kind not in kinds:
        raise NotFoundError(f"Soort '{kind}' bestaat niet. Kies uit: {', '.join(kinds)}.")


def kinds_of(contract: SourceContract) -> list[str]:
    """The words by which people name the kinds of a source of events."""
    return list(contract.event.kinds) if contract.event else []


def _today(context: Context) -> date:
    return context.now.astimezone(OFFICE_ZONE).date()


def _past_day(context: Context, on: date | None) -> date:
    day = on or _today(context)
    if day > _today(context):
        raise RefusedError("De dag ligt in de toekomst (--on).")
    return day


def _text(text: str, option: str, *, may_be_empty: bool = False) -> str:
    said = " ".join(text.split())
    if len(said) > LONGEST_TEXT or not (said or may_be_empty):
        raise RefusedError(f"Schrijf bij {option} een tekst van hoogstens {LONGEST_TEXT} tekens.")
    return said


def _write(context: Context, source: str, provider: str, cells: Mapping[str, str]) -> None:
    row = {"KvK-nummer": parse_subject(provider).value, **cells}
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(row), delimiter=";")
    writer.writeheader()
    writer.writerow(row)
    take_in(context, source, text.getvalue(), suffix="csv")
