"""The log of the cases as one chronology: what happened, when it was recorded, what proves it."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from ews.cases.calendar import office_date
from ews.cases.correspondence import LetterAnswer, LetterSent, Raised, RaisedAnswer
from ews.cases.entries import (
    Agreement,
    Alternative,
    Answer,
    Contact,
    Decision,
    Measure,
    Notice,
    Opening,
    ProviderView,
    StageChange,
    Statement,
)
from ews.cases.kinds import Means, NoticeKind
from ews.cases.letter_book import letters
from ews.cases.model import CaseFile, Entry
from ews.cases.moves import PlanOutcome
from ews.dossier.alternatives import KINDS, OUTCOMES
from ews.dossier.history import DECISIONS, PARTIES
from ews.dossier.model import ChronologyLine
from ews.dossier.record import CaseFacts
from ews.dossier.words import capital, listed, short_date


def chronology(facts: CaseFacts) -> tuple[ChronologyLine, ...]:
    """Every shown entry of every case, in the order in which it happened."""
    lines = []
    for case in facts.cases:
        corrected = {entry.corrects for entry in case.entries}
        prefix = f"{case.number}: " if len(facts.cases) > 1 else ""
        for entry in case.entries:
            if type(entry.what) in TEXTS:
                text = f"{prefix}{_text(case, entry)}{_correction(entry, corrected)}"
                recorded = office_date(entry.recorded_at)
                lines.append(
                    (entry, ChronologyLine(entry.happened_on, recorded, text, facts.refs(case, entry)))
                )
    return tuple(line for entry, line in sorted(lines, key=lambda pair: (pair[0].happened_on, pair[0].id)))


def _correction(entry: Entry, corrected: Collection[int | None]) -> str:
    if entry.id in corrected:
        return " (later gecorrigeerd)"
    return f" (correctie van regel {entry.corrects})" if entry.corrects is not None else ""


def _text(case: CaseFile, entry: Entry) -> str:
    return TEXTS[type(entry.what)](case, entry.what)


def _contact(_case: CaseFile, what: Contact) -> str:
    whom = listed([part for part in (PARTIES[what.party], what.function) if part])
    return f"{capital(what.channel)} met {whom}{f' van {what.organisation}' if what.organisation else ''}."


def _notice(_case: CaseFile, what: Notice) -> str:
    title = "EWS-melding" if what.kind is NoticeKind.EWS_MELDING else "Overmachtsmelding"
    return f"{title} gedaan aan de NZa{f', kenmerk {what.reference}' if what.reference else ''}."


def _measure(_case: CaseFile, what: Measure) -> str:
    means = "Financiële" if what.means is Means.FINANCIAL else "Niet-financiële"
    return f"{means} maatregel vanaf {short_date(what.begins_on)}."


def _alternative(_case: CaseFile, what: Alternative) -> str:
    return (
        f"Alternatief onderzocht: {KINDS[what.kind]}{f', {what.organisation}' if what.organisation else ''}."
    )


def _letter_sent(case: CaseFile, what: LetterSent) -> str:
    title = next((one.letter.title for one in letters(case) if one.entry.id == what.letter), "Brief")
    return f"{title} verzonden aan {listed(list(what.to))}."


LEVELS = {"unknown": "onbekend", "low": "laag", "elevated": "verhoogd", "high": "hoog", "acute": "acuut"}
TEXTS: Mapping[type[Any], Callable[[CaseFile, Any], str]] = {
    Opening: lambda case, what: (
        f"Zaak {case.number} geopend (niveau bij opening: {LEVELS.get(what.level, what.level)})."
    ),
    StageChange: lambda _, what: f"Trede {what.before} naar trede {what.after}.",
    Contact: _contact,
    ProviderView: lambda _, what: "Zorgaanbieder gehoord (hoor en wederhoor).",
    Agreement: lambda _, what: (
        f"Afspraak met {PARTIES[what.party]}, na te komen vóór {short_date(what.due_on)}."
    ),
    Measure: _measure,
    Alternative: _alternative,
    Answer: lambda _, what: f"Antwoord op een alternatief: {OUTCOMES[what.outcome]}.",
    Decision: lambda _, what: f"Besluit over {DECISIONS[what.kind]}: {what.outcome}.",
    Notice: _notice,
    LetterSent: _letter_sent,
    LetterAnswer: lambda _, what: f"Antwoord ontvangen van {what.who}.",
    Raised: lambda _, what: f"Knelpunt geagendeerd bij {what.organisation}.",
    RaisedAnswer: lambda _, what: (
        f"Antwoord op agendering{f'; volgende stap vóór {short_date(what.next_on)}' if what.next_on else ''}."
    ),
    PlanOutcome: lambda _, what: (
        f"Overplaatsingsplan: {what.placed} van {what.clients} cliënten met een plaats."
    ),
    Statement: lambda _, what: f"Gegeven vastgelegd: {what.fact.replace('_', ' ')}.",
}
"""Tasks, acknowledgements and notes are not in it: the office's own bookkeeping and deliberation stay out."""
