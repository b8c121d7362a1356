"""`ews source map`: which columns of a file hold what we look for, proposed from the file's own labels."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ews.cli.frame import Json, emit, site_of
from ews.cli.source import group

if TYPE_CHECKING:
    from ews.jobs.mapping import MappingReport


@group.command("map")
def map_command(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="BRON", help="Bijvoorbeeld digimv.")],
    file: Annotated[Path, typer.Argument(metavar="BESTAND", help="Het bestand zoals het is gepubliceerd.")],
    out: Annotated[
        Path | None, typer.Option(help="Schrijf het voorstel voor config/sources naar dit bestand.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Stel voor welke kolommen van een bestand bij welk cijfer horen, op hun label; u kijkt na en bevestigt."""
    from ews.jobs.mapping import map_source

    report = map_source(site_of(context), source, file)
    if out is not None:
        out.write_text(report.config, encoding="utf-8")
    emit(as_json, report.document(), _text(report, out))


_WORDS = {
    "confirmed": "bevestigd",
    "proposed": "voorgesteld",
    "ambiguous": "KIES",
    "not_found": "NIET GEVONDEN",
}


def _text(report: "MappingReport", out: Path | None) -> str:
    lines = [f"{report.file}: boekjaar {report.year}"]
    for one in report.proposals:
        columns = "; ".join(f"{each.name} ({each.label or 'zonder label'})" for each in one.candidates)
        lines.append(f"  {_WORDS[one.finding]:<14}{one.wanted.indicator:<32}{columns}".rstrip())
    lines.append(f"  {len(report.unmatched)} kolommen horen bij geen enkel cijfer; --json noemt ze.")
    if out is not None:
        lines.append(f"Voorstel geschreven naar {out}. Kijk het na, en zet het in config/sources.")
    else:
        lines += ["", report.config.rstrip()]
    return "\n".join(lines)
