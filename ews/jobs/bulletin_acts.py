"""What people make of proposals: an event once confirmed, as a delivery with its source, or nothing."""

import csv
import io
from dataclasses import dataclass
from datetime import date

from ews.errors import NotFoundError, RefusedError
from ews.jobs.bulletins import keywords_now
from ews.jobs.ingest import ingest
from ews.jobs.run import OFFICE_ZONE, Context
from ews.signals.contract import SourceContract
from ews.store import bulletins, events
from ews.store.audit import append
from ews.store.bulletins import Bulletin
from ews.store.engine import reading, writing
from ews.store.register import register_at


def listed(context: Context, *, everything: bool = False) -> list[Bulletin]:
    """Proposals that wait for a person; with `everything` also those that were decided."""
    states = ("waiting", "confirmed", "dismissed") if everything else ("waiting",)
    with reading(context.engine) as connection:
        return bulletins.listed(connection, states)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a person makes of a proposal. Empty: as it was proposed."""

    provider: str = ""
    kind: str = ""
    began_on: date | None = None
    """Of the decision itself, not of its publication."""
    ended_on: date | None = None


def confirm(context: Context, number: int, given: Confirmed) -> Bulletin:
    """Make an event of a proposal, as a delivery of the source for confirmed ones.

    Raises NotFoundError or RefusedError; the proposal then still waits.
    """
    person = context.person()
    with reading(context.engine) as connection:
        found = bulletins.find(connection, number)
    if not found.may_be_confirmed:
        raise RefusedError(f"Voorstel {number} is al {_STATES[found.state]} door {found.decided_by}.")
    contract = context.settings.sources[keywords_now(context).confirmed_by]
    provider = _provider(context, found, given.provider)
    kind = given.kind or found.kind
    if contract.event is None or kind not in contract.event.kinds:
        known = ", ".join(contract.event.kinds if contract.event else ())
        raise RefusedError(f"Soort '{kind}' bestaat niet. Kies uit: {known}.")
    began, ended = _dates(context, found, given, provider=provider, event=contract.event.kinds[kind])
    _deliver(context, found, contract, provider=provider, kind=kind, dates=(began, ended))
    with writing(context.engine) as connection:
        bulletins.decide(
            connection, number, state="confirmed", by=person.id, now=context.now, reason=f"{kind}: {provider}"
        )
        detail = {"provider": provider, "kind": kind, "began_on": began.isoformat()}
        append(connection, context.actor, "proposal.confirmed", f"proposal:{number}", detail, now=context.now)
        return bulletins.find(connection, number)


def dismiss(context: Context, number: int, reason: str) -> Bulletin:
    """Put a proposal aside with a reason."""
    person = context.person()
    if not reason.strip():
        raise RefusedError("Zeg waarom dit voorstel vervalt: --reason.")
    with writing(context.engine) as connection:
        found = bulletins.find(connection, number)
        if found.state != "waiting":
            raise RefusedError(f"Voorstel {number} is al {_STATES[found.state]} door {found.decided_by}.")
        bulletins.decide(
            connection, number, state="dismissed", by=person.id, now=context.now, reason=reason.strip()
        )
        append(connection, context.actor, "proposal.dismissed", f"proposal:{number}", now=context.now)
        return bulletins.find(connection, number)


_STATES = {"waiting": "in afwachting", "confirmed": "bevestigd", "dismissed": "afgewezen"}


def _provider(context: Context, found: Bulletin, given: str) -> str:
    options = [one.provider for one in found.candidates]
    if not given and len(options) == 1:
        return options[0]
    with reading(context.engine) as connection:
        known = register_at(connection, context.now).providers
    if not given:
        raise RefusedError(f"Zeg over wie dit gaat: --provider ({' of '.join(options) or 'kvk:12345678'}).")
    if given not in known:
        raise NotFoundError(f"{given} is geen gecontracteerde aanbieder. Zie: ews portfolio")
    return given


def _dates(
    context: Context, found: Bulletin, given: Confirmed, *, provider: str, event: str
) -> tuple[date, date | None]:
    """Begin and end of the measure; of one that ends, its begin is what is known of it."""
    today = context.now.astimezone(OFFICE_ZONE).date()
    began = given.began_on or (_running_since(context, provider, event) if found.is_end else None)
    if began is None:
        raise RefusedError(
            "Zeg op welke dag het besluit is genomen: --on JJJJ-MM-DD (niet de publicatiedatum)."
        )
    if found.is_end and given.ended_on is None:
        raise RefusedError("Dit bericht gaat over een einde. Zeg op welke dag: --until JJJJ-MM-DD.")
    if began > today or (given.ended_on is not None and not began <= given.ended_on <= today):
        raise RefusedError(
            "Een dag ligt in de toekomst, of het einde voor het begin. Herstel --on of --until."
        )
    return began, given.ended_on


def _running_since(context: Context, provider: str, kind: str) -> date | None:
    with reading(context.engine) as connection:
        known = events.known_at(connection, context.now)
    running = [one for one in known if (one.subject, one.kind) == (provider, kind) and one.ended_on is None]
    return max((one.occurred_on for one in running), default=None)


def _deliver(
    context: Context,
    found: Bulletin,
    contract: SourceContract,
    *,
    provider: str,
    kind: str,
    dates: tuple[date, date | None],
) -> None:
    path = context.folder / "inbox" / f"{contract.name}_voorstel_{found.id}.csv"
    path.write_text(_as_file(found, contract, provider=provider, kind=kind, dates=dates), encoding="utf-8")
    try:
        report = ingest(context, [path], source=contract.name).files[0]
    finally:
        path.unlink()
    if report.status not in {"accepted", "known"}:
        raise RefusedError(f"Het voorstel is niet vastgelegd. {report.message}")


def _as_file(
    found: Bulletin,
    contract: SourceContract,
    *,
    provider: str,
    kind: str,
    dates: tuple[date, date | None],
) -> str:
    """One row in the columns of the contract."""
    assert contract.event is not None
    assert contract.event.kind is not None
    assert contract.provider is not None
    row = dict.fromkeys(contract.event.detail.values(), "")
    row |= {contract.provider.column: provider.partition(":")[2], contract.event.kind.column: kind}
    row[contract.event.date.column] = dates[0].isoformat()
    if contract.event.end is not None:
        row[contract.event.end.column] = dates[1].isoformat() if dates[1] else ""
    for name, text in (("url", found.link), ("bron", f"{found.title} (voorstel {found.id}, bevestigd)")):
        if name in contract.event.detail:
            row[contract.event.detail[name]] = text
    written = io.StringIO()
    writer = csv.DictWriter(written, list(row), delimiter=contract.delimiter)
    writer.writeheader()
    writer.writerow(row)
    return written.getvalue()
