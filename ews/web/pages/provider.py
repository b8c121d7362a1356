"""Aanbieder: one provider or location, why it stands where it stands, down to file and row, on any day."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime

from fastapi import APIRouter, Response

from ews.cases.calendar import office_date
from ews.errors import NotFoundError, RefusedError
from ews.identifiers import parse_subject
from ews.jobs import signal
from ews.jobs.scoring import Round
from ews.jobs.subject_page import SubjectPage, subject_page, work_on
from ews.jobs.trends import Peers
from ews.jobs.watching import note_view
from ews.notify import words
from ews.scoring.trend import Trend
from ews.scoring.words import figure, period
from ews.signals.contract import SourceContract
from ews.signals.expected import FigureState
from ews.signals.indicators import Indicator
from ews.store import freshness, scope
from ews.store.engine import reading
from ews.web.chart import Chart, Line, draw
from ews.web.forms import Field, Reading, blank, read
from ews.web.pages.cases import as_of_asked
from ews.web.policy import may
from ews.web.rendering import page
from ews.web.visit import Posting, Visit, Visiting, back_to, peers_of, rounds_of, shelf_of
from ews.web.wording import day_text

router = APIRouter()
HORIZONS = {"short": "binnen 3 maanden", "medium": "3 tot 12 maanden", "long": "12 tot 36 maanden"}
STATES = {
    FigureState.PRESENT: "er, en vers",
    FigureState.NOT_DUE: "de termijn loopt nog",
    FigureState.LATE: "de bron noemde de aanbieder nog niet over deze periode, en had dat moeten doen",
    FigureState.MISSING: "de bron noemde de aanbieder, maar niet dit cijfer",
    FigureState.REFUSED: "de levering had er geen kolom voor, of is vastgehouden",
    FigureState.STALE: "er is een cijfer, van een te oude periode",
    FigureState.EXEMPT: "hoeft niet, met reden en einddatum",
}
CHANGE = {
    "opened": "geopend",
    "raised": "verhoogd",
    "lowered": "verlaagd",
    "repeated": "herhaald",
    "acknowledged": "bevestigd",
    "reescalated": "opnieuw opgeschaald",
    "cleared": "beëindigd",
}


@router.get("/aanbieder/{subject}", name="provider")
def provider_page(visit: Visiting, subject: str, op: str = "") -> Response:
    """The whole page, as it is or as it was known on a day."""
    _known_form(subject)
    _check(visit, subject)
    found = _found(visit, subject, op)
    note_view(visit.context, subject, action="provider.viewed")
    settings = visit.context.settings
    return page(
        visit.request,
        "provider.html",
        found=found,
        work=work_on(visit.context, found, as_of=as_of_asked(op)),
        view=found.view,
        made=found.view.assessment,
        on=op,
        rewound=as_of_asked(op) is not None,
        charts=[_chart(found, trend, settings.indicators[trend.indicator]) for trend in found.trends],
        points=_points_chart(found),
        indicators=settings.indicators,
        sources={name: one.title for name, one in settings.sources.items()},
        event_labels={one.event: one.label for one in settings.signal_kinds.values()},
        horizons=HORIZONS,
        stages=words.STAGE,
        change_words=CHANGE,
        states=_states(found),
        owed=_owed(found, settings.sources),
        signals=_signals(visit, found) if as_of_asked(op) is None else [],
        amounts=visit.person.sees_amounts,
        without_amounts=words.without_amounts,
        can_signal=may(visit.person.role, "signal_add_do") and found.view.kind == "aanbieder",
        can_open=may(visit.person.role, "case_open_do"),
    )


def _found(visit: Visit, subject: str, op: str) -> SubjectPage:
    """The page of a subject, made once until something it was made from changes; its remedy scores everybody."""
    as_of = as_of_asked(op)
    with reading(visit.context.engine) as connection:
        figures, judged = freshness.figures(connection), freshness.judged(connection)
    rounds = rounds_of(visit)

    def keep(moment: datetime, make: Callable[[], Round]) -> Round:
        """One round a moment for all visitors, until a figure or a rule changes."""
        return rounds.get(moment, make, made_from=figures)

    def keep_peers(group: str, read_them: Callable[[], Peers]) -> Peers:
        """The figures of comparable subjects, for whoever of them is looked at from within the same scope."""
        return peers_of(visit).get((group, as_of, on, visit.scope), read_them, made_from=figures)

    def make() -> SubjectPage:
        return subject_page(
            visit.context, subject, visit.scope, as_of=as_of, keep=keep, keep_peers=keep_peers
        )

    on = office_date(visit.context.now)
    key = ("subject", subject, as_of, on, visit.scope)
    return shelf_of(visit).get(key, make, made_from=judged)


def _states(found: SubjectPage) -> list[tuple[str, int, str]]:
    """State of the figures that the sources owe, how many stand so, and what it means."""
    counted = Counter(one.state for one in found.view.figures)
    return [(state.value.replace("_", " "), counted[state], told) for state, told in STATES.items()]


def _owed(found: SubjectPage, sources: Mapping[str, SourceContract]) -> list[tuple[str, str, str, list[str]]]:
    """(source, state, why, figures) of what is not simply there: a return that is late is one line, not thirty."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for one in found.view.owed:
        until = f"tot en met {day_text(one.exemption.until)}: {one.exemption.reason}" if one.exemption else ""
        title = sources[one.source].title if one.source in sources else one.source
        groups.setdefault((title, one.state.value.replace("_", " "), until), []).append(
            one.figure.replace("_", " ")
        )
    return [(*key, figures) for key, figures in groups.items()]


def _signals(visit: Visit, found: SubjectPage) -> list[signal.Listed]:
    """Soft signals that count now: of the provider, also on the page of its location."""
    return signal.listed(visit.context, provider=found.view.provider)


def _known_form(subject: str) -> None:
    """Refuse what can't be an identifier in the same words as one that is not there."""
    try:
        parse_subject(subject)
    except ValueError:
        raise NotFoundError(f"Aanbieder {subject[:60]} is niet bekend.") from None


def _chart(found: SubjectPage, trend: Trend, indicator: Indicator) -> tuple[Chart, Trend, Indicator]:
    on = found.view.assessment.as_of.date()
    norms = {
        norm.id: norm for norm in indicator.norms if norm.valid_from <= on and norm.kind != "statistisch"
    }
    line = Line(
        title=indicator.name,
        points=[(one.period_end, one.value, one.low, one.high) for one in trend.points],
        norms=[(norm.value, norm.label) for norm in norms.values()],
    )
    drawn = draw(
        line,
        lambda value: figure(value, indicator.unit),
        lambda day: period(None, day).removeprefix("stand "),
    )
    return drawn, trend, indicator


def _points_chart(found: SubjectPage) -> Chart | None:
    """The sum through time against the bounds of the levels."""
    if len(found.view.trend) < 2:
        return None
    line = Line(
        title="Punten",
        points=[(words.day(at), float(points), None, None) for at, points, _ in found.view.trend[-24:]],
        norms=[(float(one.raise_at), words.LEVEL[one.level]) for one in found.view.card.cutoffs],
    )
    return draw(line, lambda value: f"{value:.0f}", day_text)


def _signal_fields(visit: Visit) -> tuple[Field, ...]:
    kinds = visit.context.settings.signal_kinds.values()
    own = [(one.id, one.label) for one in kinds if not one.restricted or visit.person.id in one.readers]
    today = visit.context.now.date().isoformat()
    return (
        Field("soort", "Soort", "choice", choices=own),
        Field("dag", "Wanneer gehoord", "date", preset=today),
        Field("tekst", "Wat u hoorde, in een zin", "long", help="Geen namen, niets over één cliënt."),
    )


@router.get("/aanbieder/{subject}/signaal", name="signal_add")
def signal_form(visit: Visiting, subject: str) -> Response:
    """The form for what an officer hears before it stands in figures."""
    _known_form(subject)
    _check(visit, subject)
    return _signal_page(visit, subject, blank(_signal_fields(visit)))


@router.post("/aanbieder/{subject}/signaal", name="signal_add_do")
def add_signal(visit: Visiting, subject: str, form: Posting) -> Response:
    """Take a soft signal down; it counts from the next assessment on, and ends by itself."""
    _known_form(subject)
    _check(visit, subject)
    typed = read(_signal_fields(visit), form)
    if not typed.faults:
        kind, day = typed.values["soort"], typed.values["dag"]
        try:
            signal.add(visit.context, subject, kind, text=typed.text("tekst"), occurred_on=day)
            return back_to(visit.request, "provider", subject=subject)
        except RefusedError as error:
            typed.faults["tekst"] = str(error)
    return _signal_page(visit, subject, typed, status=422)


def _check(visit: Visit, subject: str) -> None:
    with reading(visit.context.engine) as connection:
        scope.check_subject(connection, visit.scope, subject, as_of=visit.context.now)
    signal.check_provider(visit.context, subject)


def _signal_page(visit: Visit, subject: str, typed: Reading, *, status: int = 200) -> Response:
    return page(
        visit.request,
        "signal.html",
        status=status,
        subject=subject,
        fields=_signal_fields(visit),
        reading=typed,
    )
