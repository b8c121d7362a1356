"""Whether bytes that came in before are a copy, or a list of states that holds anew."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from ews.jobs.arrival import known_moment
from ews.signals.contract import SourceContract
from ews.signals.repeated import Again, InForce, judged
from ews.store import deliveries
from ews.store.deliveries import Delivery


@dataclass(frozen=True, slots=True)
class Repetition:
    """What known bytes are this time, and what to tell about it (Dutch)."""

    again: Again
    message: str


COPY = Repetition(Again.KNOWN, "")


def repetition(
    connection: Connection, contract: SourceContract | None, earlier: Delivery, name: str, received: datetime
) -> Repetition:
    """What bytes of an earlier accepted delivery are now; figures that name their own period are always a copy."""
    if contract is None or contract.figures != "state" or earlier.status != "accepted":
        return COPY
    last = deliveries.in_force(connection, contract.name, known_moment(contract, name, received))
    in_force = InForce(last.id, last.sha256, last.name, last.period_end) if last else None
    again = judged(
        earlier.sha256,
        name=name,
        day=contract.day_about(name),
        names=deliveries.names_of(connection, contract.name, earlier.sha256),
        in_force=in_force,
    )
    if again is Again.KNOWN:
        return COPY
    same = f"Dezelfde inhoud als levering {earlier.id}"
    if in_force is None:
        return Repetition(again, f"{same}, en van een eerdere dag: zo was het toen al.")
    if again is Again.RETURNED:
        return Repetition(
            again, f"{same}: wat levering {in_force.number} daarna anders zei, geldt niet langer."
        )
    return Repetition(
        again,
        f"{same}, en levering {in_force.number} zei daarna iets anders. Is dit de stand van nu, of een oud bestand? "
        "Geef vrij als het de stand van nu is.",
    )
