"""`ews case contact / measure / alternative / decide / …`: what people add to the log of a case."""

from typing import Annotated

import typer

from ews.cases import entries as e
from ews.cases.calendar import add_working_days, office_date
from ews.cases.kinds import AlternativeKind, AnswerOutcome, DecisionKind, Means, Party
from ews.cli.case_options import (
    Attach,
    Case,
    Corrects,
    FileDate,
    FileKind,
    Files,
    On,
    Reason,
    Second,
    Text,
    done,
    given,
    parse_choice,
    parse_euro,
    parse_places,
)
from ews.cli.cases import group
from ews.cli.frame import Json, day, site_of

PARTIES = ", ".join(Party)


@group.command()
def contact(
    context: typer.Context,
    case: Case,
    party: Annotated[str, typer.Option(help=f"Met wie: {PARTIES}.")],
    how: Annotated[str, typer.Option(help="gesprek, telefoon, brief, e-mail of bezoek.")] = "gesprek",
    name: Annotated[str, typer.Option(help="Naam; wordt apart bewaard, met bewaartermijn.")] = "",
    function: Annotated[str, typer.Option(help="Functie.")] = "",
    organisation: Annotated[str, typer.Option(help="Organisatie.")] = "",
    text: Text = "",
    on: On = None,
    evidence: Attach = None,
    files: Files = None,
    file_kind: FileKind = "gespreksverslag",
    file_date: FileDate = None,
    corrects: Corrects = None,
    as_json: Json = False,
) -> None:
    """Leg een contact vast: met wie, functie, wanneer, hoe, en het verslag als bewijsstuk."""
    what = e.Contact(parse_choice(Party, party, name="--party"), how, organisation, function, name, text)
    act = given(
        case, on, evidence=evidence, files=files, file_kind=file_kind, file_date=file_date, corrects=corrects
    )
    done(context, as_json, act, what)


@group.command()
def measure(
    context: typer.Context,
    case: Case,
    means: Annotated[str, typer.Option("--kind", help="financieel of niet_financieel.")],
    scenario: Annotated[int, typer.Option(min=1, max=2, help="1 redding van de aanbieder, 2 overdracht.")],
    text: Text = "",
    begins: Annotated[str | None, typer.Option(help="Begin (JJJJ-MM-DD); standaard --on of vandaag.")] = None,
    ends: Annotated[str | None, typer.Option(help="Einde (JJJJ-MM-DD).")] = None,
    cost: Annotated[str | None, typer.Option(help="Kosten in euro.")] = None,
    on: On = None,
    evidence: Attach = None,
    files: Files = None,
    file_kind: FileKind = "overig",
    file_date: FileDate = None,
    corrects: Corrects = None,
    as_json: Json = False,
) -> None:
    """Leg een maatregel vast: financieel of niet, redding of overdracht, kosten, begin."""
    act = given(
        case, on, evidence=evidence, files=files, file_kind=file_kind, file_date=file_date, corrects=corrects
    )
    today = office_date(site_of(context).now)
    what = e.Measure(
        means=parse_choice(Means, means, name="--kind"),
        scenario=scenario,
        begins_on=day(begins, name="--begins") if begins else act.on or today,
        ends_on=day(ends, name="--ends") if ends else None,
        cost_eurocent=parse_euro(cost),
        text=text,
    )
    done(context, as_json, act, what)


@group.command()
def effect(
    context: typer.Context,
    case: Case,
    number: Annotated[int, typer.Argument(metavar="MAATREGEL", help="Regelnummer van de maatregel.")],
    text: Text,
    ended: Annotated[bool, typer.Option("--ended", help="De maatregel is beëindigd.")] = False,
    on: On = None,
    as_json: Json = False,
) -> None:
    """Leg het effect van een maatregel vast, of dat zij is beëindigd."""
    done(context, as_json, given(case, on), e.MeasureEffect(number, ended, text))


@group.command()
def alternative(
    context: typer.Context,
    case: Case,
    kind: Annotated[str, typer.Option(help=f"Soort: {', '.join(AlternativeKind)}.")] = "inkoop",
    provider: Annotated[str, typer.Option(help="Gevraagde aanbieder, bijvoorbeeld kvk:12345678.")] = "",
    organisation: Annotated[str, typer.Option(help="Naam van de gevraagde organisatie.")] = "",
    places: Annotated[
        list[str] | None, typer.Option(help="Gevraagde plaatsen, VG7=10 of VG7/verblijf=10; mag vaker.")
    ] = None,
    answer_by: Annotated[str | None, typer.Option(help="Antwoord vóór (JJJJ-MM-DD).")] = None,
    text: Text = "",
    on: On = None,
    evidence: Attach = None,
    files: Files = None,
    file_date: FileDate = None,
    corrects: Corrects = None,
    as_json: Json = False,
) -> None:
    """Leg een onderzocht alternatief vast: wie is gevraagd, voor welke profielen, antwoord vóór."""
    act = given(
        case, on, evidence=evidence, files=files, file_kind="uitvraag", file_date=file_date, corrects=corrects
    )
    site = site_of(context)
    norm = add_working_days(act.on or office_date(site.now), site.settings.cases.case.answer_days)
    what = e.Alternative(
        kind=parse_choice(AlternativeKind, kind, name="--kind"),
        asked=parse_places(places),
        answer_by=day(answer_by, name="--answer-by") if answer_by else norm,
        provider=provider,
        organisation=organisation,
        text=text,
    )
    done(context, as_json, act, what)


@group.command()
def answer(
    context: typer.Context,
    case: Case,
    number: Annotated[int, typer.Argument(metavar="ALTERNATIEF", help="Regelnummer van het alternatief.")],
    outcome: Annotated[str, typer.Option(help=f"Antwoord: {', '.join(AnswerOutcome)}.")],
    offered: Annotated[list[str] | None, typer.Option(help="Geboden plaatsen, VG7=2; mag vaker.")] = None,
    why_not_short: Annotated[str, typer.Option(help="Waarom niet op korte termijn.")] = "",
    why_not_middle: Annotated[str, typer.Option(help="Waarom niet op middellange termijn.")] = "",
    text: Text = "",
    on: On = None,
    evidence: Attach = None,
    files: Files = None,
    file_date: FileDate = None,
    corrects: Corrects = None,
    as_json: Json = False,
) -> None:
    """Leg het antwoord op een alternatief vast: geboden plaatsen, en waarom het niet kan."""
    act = given(
        case, on, evidence=evidence, files=files, file_kind="antwoord", file_date=file_date, corrects=corrects
    )
    result = parse_choice(AnswerOutcome, outcome, name="--outcome")
    what = e.Answer(number, result, parse_places(offered), why_not_short, why_not_middle, text)
    done(context, as_json, act, what)


@group.command()
def decide(
    context: typer.Context,
    case: Case,
    kind: Annotated[str, typer.Option(help=f"Besluit: {', '.join(DecisionKind)}.")],
    outcome: Annotated[str, typer.Option(help="Uitkomst; per soort verschillend.")],
    reason: Reason = "",
    next_on: Annotated[str | None, typer.Option(help="Nieuwe besluitdatum (JJJJ-MM-DD).")] = None,
    foreseeable_on: Annotated[str | None, typer.Option(help="Overmacht: voorzienbaar sinds.")] = None,
    location: Annotated[str, typer.Option(help="Betaling: welke locatie.")] = "",
    profile: Annotated[list[str] | None, typer.Option(help="Noodzakelijk: voor dit profiel.")] = None,
    why_not_others: Annotated[str, typer.Option(help="Noodzakelijk: waarom anderen het niet kunnen.")] = "",
    ends_when: Annotated[str, typer.Option(help="Noodzakelijk: wat scenario 1 beëindigt.")] = "",
    check: Annotated[list[str] | None, typer.Option(help="Gedane juridische toets; mag vaker.")] = None,
    on: On = None,
    second: Second = None,
    evidence: Attach = None,
    files: Files = None,
    file_date: FileDate = None,
    corrects: Corrects = None,
    as_json: Json = False,
) -> None:
    """Leg een besluit vast, met reden. Niet melden aan de NZa vraagt twee mensen en een nieuwe datum."""
    what = e.Decision(
        kind=parse_choice(DecisionKind, kind, name="--kind"),
        outcome=outcome.lower().replace("-", "_"),
        next_on=day(next_on, name="--next-on") if next_on else None,
        foreseeable_on=day(foreseeable_on, name="--foreseeable-on") if foreseeable_on else None,
        location=location,
        profiles=tuple(profile or ()),
        checks=tuple(check or ()),
        reason=reason,
        why_not_others=why_not_others,
        ends_when=ends_when,
    )
    act = given(
        case, on, second, evidence, files=files, file_kind="besluit", file_date=file_date, corrects=corrects
    )
    done(context, as_json, act, what)
