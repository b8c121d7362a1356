"""`ews audit`: is the record untouched, and what does it say."""

from typing import Annotated

import typer

from ews.cli.app import app
from ews.cli.frame import Json, emit, site_of
from ews.jobs.audit import verify as verify_record

group = typer.Typer(help="Het auditspoor controleren, en of elke stap is gedraaid.", no_args_is_help=True)
app.add_typer(group, name="audit")


@group.command()
def verify(
    context: typer.Context,
    anchor: Annotated[
        list[str] | None,
        typer.Option(help="Auditkop uit een digest of dossier, AANTAL:HASH; mag vaker."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Loop het hele spoor na: keten, zaken, bewijsstukken en eerder afgedrukte koppen."""
    verdict = verify_record(site_of(context), anchor or [])
    document = {
        "ok": not verdict.faults,
        "entries": verdict.head.seq,
        "head": verdict.head.hash,
        "anchored": verdict.anchored,
        "faults": list(verdict.faults),
    }
    head = f"{verdict.head.seq}:{verdict.head.hash}"
    if verdict.faults:
        lines = ["Het auditspoor klopt niet:", *(f"  {fault}" for fault in verdict.faults)]
    elif verdict.anchored:
        lines = [f"Het auditspoor is ongewijzigd, ook tegenover de opgegeven koppen. Kop: {head}"]
    else:
        lines = [
            f"Het auditspoor is intern heel. Kop: {head}",
            "Vergelijk met een kop uit een digest of dossier (--anchor) om een afgeknipt einde uit te sluiten.",
        ]
    emit(as_json, document, "\n".join(lines))
    raise typer.Exit(1 if verdict.faults else 0)


@group.command()
def steps(context: typer.Context, as_json: Json = False) -> None:
    """Ga na of elke stap die moest draaien ook is gedraaid: waarschuwing, zaak, trede, taken."""
    from ews.jobs.auditor import audit_steps

    found = audit_steps(site_of(context))
    lines = [f"{found['checked']} waarschuwingen en zaken nagegaan, {found['missed']} stappen bleven liggen."]
    emit(as_json, found, "\n".join([*lines, *(f"  {one}" for one in found["steps"])]))
    raise typer.Exit(1 if found["missed"] else 0)
