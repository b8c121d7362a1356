"""The papers of a notice: its files, its sheets as pictures, what differs between versions, evidence, bundle."""

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

from ews.dossier.approval import as_approved
from ews.dossier.versions import differences
from ews.errors import NotFoundError
from ews.jobs import dossier as drafting
from ews.jobs.dossier_acts import evidence_path
from ews.jobs.watching import note_view
from ews.store.dossiers import StoredDossier
from ews.web.notices import bundle_ready, kind_of, versions_of
from ews.web.pages.cases import SHOWN, seen_case
from ews.web.rendering import page
from ews.web.visit import Visit, Visiting, pictures_of

router = APIRouter()
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPES = {".docx": WORD, ".eml": "message/rfc822", **SHOWN}


def _version(visit: Visit, number: str, slug: str, version: int) -> StoredDossier:
    """One version of a notice that this person may see. Raises NotFoundError."""
    kind = kind_of(slug)
    seen_case(visit, number)
    for one in versions_of(visit, number, kind):
        if one.version == version:
            return one
    raise NotFoundError("Deze versie bestaat niet.")


@router.get("/zaak/{number}/melding/{slug}/verschil/{version}", name="notice_changes")
def changes(
    visit: Visiting, number: str, slug: str, version: int, gelijk: str = "", buiten: int = 0
) -> Response:
    """What a version says otherwise than the one before it, item by item."""
    stored = _version(visit, number, slug, version)
    note_view(visit.context, number, action="case.viewed")
    before = next(
        (one for one in versions_of(visit, number, stored.kind) if one.version == version - 1), None
    )
    return page(
        visit.request,
        "notice_changes.html",
        number=number,
        slug=slug,
        stored=stored,
        before=before,
        titles={one.item: one.title for one in stored.content.sections},
        changes=differences(before.content, stored.content) if before else (),
        unchanged=gelijk == "ja",
        outside=buiten,
    )


@router.get("/zaak/{number}/melding/{slug}/voorbeeld/{version}", name="notice_preview")
def preview(visit: Visiting, number: str, slug: str, version: int) -> Response:
    """The PDF of a version, sheet after sheet, as it will be read; also on a screen that shows no PDF."""
    stored = _version(visit, number, slug, version)
    note_view(visit.context, f"{number}/{slug}/v{version}", action="dossier.viewed")
    pdf = next((name for name in sorted(stored.files, reverse=True) if name.endswith(".pdf")), "")
    return page(
        visit.request,
        "notice_preview.html",
        number=number,
        slug=slug,
        stored=stored,
        pdf=pdf,
        count=len(_sheets(visit, stored)),
    )


@router.get("/zaak/{number}/melding/{slug}/blad/{version}/{sheet}", name="notice_sheet")
def one_sheet(visit: Visiting, number: str, slug: str, version: int, sheet: int) -> Response:
    """One sheet of the PDF as a picture."""
    sheets = _sheets(visit, _version(visit, number, slug, version))
    if not 1 <= sheet <= len(sheets):
        raise NotFoundError("Dit blad bestaat niet.")
    return Response(sheets[sheet - 1], media_type="image/png")


def _sheets(visit: Visit, stored: StoredDossier) -> tuple[bytes, ...]:
    from ews.dossier.render_pdf import page_pictures

    final = as_approved(stored.content, stored.signatures) if stored.signatures else stored.content
    key = (stored.case, stored.kind, stored.version, len(stored.signatures))
    return pictures_of(visit).get(key, lambda: page_pictures(final))


@router.get("/zaak/{number}/melding/{slug}/bestand/{name}", name="notice_file")
def file(visit: Visiting, number: str, slug: str, name: str) -> Response:
    """One of the files of a version: only those that the record names."""
    kind = kind_of(slug)
    seen_case(visit, number)
    known = {known for one in versions_of(visit, number, kind) for known in one.files}
    if name not in known:
        raise NotFoundError("Dit bestand hoort niet bij deze melding.")
    note_view(visit.context, f"{number}/{name}", action="dossier.viewed")
    path = visit.context.folder / "dossiers" / name
    return FileResponse(
        path,
        media_type=TYPES.get(path.suffix, "application/octet-stream"),
        filename=name,
        content_disposition_type="inline" if path.suffix == ".pdf" else "attachment",
    )


@router.get("/zaak/{number}/melding/{slug}/bewijs/{piece}", name="notice_evidence")
def cited_evidence(visit: Visiting, number: str, slug: str, piece: int) -> Response:
    """A piece of evidence by its number in the notice: a file of the case, a delivery, or an extract."""
    kind = kind_of(slug)
    seen_case(visit, number)
    lines = drafting.look(visit.context, number, kind).dossier.evidence
    line = next((one for one in lines if one.number == piece and one.case in {"", number}), None)
    path = evidence_path(visit.context, line.sha256) if line else None
    if line is None or path is None:
        raise NotFoundError(
            f"Bewijsstuk B{piece} ligt er niet; een uittreksel wordt bij het opstellen gemaakt."
        )
    note_view(visit.context, f"{number}/B{piece}", action="evidence.viewed")
    kind_shown = SHOWN.get("." + line.name.rpartition(".")[2].lower())
    return FileResponse(
        path,
        media_type=kind_shown or "application/octet-stream",
        filename=line.name,
        content_disposition_type="inline" if kind_shown else "attachment",
    )


@router.get("/zaak/{number}/melding/{slug}/bundel/{version}", name="notice_bundle_file")
def fetch_bundle(visit: Visiting, number: str, slug: str, version: int) -> Response:
    """The bundle of an approved version, for a week after it was made."""
    stored = _version(visit, number, slug, version)
    found = bundle_ready(visit.context, stored)
    if found is None:
        raise NotFoundError("Deze bundel is er niet (meer): maak haar opnieuw op de pagina van de melding.")
    note_view(visit.context, f"{number}/{found.path.name}", action="dossier.bundle.taken")
    return FileResponse(found.path, media_type="application/zip", filename=found.path.name)
