"""`ews dossier`: the notices to the NZa, drafted from a case."""

from pathlib import Path
from typing import Annotated

import typer

from ews.cases.entries import Statement
from ews.cli.app import app
from ews.cli.case_options import Attach, Case, Corrects, FileDate, FileKind, Files, On, done, given
from ews.cli.frame import AsOf, Json, as_of_moment, emit, site_of
from ews.errors import RefusedError
from ews.regulation import DossierKind

group = typer.Typer(
    help="Meldingen aan de NZa: opstellen, nagaan, goedkeuren, bundelen.", no_args_is_help=True
)
app.add_typer(group, name="dossier")

Cases = Annotated[
    list[str],
    typer.Argument(
        metavar="ZAAK...",
        help="De zaak; met meer zaken omvat de melding hun aanbieders (artikel 5.2 onder 2).",
    ),
]
Kind = Annotated[str, typer.Option("--kind", help="overmachtsmelding of ews_melding.")]


def kind_of(text: str) -> DossierKind:
    """One of the two notices."""
    try:
        return DossierKind(text.lower().replace("-", "_"))
    except ValueError:
        raise RefusedError(f"--kind '{text}' bestaat niet. Kies uit: {', '.join(DossierKind)}.") from None


@group.command()
def draft(
    context: typer.Context,
    cases: Cases,
    kind: Kind = "overmachtsmelding",
    out: Annotated[
        Path | None, typer.Option(help="Ook wegschrijven als dit .docx-bestand, met de pdf ernaast.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Stel een melding op in Word en PDF; exit 1 zolang er iets ontbreekt."""
    from ews.jobs import dossier as jobs

    case, others = cases[0], tuple(cases[1:]) or None
    made = jobs.draft(site_of(context), case, kind_of(kind), others=others, out=out)
    dossier = made.dossier
    holes = [f"  {one.item:<3} {one.title}: {one.why} (van: {one.from_whom})" for one in dossier.missing]
    state = (
        "compleet"
        if dossier.is_complete
        else f"{len(holes)} van de {len(dossier.items)} onderdelen ontbreken"
    )
    text = f"{dossier.title} {case}, versie {dossier.version}: {state}.\n  {made.word}\n  {made.pdf}"
    document = {
        "case": case,
        "cases": list(dossier.cases),
        "kind": dossier.kind.value,
        "version": dossier.version,
        "new": made.is_new,
        "complete": dossier.is_complete,
        "files": {"docx": str(made.word), "pdf": str(made.pdf)},
        "missing": [
            {"item": one.item, "why": one.why, "from_whom": one.from_whom} for one in dossier.missing
        ],
    }
    emit(as_json, document, "\n".join([text, *holes]))
    raise typer.Exit(0 if dossier.is_complete else 1)


@group.command()
def fact(
    context: typer.Context,
    case: Case,
    name: Annotated[
        str, typer.Argument(metavar="FEIT", help="Naam uit config/regulation, bijvoorbeeld einddatum.")
    ],
    text: Annotated[str, typer.Argument(metavar="TEKST", help="Het feit zoals het op papier komt.")],
    quoted_from: Annotated[str, typer.Option("--quoted", help="Functie van wie dit woordelijk zei.")] = "",
    provider: Annotated[str, typer.Option(help="Aanbieder, als de melding er meer omvat.")] = "",
    on: On = None,
    evidence: Attach = None,
    files: Files = None,
    file_kind: FileKind = "brief",
    file_date: FileDate = None,
    corrects: Corrects = None,
    as_json: Json = False,
) -> None:
    """Leg een feit vast dat geen bron levert, met bewijsstuk."""
    known = {
        need.fact
        for one in site_of(context).settings.regulations.values()
        for item in one.items
        for need in item.needs
    }
    if name not in known:
        raise RefusedError(f"Geen melding vraagt naar '{name}'. Kies uit: {', '.join(sorted(known))}.")
    act = given(
        case, on, evidence=evidence, files=files, file_kind=file_kind, file_date=file_date, corrects=corrects
    )
    done(context, as_json, act, Statement(name, provider, quoted_from, text))


@group.command()
def check(
    context: typer.Context,
    cases: Cases,
    kind: Kind = "overmachtsmelding",
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Ga na wat er tussen u en versturen staat; exit 1 zolang er iets ontbreekt."""
    from ews.cli.dossier_check import document_of, is_sendable, text_of
    from ews.jobs.dossier import look
    from ews.jobs.dossier_acts import warnings

    site = site_of(context)
    others = tuple(cases[1:]) or None
    looked = look(site, cases[0], kind_of(kind), others=others, as_of=as_of_moment(as_of, site.now))
    found = warnings(site, looked)
    emit(as_json, document_of(looked, found), text_of(looked, found))
    raise typer.Exit(0 if looked.dossier.is_complete and is_sendable(looked, found) else 1)


@group.command("list")
def list_command(context: typer.Context, as_of: AsOf = None, as_json: Json = False) -> None:
    """Alle versies van alle meldingen."""
    from ews.jobs import dossier as jobs

    site = site_of(context)
    found = jobs.listing(site, as_of=as_of_moment(as_of, site.now))
    rows = [
        {
            "case": one.case,
            "kind": one.kind.value,
            "version": one.version,
            "state": one.state,
            "regulation": one.regulation,
        }
        for one in found
    ]
    words = {"draft": "concept", "approved": "vastgesteld", "sent": "verzonden"}
    lines = [f"{one.case}  {jobs.TITLES[one.kind]:<18} v{one.version}  {words[one.state]}" for one in found]
    emit(as_json, {"dossiers": rows}, "\n".join(lines) or "Er is nog geen melding opgesteld.")
