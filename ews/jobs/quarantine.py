"""What people decide about deliveries that are held: release what is readable, refuse, or read again."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from ews.errors import NotAllowedError, RefusedError
from ews.jobs.alone import one_at_a_time
from ews.jobs.arrival import Arrival, extract_day, known_moment
from ews.jobs.intake import fill, name_all, publish, unwrite
from ews.jobs.memory import Memory
from ews.jobs.recognise import file_limits, known_subjects, own_tables
from ews.jobs.run import Context
from ews.people import Mandate, Person
from ews.signals.content import open_content
from ews.signals.contract import SourceContract
from ews.signals.model import RejectionReason
from ews.signals.parse import parse
from ews.signals.verdict import held_because, remarks
from ews.store import deliveries, raw
from ews.store.audit import append
from ews.store.deliveries import Delivery
from ews.store.engine import reading, writing


def overview(context: Context, *, everything: bool) -> list[Delivery]:
    """Held deliveries; with `everything` also those of which something could not be read."""
    with reading(context.engine) as connection:
        found = deliveries.listed(connection, {"held", "accepted", "refused"} if everything else {"held"})
    return [one for one in found if one.status != "accepted" or _unread(one)]


def _unread(delivery: Delivery) -> bool:
    counts = delivery.counts
    return bool(delivery.indicators_refused or counts.get("cells_rejected") or counts.get("rows_rejected"))


def details(context: Context, number: int) -> tuple[Delivery, list[Any]]:
    """A delivery and what could not be read of it. Raises NotFoundError."""
    with reading(context.engine) as connection:
        return deliveries.find(connection, number), deliveries.rejections_of(connection, number)


def release(context: Context, number: int, *, second: str | None = None) -> dict[str, int]:
    """Store what is readable of a held delivery; what was rejected stays rejected. Returns the account of its rows.

    Figures that were held apart as implausible are stored too, when a second person signs; they may belong to a
    delivery that is in use otherwise. Live figures are known from the release on: until then nobody could use them.
    """
    person = _decider(context)
    with one_at_a_time(context):
        delivery, doubted = _releasable(context, number)
        if delivery.taken_in_by == person.id:
            raise NotAllowedError(
                f"{person.id} heeft levering {number} zelf ingenomen. Een ander met mandaat 'vrijgave' geeft haar vrij."
            )
        if doubted:
            _require_second(context, person, second)
        arrival = _read_again(context, delivery, context.now)
        if arrival.parsed.missing_keys:
            raise RefusedError(
                f"Levering {number} mist een sleutelkolom: geen rij is te lezen. Geef de kolom een alias in "
                f"config/sources/{delivery.source}.toml en lees opnieuw: ews rejections retry {number}"
            )
        if delivery.status == "accepted":
            return _add_doubted(context, delivery, arrival, second)
        return _store(context, delivery, arrival, action="delivery.released", second=second)


def _releasable(context: Context, number: int) -> tuple[Delivery, bool]:
    """A held delivery, or one with figures held apart; and whether it has such figures."""
    delivery, rows = details(context, number)
    doubted = any(row.reason == RejectionReason.IMPLAUSIBLE for row in rows)
    if delivery.status == "held" or (delivery.status == "accepted" and doubted):
        return delivery, doubted
    raise RefusedError(f"Levering {number} is niet vastgehouden (stand: {delivery.status}).")


def _require_second(context: Context, person: Person, second: str | None) -> None:
    other = context.settings.people.get(second or "")
    if other is None or other.id == person.id or Mandate.RELEASE not in other.mandates:
        raise NotAllowedError(
            "Onwaarschijnlijke cijfers geven twee mensen vrij: noem een tweede persoon met mandaat 'vrijgave' "
            "met --second ID."
        )


def _add_doubted(
    context: Context, delivery: Delivery, arrival: Arrival, second: str | None
) -> dict[str, int]:
    """Store figures held apart of a delivery that is in use: only they are news."""
    arrival = _later_moment(context, arrival)
    delivered = name_all(context, arrival)
    with writing(context.engine) as connection:
        deliveries.uncover(connection, delivery.id)
        deliveries.forgive(connection, delivery.id, RejectionReason.IMPLAUSIBLE)
    counts = fill(context, arrival, delivered, number=delivery.id, memory=Memory())
    added = delivery.counts["observations_added"] + counts["observations_added"]
    with writing(context.engine) as connection:
        together = dict(delivery.counts) | {"observations_added": added}
        deliveries.change(connection, delivery.id, decided_by=context.actor.id, counts=together)
        signed = {"second": second, "observations": counts["observations_added"]}
        append(
            connection, context.actor, "delivery.released", f"delivery:{delivery.id}", signed, now=context.now
        )
    return counts


def refuse(context: Context, number: int, reason: str) -> None:
    """Close a held delivery without storing a figure of it."""
    person = _decider(context)
    _held(context, number)
    with writing(context.engine) as connection:
        deliveries.change(connection, number, status="refused", decided_by=person.id, message=reason)
        append(connection, context.actor, "delivery.refused", f"delivery:{number}", now=context.now)


def retry(context: Context, number: int) -> tuple[str, str, dict[str, int]]:
    """Read a delivery again with the contract that is in force now. Returns its status, a message and the account."""
    context.person()
    with one_at_a_time(context), reading(context.engine) as connection:
        delivery = deliveries.find(connection, number)
    if delivery.status == "refused":
        raise RefusedError(f"Levering {number} is geweigerd. Lever het bestand opnieuw aan.")
    with one_at_a_time(context):
        arrival = _read_again(context, delivery, context.now)
        problem = held_because(arrival.parsed, arrival.contract)
        if problem:
            return delivery.status, problem, dict(delivery.counts)
        if delivery.status == "held":
            if delivery.doubt:
                return delivery.status, delivery.doubt, dict(delivery.counts)
            counts = _store(context, delivery, arrival, action="delivery.read_again")
        elif delivery.contract == arrival.contract.reading:
            return delivery.status, "Het contract is niet gewijzigd; niets te doen.", dict(delivery.counts)
        else:
            _, counts = publish(context, _later_moment(context, arrival), Memory())
        return "accepted", remarks(arrival.parsed), counts


def _decider(context: Context) -> Person:
    person = context.person()
    if Mandate.RELEASE not in person.mandates:
        raise NotAllowedError(f"{person.id} heeft geen mandaat 'vrijgave' in people.toml.")
    return person


def _held(context: Context, number: int) -> Delivery:
    with reading(context.engine) as connection:
        delivery = deliveries.find(connection, number)
    if delivery.status != "held":
        raise RefusedError(f"Levering {number} is niet vastgehouden (stand: {delivery.status}).")
    return delivery


def _read_again(context: Context, delivery: Delivery, received: datetime) -> Arrival:
    contract = _contract(context, delivery)
    limits = file_limits(context.settings.site.limits)
    content = open_content(delivery.name, raw.fetch(context.folder / "raw", delivery.sha256), limits)
    day = delivery.period_end or extract_day(contract, delivery.name, delivery.recorded_at)
    return Arrival(
        contract=contract,
        name=delivery.name,
        size=delivery.size,
        sha256=delivery.sha256,
        moment=delivery.known_at if contract.history else known_moment(contract, delivery.name, received),
        day=day,
        parsed=parse(
            own_tables(content, contract, limits), contract, on=day, known=known_subjects(context, contract)
        ),
    )


def _contract(context: Context, delivery: Delivery) -> SourceContract:
    contract = context.settings.sources.get(delivery.source)
    if contract is None:
        raise RefusedError(
            f"Bron '{delivery.source}' van levering {delivery.id} staat niet meer in config/sources."
        )
    return contract


def _later_moment(context: Context, arrival: Arrival) -> Arrival:
    with reading(context.engine) as connection:
        moment = deliveries.free_moment(connection, arrival.contract.name, arrival.moment)
    return replace(arrival, moment=moment)


def _store(
    context: Context, delivery: Delivery, arrival: Arrival, *, action: str, second: str | None = None
) -> dict[str, int]:
    """Fill a delivery that is invisible so far, and make it visible in one step."""
    unwrite(context, delivery.id)  # what an interrupted release left
    with writing(context.engine) as connection:
        deliveries.clear(connection, delivery.id)
        deliveries.record_rejections(connection, delivery.id, arrival.parsed.rejections)
    delivered = name_all(context, arrival)
    counts = fill(context, arrival, delivered, number=delivery.id, memory=Memory())
    with writing(context.engine) as connection:
        deliveries.change(
            connection,
            delivery.id,
            status="accepted",
            decided_by=context.actor.id,
            known_at=arrival.moment,
            counts=counts,
            contract=arrival.contract.reading,
            columns_seen=sorted({slot.indicator for slot in arrival.parsed.slots}),
            indicators_refused=list(arrival.parsed.refused),
            unknown_columns=list(arrival.parsed.unknown),
            message="",
        )
        signed: dict[str, Any] = counts | ({"second": second} if second else {})
        append(connection, context.actor, action, f"delivery:{delivery.id}", signed, now=context.now)
    return counts
