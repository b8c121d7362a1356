"""The yearly evaluation as page and paper: the same parts twice."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files

from ews.cases.self_assessment import Answer
from ews.notify import evaluation, messages, words
from ews.notify.evaluation import YearFacts
from ews.notify.plots import lead_lines, stacked_bars
from ews.scoring.model import Level


@dataclass(frozen=True, slots=True)
class Part:
    """One chapter: sentences, a plot, a table. `wide` are the columns that take the room."""

    title: str
    lines: tuple[str, ...] = ()
    plot: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    wide: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    under: str
    headline: str
    fictitious: bool
    parts: tuple[Part, ...]


def page_of(facts: YearFacts) -> Page:
    """The report in its order: what happened, what was found, the alerts, ourselves."""
    parts = (
        _what_happened(facts),
        _in_vain(facts),
        _alerts(facts),
        _replay(facts),
        _overrides(facts),
        _self_assessment(facts),
        _details(facts),
        _lessons(facts),
        _rules(facts),
    )
    return Page(
        title=f"Evaluatie van het Early Warning System over {facts.year}",
        under=(
            f"{facts.office} · {facts.providers} aanbieders · zoals bekend op {words.short_day(facts.as_of)} · "
            f"auditkop {facts.audit_seq} {facts.audit_hash[:12]}"
        ),
        headline=evaluation.headline(facts),
        fictitious=facts.fictitious,
        parts=parts,
    )


def evaluation_html(facts: YearFacts) -> str:
    """A page that stands by itself: no script, no style or picture from elsewhere."""
    return messages.render("evaluation/page.html", {"page": page_of(facts)})


def evaluation_pdf(facts: YearFacts) -> bytes:
    """The same on A4."""
    import typst

    template = files("ews.notify").joinpath("templates/evaluation/page.typ").read_bytes()
    document = json.dumps(asdict(page_of(facts)), ensure_ascii=False)
    return bytes(
        typst.compile(
            template, format="pdf", sys_inputs={"report": document}, timestamp=int(facts.as_of.timestamp())
        )
    )


def _what_happened(facts: YearFacts) -> Part:
    rows = tuple(evaluation.ended_rows(facts))
    plot = lead_lines(
        [(words.clean(one.name), one.lead_days) for one in facts.ended],
        title="Dagen tussen eerste waarschuwing en gebeurtenis",
    )
    return Part(
        "Wat gebeurde er, en wisten wij het vooraf",
        lines=(evaluation.apart(facts),),
        plot=plot if rows else "",
        head=("Aanbieder", "Wanneer", "Wat", "Eerst gewaarschuwd", "Voorsprong of reden") if rows else (),
        rows=rows,
    )


def _in_vain(facts: YearFacts) -> Part:
    rows = tuple(
        (words.clean(one.name), words.short_day(one.opened_on), words.short_day(one.cleared_on))
        for one in facts.in_vain
    )
    none = () if rows else ("Geen waarschuwing eindigde zonder discontinuïteit.",)
    return Part(
        "Loze waarschuwingen", lines=none, head=("Aanbieder", "Van", "Tot") if rows else (), rows=rows
    )


def _alerts(facts: YearFacts) -> Part:
    levels = (Level.ELEVATED, Level.HIGH, Level.ACUTE)
    months = [
        (words.month_name(one.month), tuple(number for _, number in one.counts)) for one in facts.raised
    ]
    legend = [words.LEVEL[level] for level in levels]
    return Part(
        "Waarschuwingen per maand",
        plot=stacked_bars(months, legend, title="Geopende en verhoogde waarschuwingen"),
        head=("Maand", *legend),
        rows=tuple((name, *(str(number) for number in counts)) for name, counts in months),
    )


def _replay(facts: YearFacts) -> Part:
    if facts.replay is None:
        return Part(
            "Terugblik met de regels van nu",
            lines=("Er is nog geen datum waarvan het jaar erna bekend is: te vroeg om iets te zeggen.",),
        )
    missed = evaluation.misses(facts)
    lines = (
        "De regels die nu gelden, toegepast op wat toen bekend was; uitkomsten uit het eigen dossier.",
        *([f"Gemist: {words.listed(missed)}."] if missed else []),
    )
    return Part(
        "Terugblik met de regels van nu", lines=lines, rows=tuple(evaluation.replay_rows(facts)), wide=(1,)
    )


def _overrides(facts: YearFacts) -> Part:
    none = ("Niemand zette een niveau of een waarschuwing opzij.",)
    return Part("Wat mensen opzij zetten, en hoe dat afliep", lines=facts.overrides or none)


def _self_assessment(facts: YearFacts) -> Part:
    return Part(
        "Zelfbeoordeling op de handvatten",
        lines=(f"{evaluation.tally(facts.answers)}.", f"Bron: {facts.source}."),
        head=("Norm", *evaluation.QUESTION.values()),
        rows=tuple(
            (norm.norm.id, *(answer.shown.value for answer in norm.answers)) for norm in facts.answers
        ),
        wide=(1, 2, 3, 4),
    )


def _details(facts: YearFacts) -> Part:
    rows = tuple(
        (norm.norm.id if first else "", evaluation.QUESTION[answer.question], answer.shown.value, answer.text)
        for norm in facts.answers
        for first, answer in _flagged(norm.answers)
    )
    norms = tuple(f"{norm.norm.id}: {norm.norm.text}." for norm in facts.answers)
    return Part(
        "Waaruit dat blijkt", lines=norms, head=("Norm", "Vraag", "Stand", "Bewijs"), rows=rows, wide=(3,)
    )


def _flagged(answers: Sequence[Answer]) -> list[tuple[bool, Answer]]:
    return [(place == 0, one) for place, one in enumerate(answers)]


def _lessons(facts: YearFacts) -> Part:
    rows = tuple(
        (one.case, one.step, one.text, one.owner, words.short_day(one.due_on) if one.due_on else "")
        for one in facts.lessons
    )
    none = () if rows else ("Dit jaar zijn geen lessen vastgelegd.",)
    head = ("Zaak", "Stap", "Les", "Wie", "Uiterlijk") if rows else ()
    return Part("Lessen", lines=none, head=head, rows=rows, wide=(2,))


def _rules(facts: YearFacts) -> Part:
    return Part("Gewijzigde regels", lines=facts.rules or ("De regels zijn dit jaar niet gewijzigd.",))
