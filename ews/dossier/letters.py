"""Other letters from the same record: what each says, whom it may name, and which counts its reader may see."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal

from ews.cases import log
from ews.cases.entries import Statement
from ews.cases.kinds import Stage
from ews.dossier.clients import in_natura
from ews.dossier.disclosure import Disclosed, Recipient, disclose
from ews.dossier.model import Dossier
from ews.dossier.paper import PaperBlock, plain, table
from ews.dossier.record import CaseFacts
from ews.dossier.requests import holes
from ews.dossier.words import long_date, short_date

_CLOSED: dict[str, str] = {"extra": "forbid"}
PLACEHOLDERS = frozenset({"aanbieder", "zaak", "kantoor", "contact", "datum", "antwoord_voor"})
UNNAMED = "een zorgaanbieder in de regio"
NAMED_FROM = Stage.CRISIS
FORM_COLUMNS = ("Zorgprofiel", "Plaatsen", "Vanaf", "Waarom niet, kort", "Waarom niet, middellang")


class Part(StrEnum):
    """What a letter takes from the case."""

    CLIENTS = "clienten"
    ASKED = "gevraagd"
    AGREEMENTS = "afspraken"
    FACTS = "feiten"
    ANSWER_FORM = "antwoordformulier"
    AGENDA = "agenda"
    SCENARIOS = "scenarios"


@dataclass(frozen=True, slots=True)
class LetterText:
    """One kind of letter, as config/brieven.toml has it."""

    __pydantic_config__: ClassVar[dict[str, str]] = _CLOSED
    id: str
    title: str
    to: Recipient
    names: Literal["altijd", "vanaf_trede_4"]
    body: tuple[str, ...]
    parts: tuple[Part, ...] = ()
    answer_days: int = 0
    """The office's own term in working days; 0: no answer is asked."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A letter written from a case."""

    kind: str
    title: str
    recipient: Recipient
    is_named: bool
    paragraphs: tuple[str, ...]
    blocks: tuple[PaperBlock, ...]
    hidden: int
    """Cells of the table of clients that this reader may not see."""


def may_name(text: LetterText, facts: CaseFacts) -> bool:
    """No self-fulfilling leak: strangers learn the name from stage 4 on, or by a decision of their own."""
    return text.names == "altijd" or log.stage(facts.case) >= NAMED_FROM


def write_letter(
    text: LetterText, facts: CaseFacts, dossier: Dossier, *, named: bool, answer_by: date | None
) -> Filled:
    """One letter. `named` only where `may_name` or a recorded decision allows it."""
    provider = facts.providers[0]
    words = {
        "aanbieder": provider.name if named else UNNAMED,
        "zaak": facts.case.number,
        "kantoor": dossier.sender.name,
        "contact": dossier.sender.contact,
        "datum": long_date(facts.today),
        "antwoord_voor": long_date(answer_by) if answer_by else "",
    }
    shown = disclose(_counts(facts), text.to) if Part.CLIENTS in text.parts else None
    blocks = [block for part in text.parts for block in PARTS[part](facts, dossier, shown)]
    return Filled(
        kind=text.id,
        title=text.title,
        recipient=text.to,
        is_named=named,
        paragraphs=tuple(plain(one.format_map(words)) for one in text.body),
        blocks=tuple(blocks),
        hidden=shown.hidden if shown else 0,
    )


def _counts(facts: CaseFacts) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for _, line in in_natura(facts):
        cell = (line.profile, line.form or "onbekend")
        counts[cell] = counts.get(cell, 0) + line.clients
    return counts


def _clients(facts: CaseFacts, dossier: Dossier, shown: Disclosed | None) -> Iterable[PaperBlock]:
    del facts, dossier
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
    wanted = {(what, whom) for item in dossier.items for what, whom in holes(item) if "zorgaanbieder" in whom}
    rows = [(str(number), what) for number, (what, _) in enumerate(sorted(wanted), start=1)]
    if rows:
        yield table("Wat wij u vragen", ("Nr", "Gegeven"), rows, (8, 92))


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
    rows = [(short_date(one.happened_on), one.text) for one in dossier.chronology[-12:]]
    if rows:
        yield table("Laatste gebeurtenissen", ("Datum", "Wat"), rows, (16, 84))


def _answer_form(facts: CaseFacts, dossier: Dossier, shown: Disclosed | None) -> Iterable[PaperBlock]:
    del dossier, shown
    profiles = sorted({line.profile for _, line in in_natura(facts)})
    rows = [(profile, "", "", "", "") for profile in profiles]
    yield table(f"Antwoordformulier, kenmerk {facts.case.number}", FORM_COLUMNS, rows, (16, 12, 14, 29, 29))


def _agenda(facts: CaseFacts, dossier: Dossier, shown: Disclosed | None) -> Iterable[PaperBlock]:
    del facts, dossier, shown
    rows = [("", "", "", "")]
    yield table(
        "Register van agendering", ("Aan wie", "Antwoord", "Datum", "Volgende stap"), rows, (25, 35, 15, 25)
    )


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


PARTS: Mapping[Part, Callable[[CaseFacts, Dossier, Disclosed | None], Iterable[PaperBlock]]] = {
    Part.CLIENTS: _clients,
    Part.ASKED: _asked,
    Part.AGREEMENTS: _agreements,
    Part.FACTS: _facts,
    Part.ANSWER_FORM: _answer_form,
    Part.AGENDA: _agenda,
    Part.SCENARIOS: _scenarios,
}
