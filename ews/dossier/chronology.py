"""The log of the cases as one chronology: what happened, when it was recorded, what proves it."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from typing import Any

from ews.cases import log
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
from ews.cases.words import STAGES
from ews.dossier.alternatives import KINDS, OUTCOMES, name
from ews.dossier.history import DECISIONS, PARTIES, talk
from ews.dossier.model import ChronologyLine
from ews.dossier.record import CaseFacts
from ews.dossier.words import capital, listed, sentence, short_date


def chronology(facts: CaseFacts, called: Mapping[str, str]) -> tuple[ChronologyLine, ...]:
    """Every shown entry of every case and what sources told happened, by day; statements of a day on one line.

    `called`: fact -> how it is called on paper.
    """
    lines = []
    for case in facts.cases:
        corrected = {entry.corrects for entry in case.entries}
        prefix = f"{case.number}: " if len(facts.cases) > 1 else ""
        for entry in case.entries:
            if type(entry.what) in TEXTS:
                text = f"{prefix}{_text(case, entry)}{_correction(entry, corrected)}"
                recorded = office_date(entry.recorded_at)
                refs = facts.refs(case, entry)
                lines.append((entry.id, ChronologyLine(entry.happened_on, recorded, text, refs)))
        lines += _statements(facts, case, prefix, called)
    lines += _events(facts)
    return tuple(line for place, line in sorted(lines, key=lambda pair: (pair[1].happened_on, pair[0])))


def _events(facts: CaseFacts) -> Iterator[tuple[int, ChronologyLine]]:
    """What happened to the provider comes first on its day: what people did follows from it."""
    prefix = f"{facts.case.number}: " if len(facts.cases) > 1 else ""
    for one in facts.risk.happened if facts.risk else ():
        yield 0, ChronologyLine(one.on, one.known_on, prefix + one.text, one.refs)


def _statements(
    facts: CaseFacts, case: CaseFile, prefix: str, called: Mapping[str, str]
) -> Iterator[tuple[int, ChronologyLine]]:
    days: dict[tuple[date, date], list[Entry]] = {}
    for entry, _ in log.current(case, Statement):
        days.setdefault((entry.happened_on, office_date(entry.recorded_at)), []).append(entry)
    for (happened, recorded), entries in days.items():
        told = [one.what.fact for one in entries if isinstance(one.what, Statement)]
        names = listed(list(dict.fromkeys(called.get(one, one.replace("_", " ")) for one in told)))
        refs = tuple(dict.fromkeys(ref for one in entries for ref in facts.refs(case, one)))
        yield entries[0].id, ChronologyLine(happened, recorded, f"{prefix}Vastgelegd: {names}.", refs)


def _correction(entry: Entry, corrected: Collection[int | None]) -> str:
    if entry.id in corrected:
        return " (later gecorrigeerd)"
    return f" (correctie van regel {entry.corrects})" if entry.corrects is not None else ""


def _text(case: CaseFile, entry: Entry) -> str:
    return TEXTS[type(entry.what)](case, entry.what)


def _contact(_case: CaseFile, what: Contact) -> str:
    return f"{capital(talk(what))}."


def _stage(_case: CaseFile, what: StageChange) -> str:
    return f"Van trede {what.before} ({STAGES[what.before]}) naar trede {what.after} ({STAGES[what.after]})."


def _answer(case: CaseFile, what: Answer) -> str:
    asked = next((one for one in log.alternatives(case) if what.alternative == one.entry.id), None)
    about = f" ({name(asked)})" if asked is not None else ""
    return f"Antwoord op een alternatief{about}: {OUTCOMES[what.outcome]}."


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
    return sentence(f"{title} verzonden aan {listed(list(what.to))}")


LEVELS = {"unknown": "onbekend", "low": "laag", "elevated": "verhoogd", "high": "hoog", "acute": "acuut"}
TEXTS: Mapping[type[Any], Callable[[CaseFile, Any], str]] = {
    Opening: lambda case, what: (
        f"Zaak {case.number} geopend (niveau bij opening: {LEVELS.get(what.level, what.level)})."
    ),
    StageChange: _stage,
    Contact: _contact,
    ProviderView: lambda _, what: "Zorgaanbieder gehoord (hoor en wederhoor).",
    Agreement: lambda _, what: (
        f"Afspraak met {PARTIES[what.party]}, na te komen vóór {short_date(what.due_on)}."
    ),
    Measure: _measure,
    Alternative: _alternative,
    Answer: _answer,
    Decision: lambda _, what: f"Besluit over {DECISIONS[what.kind]}: {what.outcome.replace('_', ' ')}.",
    Notice: _notice,
    LetterSent: _letter_sent,
    LetterAnswer: lambda _, what: sentence(f"Antwoord ontvangen van {what.who}"),
    Raised: lambda _, what: sentence(f"Knelpunt geagendeerd bij {what.organisation}"),
    RaisedAnswer: lambda _, what: (
        f"Antwoord op agendering{f'; volgende stap vóór {short_date(what.next_on)}' if what.next_on else ''}."
    ),
    PlanOutcome: lambda _, what: (
        f"Overplaatsingsplan: {what.placed} van {what.clients} cliënten met een plaats."
    ),
}
"""Tasks, acknowledgements and notes are not in it: the office's own bookkeeping and deliberation stay out."""
