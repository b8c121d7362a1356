"""Finding a notice by what its address says, and the bundle that lies ready for it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ews.errors import NotFoundError
from ews.jobs.run import Context, clock
from ews.regulation import DossierKind
from ews.store import dossiers
from ews.store.dossiers import StoredDossier
from ews.store.engine import reading
from ews.web.visit import Visit

KINDS = {"ews": DossierKind.EWS_MELDING, "overmacht": DossierKind.OVERMACHTSMELDING}
BUNDLE_KEPT = timedelta(days=7)
"""A12: a bundle can be fetched for a week; after that it is made again, on the record."""


def kind_of(slug: str) -> DossierKind:
    """The notice that an address names. Raises NotFoundError."""
    if slug not in KINDS:
        raise NotFoundError("Deze melding bestaat niet.")
    return KINDS[slug]


def versions_of(visit: Visit, number: str, kind: DossierKind) -> list[StoredDossier]:
    """Every version of one notice, oldest first."""
    with reading(visit.context.engine) as connection:
        return [one for one in dossiers.versions(connection, number) if one.kind is kind]


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that can be fetched until a moment."""

    path: Path
    size: int
    until: datetime


def bundle_path(context: Context, stored: StoredDossier) -> Path:
    """Where the bundle of an approved version lies."""
    return context.folder / "bundles" / f"{stored.case}_{stored.kind}_v{stored.version}.zip"


def bundle_ready(context: Context, stored: StoredDossier) -> Bundle | None:
    """The bundle of a version, unless none was made or its week is over. File times are the machine's."""
    path = bundle_path(context, stored)
    if not path.is_file():
        return None
    found = path.stat()
    until = datetime.fromtimestamp(found.st_mtime, UTC) + BUNDLE_KEPT
    return Bundle(path, found.st_size, until) if clock() < until else None
