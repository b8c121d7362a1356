"""`ews retention`: how long which data are kept, what is over its term, and destroying it with two people."""

from typing import Annotated, Any

import typer

from ews.cli.app import app
from ews.cli.case_options import Case
from ews.cli.cases import group as case_group
from ews.cli.frame import Json, emit, site_of

group = typer.Typer(help="Bewaartermijnen: wat, waarom, hoe lang, en wat nu weg mag.", no_args_is_help=True)
app.add_typer(group, name="retention")
Second = Annotated[str, typer.Option(help="De tweede persoon die tekent.")]
Why = Annotated[str, typer.Option("--reason", help="De reden.")]


@group.command("list")
def list_command(context: typer.Context, as_json: Json = False) -> None:
    """Elke soort gegevens met termijn, grond en wie haar vernietigt."""
    classes = list(site_of(context).settings.retention.values())
    document = [
        {"class": one.id, "title": one.title, "years": one.years, "from": one.counts_from, "ground": one.ground,
         "destroyed_by": one.destroyed_by}
        for one in classes
    ]  # fmt: skip
    lines = [f"{one.id:<15} {term_text(one):<28} {one.title}" for one in classes]
    emit(as_json, {"classes": document}, "\n".join(lines))


def term_text(one: Any) -> str:
    """`7 jaar na sluiting`, or that the product counts no term."""
    return (
        f"{one.years} jaar na {one.counts_from}" if one.years is not None else "geen termijn in het product"
    )


@group.command("due")
def due_command(context: typer.Context, as_json: Json = False) -> None:
    """Wat voorbij zijn termijn is; vernietigen doen twee mensen met ews retention destroy."""
    from ews.jobs.destruction import due
    from ews.jobs.retention import line

    found = due(site_of(context))
    document = [
        {"case": one.case or None, "class": one.retention.id, "kept_until": f"{one.kept_until}", "count": one.count}
        for one in found
    ]  # fmt: skip
    emit(
        as_json, {"due": document}, "\n".join(line(one) for one in found) or "Niets is voorbij zijn termijn."
    )


@group.command("destroy")
def destroy_command(
    context: typer.Context,
    second: Second,
    reason: Why,
    case: Annotated[str | None, typer.Argument(metavar="ZAAK", help="Gesloten zaak.")] = None,
    only: Annotated[str, typer.Option("--class", help="Alleen deze klasse; zie ews retention list.")] = "",
    as_json: Json = False,
) -> None:
    """Vernietig wat voorbij zijn termijn is van een gesloten zaak, of met --class iets dat bij geen zaak hoort."""
    from ews.jobs import destruction

    site = site_of(context)
    if case is None:
        gone = destruction.destroy_class(site, only, second=second, reason=reason)
    else:
        gone = destruction.destroy(site, case, second=second, reason=reason, only=only)
    _said(as_json, gone)


@case_group.command("destroy")
def case_destroy(
    context: typer.Context, case: Case, second: Second, reason: Why, as_json: Json = False
) -> None:
    """Vernietig van een gesloten zaak alles wat voorbij zijn bewaartermijn is; met twee mensen."""
    from ews.jobs.destruction import destroy

    _said(as_json, destroy(site_of(context), case, second=second, reason=reason))


def _said(as_json: bool, gone: Any) -> None:
    document = {
        "case": gone.case or None, "classes": list(gone.classes), "entries": gone.entries, "files": gone.files,
        "dossiers": gone.dossiers, "rows": gone.rows,
    }  # fmt: skip
    if not gone.case:
        text = f"{gone.classes[0]}: {gone.rows} vernietigd."
    else:
        text = (
            f"{gone.case} ({', '.join(gone.classes) or 'niets over'}): namen en tekst van {gone.entries} regels, "
            f"{gone.files} bewijsstukken en {gone.dossiers} dossierversies vernietigd. Wat gebeurde, blijft staan."
        )
    emit(as_json, document, text)
