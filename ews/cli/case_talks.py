"""`ews case hearing / agreement / kept / note / link / lesson / evidence`: words and promises of a case."""

from pathlib import Path
from typing import Annotated

import typer

from ews.cases import entries as e
from ews.cases.evidence_state import Look
from ews.cases.kinds import Party
from ews.cli.case_options import (
    Attach,
    Case,
    Corrects,
    FileDate,
    Files,
    On,
    Text,
    done,
    given,
    parse_choice,
)
from ews.cli.cases import group
from ews.cli.frame import Json, day, emit, site_of
from ews.jobs.cases import add_evidence
from ews.jobs.evidence import Upload


@group.command()
def hearing(
    context: typer.Context,
    case: Case,
    finding: Annotated[str, typer.Option(help="Onze bevinding.")],
    rebuttal: Annotated[str, typer.Option(help="Het weerwoord van de aanbieder.")],
    on: On = None,
    evidence: Attach = None,
    files: Files = None,
    file_date: FileDate = None,
    corrects: Corrects = None,
    as_json: Json = False,
) -> None:
    """Hoor de aanbieder: onze bevinding en het weerwoord naast elkaar."""
    act = given(
        case,
        on,
        evidence=evidence,
        files=files,
        file_kind="gespreksverslag",
        file_date=file_date,
        corrects=corrects,
    )
    done(context, as_json, act, e.ProviderView(finding, rebuttal))


@group.command()
def agreement(
    context: typer.Context,
    case: Case,
    party: Annotated[str, typer.Option(help="Met wie.")],
    due: Annotated[str, typer.Option(help="Uiterlijk (JJJJ-MM-DD).")],
    text: Text,
    figures: Annotated[bool, typer.Option("--figures", help="Er zijn cijfers toegezegd.")] = False,
    on: On = None,
    evidence: Attach = None,
    files: Files = None,
    file_date: FileDate = None,
    corrects: Corrects = None,
    as_json: Json = False,
) -> None:
    """Leg een afspraak vast, met de dag waarop zij nagekomen moet zijn."""
    act = given(
        case, on, evidence=evidence, files=files, file_kind="brief", file_date=file_date, corrects=corrects
    )
    whom = parse_choice(Party, party, name="--party")
    done(context, as_json, act, e.Agreement(whom, day(due, name="--due"), figures, text))


@group.command()
def kept(
    context: typer.Context,
    case: Case,
    number: Annotated[int, typer.Argument(metavar="AFSPRAAK", help="Regelnummer van de afspraak.")],
    broken: Annotated[bool, typer.Option("--broken", help="De afspraak is niet nagekomen.")] = False,
    text: Text = "",
    on: On = None,
    evidence: Attach = None,
    as_json: Json = False,
) -> None:
    """Leg vast dat een afspraak is nagekomen, of met --broken dat dat niet zo is."""
    act = given(case, on, evidence=evidence)
    done(context, as_json, act, e.AgreementOutcome(number, not broken, text))


@group.command()
def note(
    context: typer.Context,
    case: Case,
    text: Text,
    on: On = None,
    evidence: Attach = None,
    corrects: Corrects = None,
    as_json: Json = False,
) -> None:
    """Leg een aantekening vast."""
    done(context, as_json, given(case, on, evidence=evidence, corrects=corrects), e.Note(text))


@group.command()
def link(
    context: typer.Context,
    case: Case,
    other: Annotated[str, typer.Argument(metavar="ANDERE_ZAAK")],
    cause: Annotated[str, typer.Option(help="concern, oorzaak of regionale gebeurtenis, in woorden.")],
    on: On = None,
    as_json: Json = False,
) -> None:
    """Verbind twee zaken van één concern of met één oorzaak."""
    done(context, as_json, given(case, on), e.Link(other, cause))


@group.command()
def lesson(
    context: typer.Context,
    case: Case,
    step: Annotated[
        str, typer.Option(help="Bij welke stap: signaleren, gesprek, besluit, melding, overdracht …")
    ],
    owner: Annotated[str, typer.Option(help="Wie de les uitvoert.")],
    text: Text,
    due: Annotated[str | None, typer.Option(help="Uitgevoerd vóór (JJJJ-MM-DD).")] = None,
    on: On = None,
    evidence: Attach = None,
    files: Files = None,
    file_date: FileDate = None,
    as_json: Json = False,
) -> None:
    """Leg een les van de evaluatie vast, met eigenaar."""
    until = day(due, name="--due") if due else None
    act = given(case, on, evidence=evidence, files=files, file_kind="evaluatie", file_date=file_date)
    done(context, as_json, act, e.Lesson(step, owner, until, text))


@group.command("evidence")
def evidence_command(
    context: typer.Context,
    case: Case,
    path: Annotated[Path, typer.Argument(metavar="BESTAND")],
    kind: Annotated[str, typer.Option(help="Soort, bijvoorbeeld brief, besluit, uitvraag, antwoord.")],
    dated: Annotated[str, typer.Option("--date", help="Datum van het stuk zelf (JJJJ-MM-DD).")],
    confidentiality: Annotated[
        str, typer.Option(help="openbaar, intern, vertrouwelijk, geheim.")
    ] = "vertrouwelijk",
    expires: Annotated[str | None, typer.Option(help="Geldig tot (JJJJ-MM-DD).")] = None,
    replaces: Annotated[int | None, typer.Option(help="Nummer waarvan dit een nieuwe versie is.")] = None,
    client_data: Annotated[
        bool, typer.Option("--client-data/--no-client-data", help="Staan er cliëntgegevens in?")
    ] = False,
    redacted_from: Annotated[
        Path | None, typer.Option(help="Origineel met cliëntgegevens waarvan dit de gelakte versie is.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Voeg een bewijsstuk toe: datum van het stuk, soort, vertrouwelijkheid, versie."""
    upload = Upload(
        path,
        kind=kind,
        evidence_date=day(dated, name="--date"),
        confidentiality=confidentiality,
        expires_on=day(expires, name="--expires") if expires else None,
        replaces=replaces,
        client_data=client_data and redacted_from is None,
        redacted_from=redacted_from,
    )
    number = add_evidence(site_of(context), case, upload)
    emit(as_json, {"case": case, "evidence": number}, f"{case}: {path.name} is bewijsstuk B{number}.")


@group.command("look")
def look_command(
    context: typer.Context,
    case: Case,
    number: Annotated[int, typer.Argument(metavar="NUMMER", help="Nummer van het bewijsstuk, zonder B.")],
    outcome: Annotated[str, typer.Option(help="akkoord of afgekeurd.")],
    text: Text = "",
    as_json: Json = False,
) -> None:
    """Loop een gelakt bewijsstuk na; een ander dan wie het aanleverde. Zonder akkoord gaat het in geen bundel mee."""
    from ews.jobs.evidence import look

    found = parse_choice(Look, outcome, name="--outcome")
    look(site_of(context), case, number, found, text)
    emit(
        as_json, {"case": case, "evidence": number, "look": found.value}, f"{case}, B{number}: {found.value}."
    )


@group.command("scan")
def scan_command(context: typer.Context, as_json: Json = False) -> None:
    """Bied bewijsstukken die nog op de virusscanner wachten opnieuw aan."""
    from ews.jobs.scan import scan, scanning

    site = site_of(context)
    found = scan(site)
    text = f"Gescand {found['scanned']}: schoon {found['clean']}, besmet {found['infected']}; nog wachtend {found['pending']}."
    none = (
        "Er is geen virusscanner ingesteld ([scanner] command in settings.toml): stukken heten niet gescand."
    )
    emit(as_json, found, text if scanning(site).has_scanner else none)
