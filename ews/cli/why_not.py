"""`ews why-not`: why no alert, or why it did not reach whom."""

from typing import Annotated, Any

import typer

from ews.cli.app import app
from ews.cli.frame import AsOf, Json, as_of_moment, emit, site_of


@app.command("why-not")
def why_not_command(
    context: typer.Context,
    subject: Annotated[str, typer.Argument(help="Nummer of deel van de naam.")],
    person: Annotated[str | None, typer.Option("--for", help="Wie iets had willen horen (id).")] = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Waarom was er geen waarschuwing, of waarom bereikte zij iemand niet?"""
    from ews.cli.why_not_page import document, page
    from ews.jobs.why_not import why_not

    site = site_of(context)
    found: Any = why_not(site, subject, person=person, as_of=as_of_moment(as_of, site.now) if as_of else None)
    emit(as_json, document(found), page(found))
