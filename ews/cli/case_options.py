"""Options that every act on a case shares, and how people write places and amounts."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import typer

from ews.cases.entries import Places, What
from ews.cases.model import Entry
from ews.cases.words import day as words_of_day
from ews.cases.words import sentence
from ews.cli.frame import day, emit, site_of
from ews.errors import RefusedError
from ews.jobs.cases import Act, act
from ews.jobs.evidence import Upload

Case = Annotated[str, typer.Argument(metavar="ZAAK", help="Zaaknummer, bijvoorbeeld C-2026-001.")]
On = Annotated[
    str | None, typer.Option("--on", help="Dag waarop het gebeurde (JJJJ-MM-DD); standaard vandaag.")
]
Second = Annotated[str | None, typer.Option("--second", help="De tweede persoon die meetekent.")]
Attach = Annotated[
    list[int] | None, typer.Option("--evidence", help="Nummer van een bewijsstuk van deze zaak; mag vaker.")
]
Files = Annotated[list[Path] | None, typer.Option("--file", help="Bestand als nieuw bewijsstuk; mag vaker.")]
FileKind = Annotated[str, typer.Option("--file-kind", help="Soort van het bestand, bijvoorbeeld brief.")]
FileDate = Annotated[str | None, typer.Option("--file-date", help="Datum van het stuk zelf (JJJJ-MM-DD).")]
Corrects = Annotated[int | None, typer.Option("--corrects", help="Regel die hiermee wordt verbeterd.")]
Text = Annotated[str, typer.Option("--text", help="Toelichting in eigen woorden.")]
Reason = Annotated[str, typer.Option("--reason", help="De reden.")]


def given(
    case: str,
    on: str | None,
    second: str | None = None,
    evidence: list[int] | None = None,
    *,
    files: list[Path] | None = None,
    file_kind: str = "overig",
    file_date: str | None = None,
    corrects: int | None = None,
) -> Act:
    """The shared options as an act."""
    dated = day(file_date, name="--file-date") if file_date else None
    uploads = tuple(Upload(path, kind=file_kind, evidence_date=dated) for path in files or ())
    return Act(
        case=case,
        on=day(on, name="--on") if on else None,
        second=second,
        evidence=tuple(evidence or ()),
        uploads=uploads,
        corrects=corrects,
    )


def done(context: typer.Context, as_json: bool, shared: Act, what: What) -> None:
    """Do the act and print what was recorded."""
    entry = act(site_of(context), shared, what)
    emit(as_json, entry_document(shared.case, entry), entry_text(shared.case, entry))


def entry_document(case: str, entry: Entry) -> dict[str, Any]:
    """An entry as JSON."""
    return {
        "case": case,
        "entry": entry.id,
        "kind": type(entry.what).__name__,
        "happened_on": entry.happened_on.isoformat(),
        "recorded_at": entry.recorded_at.isoformat(),
        "author": entry.author,
        "second": entry.second,
        "evidence": list(entry.evidence),
        "corrects": entry.corrects,
        "text": sentence(entry.what, destroyed=entry.destroyed),
    }


def entry_text(case: str, entry: Entry) -> str:
    """`C-2026-001, regel 12 vastgelegd (22 november 2026): …`"""
    attached = "".join(f" [B{number}]" for number in entry.evidence)
    return f"{case}, regel {entry.id} vastgelegd ({words_of_day(entry.happened_on)}): {sentence(entry.what)}{attached}"


def parse_places(listed: list[str] | None) -> tuple[Places, ...]:
    """`VG7=10` or `VG7/verblijf=10`, each a number of places."""
    return tuple(_places(text) for text in listed or ())


def _places(text: str) -> Places:
    name, equals, number = text.partition("=")
    profile, _, form = name.partition("/")
    if not equals or not number.isascii() or not number.isdigit() or not profile:
        raise RefusedError(f"'{text}' is geen aantal per profiel. Schrijf VG7=10 of VG7/verblijf=10.")
    return Places(profile.upper(), int(number), form.lower())


def parse_euro(text: str | None) -> int | None:
    """Eurocents from `12500`, `12.500` or `12500,50`, as people here write amounts."""
    if text is None:
        return None
    try:
        return int(Decimal(text.replace(".", "").replace(",", ".")) * 100)
    except InvalidOperation:
        raise RefusedError(f"'{text}' is geen bedrag. Schrijf 12500 of 12.500,50.") from None


def parse_choice(kind: Any, text: str, *, name: str) -> Any:
    """A value of a closed list, or a refusal that lists it."""
    try:
        return kind(text.lower().replace("-", "_"))
    except ValueError:
        raise RefusedError(f"{name} '{text}' bestaat niet. Kies uit: {', '.join(kind)}.") from None
