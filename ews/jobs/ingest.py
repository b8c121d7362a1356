"""Files in: each is refused, known already, held for a person, or its figures are stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from ews.errors import FileRefusedError
from ews.jobs.alone import one_at_a_time
from ews.jobs.arrival import Arrival, believable, extract_day, half_a_list, known_moment
from ews.jobs.bulletins import Feed, take_in
from ews.jobs.ingest_report import COUNTS, FileReport, IngestReport
from ews.jobs.intake import hold, publish
from ews.jobs.memory import Memory
from ews.jobs.recognise import (
    contract_named,
    feed_contract,
    file_limits,
    known_subjects,
    own_tables,
    recognise,
)
from ews.jobs.repetition import COPY, Repetition, repetition
from ews.jobs.run import Context
from ews.signals import persons
from ews.signals.content import Content, read_content
from ews.signals.contract import SourceContract
from ews.signals.parse import parse
from ews.signals.repeated import Again
from ews.signals.table import Table
from ews.signals.verdict import held_because, remarks
from ews.store import deliveries, fetches, raw
from ews.store.audit import append
from ews.store.deliveries import Delivery
from ews.store.engine import reading, writing


def ingest(
    context: Context,
    paths: Sequence[Path],
    *,
    source: str | None = None,
    received_at: datetime | None = None,
    doubt: str = "",
) -> IngestReport:
    """Take files in; without paths those in the site's inbox. Files of sources with history go by their date.

    `doubt`: why a person has to look, whatever the files say: they are held. A refused file does not stop the others. Raises FileRefusedError for an unknown source or an absent path.
    """
    if source is not None:
        contract_named(context.settings.sources, source)
    received = received_at or context.now
    if received > context.now:
        raise FileRefusedError(
            f"--received-at {received.isoformat()} ligt in de toekomst. Geef het moment van ontvangst."
        )
    found = _in_order(context, _expanded(list(paths) or [context.folder / "inbox"]))
    with one_at_a_time(context):
        taking = _Taking(context, source, received, Memory(), doubt)
        return IngestReport(tuple(_take_in(taking, path) for path in found))


def _expanded(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.iterdir() if one.is_file() and not one.name.startswith("."))
        else:
            yield path


def _in_order(context: Context, paths: Iterator[Path]) -> list[Path]:
    """Dated files of sources with history from old to new, the others first and as given."""

    def day(path: Path) -> date:
        histories = (one for one in context.settings.sources.values() if one.history)
        dates = (contract.file_date(path.name) for contract in histories)
        return next((found for found in dates if found is not None), date.min)

    return sorted(paths, key=day)


@dataclass(frozen=True, slots=True)
class _Taking:
    """One ingest while it runs."""

    context: Context
    source: str | None
    received: datetime
    memory: Memory
    doubt: str


def _take_in(taking: _Taking, path: Path) -> FileReport:
    try:
        return _read_and_store(taking, path)
    except FileRefusedError as error:
        context = taking.context
        with writing(context.engine) as connection:
            append(connection, context.actor, "file.refused", "file", now=context.now)
        shown, said = persons.cleaned(str(path)), persons.cleaned(str(error))
        return FileReport(path=shown, source=taking.source, sha256=None, status="refused", message=said)


def _read_and_store(taking: _Taking, path: Path) -> FileReport:
    context, source = taking.context, taking.source
    content = read_content(path, file_limits(context.settings.site.limits))
    earlier, repeated = _earlier(taking, content)
    if earlier and repeated.again is Again.KNOWN and not _worth_reading_again(context, earlier):
        with writing(context.engine) as connection:
            fetches.note_again(connection, earlier.id, name=path.name, at=taking.received)
        return _as_before(path, earlier)
    feed = feed_contract(context.settings.sources, earlier.source if earlier else source, content.name)
    if feed is not None:
        return _propose(context, path, content, feed)
    arrival = _arrival(taking, content, earlier.source if earlier else source)
    contract = arrival.contract
    if contract.personal != "aggregate_only":
        raw.keep(context.folder / "raw", content.raw)
    doubt = taking.doubt or _too_few(taking, arrival)
    if earlier is not None and earlier.status == "held":
        doubt = doubt or earlier.doubt
        _replace(context, earlier)
    if repeated.again is Again.DOUBTFUL:
        doubt = doubt or repeated.message
    problem = held_because(arrival.parsed, contract) or doubt
    number, counts = (
        hold(context, arrival, problem, taking.memory, doubt=doubt)
        if problem
        else publish(context, arrival, taking.memory)
    )
    return _new_report(path, arrival, problem, number=number, counts=counts, again=repeated.message)


def _propose(context: Context, path: Path, content: Content, contract: SourceContract) -> FileReport:
    """A feed: what its items mean a person decides."""
    tables = own_tables(content, contract, file_limits(context.settings.site.limits))
    _refuse_persons(content, tables, contract)
    sha256 = raw.keep(context.folder / "raw", content.raw)
    number, counts = take_in(context, Feed(contract, content.name, len(content.raw), sha256, tables))
    told = f"{counts['rows_accepted']} voorstellen wachten. Zie: ews signal proposals list"
    return FileReport(
        path=str(path),
        source=contract.name,
        sha256=sha256,
        status="accepted",
        message=told if counts["rows_accepted"] else "",
        delivery=number,
        rows_read=counts["rows_read"],
        rows_accepted=counts["rows_accepted"],
        rows_unchanged=counts["rows_unchanged"],
        rows_out_of_scope=counts["rows_out_of_scope"],
    )


def _too_few(taking: _Taking, arrival: Arrival) -> str:
    if not arrival.contract.complete:
        return ""
    with reading(taking.context.engine) as connection:
        before = taking.memory.before(connection, arrival.contract.name, arrival.moment)
        return half_a_list(connection, arrival, before)


def _earlier(taking: _Taking, content: Content) -> tuple[Delivery | None, Repetition]:
    """The last delivery of these bytes, and what they are this time."""
    with reading(taking.context.engine) as connection:
        earlier = deliveries.of_bytes(connection, raw.digest(content.raw), taking.source)
        if earlier is None:
            return None, COPY
        contract = taking.context.settings.sources.get(earlier.source)
        return earlier, repetition(connection, contract, earlier, content.name, taking.received)


def _worth_reading_again(context: Context, earlier: Delivery) -> bool:
    """Whether the contract has changed since, and there is something that was not read then."""
    contract = context.settings.sources.get(earlier.source)
    if contract is None or earlier.status == "refused" or earlier.contract == contract.reading:
        return False
    if earlier.status == "accepted" and any(figure.adds for figure in contract.figure):
        return False  # what it counted was added up; again it would count twice
    unread = earlier.indicators_refused or earlier.unknown_columns or earlier.counts.get("cells_rejected")
    return earlier.status == "held" or bool(unread) or bool(earlier.counts.get("rows_rejected"))


def _as_before(path: Path, earlier: Delivery) -> FileReport:
    """The same bytes again: nothing changes, and a held file stays held."""
    counts = {name: earlier.counts.get(name, 0) for name in COUNTS}
    if earlier.status == "held":
        message = f"Nog steeds vastgehouden als levering {earlier.id}. {earlier.message}"
    else:
        still = "geweigerd" if earlier.status == "refused" else "verwerkt"
        message = f"Al {still} als levering {earlier.id}; niets gewijzigd."
        counts["rows_unchanged"] += counts["rows_accepted"]
        counts |= dict.fromkeys(("rows_accepted", "observations_added", "events_added", "subjects_absent"), 0)
    return FileReport(
        path=str(path),
        source=earlier.source,
        sha256=earlier.sha256,
        status="held" if earlier.status == "held" else "known",
        message=message,
        delivery=earlier.id,
        unknown_columns=earlier.unknown_columns,
        indicators_refused=earlier.indicators_refused,
        **counts,
    )


def _replace(context: Context, earlier: Delivery) -> None:
    with writing(context.engine) as connection:
        deliveries.change(
            connection, earlier.id, status="refused", decided_by=context.actor.id, message="Opnieuw gelezen."
        )
        append(connection, context.actor, "delivery.read_again", f"delivery:{earlier.id}", now=context.now)


def _recognised(context: Context, content: Content, source: str | None) -> tuple[SourceContract, list[Table]]:
    limits = file_limits(context.settings.site.limits)
    if source is None:
        contract, tables = recognise(content, context.settings.sources, limits)
    else:
        contract = contract_named(context.settings.sources, source)
        tables = own_tables(content, contract, limits)
    if contract.history and contract.file_date(content.name) is None:
        raise FileRefusedError(
            f"{content.name}: bron {contract.name} dateert een bestand op zijn naam, en hier staat geen datum in. "
            "Hernoem het zoals de leverancier het noemt."
        )
    return contract, tables


def _refuse_persons(content: Content, tables: Sequence[Table], contract: SourceContract) -> None:
    in_name = persons.bsn_in_name(content.name) if contract.may_hold_persons else None
    if in_name is not None:
        shown = content.name.replace(in_name, persons.masked(in_name))
        raise FileRefusedError(
            f"{shown}: de bestandsnaam bevat een BSN. Niets is bewaard. Hernoem het bestand."
        )
    found = persons.search(tables, contract)
    if found is not None:
        raise FileRefusedError(
            f"{content.name}, {found.place}: bevat een BSN ({found.masked}). Niets is bewaard. "
            "Verwijder persoonsnummers en lever het bestand opnieuw aan; meld het bij de privacyfunctionaris."
        )


def _arrival(taking: _Taking, content: Content, source: str | None) -> Arrival:
    contract, tables = _recognised(taking.context, content, source)
    _refuse_persons(content, tables, contract)
    day = extract_day(contract, content.name, taking.received)
    moment = known_moment(contract, content.name, taking.received)
    with reading(taking.context.engine) as connection:
        moment = deliveries.free_moment(connection, contract.name, moment)
    arrival = Arrival(
        contract=contract,
        name=content.name,
        size=len(content.raw),
        sha256=raw.digest(content.raw),
        moment=moment,
        day=day,
        parsed=parse(tables, contract, on=day, known=known_subjects(taking.context, contract)),
    )
    if not (contract.held_against or contract.adds_up):
        return arrival
    with reading(taking.context.engine) as connection:
        before = taking.memory.before(connection, contract.name, moment)
        return believable(connection, arrival, before)


def _new_report(
    path: Path, arrival: Arrival, problem: str, *, number: int, counts: dict[str, int], again: str
) -> FileReport:
    told = " ".join(filter(None, (again, remarks(arrival.parsed), _absent(counts))))
    held = f"Vastgehouden als levering {number}. {problem} Zie: ews rejections show {number}"
    return FileReport(
        path=str(path),
        source=arrival.contract.name,
        sha256=arrival.sha256,
        status="held" if problem else "accepted",
        message=held if problem else told,
        delivery=number,
        unknown_columns=arrival.parsed.unknown,
        indicators_refused=arrival.parsed.refused,
        **counts,
    )


def _absent(counts: dict[str, int]) -> str:
    gone = counts["subjects_absent"]
    return f"{gone} staan niet meer op deze lijst: hun aantallen tellen niet meer mee." if gone else ""
