"""`ews dossier letter`: other letters from the same record."""

from pathlib import Path
from typing import Annotated

import typer

from ews.cli.case_options import Case, entry_document, entry_text
from ews.cli.dossier import group
from ews.cli.frame import Json, emit, site_of


@group.command()
def letter(
    context: typer.Context,
    case: Case,
    kind: Annotated[str, typer.Option(help="Soort brief, zie config/brieven.toml.")],
    to: Annotated[str, typer.Option(help="Aan wie, zoals boven de brief.")] = "",
    named: Annotated[
        bool, typer.Option("--named", help="Noem de aanbieder vóór trede 4; vraagt --ground en --second.")
    ] = False,
    ground: Annotated[str, typer.Option(help="Grond om de aanbieder eerder te noemen.")] = "",
    second: Annotated[str, typer.Option(help="De tweede persoon die meetekent.")] = "",
    as_json: Json = False,
) -> None:
    """Stel een andere brief op uit de zaak: cijferuitvraag, plaatsenverzoek, IGJ, gemeente, gespreksblad en meer."""
    from ews.jobs.letters import Naming
    from ews.jobs.letters import letter as write

    naming = Naming(ground, second) if named else None
    filled, word, pdf = write(site_of(context), case, kind, to, naming)
    document = {
        "case": case,
        "kind": kind,
        "recipient": filled.recipient.value,
        "named": filled.is_named,
        "hidden": filled.hidden,
        "files": {"docx": str(word), "pdf": str(pdf)},
    }
    who = "noemt de aanbieder" if filled.is_named else "noemt de aanbieder niet"
    kept = f"; {filled.hidden} kleine aantallen weggelaten" if filled.hidden else ""
    emit(as_json, document, f"{filled.title} opgesteld ({who}{kept}).\n  {word}\n  {pdf}")


@group.command("read-answer")
def read_answer(
    context: typer.Context,
    case: Case,
    alternative: Annotated[
        int, typer.Argument(metavar="ALTERNATIEF", help="Regelnummer van het alternatief.")
    ],
    path: Annotated[Path, typer.Argument(metavar="BESTAND", help="Het teruggestuurde Word-bestand.")],
    as_json: Json = False,
) -> None:
    """Lees een teruggestuurd antwoordformulier in als antwoord op een alternatief, met het formulier als bewijs."""
    from ews.jobs.letters import read_answer as read

    entry = read(site_of(context), case, alternative, path)
    emit(as_json, entry_document(case, entry), entry_text(case, entry))
