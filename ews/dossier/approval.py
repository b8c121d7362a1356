"""Who may approve a notice, and what it then says of itself. Two people, or one on spoedmandaat with a second soon."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from ews.dossier.guards import Warned
from ews.dossier.model import Dossier
from ews.dossier.words import listed, long_date
from ews.people import Mandate, Person
from ews.regulation import Channel, DossierKind


@dataclass(frozen=True, slots=True)
class Signature:
    """One approval. `second_due` is set on spoedmandaat: by then another person must sign too."""

    person: str
    name: str
    function: str
    at: datetime
    on: date
    reason: str
    spoed: bool = False
    under_reservation: bool = False
    second_due: date | None = None
    supplement_by: date | None = None
    """The day by which the office says it will fill the named gaps; its own promise, no legal term."""
    content: str = ""
    """SHA-256 of the notice that was approved."""
    act: Literal["signature"] = "signature"


@dataclass(frozen=True, slots=True)
class Sent:
    """One of the ways a notice must go out, done: when, by whom, to whom."""

    channel: str
    on: date
    at: datetime
    by: str
    whom: str = ""
    reference: str = ""
    act: Literal["sent"] = "sent"


class AnswerKind(StrEnum):
    RECEIVED = "ontvangen"
    INCOMPLETE = "onvolledig"
    """Not taken into consideration until it is supplemented (article 5.3)."""
    REFUSED = "geweigerd"


@dataclass(frozen=True, slots=True)
class Answered:
    """What the supervisor answered; incomplete and refused open the countdown again."""

    outcome: AnswerKind
    on: date
    by: str
    text: str
    act: Literal["answer"] = "answer"


Act = Signature | Sent | Answered


class Refusal(StrEnum):
    BLOCKED = "blocked"
    NO_MANDATE = "no_mandate"
    NO_SPOEDMANDAAT = "no_spoedmandaat"
    OWN_WORK = "own_work"
    INCOMPLETE = "incomplete"
    NO_REASON = "no_reason"
    ALREADY = "already"


NOBODY = "systeem"
"""Author of what a job drafted."""
REFUSALS = {
    Refusal.BLOCKED: "Deze melding kan zo niet worden vastgesteld",
    Refusal.NO_MANDATE: "U heeft in people.toml geen mandaat voor deze melding",
    Refusal.NO_SPOEDMANDAAT: "U heeft in people.toml geen spoedmandaat; vraag iemand die het wel heeft",
    Refusal.OWN_WORK: "Wie een melding opstelt, stelt haar niet zelf vast. Vraag een ander, of gebruik --spoed met spoedmandaat",
    Refusal.INCOMPLETE: "De melding is niet compleet. Vul aan, of stel vast onder voorbehoud (artikel 5.3): --onder-voorbehoud",
    Refusal.NO_REASON: "Spoedmandaat en voorbehoud vragen een reden: --reason",
    Refusal.ALREADY: "Deze versie is al vastgesteld",
}
MANDATES = {
    DossierKind.EWS_MELDING: Mandate.EWS_MELDING,
    DossierKind.OVERMACHTSMELDING: Mandate.OVERMACHTSMELDING,
}


@dataclass(frozen=True, slots=True)
class Wish:
    """How a person wants to approve."""

    spoed: bool = False
    under_reservation: bool = False
    reason: str = ""
    supplement_by: date | None = None


def refusal(
    dossier: Dossier,
    wish: Wish,
    *,
    author: str,
    person: Person,
    signed: Sequence[Signature],
    found: Collection[Warned],
) -> Refusal | None:
    """Why this person may not approve this notice now, or None."""
    if any(one.blocks for one in found):
        return Refusal.BLOCKED
    if MANDATES[dossier.kind] not in person.mandates:
        return Refusal.NO_MANDATE
    waits_for_second = not settled(author, signed) or (len(signed) == 1 and signed[0].spoed)
    if signed and (not waits_for_second or any(one.person == person.id for one in signed)):
        return Refusal.ALREADY
    if wish.spoed and Mandate.SPOED not in person.mandates:
        return Refusal.NO_SPOEDMANDAAT
    if not wish.spoed and person.id == author:
        return Refusal.OWN_WORK
    under_reservation = wish.under_reservation or any(one.under_reservation for one in signed)
    must_be_complete = dossier.kind is DossierKind.OVERMACHTSMELDING
    if must_be_complete and not dossier.is_complete and not under_reservation:
        return Refusal.INCOMPLETE
    if (wish.spoed or wish.under_reservation) and not wish.reason.strip():
        return Refusal.NO_REASON
    return None


def settled(author: str, signed: Sequence[Signature]) -> bool:
    """Whether two people stand behind it, or one on spoedmandaat. A draft that no person made needs two signatures."""
    people = {author, *(one.person for one in signed)} - {NOBODY}
    return bool(signed) and (any(one.spoed for one in signed) or len(people) >= 2)


def as_approved(dossier: Dossier, signed: Sequence[Signature]) -> Dossier:
    """The notice as it stands once signed: who approved it, and which gaps are named. Its content is unchanged."""
    if not signed:
        return dossier
    first = signed[0]
    sender = replace(dossier.sender, signatory=f"{first.name}, {first.function}")
    return replace(dossier, sender=sender, standing=tuple(standing(dossier, signed)))


def standing(dossier: Dossier, signed: Sequence[Signature]) -> list[str]:
    """The lines in the box on the first page."""
    lines = []
    for one in signed:
        how = " op spoedmandaat" if one.spoed else ""
        lines.append(f"Vastgesteld{how} op {long_date(one.on)} door {one.name} ({one.function}).")
    waiting = [one.second_due for one in signed if one.second_due]
    if waiting and len(signed) == 1:
        lines.append(f"De tweede persoon tekent uiterlijk {long_date(waiting[0])}.")
    if any(one.under_reservation for one in signed) and dossier.missing:
        promised = max((one.supplement_by for one in signed if one.supplement_by), default=None)
        before = f" uiterlijk {long_date(promised)}" if promised else ""
        lines.append(f"Gedaan onder voorbehoud; wij vullen{before} aan (artikel 5.3 van de regeling):")
        lines += [f"{one.item}. {one.why}, van {one.from_whom}" for one in dossier.missing]
    return lines


def second_overdue(signed: Sequence[Signature], today: date) -> bool:
    """Whether one person still stands alone after the day of the second signature."""
    return len(signed) == 1 and signed[0].second_due is not None and today > signed[0].second_due


def channels_open(channels: Sequence[Channel], sent: Collection[Sent]) -> list[Channel]:
    """Required ways that have not been done yet; each is a check of its own."""
    done = {one.channel for one in sent}
    return [one for one in channels if one.required and one.id not in done]


def reopened(acts: Sequence[Act]) -> Answered | None:
    """The answer that opened the countdown again, when the last answer did."""
    answers = [one for one in acts if isinstance(one, Answered)]
    last = answers[-1] if answers else None
    return last if last is not None and last.outcome is not AnswerKind.RECEIVED else None


def summary(signed: Sequence[Signature]) -> str:
    """Who approved, in one phrase."""
    return listed([f"{one.name} ({one.function})" for one in signed])
