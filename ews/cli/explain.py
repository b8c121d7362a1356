"""`ews config explain`: what the rules say, in words."""

from typing import Annotated, Any

import typer

from ews.cli.config import group
from ews.cli.frame import Globals, Json, emit
from ews.errors import NotFoundError

explain = typer.Typer(help="Wat de regels zeggen, in woorden.", no_args_is_help=True)
group.add_typer(explain, name="explain")


@explain.command("indicator")
def indicator_command(
    context: typer.Context,
    indicator: Annotated[str, typer.Argument(help="Bijvoorbeeld solvabiliteit.")],
    as_json: Json = False,
) -> None:
    """Eén indicator: formule, richting, normen met bron, en hoe de puntenkaart hem weegt."""
    from ews.cli import explain_page

    settings = _settings(context)
    found = settings.indicators.get(indicator)
    if found is None:
        listed = ", ".join(sorted(settings.indicators))
        raise NotFoundError(f"Indicator '{indicator}' bestaat niet. Bekend: {listed}.")
    document = explain_page.indicator_document(found, settings.scorecards)
    emit(as_json, document, explain_page.indicator_text(found, settings.scorecards))


@explain.command("scorecard")
def scorecard_command(context: typer.Context, as_json: Json = False) -> None:
    """De puntenkaart: elke regel met vakken en punten, struikeldraden en grenzen."""
    from ews.cli import explain_page

    settings = _settings(context)
    emit(
        as_json,
        explain_page.scorecard_document(settings.scorecards),
        explain_page.scorecard_text(settings.scorecards, settings.indicators),
    )


@explain.command("escalation")
def escalation_command(context: typer.Context, as_json: Json = False) -> None:
    """De tijdlijn die de drie getallen van [alerts] maken, met de grenzen per niveau."""
    from ews.cli import explain_page

    settings = _settings(context)
    emit(
        as_json,
        explain_page.escalation_document(settings.alerts, settings.scorecards),
        explain_page.escalation_text(settings.alerts, settings.scorecards),
    )


def _settings(context: typer.Context) -> Any:
    from ews.settings.load import load

    chosen: Globals = context.obj
    return load(chosen.site)
