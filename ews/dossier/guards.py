"""What the NZa criticised, watched before sending. Only three things block; every other guard warns with a reason.

'Terstond' beats complete: article 5.3 lets the office supplement, so a gap is named rather than waited for.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from ews.cases import log
from ews.cases.clock import melding_clock
from ews.cases.entries import Contact, Notice, ProviderView, Statement
from ews.cases.kinds import DecisionKind, Means, NoticeKind, Party
from ews.cases.letter_book import UITVOERDER_LETTER, letters
from ews.dossier.alternatives import examined, name, refs_of
from ews.dossier.model import Dossier
from ews.dossier.record import CaseFacts, is_expired
from ews.dossier.words import count, listed, long_date
from ews.regulation import DossierKind
from ews.signals.persons import bsn_in

W = TypeVar("W")
_IDENTIFIER = re.compile(r"\b(kvk|agb)(-nummer|-code)?[:\s]\s*[0-9]{8}\b", re.IGNORECASE)
"""Numbers of organisations that are named as such; one in eleven would pass for a person's."""


class Guard(StrEnum):
    NO_EARLIER_EWS = "geen_ews_melding"
    EXHAUSTED_UNDECIDED = "uitgeput_zonder_besluit"
    ONLY_FINANCIAL = "alleen_financieel"
    UNANSWERED = "alternatief_zonder_antwoord"
    UNPROVED = "alternatief_zonder_bewijs"
    OLD_FIGURES = "verouderde_cijfers"
    NO_HEARING = "geen_wederhoor"
    NO_PHONE_CALL = "niet_gebeld"
    EXPIRED = "bewijs_verlopen"
    NOT_INFORMED = "wlz_uitvoerder_niet_ingelicht"
    NO_REPLY = "wlz_uitvoerder_antwoordt_niet"
    NOT_AGREED = "geen_tweede_akkoord"
    NO_MANDATE = "geen_mandaat"
    CLIENT_DATA = "clientgegevens"
    BROKEN_HASH = "hash_klopt_niet"


BLOCKING = frozenset({Guard.NO_MANDATE, Guard.CLIENT_DATA, Guard.BROKEN_HASH})


@dataclass(frozen=True, slots=True)
class Warned:
    """One guard that speaks, with its reason."""

    guard: Guard
    why: str

    @property
    def blocks(self) -> bool:
        return self.guard in BLOCKING


@dataclass(frozen=True, slots=True)
class Sending:
    """What is known of approval and sending, beside the case itself."""

    approvers: tuple[str, ...] = ()
    has_mandate: bool = True
    """Whether anybody in the office may approve this notice."""
    phoned: bool = False
    """Whether the phone call was noted as one of the ways of sending."""
    broken: tuple[str, ...] = ()
    """Evidence whose bytes are gone or changed."""


def guards(facts: CaseFacts, dossier: Dossier, sending: Sending) -> tuple[Warned, ...]:
    """Every guard that speaks about this notice, those that block first."""
    found = [*_blocks(dossier, sending), *_of_any_notice(facts, sending)]
    if dossier.kind is DossierKind.OVERMACHTSMELDING:
        found += _of_overmacht(facts)
    return tuple(sorted(found, key=lambda one: not one.blocks))


def _blocks(dossier: Dossier, sending: Sending) -> Iterator[Warned]:
    if not sending.has_mandate:
        yield Warned(Guard.NO_MANDATE, f"niemand in people.toml heeft het mandaat '{dossier.kind}'")
    for item, one in dossier.sentences():
        number = bsn_in(_IDENTIFIER.sub("", one.text))
        if number:
            yield Warned(
                Guard.CLIENT_DATA, f"onderdeel {item} bevat een nummer dat een BSN kan zijn ({number})"
            )
    if sending.broken:
        yield Warned(Guard.BROKEN_HASH, f"bewijs ontbreekt of is gewijzigd: {listed(sending.broken)}")


def _of_any_notice(facts: CaseFacts, sending: Sending) -> Iterator[Warned]:
    old = _old_figures(facts)
    if old:
        yield Warned(Guard.OLD_FIGURES, old)
    if not _entries(facts, ProviderView) and not _stated(facts, "wederhoor"):
        yield Warned(Guard.NO_HEARING, "de zorgaanbieder is niet gehoord, of dat is niet vastgelegd")
    if not sending.phoned and not _phoned(facts):
        yield Warned(Guard.NO_PHONE_CALL, "de telefonische aankondiging bij de NZa is niet vastgelegd")
    yield from _uitvoerders(facts)
    expired = [line.label for line in facts.evidence if is_expired(line, facts.today)]
    if expired:
        yield Warned(Guard.EXPIRED, f"verlopen bewijs: {listed(expired)}")
    if not sending.approvers:
        yield Warned(Guard.NOT_AGREED, "nog niet door een tweede persoon met mandaat vastgesteld")


def _uitvoerders(facts: CaseFacts) -> Iterator[Warned]:
    """Each Wlz-uitvoerder is informed, and each reply is on file: two checks, neither is one of sending."""
    informed, replied = told_uitvoerders(facts)
    absent = [one for one in facts.uitvoerders if one not in informed]
    if absent:
        yield Warned(Guard.NOT_INFORMED, f"nog niet ingelicht over deze melding: {listed(absent)}")
    silent = [one for one in facts.uitvoerders if one in informed and one not in replied]
    if silent:
        yield Warned(Guard.NO_REPLY, f"nog geen antwoord in het dossier van {listed(silent)}")


def told_uitvoerders(facts: CaseFacts) -> tuple[frozenset[str], frozenset[str]]:
    """(informed, replied): to whom the message to the Wlz-uitvoerder was sent, and who answered it."""
    sent = [one for case in facts.cases for one in letters(case, UITVOERDER_LETTER)]
    informed = frozenset(name for one in sent for name in one.sent_to)
    return informed, frozenset(what.who for one in sent for _, what in one.answers)


def _of_overmacht(facts: CaseFacts) -> Iterator[Warned]:
    earlier = any(notice.kind is NoticeKind.EWS_MELDING for notice in _entries(facts, Notice))
    if not earlier:
        told = _stated(facts, "eerdere_ews_melding")
        why = "toegelicht in de melding" if told else "licht toe waarom (onderdeel E1)"
        yield Warned(Guard.NO_EARLIER_EWS, f"geen eerdere EWS-melding in deze zaak: {why}")
    for case in facts.cases:
        closed = melding_clock(case).alternatives_closed_on
        if closed and log.last_decision(case, DecisionKind.OVERMACHT) is None:
            days = (facts.today - closed).days
            why = f"alle alternatieven in {case.number} zijn {count(days, 'dag', 'dagen')} gesloten en er is geen besluit"
            yield Warned(Guard.EXHAUSTED_UNDECIDED, why)
    found = examined(facts)
    means = {state.measure.means for case in facts.cases for state in log.measures(case)}
    if means == {Means.FINANCIAL} and not found:
        yield Warned(Guard.ONLY_FINANCIAL, "alleen financiële middelen zijn ingezet of vastgelegd")
    silent = [name(state) for _, state in found if state.answer is None]
    if silent:
        yield Warned(Guard.UNANSWERED, f"nog geen antwoord van {listed(silent)}")
    unproved = [name(state) for case, state in found if not facts.has_file(refs_of(facts, case, state))]
    if unproved:
        yield Warned(Guard.UNPROVED, f"geen bewijsstuk bij {listed(unproved)}")


def last_quarter_end(today: date) -> date:
    """The last day of the last whole quarter."""
    first_month = 3 * ((today.month - 1) // 3) + 1
    return date(today.year, first_month, 1) - timedelta(days=1)


def _old_figures(facts: CaseFacts) -> str:
    expected = last_quarter_end(facts.today)
    dated = [
        (fact, one.as_of)
        for provider in facts.providers
        for fact, told in provider.stated.items()
        for one in told
        if one.as_of is not None
    ]
    dated += [
        ("clienten", line.as_of) for provider in facts.providers for line in provider.clients if line.as_of
    ]
    old = {fact: as_of for fact, as_of in dated if as_of < expected}
    told = [f"{fact.replace('_', ' ')} ({long_date(as_of)})" for fact, as_of in sorted(old.items())]
    return f"ouder dan het laatste kwartaal: {listed(told)}" if told else ""


def _entries(facts: CaseFacts, kind: type[W]) -> list[W]:
    return [what for case in facts.cases for _, what in log.current(case, kind)]


def _stated(facts: CaseFacts, fact: str) -> bool:
    return any(one.fact == fact for one in _entries(facts, Statement))


def _phoned(facts: CaseFacts) -> bool:
    by_contact = any(one.party is Party.NZA and one.channel == "telefoon" for one in _entries(facts, Contact))
    return by_contact or any(one.phoned_at is not None for one in _entries(facts, Notice))
