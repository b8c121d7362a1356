"""`ews source successor` and `crosswalk`: who is who, and since when."""

from typing import Annotated

import typer

from ews.cli.frame import AsOf, Json, as_of_moment, day, emit, site_of
from ews.cli.source import group


@group.command()
def successor(
    context: typer.Context,
    predecessor: Annotated[str, typer.Argument(metavar="VOORGANGER", help="Oud nummer, kvk:12345678.")],
    by: Annotated[str, typer.Option("--by", help="Nummer waaronder het verdergaat.")],
    on: Annotated[str, typer.Option("--on", help="Dag van de overgang (JJJJ-MM-DD).")],
    how: Annotated[str, typer.Option(help="nieuw_nummer, fusie of splitsing.")] = "nieuw_nummer",
    text: Annotated[str, typer.Option(help="Toelichting in een zin.")] = "",
    as_json: Json = False,
) -> None:
    """Leg vast dat een aanbieder onder een ander nummer verdergaat; zijn reeks wordt dan doorgelezen en zo getoond."""
    from ews.jobs.identity import succeed

    succeed(site_of(context), predecessor, by, on=day(on, name="--on"), how=how, note=text)
    document = {"predecessor": predecessor, "successor": by, "since": on, "how": how}
    emit(as_json, document, f"{predecessor} gaat sinds {on} verder als {by} ({how}).")


@group.command()
def crosswalk(
    context: typer.Context,
    subject: Annotated[str | None, typer.Argument(metavar="[NUMMER]", help="Alleen van dit nummer.")] = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Welke AGB-code, aanbieder en concern bij welk nummer hoorden, van wanneer tot wanneer, en wie opvolgde."""
    from ews.jobs.identity import known_ties

    site = site_of(context)
    spans, known = known_ties(site, as_of=as_of_moment(as_of, site.now), subject=subject)
    document = {
        "ties": [
            {
                "subject": one.subject,
                "link": one.link,
                "to": one.to,
                "since": one.since.isoformat(),
                "until": one.until.isoformat() if one.until else None,
            }
            for one in spans
        ],
        "successions": [
            {
                "predecessor": one.predecessor,
                "successor": one.successor,
                "since": one.since.isoformat(),
                "how": one.how,
            }
            for one in known
        ],
    }
    lines = [
        f"{one.subject:<24}{one.link:<11}{one.to}  van {one.since} tot {one.until or 'nu'}" for one in spans
    ]
    lines += [
        f"{one.predecessor} gaat sinds {one.since} verder als {one.successor} ({one.how})" for one in known
    ]
    emit(as_json, document, "\n".join(lines) or "Nog geen registers gelezen.")
