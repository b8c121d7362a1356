"""`ews case role / regie / situation / group / count`: the crisis and the transfer as they go."""

from typing import Annotated

import typer

from ews.cases import entries as e
from ews.cases.kinds import TransferState
from ews.cases.moves import TransferCount, TransferGroup
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
    parse_places,
)
from ews.cli.cases import group
from ews.cli.frame import Json, day
from ews.errors import RefusedError


@group.command()
def role(
    context: typer.Context,
    case: Case,
    name: Annotated[str, typer.Argument(metavar="ROL", help="Bijvoorbeeld voorzitter of woordvoerder.")],
    organisation: Annotated[str, typer.Option(help="Organisatie.")],
    person: Annotated[str, typer.Option(help="Naam.")] = "",
    deputy: Annotated[str, typer.Option(help="Vervanger.")] = "",
    phone: Annotated[str, typer.Option(help="Telefoonnummer.")] = "",
    confirmed: Annotated[str | None, typer.Option(help="Nummer gecontroleerd op (JJJJ-MM-DD).")] = None,
    on: On = None,
    corrects: Corrects = None,
    as_json: Json = False,
) -> None:
    """Zet iemand op de bellijst en in de crisisorganisatie, met vervanger."""
    checked = day(confirmed, name="--confirmed") if confirmed else None
    what = e.CrisisRole(name, organisation, checked, person, deputy, phone)
    done(context, as_json, given(case, on, corrects=corrects), what)


@group.command()
def regie(
    context: typer.Context,
    case: Case,
    lead: Annotated[str, typer.Argument(metavar="ZORGKANTOOR", help="Wie de regie heeft.")],
    share: Annotated[list[str] | None, typer.Option(help="Aandeel in procenten, Naam=60; mag vaker.")] = None,
    text: Text = "",
    on: On = None,
    evidence: Attach = None,
    files: Files = None,
    file_date: FileDate = None,
    corrects: Corrects = None,
    as_json: Json = False,
) -> None:
    """Leg vast wie de regie heeft, het aandeel per zorgkantoor en wat is afgesproken."""
    shares = tuple(_share(one) for one in share or ())
    act = given(
        case, on, evidence=evidence, files=files, file_kind="brief", file_date=file_date, corrects=corrects
    )
    done(context, as_json, act, e.Coordination(lead, shares, text))


def _share(text: str) -> tuple[str, float]:
    name, _, percent = text.rpartition("=")
    if not name or not percent.isdigit() or int(percent) > 100:
        raise RefusedError(f"'{text}' is geen aandeel. Schrijf Naam=60 (procent).")
    return name, int(percent) / 100


@group.command()
def situation(
    context: typer.Context,
    case: Case,
    text: Text,
    on: On = None,
    evidence: Attach = None,
    files: Files = None,
    as_json: Json = False,
) -> None:
    """Leg een situatierapport vast."""
    act = given(case, on, evidence=evidence, files=files, file_kind="situatierapport")
    done(context, as_json, act, e.SituationReport(text))


@group.command("group")
def group_command(
    context: typer.Context,
    case: Case,
    clients: Annotated[
        str, typer.Argument(metavar="GROEP", help="VG7/verblijf=12: aantallen, geen personen.")
    ],
    list_reference: Annotated[str, typer.Option("--list", help="Kenmerk van de lijst in het cliëntsysteem.")],
    pgb: Annotated[bool, typer.Option("--pgb", help="Pgb-houders.")] = False,
    on: On = None,
    corrects: Corrects = None,
    as_json: Json = False,
) -> None:
    """Maak een cliëntgroep aan die verhuist; de namen blijven in het cliëntsysteem."""
    (one,) = parse_places([clients])
    what = TransferGroup(one.profile, one.form, one.count, list_reference, pgb)
    done(context, as_json, given(case, on, corrects=corrects), what)


@group.command()
def count(
    context: typer.Context,
    case: Case,
    number: Annotated[int, typer.Argument(metavar="GROEP", help="Regelnummer van de groep.")],
    counted: Annotated[
        list[str], typer.Argument(metavar="STAND=AANTAL", help=f"Standen: {', '.join(TransferState)}.")
    ],
    on: On = None,
    as_json: Json = False,
) -> None:
    """Wekelijkse telling van een groep per stand; een verschil met de groep wordt gemeld."""
    counts = tuple(_count(one) for one in counted)
    done(context, as_json, given(case, on), TransferCount(number, counts))


def _count(text: str) -> tuple[TransferState, int]:
    name, _, number = text.partition("=")
    if not number.isascii() or not number.isdigit():
        raise RefusedError(f"'{text}' is geen telling. Schrijf verhuisd=8.")
    return parse_choice(TransferState, name, name="stand"), int(number)
