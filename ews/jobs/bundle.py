"""Writing the bundle of an approved notice: streamed, signed, with everything that a stranger needs to check it."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import ews
from ews.dossier import bundle as parts
from ews.dossier.approval import as_approved
from ews.dossier.model import Dossier, EvidenceLine
from ews.errors import NotFoundError, RefusedError
from ews.jobs.dossier import TITLES
from ews.jobs.dossier_acts import approved_stem, evidence_path
from ews.jobs.run import Context
from ews.jobs.scan import refuse_withheld
from ews.regulation import DossierKind
from ews.settings.secrets import site_key
from ews.store import audit, cases, dossiers
from ews.store.dossiers import StoredDossier
from ews.store.engine import reading, writing

CHUNK = 1 << 20
FIXED = (1980, 1, 1, 0, 0, 0)
SIGNING_KEY = "signing_key"


@dataclass(frozen=True, slots=True)
class Bundled:
    """A bundle that was written."""

    path: Path
    files: int
    size: int
    sha256: str
    withheld: tuple[str, ...]


def bundle(context: Context, case: str, kind: DossierKind, out: Path) -> Bundled:
    """Write the newest approved version as one zip. Raises RefusedError when none is approved, or evidence is gone."""
    stored, head = _approved(context, case, kind)
    _refuse_unfit(context, stored)
    final = as_approved(stored.content, stored.signatures)
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out.with_name(f".{out.name}.part")
    try:
        count = _write(context, stored, final, unfinished, head)
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
    withheld = tuple(line.label for line in final.evidence if not parts.is_released(line))
    made = Bundled(out, count, out.stat().st_size, _sha256(out), withheld)
    with writing(context.engine) as connection:
        about = f"{case}/{kind}/v{stored.version}"
        detail = {"sha256": made.sha256, "files": made.files, "withheld": list(withheld)}
        audit.append(connection, context.actor, "dossier.bundled", about, detail, now=context.now)
    return made


def _refuse_unfit(context: Context, stored: StoredDossier) -> None:
    """Nothing leaves that was not scanned, or that was redacted and looked at by nobody else."""
    wanted = {
        (line.case or stored.case, line.sha256) for line in stored.content.evidence if parts.is_released(line)
    }
    with reading(context.engine) as connection:
        files = [cases.load_case(connection, number) for number in sorted({case for case, _ in wanted})]
    leaving = [piece for one in files for piece in one.evidence if (one.number, piece.sha256) in wanted]
    refuse_withheld(context, leaving, leaves=True)


def _approved(context: Context, case: str, kind: DossierKind) -> tuple[StoredDossier, audit.Head]:
    with reading(context.engine) as connection:
        mine = [one for one in dossiers.versions(connection, case) if one.kind is kind]
        head = audit.head(connection)
    approved = [one for one in mine if one.state != "draft"]
    if not mine:
        raise NotFoundError(f"Er is nog geen {TITLES[kind]} opgesteld voor {case}.")
    if not approved:
        raise RefusedError(
            f"De {TITLES[kind]} van {case} is nog een concept; een bundel hoort bij een vastgestelde versie. "
            f"Stel vast met: ews --user ID dossier approve {case} --kind {kind}"
        )
    return approved[-1], head


def _write(context: Context, stored: StoredDossier, final: Dossier, path: Path, head: audit.Head) -> int:
    listed: dict[str, tuple[str, int]] = {}
    with zipfile.ZipFile(path, "w", allowZip64=True) as package:
        for name, content in _pieces(context, stored, final):
            _entry(package, name, content)
            listed[name] = (parts.sha256(content), len(content))
        for line in final.evidence:
            if parts.is_released(line):
                listed[parts.entry_name(line)] = _stream(context, package, line)
        around = {
            "audit_head": {"seq": head.seq, "hash": head.hash},
            "approved_content": [one.content for one in stored.signatures],
        }
        manifest = parts.manifest(final, listed, around)
        key = Ed25519PrivateKey.from_private_bytes(site_key(context.folder, SIGNING_KEY))
        _entry(package, parts.MANIFEST, manifest)
        _entry(package, parts.SIGNATURE, key.sign(manifest))
        _entry(package, parts.PUBLIC_KEY, public_key(context))
    return len(listed) + 3


def public_key(context: Context) -> bytes:
    """The office's public key as PEM: give it to the receiver by another road than the bundle."""
    key = Ed25519PrivateKey.from_private_bytes(site_key(context.folder, SIGNING_KEY))
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _pieces(context: Context, stored: StoredDossier, final: Dossier) -> Iterator[tuple[str, bytes]]:
    folder, stem = context.folder / "dossiers", approved_stem(stored)
    for name, form in ((parts.WORD, f"{stem}.docx"), (parts.PDF, f"{stem}.pdf")):
        content = (folder / form).read_bytes()
        if parts.sha256(content) != stored.files[form]:
            raise RefusedError(
                f"{folder / form} is na het vaststellen gewijzigd. Zet het bestand terug uit de back-up."
            )
        yield name, content
    yield (
        parts.NOTICE,
        json.dumps(dossiers.as_json(final), ensure_ascii=False, indent=1, sort_keys=True).encode(),
    )
    yield parts.CHRONOLOGY, parts.chronology(final)
    versions = {
        "ews": ews.__version__,
        "regeling": final.regulation,
        "configuratie": final.config_hash,
        "opgesteld": final.drafted_at.isoformat(),
        "beoordelingen": {
            line.label: _made_with(context, line) for line in final.evidence if _is_assessment(line)
        },
    }
    yield parts.VERSIONS, json.dumps(versions, indent=1, sort_keys=True).encode()
    yield parts.INDEX, parts.index_page(final)


def _is_assessment(line: EvidenceLine) -> bool:
    return (line.origin, line.kind) == ("uittreksel", "beoordeling")


def _made_with(context: Context, line: EvidenceLine) -> dict[str, str]:
    """Versions of scorecard, model and configuration that an assessment in the notice was made with."""
    path = evidence_path(context, line.sha256)
    if path is None:
        raise RefusedError(
            f"{line.name} ({line.label}) is niet meer te vinden. Zet het terug uit de back-up."
        )
    made: dict[str, str] = json.loads(path.read_bytes())["versies"]
    return made


def _entry(package: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, FIXED)
    info.compress_type = zipfile.ZIP_DEFLATED
    package.writestr(info, content)


def _stream(context: Context, package: zipfile.ZipFile, line: EvidenceLine) -> tuple[str, int]:
    """Evidence in pieces, stored as it is: a bundle of a gigabyte needs no gigabyte of memory."""
    path = evidence_path(context, line.sha256)
    if path is None:
        raise RefusedError(
            f"Bewijsstuk {line.label} ({line.name}) is niet meer te vinden. Zet het terug uit de back-up."
        )
    info = zipfile.ZipInfo(parts.entry_name(line), FIXED)
    info.file_size = path.stat().st_size
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source, package.open(info, "w", force_zip64=True) as target:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    if digest.hexdigest() != line.sha256:
        raise RefusedError(
            f"Bewijsstuk {line.label} ({line.name}) is gewijzigd. Zet het terug uit de back-up."
        )
    return digest.hexdigest(), size


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
