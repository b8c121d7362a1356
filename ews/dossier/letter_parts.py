"""The parts that letters take from a case: each a few blocks on paper."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum

from ews.cases import log
from ews.cases.entries import Contact, Statement
from ews.cases.kinds import DecisionKind
from ews.cases.letter_book import RaisedState, agenda
from ews.dossier.clients import in_natura
from ews.dossier.disclosure import Disclosed
from ews.dossier.history import OF_PROVIDER, PARTIES
from ews.dossier.model import Dossier, missing, not_released
from ews.dossier.paper import PaperBlock, paragraph, table
from ews.dossier.record import CaseFacts
from ews.dossier.requests import holes
from ews.dossier.words import listed, long_date, short_date

FORM_COLUMNS = ("Zorgprofiel", "Plaatsen", "Vanaf", "Waarom niet, kort", "Waarom niet, middellang")
AGENDA_COLUMNS = ("Wanneer", "Bij wie", "Wat", "Antwoord", "Volgende stap")
EVENTS = 12
"""The last events of a case that a letter tells."""


class Part(StrEnum):
    """What a letter takes from the case."""

    CLIENTS = "clienten"
    ASKED = "gevraagd"
    AGREEMENTS = "afspraken"
    FACTS = "feiten"
    ANSWER_FORM = "antwoordformulier"
    AGENDA = "agenda"
    SCENARIOS = "scenarios"
    TALK = "gesprek"
    PAYMENT = "betaalbesluit"


def counts(facts: CaseFacts) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for _, line in in_natura(facts):
        cell = (line.profile, line.form or "onbekend")
        counts[cell] = counts.get(cell, 0) + line.clients
    return counts


def _clients(facts: CaseFacts, dossier: Dossier, shown: Disclosed | None) -> Iterable[PaperBlock]:
    del dossier
    withheld = sorted({one.clients_withheld for one in facts.providers if one.clients_withheld})
    for source in withheld:
        yield paragraph([not_released("aantallen verzekerden", source)])
    if shown is None or not shown.cells:
        return
    rows = [
        (row, *(shown.cells[row, one] for one in shown.columns), shown.row_totals[row]) for row in shown.rows
    ]
    rows.append(("Totaal", *(shown.column_totals[one] for one in shown.columns), shown.total))
    columns = ("Zorgprofiel", *shown.columns, "Totaal")
    numeric = tuple(range(1, len(columns)))
    note = " (kleine aantallen zijn weggelaten)" if shown.hidden else ""
    yield table(f"Aantal verzekerden in zorg{note}", columns, rows, numeric=numeric)


def _asked(facts: CaseFacts, dossier: Dossier, shown: Disclosed | None) -> Iterable[PaperBlock]:
    del facts, shown
    rows = [(str(number), what) for number, what in enumerate(asked_of_provider(dossier), start=1)]
    if rows:
        yield table("Wat wij u vragen", ("Nr", "Gegeven"), rows, (8, 92))


def asked_of_provider(dossier: Dossier) -> tuple[str, ...]:
    """What the provider itself must still supply."""
    wanted = {what for item in dossier.items for what, whom in holes(item) if "zorgaanbieder" in whom}
    return tuple(sorted(wanted))


def _agreements(facts: CaseFacts, dossier: Dossier, shown: Disclosed | None) -> Iterable[PaperBlock]:
    del dossier, shown
    rows = [
        (
            short_date(one.entry.happened_on),
            f"“{one.agreement.text}”",
            short_date(one.agreement.due_on),
            _kept(one, facts.today),
        )
        for case in facts.cases
        for one in log.agreements(case)
    ]
    if rows:
        yield table("Afspraken", ("Gemaakt", "Afspraak", "Vóór", "Stand"), rows, (13, 55, 13, 19))


def _kept(one: log.AgreementState, today: date) -> str:
    if one.outcome is not None:
        return "nagekomen" if one.outcome.kept else "niet nagekomen"
    return "te laat" if one.is_broken(today) else "loopt"


def _facts(facts: CaseFacts, dossier: Dossier, shown: Disclosed | None) -> Iterable[PaperBlock]:
    del facts, shown
    rows = [(short_date(one.happened_on), one.text) for one in dossier.chronology[-EVENTS:]]
    if rows:
        yield table("Laatste gebeurtenissen", ("Datum", "Wat"), rows, (16, 84))


def _answer_form(facts: CaseFacts, dossier: Dossier, shown: Disclosed | None) -> Iterable[PaperBlock]:
    del dossier, shown
    profiles = sorted({line.profile for _, line in in_natura(facts)})
    rows = [(profile, "", "", "", "") for profile in profiles]
    yield table(f"Antwoordformulier, kenmerk {facts.case.number}", FORM_COLUMNS, rows, (16, 12, 14, 29, 29))


def _agenda(facts: CaseFacts, dossier: Dossier, shown: Disclosed | None) -> Iterable[PaperBlock]:
    del dossier, shown
    rows = [_raised(state) for case in facts.cases for state in agenda(case)]
    if rows:
        yield table("Register van agendering", AGENDA_COLUMNS, rows, (12, 20, 26, 21, 21))


def _raised(state: RaisedState) -> tuple[str, ...]:
    answers = " ".join(f"{short_date(entry.happened_on)}: “{what.text}”" for entry, what in state.answers)
    step = state.next_step
    return (
        short_date(state.entry.happened_on),
        state.raised.organisation,
        f"“{state.raised.text}”",
        answers or f"nog niet; gevraagd vóór {short_date(state.raised.answer_by)}",
        f"{step[1]} (vóór {short_date(step[0])})" if step else "–",
    )


def _talk(facts: CaseFacts, dossier: Dossier, shown: Disclosed | None) -> Iterable[PaperBlock]:
    """The last talk with the provider, as it was noted: what a confirmation confirms."""
    del dossier, shown
    talks = [pair for pair in log.current(facts.case, Contact) if pair[1].party in OF_PROVIDER]
    if not talks:
        return
    entry, contact = talks[-1]
    whom = listed([part for part in (PARTIES[contact.party], contact.function) if part])
    rows = [(long_date(entry.happened_on), f"{contact.channel} met {whom}", f"“{contact.summary}”")]
    yield table("Wat wij hebben genoteerd", ("Wanneer", "Wat", "Besproken"), rows, (20, 30, 50))


def _scenarios(facts: CaseFacts, dossier: Dossier, shown: Disclosed | None) -> Iterable[PaperBlock]:
    del dossier, shown
    told = [what.text for _, what in log.current(facts.case, Statement) if what.fact == "scenarios"]
    if told:
        yield table(
            "Scenario's",
            ("Nr", "Scenario"),
            [(str(n), f"“{one}”") for n, one in enumerate(told, start=1)],
            (8, 92),
        )


def _payment(facts: CaseFacts, dossier: Dossier, shown: Disclosed | None) -> Iterable[PaperBlock]:
    """The decisions on payment that hold, per location, with the checks that were made."""
    del dossier, shown
    holding = {
        what.location: (entry, what) for entry, what in log.decisions(facts.case, DecisionKind.BETALING)
    }
    rows = [
        (
            what.location or "alle locaties",
            what.outcome,
            long_date(entry.happened_on),
            f"“{what.reason}”",
            listed([one.replace("_", " ") for one in what.checks]) or "–",
        )
        for entry, what in holding.values()
    ]
    if not rows:
        yield paragraph([missing("besluit over betalingen", "teamleider")])
        return
    columns = ("Locatie", "Besluit", "Per", "Reden", "Getoetst")
    yield table("Besluit per locatie", columns, rows, (20, 15, 18, 30, 17))


PARTS: Mapping[Part, Callable[[CaseFacts, Dossier, Disclosed | None], Iterable[PaperBlock]]] = {
    Part.CLIENTS: _clients,
    Part.ASKED: _asked,
    Part.AGREEMENTS: _agreements,
    Part.FACTS: _facts,
    Part.ANSWER_FORM: _answer_form,
    Part.AGENDA: _agenda,
    Part.SCENARIOS: _scenarios,
    Part.TALK: _talk,
    Part.PAYMENT: _payment,
}
