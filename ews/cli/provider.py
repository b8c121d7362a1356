"""`ews provider`: one provider or location, with reasons that add up."""

from typing import Annotated

import typer

from ews.cli.app import app
from ews.cli.frame import AsOf, Json, as_of_moment, emit, site_of

group = typer.Typer(help="Eén aanbieder of locatie: oordeel, reden, bron, trend.", no_args_is_help=True)
app.add_typer(group, name="provider")


@group.command()
def show(
    context: typer.Context,
    subject: Annotated[str, typer.Argument(help="Nummer (kvk:…, vestiging:…, cs:…) of deel van de naam.")],
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Niveau, redenen die optellen, bron en rij, trend en wat zou helpen."""
    from ews.cli.provider_page import document, page
    from ews.jobs.provider import subject_view

    site = site_of(context)
    view = subject_view(site, subject, as_of=as_of_moment(as_of, site.now) if as_of else None)
    emit(as_json, document(view), page(view))
