"""`ews dossier import / bundle / verify / key`: an edited notice back in, and out with all its evidence."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ews.cli.case_options import Case
from ews.cli.dossier import Kind, group, kind_of
from ews.cli.frame import Json, emit, site_of
from ews.notify.words import counted

if TYPE_CHECKING:
    from ews.jobs.dossier_import import Imported


@group.command("import")
def import_command(
    context: typer.Context,
    case: Case,
    path: Annotated[Path, typer.Argument(metavar="BESTAND", help="Het bewerkte Word-bestand.")],
    kind: Kind = "overmachtsmelding",
    as_json: Json = False,
) -> None:
    """Neem een bewerkt Word-bestand op als nieuwe versie en toon wat er per onderdeel veranderde."""
    from ews.jobs.dossier_import import import_word

    done = import_word(site_of(context), case, kind_of(kind), path)
    emit(as_json, _imported(case, done), _imported_text(case, done))


def _imported(case: str, done: "Imported") -> dict[str, Any]:
    return {
        "case": case,
        "kind": done.dossier.kind.value,
        "version": done.dossier.version,
        "new": done.is_new,
        "changes": [
            {
                "item": one.item,
                "before": list(one.before),
                "after": list(one.after),
                "away_from_evidence": one.away_from_evidence,
            }
            for one in done.changes
        ],
        "ignored": list(done.ignored),
    }


def _imported_text(case: str, done: "Imported") -> str:
    if done.is_new:
        lines = [f"{done.dossier.title} {case}: opgenomen als versie {done.dossier.version}."]
    else:
        lines = [f"Niets veranderd in de onderdelen van versie {done.dossier.version}."]
    for one in done.changes:
        lines.append(f"  onderdeel {one.item}{'  LOS VAN HET BEWIJS' if one.away_from_evidence else ''}")
        lines += [f"    - {text}" for text in one.before] + [f"    + {text}" for text in one.after]
    if done.ignored:
        lines.append("Buiten de onderdelen gewijzigd en niet overgenomen (dit volgt uit de vastlegging):")
        lines += [f"    {text}" for text in done.ignored]
    return "\n".join(lines)


@group.command()
def bundle(
    context: typer.Context,
    case: Case,
    out: Annotated[Path, typer.Option(help="Het zip-bestand.")],
    kind: Kind = "overmachtsmelding",
    as_json: Json = False,
) -> None:
    """Bundel een vastgestelde melding met al haar bewijs, ondertekend."""
    from ews.jobs.bundle import bundle as write

    made = write(site_of(context), case, kind_of(kind), out)
    document = {
        "case": case,
        "kind": kind,
        "path": str(made.path),
        "files": made.files,
        "size": made.size,
        "sha256": made.sha256,
        "withheld": list(made.withheld),
    }
    told = f"Bundel geschreven: {made.path} ({made.files} bestanden, {counted(made.size, 'byte', 'bytes')}).\n  SHA-256 {made.sha256}"
    kept = f"\n  Niet opgenomen wegens rubricering: {', '.join(made.withheld)}" if made.withheld else ""
    emit(as_json, document, f"{told}{kept}")


@group.command()
def verify(
    path: Annotated[Path, typer.Argument(metavar="BUNDEL", help="Het zip-bestand.")],
    public_key: Annotated[
        Path | None, typer.Option(help="Publieke sleutel van het kantoor, langs een andere weg gekregen.")
    ] = None,
    audit_head: Annotated[
        str, typer.Option(help="Auditkop zoals eerder afgedrukt: de hash, of '9c41aa02 (18204)'.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Ga een bundel na, zonder plek en zonder sleutel; noemt elk bestand, elke zin en elke hash die niet klopt."""
    from ews.jobs.verify import verify as check

    done = check(path, public_key=public_key, audit_head=audit_head)
    document = {
        "ok": done.holds,
        "conclusion": done.conclusion,
        "files": done.files,
        "audit_head": done.audit_head,
        "faults": [{"place": one.place, "why": one.why} for one in done.faults],
    }
    head = f"{path.name}: {done.conclusion} ({done.files} bestanden, auditkop {done.audit_head})."
    emit(as_json, document, "\n".join([head, *(f"  {one}" for one in done.faults)]))
    raise typer.Exit(0 if done.holds else 1)


@group.command()
def key(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(help="Schrijf de sleutel naar dit bestand.")] = None,
    as_json: Json = False,
) -> None:
    """Toon de publieke sleutel waarmee anderen uw bundels kunnen nagaan."""
    from ews.jobs.bundle import public_key

    pem = public_key(site_of(context)).decode()
    if out is not None:
        out.write_text(pem, encoding="utf-8")
    emit(as_json, {"public_key": pem}, pem.strip())
