"""`ews dossier approve / request / sent / answer`: what people do with a drafted notice."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ews.cases.entries import Notice
from ews.cases.kinds import NoticeKind
from ews.cli.case_options import (
    Case,
    FileDate,
    Files,
    On,
    Reason,
    Text,
    done,
    entry_document,
    entry_text,
    given,
    parse_choice,
)
from ews.cli.dossier import Kind, group, kind_of
from ews.cli.frame import Json, day, emit, site_of
from ews.dossier.approval import AnswerKind, Wish, channels_open, reopened, summary
from ews.errors import RefusedError
from ews.jobs.run import Context
from ews.regulation import DossierKind
from ews.store.dossiers import StoredDossier

STATES = {"draft": "concept", "approved": "vastgesteld", "sent": "verzonden"}


@group.command()
def approve(
    context: typer.Context,
    case: Case,
    kind: Kind = "overmachtsmelding",
    spoed: Annotated[
        bool, typer.Option("--spoed", help="Op spoedmandaat; een tweede tekent binnen een werkdag.")
    ] = False,
    onder_voorbehoud: Annotated[
        bool,
        typer.Option("--onder-voorbehoud", help="Niet compleet; wat ontbreekt wordt genoemd (artikel 5.3)."),
    ] = False,
    supplement_by: Annotated[
        str | None, typer.Option("--aanvullen-voor", help="Dag waarop u de gaten vult (JJJJ-MM-DD).")
    ] = None,
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Stel de nieuwste versie vast; wie haar opstelde, tekent niet zelf."""
    from ews.jobs import dossier_acts as jobs

    site = site_of(context)
    promised = day(supplement_by, name="--aanvullen-voor") if supplement_by else None
    stored = jobs.approve(site, case, kind_of(kind), Wish(spoed, onder_voorbehoud, reason, promised))
    _show(site, stored, as_json)


@group.command()
def sent(
    context: typer.Context,
    case: Case,
    channel: Annotated[str, typer.Option(help="formulier, post, email of telefoon.")] = "",
    kind: Kind = "overmachtsmelding",
    whom: Annotated[str, typer.Option(help="Aan wie of met wie (functie).")] = "",
    reference: Annotated[str, typer.Option(help="Kenmerk van de ontvanger.")] = "",
    outside: Annotated[
        bool,
        typer.Option(
            "--outside", help="Gedaan buiten dit programma om; vraagt --reference en de kopie (--file)."
        ),
    ] = False,
    on: On = None,
    files: Files = None,
    file_date: FileDate = None,
    as_json: Json = False,
) -> None:
    """Noteer een manier waarop de melding is gedaan; het programma verstuurt zelf niets."""
    if outside:
        act = given(case, on, files=files, file_kind="melding", file_date=file_date)
        done(context, as_json, act, _notice_outside(kind_of(kind), reference, files))
        return
    from ews.jobs import dossier_acts as jobs

    site = site_of(context)
    dated = day(on, name="--on") if on else None
    stored = jobs.note_sent(site, case, kind_of(kind), channel, whom=whom, reference=reference, on=dated)
    _show(site, stored, as_json)


def _notice_outside(kind: DossierKind, reference: str, files: list[Path] | None) -> Notice:
    """A notice of which no dossier lies here: it counts for the clock, and its copy is its proof."""
    if not reference.strip() or not files:
        raise RefusedError(
            "Een melding die buiten dit programma is gedaan, vraagt het kenmerk (--reference) en een kopie (--file)."
        )
    return Notice(NoticeKind(kind.value), reference)


@group.command()
def answer(
    context: typer.Context,
    case: Case,
    outcome: Annotated[str, typer.Option(help="ontvangen, onvolledig of geweigerd.")],
    kind: Kind = "overmachtsmelding",
    text: Text = "",
    as_json: Json = False,
) -> None:
    """Noteer wat de NZa antwoordde; onvolledig of geweigerd opent de teller opnieuw."""
    from ews.jobs import dossier_acts as jobs

    site = site_of(context)
    chosen = parse_choice(AnswerKind, outcome, name="--outcome")
    _show(site, jobs.note_answer(site, case, kind_of(kind), chosen, text), as_json)


@group.command()
def request(
    context: typer.Context,
    case: Case,
    kind: Kind = "overmachtsmelding",
    out: Annotated[Path | None, typer.Option(help="Map voor de mails; standaard dossiers/verzoeken.")] = None,
    sent_to: Annotated[
        str, typer.Option("--sent", help="Noteer dat het verzoek aan deze leverancier is verzonden.")
    ] = "",
    on: On = None,
    as_json: Json = False,
) -> None:
    """Leg per leverancier een mail klaar met wat ontbreekt; u leest, adresseert en verstuurt hem zelf."""
    from ews.jobs.dossier_requests import note_requested, write_requests

    site = site_of(context)
    if sent_to:
        dated = day(on, name="--on") if on else None
        entry = note_requested(site, case, kind_of(kind), sent_to, on=dated)
        emit(as_json, entry_document(case, entry), entry_text(case, entry))
        return
    written = write_requests(site, case, kind_of(kind), out)
    rows = [{"to": one.to, "items": list(one.items), "file": str(path)} for one, path in written]
    lines = [f"  aan {one.to}: {path}" for one, path in written]
    emit(as_json, {"requests": rows}, "\n".join(["Klaargelegd:", *lines]) if lines else "Er ontbreekt niets.")


def _show(site: Context, stored: StoredDossier, as_json: bool) -> None:
    from ews.jobs.dossier_acts import channels

    waiting = channels_open(channels(site, stored), stored.sent)
    document: dict[str, Any] = {
        "case": stored.case,
        "kind": stored.kind.value,
        "version": stored.version,
        "state": stored.state,
        "approvals": [
            {
                "person": one.person,
                "at": one.at.isoformat(),
                "spoed": one.spoed,
                "under_reservation": one.under_reservation,
            }
            for one in stored.signatures
        ],
        "second_due": next((one.second_due.isoformat() for one in stored.signatures if one.second_due), None),
        "channels_open": [one.id for one in waiting],
        "reopened": reopened(stored.acts) is not None,
        "files": dict(stored.files),
    }
    lines = [
        f"{stored.content.title} {stored.case} v{stored.version}: {STATES[stored.state]}; getekend door {summary(stored.signatures)}."
    ]
    if stored.state == "draft" and stored.signatures:
        lines = [
            f"{stored.content.title} {stored.case} v{stored.version}: getekend door {summary(stored.signatures)}; een tweede tekent mee."
        ]
    lines += [f"  nog te doen: {one.label} ({one.value})" for one in waiting]
    mails = [name for name in stored.files if name.endswith(".eml")]
    lines += [
        f"  e-mail klaar als concept: {site.folder / 'dossiers' / name}"
        for name in mails
        if stored.state == "approved"
    ]
    emit(as_json, document, "\n".join(lines))
