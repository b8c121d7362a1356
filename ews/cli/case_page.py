"""A case as text of at most 100 columns, fit for the board's table."""

import textwrap
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from ews.cases import log
from ews.cases.calendar import office_date
from ews.cases.entries import Contact, Decision, Link, Note, ProviderView, Task
from ews.cases.evidence_state import Scanning, last_look, scan_state
from ews.cases.kinds import Means
from ews.cases.model import Entry, Evidence
from ews.cases.ties import Umbrella
from ews.cases.words import KINDS, LEVELS, OUTCOMES, STAGES, clock_time, day, places, sentence
from ews.cli.case_blocks import agreements, crisis, holding, moves, reasons, stake
from ews.jobs.case_view import CaseView
from ews.notify.words import ROLE

WIDTH = 100
NAME = 26
SPANS = (
    ("Eerste signaal bekend", "first_signal_on", "", ""),
    ("Eerste gesprek met het bestuur", "first_board_talk_on", "first_signal_on", "signal_to_board_talk"),
    ("EWS-melding verstuurd", "ews_melding_sent_on", "first_signal_on", "signal_to_ews_melding"),
    ("Overmacht voorzienbaar", "foreseeable_on", "first_signal_on", ""),
    ("Laatste alternatief gesloten", "alternatives_closed_on", "first_signal_on", ""),
    (
        "Overmachtsmelding verstuurd",
        "overmachtsmelding_sent_on",
        "foreseeable_on",
        "foreseeable_to_overmachtsmelding",
    ),
)

if TYPE_CHECKING:
    from ews.jobs.case_papers import Papers
    from ews.jobs.sending import Hold


def page(view: CaseView, papers: "Papers", held: Sequence["Hold"] = ()) -> str:
    """The whole case, what must be done now first, then what is at stake. `held`: what keeps a notice back."""
    blocks = [
        _head(view, papers),
        _section("Wat moet er nu", _duties(view)),
        _section("Wat houdt versturen nog tegen", _wrapped(holding(held), 4)),
        _section("Let op", [f"- {warning.text}" for warning in view.warnings]),
        _section("Meldingsklok (uit het logboek; nooit ingetypt)", _clock(view)),
        _section("Waarom dit niveau", _wrapped(reasons(papers.assessed), 8)),
        _section(_tasks_title(view), _tasks(view)),
        _section(_alternatives_title(view), _alternatives(view)),
        _section(_measures_title(view), _measures(view)),
        _section("Afspraken", _wrapped(agreements(view), 20)),
        _section("Overdracht per cliëntgroep (aantallen)", _wrapped(moves(view), 9)),
        _section("Crisisorganisatie en regie", _wrapped(crisis(view), 4)),
        _section("Uniek of breder, en wat erbij hoort", _around(view)),
        _section("Gesprekken en contacten", _entries(view, Contact)),
        _section("Hoor en wederhoor", _entries(view, ProviderView)),
        _section("Besluiten", _decisions(view)),
        _section("Eruit mag als", [f"- {one}" for one in view.policy.of(view.stage).exit]),
        _section(_evidence_title(view), _evidence(view)),
        _section(f"Logboek ({len(view.case.entries)} regels)", _log(view)),
    ]
    return "\n\n".join(block for block in blocks if block)


def list_text(views: Sequence[CaseView]) -> str:
    """Open cases, a line each."""
    if not views:
        return "Geen openstaande zaken."
    lines = [f"{'zaak':<11} {'trede':<27} {'niveau':<9} {'eigenaar':<12} {'vóór':<11} aanbieder"]
    for view in views:
        due = f"{view.due:%d-%m-%Y}" if view.due else "—"
        late = "!" if view.due and view.due < view.today else " "
        stage = f"{view.stage.value} {STAGES[view.stage]}"
        lines.append(
            f"{view.case.number:<11} {stage:<27} {_level(view):<9} {view.case.owner or '—':<12} "
            f"{due:<10}{late} {shortened(view.name.removesuffix(' (fictief)') or view.case.subject, NAME)}"
        )
    return "\n".join(lines)


def _wrapped(lines: Iterable[str], indent: int) -> list[str]:
    return [part for line in lines for part in wrapped(line, indent=indent)]


def _head(view: CaseView, papers: "Papers") -> str:
    case = view.case
    since = day(log.stage_since(case))
    state = f"gesloten op {clock_time(case.closed_at)[:10]}" if case.closed_at else f"sinds {since}"
    return "\n".join(
        [
            f"Zaak {case.number} · trede {view.stage.value} {STAGES[view.stage]} ({state}) · niveau {_level(view).upper()}",
            f"{view.name or 'naam onbekend'} · {case.subject} · eigenaar {case.owner or 'nog niemand'}",
            f"Geopend {day(office_date(case.opened_at))} · stand van {day(view.today)}",
            *wrapped(stake(papers.impact), indent=2),
        ]
    )


def _level(view: CaseView) -> str:
    level = LEVELS[view.level]
    return f"{level}/{LEVELS[view.override]}" if view.override else level


def _duties(view: CaseView) -> list[str]:
    lines = []
    for duty in view.duties:
        days = (view.today - duty.due_on).days
        late = f"  ({days} {'dag' if days == 1 else 'dagen'} te laat)" if days > 0 else ""
        lines.append(f"{'!' if days > 0 else ' '} {duty.due_on:%d-%m-%Y}  {duty.text}{late}")
    return lines or ["  Geen besluit open; zie de taken."]


def _clock(view: CaseView) -> list[str]:
    lines = []
    for title, name, start, target in SPANS:
        moment: date | None = getattr(view.clock, name)
        begun: date | None = getattr(view.clock, start) if start else None
        lines.append(f"  {title:<32} {day(moment):<20}{_span(view, begun, moment, target)}".rstrip())
    return lines


def _span(view: CaseView, begun: date | None, moment: date | None, target: str) -> str:
    if begun is None:
        return ""
    days = ((moment or view.today) - begun).days
    norm = view.policy.case.targets.get(target)
    if moment is None and norm is None:
        return ""
    passed = f"na {days} dagen" if moment else f"loopt {days} dagen"
    return f"{passed} (eigen norm {norm})" if norm is not None else passed


def _tasks_title(view: CaseView) -> str:
    states = log.tasks(view.case)
    late = sum(state.is_open and state.task.due_on < view.today for state in states)
    return f"Taken ({sum(state.is_open for state in states)} open, {late} te laat)"


def _tasks(view: CaseView) -> list[str]:
    states = sorted(log.tasks(view.case), key=lambda state: (not state.is_open, state.task.due_on))
    return [line for state in states for line in _task(state.entry, state.task, state.done, view.today)]


def _task(entry: Entry, task: Task, done: Entry | None, today: date) -> list[str]:
    when = (
        clock_time(task.due_at)[:5] + clock_time(task.due_at)[10:]
        if task.due_at
        else f"{task.due_on:%d-%m-%Y}"
    )
    mark = "x" if done else "!" if task.due_on < today else " "
    proof = "".join(f" [B{number}]" for number in done.evidence) if done else ""
    ended = f" (gedaan {done.happened_on:%d-%m-%Y} door {done.author}{proof})" if done else ""
    who = ROLE.get(task.role, task.role)
    return wrapped(f"{mark} {entry.id:>4}  {when:<11} {who}: {task.title}{ended}", indent=20)


def _alternatives_title(view: CaseView) -> str:
    states = log.alternatives(view.case)
    asked = sum(state.places_asked for state in states)
    offered = sum(state.places_offered for state in states)
    answered = sum(state.answer is not None for state in states)
    return f"Alternatieven ({len(states)} onderzocht, {answered} beantwoord; {asked} plaatsen gevraagd, {offered} geboden)"


def _alternatives(view: CaseView) -> list[str]:
    lines = []
    for state in log.alternatives(view.case):
        asked, answer = state.alternative, state.answer
        who = asked.organisation or asked.provider or "eigen voorziening"
        head = f"{state.entry.id:>6}  {state.asked_on:%d-%m-%Y}  {KINDS[asked.kind]}, {who}: {places(asked.asked) or '—'}"
        if answer is None:
            lines += wrapped(f"{head}. Nog geen antwoord (vóór {asked.answer_by:%d-%m-%Y}).", indent=20)
            continue
        why = " ".join(part for part in (answer.text, answer.why_not_short, answer.why_not_middle) if part)
        offered = f", geboden {places(answer.offered)}" if answer.offered else ""
        outcome = OUTCOMES.get(answer.outcome, answer.outcome)
        lines += wrapped(
            f"{head}. {state.answered_on:%d-%m-%Y}: {outcome}{offered}. {why}".rstrip(), indent=20
        )
    return lines


def _measures_title(view: CaseView) -> str:
    means = [state.measure.means for state in log.measures(view.case)]
    money = means.count(Means.FINANCIAL)
    return f"Maatregelen (financieel {money}, niet-financieel {len(means) - money})"


def _measures(view: CaseView) -> list[str]:
    lines = []
    for state in log.measures(view.case):
        text = sentence(state.measure).removeprefix("Maatregel ")
        noted = "".join(
            f" Effect {entry.happened_on:%d-%m-%Y}: {effect.text}" for entry, effect in state.effects
        )
        lines += wrapped(f"{state.entry.id:>6}  {state.measure.begins_on:%d-%m-%Y}  {text}{noted}", indent=20)
    return lines


def _decisions(view: CaseView) -> list[str]:
    lines = []
    for entry, what in log.current(view.case, Decision):
        signed = f" ({entry.author}{f' en {entry.second}' if entry.second else ''})"
        lines += wrapped(f"{entry.id:>6}  {entry.happened_on:%d-%m-%Y}  {sentence(what)}{signed}", indent=20)
    return lines


def _entries(view: CaseView, kind: type[Any]) -> list[str]:
    return [
        line
        for entry, what in log.current(view.case, kind)
        for line in wrapped(
            f"{entry.id:>6}  {entry.happened_on:%d-%m-%Y}  {sentence(what, destroyed=entry.destroyed)}{_proof(entry)}",
            indent=20,
        )
    ]


def _around(view: CaseView) -> list[str]:
    compared = [
        line
        for entry, note in log.current(view.case, Note)
        if entry.author == "systeem"
        for line in wrapped(f"  {note.text}", indent=4)
    ]
    return [*compared, *_entries(view, Umbrella), *_entries(view, Link)]


def _evidence_title(view: CaseView) -> str:
    """With one line for what holds of all pieces: without a scanner none is scanned."""
    if view.scanning.has_scanner or not view.case.evidence:
        return "Bewijsstukken"
    return "Bewijsstukken (niet gescand op virussen: er is geen scanner ingesteld)"


def _evidence(view: CaseView) -> list[str]:
    lines = []
    for one in sorted(view.case.evidence, key=lambda one: (one.number, one.version)):
        said = evidence_words(one, view.scanning)
        line = f"  B{one.number:<3} v{one.version}  {one.evidence_date:%d-%m-%Y}  {one.kind:<17} {shortened(one.name, 44):<44}"
        lines.append(f"{line} {said}".rstrip())
    return lines


def evidence_words(one: Evidence, scanning: Scanning) -> str:
    """`schoon`, `besmet`, `gelakt, nog na te lopen`: what a reader must know of one piece."""
    if one.is_destroyed:
        return "vernietigd"
    said = [scan_state(one, scanning).value] if scanning.has_scanner else []
    if one.redacted_from is not None:
        look = last_look(one)
        said.append(f"gelakt, {look.value if look else 'nog na te lopen'}")
    return "; ".join(said)


def shortened(text: str, width: int) -> str:
    """The text, with an ellipsis where it is cut."""
    return text if len(text) <= width else f"{text[: width - 1].rstrip()}…"


def _log(view: CaseView) -> list[str]:
    lines = ["  regel  gebeurd     vastgelegd        door"]
    for entry in view.case.entries:
        if isinstance(entry.what, Task) and entry.author == "systeem":
            continue  # laid ready by the stage: they stand under Taken
        recorded = clock_time(entry.recorded_at)
        correction = f" (verbetert {entry.corrects})" if entry.corrects else ""
        text = sentence(entry.what, destroyed=entry.destroyed)
        lines += wrapped(
            f"{entry.id:>7}  {entry.happened_on:%d-%m-%Y}  {recorded}  {entry.author}: {text}{correction}{_proof(entry)}",
            indent=39,
        )
    return lines


def _proof(entry: Entry) -> str:
    return "".join(f" [B{number}]" for number in entry.evidence)


def _section(title: str, lines: Iterable[str]) -> str:
    body = "\n".join(lines)
    return f"{title}\n{body}" if body else ""


def wrapped(line: str, *, indent: int) -> list[str]:
    """A line in lines of at most 100 columns, the later ones indented."""
    return textwrap.wrap(line, WIDTH, subsequent_indent=" " * indent, break_long_words=False)
