"""`ews case night / memo`: papers that a case makes of itself, for the deputy at two and for who decides."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ews.cases import log
from ews.cases.calendar import office_date
from ews.cases.entries import CrisisRole, SituationReport
from ews.cases.kinds import DecisionKind
from ews.cases.review import as_nza
from ews.cases.words import LEVELS, STAGES, clock_time, day, sentence
from ews.cli.case_blocks import profiles
from ews.cli.case_options import Case, parse_choice
from ews.cli.case_page import wrapped
from ews.cli.cases import group
from ews.cli.frame import AsOf, Json, as_of_moment, emit, site_of
from ews.errors import RefusedError

if TYPE_CHECKING:
    from ews.jobs.case_papers import Papers

FORCED: dict[DecisionKind, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    DecisionKind.EWS_MELDING: (
        "Melden wij deze zaak nu aan de NZa (EWS-melding)?",
        ("melden (één persoon)", "niet melden, met reden en nieuwe besluitdatum binnen 30 dagen (twee personen)"),
        (
            "Sinds wanneer wist u van de dreiging, en wat heeft u sindsdien gedaan?",
            "Welke niet-financiële mogelijkheden zijn onderzocht?",
            "Waarom hoort de NZa dit nu pas, of nog niet?",
        ),
    ),
    DecisionKind.OVERMACHT: (
        "Is voorzienbaar dat de zorgplicht niet kan worden nagekomen, terwijl al het mogelijke is gedaan (art. 4)?",
        ("ja, voorzienbaar sinds …: overmachtsmelding terstond", "nee, met reden; opnieuw bij de volgende herziening"),
        (
            "Welke alternatieven zijn onderzocht en waarom lukken ze niet op korte of middellange termijn?",
            "Hoeveel cliënten hebben geen plek en in welke profielen?",
            "Op welke dag waren de mogelijkheden uitgeput?",
        ),
    ),
    DecisionKind.NOODZAKELIJKHEID: (
        "Is deze aanbieder noodzakelijk, en voor welke profielen?",
        ("noodzakelijk voor …: redding (scenario 1) tot …", "niet noodzakelijk: overdracht (scenario 2)"),
        ("Waarom kunnen anderen deze zorg niet leveren?", "Wanneer stopt de redding?"),
    ),
    DecisionKind.COMMITTEE: (
        "Bekrachtigt de commissie de aanpak van deze zaak?",
        ("bekrachtigen", "bijsturen: …"),
        ("Waarom duurt de zaak al zo lang in trede 1-2?", "Wat is er nodig om te melden of te sluiten?"),
    ),
}  # fmt: skip


@group.command()
def night(context: typer.Context, case: Case, as_of: AsOf = None, as_json: Json = False) -> None:
    """Nachtkaart: in twee minuten bijgepraat, met wie u nu belt."""
    papers = _papers(context, case, as_of)
    stale = papers.view.today - timedelta(days=papers.view.policy.case.phone_confirmed_days)
    roles = [what for _, what in log.current(papers.view.case, CrisisRole)]
    call = [
        {
            "role": one.role,
            "organisation": one.organisation,
            "phone": one.phone,
            "confirmed_on": one.phone_confirmed_on.isoformat() if one.phone_confirmed_on else None,
            "stale": one.phone_confirmed_on is None or one.phone_confirmed_on < stale,
        }
        for one in roles
    ]
    document = {"case": case, "stage": papers.view.stage.value, "call": call}
    emit(as_json, document, "\n".join(_night(papers, roles, call)))


def _night(papers: "Papers", roles: list[CrisisRole], calls: list[dict[str, Any]]) -> list[str]:
    view = papers.view
    lines = [
        f"NACHTKAART {view.case.number} · gedrukt {clock_time(papers.moment)} · vertrouwelijk",
        f"{view.name or view.case.subject} · trede {view.stage.value} {STAGES[view.stage]} · niveau {LEVELS[view.level]}",
        _stake(papers),
        "",
        "Bel, in deze volgorde",
    ]
    lines += [line for one, call in zip(roles, calls, strict=True) for line in _call(one, call["stale"])]
    lines += [] if roles else ["! Er is geen bellijst: ews case role ZAAK ROL …"]
    lines += ["", "Dit moet nu", *_urgent(papers)]
    reports = [what.text for _, what in log.current(view.case, SituationReport)]
    lines += [
        "",
        "Laatste situatie",
        *wrapped(f"  {reports[-1] if reports else 'geen situatierapport'}", indent=2),
    ]
    signers = ", ".join(f"{person.name} ({', '.join(sorted(person.mandates))})" for person in papers.notify)
    lines += ["", "Wie een melding mag ondertekenen", *wrapped(f"  {signers}", indent=2)]
    lines += [
        "",
        "Niet doen zonder besluit: betalingen stoppen terwijl de curator de zorg voortzet; een contract beëindigen.",
    ]
    return lines


def _call(one: CrisisRole, is_stale: bool) -> list[str]:
    checked = (
        f"gecontroleerd {one.phone_confirmed_on:%d-%m-%Y}"
        if one.phone_confirmed_on
        else "nooit gecontroleerd"
    )
    mark = "!" if is_stale else " "
    deputy = f", vervanger {one.deputy}" if one.deputy else ""
    return wrapped(
        f"{mark} {one.role}: {one.name} ({one.organisation}) {one.phone}{deputy} · {checked}", indent=4
    )


def _urgent(papers: "Papers") -> list[str]:
    until = office_date(papers.moment + timedelta(hours=24))
    states = [state for state in log.tasks(papers.view.case) if state.is_open and state.task.due_on <= until]
    lines = []
    for state in sorted(states, key=lambda one: one.task.due_on)[:8]:
        when = clock_time(state.task.due_at) if state.task.due_at else f"{state.task.due_on:%d-%m-%Y}"
        lines += wrapped(f"  {when}  {state.task.role}: {state.task.title}", indent=4)
    return [*lines, *(f"  {duty.due_on:%d-%m-%Y}  {duty.text}" for duty in papers.view.duties)]


@group.command()
def memo(
    context: typer.Context,
    case: Case,
    kind: Annotated[str, typer.Option(help="ews_melding, overmacht, noodzakelijkheid of risicocommissie.")],
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Besluitnotitie van één bladzijde: keuzes, cliënten, wat wachten kost, wat de NZa zou vragen."""
    chosen: DecisionKind = parse_choice(DecisionKind, kind, name="--kind")
    if chosen not in FORCED:
        raise RefusedError(f"Voor '{kind}' is er geen besluitnotitie. Kies uit: {', '.join(FORCED)}.")
    papers = _papers(context, case, as_of)
    question, options, asked = FORCED[chosen]
    waiting = _waiting(papers)
    document = {
        "case": case,
        "kind": chosen.value,
        "question": question,
        "options": options,
        "waiting": waiting,
    }
    emit(as_json, document, "\n".join(_memo(papers, question, options, asked)))


def _memo(papers: "Papers", question: str, options: tuple[str, ...], asked: tuple[str, ...]) -> list[str]:
    view = papers.view
    why = [reason.text for reason in papers.assessed.reasons if reason.points > 0] if papers.assessed else []
    lines = [
        f"BESLUITNOTITIE {view.case.number} · {papers.office} · {day(view.today)}",
        f"{view.name or view.case.subject} · trede {view.stage.value} {STAGES[view.stage]} · niveau {LEVELS[view.level]}",
        "",
        *wrapped(question, indent=0),
        *(f"  [ ] {option}" for option in options),
        "",
        "Waarom nu",
        *(line for text in why[:4] for line in wrapped(f"  - {text}", indent=4)),
        *wrapped(f"  - {sentence(view.case.entries[0].what)}", indent=4),
        "",
        "Cliënten",
        f"  {_stake(papers)}",
        "",
        "Een maand wachten kost",
        *(f"  - {line}" for line in _waiting(papers)),
        "",
        "Wat de NZa zou vragen",
        *(f"  - {one}" for one in asked),
    ]
    sheet = as_nza(view.case, view.policy, today=view.today)
    weak = [one for one in sheet.findings if one.verdict != "goed"][:6]
    lines += [line for one in weak for line in wrapped(f"  - {one.point}: {one.text}", indent=4)]
    lines += ["", "Besluit en reden", "  " + "." * 90, "  " + "." * 90, ""]
    lines += [
        f"  {'Naam en functie':<40}{'Datum':<20}Handtekening",
        "  1. " + "_" * 85,
        "",
        "  2. " + "_" * 85,
    ]
    return lines


def _waiting(papers: "Papers") -> list[str]:
    """What a month more would add, from what is known; nothing is estimated that the record doesn't hold."""
    view, later = papers.view, papers.view.today + timedelta(days=30)
    lines = []
    if view.clock.first_signal_on:
        lines.append(f"het eerste signaal is dan {(later - view.clock.first_signal_on).days} dagen oud")
    if view.clock.alternatives_closed_on:
        days = (later - view.clock.alternatives_closed_on).days
        lines.append(f"de mogelijkheden zijn dan {days} dagen uitgeput zonder overmachtsmelding")
    if papers.impact.nowhere_to_go:
        lines.append(
            f"{papers.impact.nowhere_to_go} cliënten blijven een maand langer zonder plek als de zorg stopt"
        )
    late = sum(duty.due_on < later for duty in view.duties)
    lines.append(
        f"{late} verplichte besluiten zijn dan te laat" if late != 1 else "1 verplicht besluit is dan te laat"
    )
    return lines


def _stake(papers: "Papers") -> str:
    impact = papers.impact
    if impact.clients is None:
        return "Aantal cliënten onbekend: lever de cliëntenlijst aan."
    stuck = [one for one in impact.needs if one.nowhere_to_go]
    listed = f" ({profiles(stuck)})" if stuck else ""
    return f"{impact.clients} cliënten, {impact.nowhere_to_go} zonder vrije plaats elders{listed}"


def _papers(context: typer.Context, case: str, as_of: str | None) -> "Papers":
    from ews.jobs.case_papers import papers_of

    site = site_of(context)
    return papers_of(site, case, as_of=as_of_moment(as_of, site.now) if as_of else None)
