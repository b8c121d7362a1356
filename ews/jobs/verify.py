"""Checking a bundle on any machine: no site, no database, no key needed."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from pydantic import ValidationError

from ews.dossier import bundle as parts
from ews.dossier.bundle import Fault
from ews.dossier.model import Dossier
from ews.dossier.paper import plain
from ews.errors import FileRefusedError
from ews.store.dossiers import from_json

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Verified:
    """What holds of a bundle. `conclusion` is as strong as what was brought from outside allows."""

    faults: tuple[Fault, ...]
    conclusion: str
    files: int
    audit_head: str

    @property
    def holds(self) -> bool:
        return not self.faults


def verify(path: Path, *, public_key: Path | None = None, audit_head: str = "") -> Verified:
    """Check every file, sentence and hash. Raises FileRefusedError for what is no bundle at all."""
    try:
        with zipfile.ZipFile(path) as package:
            return _verify(package, public_key, audit_head)
    except (zipfile.BadZipFile, OSError) as error:
        raise FileRefusedError(
            f"{path} is geen leesbare bundel: {error}. Vraag de afzender om een nieuwe."
        ) from error


def _verify(package: zipfile.ZipFile, public_key: Path | None, audit_head: str) -> Verified:
    found = {name: _digest(package, name) for name in package.namelist()}
    if parts.MANIFEST not in found:
        return Verified((Fault(parts.MANIFEST, "ontbreekt"),), "niet te controleren", len(found), "")
    raw = package.read(parts.MANIFEST)
    try:
        manifest: dict[str, Any] = json.loads(raw)
        listed = manifest["files"]
    except (ValueError, KeyError, TypeError):
        return Verified((Fault(parts.MANIFEST, "is niet te lezen"),), "niet te controleren", len(found), "")
    head = manifest.get("audit_head", {})
    told = f"{str(head.get('hash', ''))[:8]} ({head.get('seq', '')})"
    faults = _twice(package) + parts.wrong_files(listed, found)
    faults += _signature(package, raw, public_key, found)
    bad = {fault.place for fault in faults}
    faults += _notice(package, manifest, bad, found)
    if audit_head and str(head.get("hash", "")) != audit_head and told != audit_head:
        faults.append(Fault("auditkop", f"de bundel noemt {told}, niet {audit_head}"))
    whole = public_key is not None and bool(audit_head)
    conclusion = "gewijzigd" if faults else "ongewijzigd" if whole else "intern consistent"
    return Verified(tuple(faults), conclusion, len(found), told)


def _digest(package: zipfile.ZipFile, name: str) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    try:
        with package.open(name) as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
    except zipfile.BadZipFile:
        return "onleesbaar", size
    return digest.hexdigest(), size


def _twice(package: zipfile.ZipFile) -> list[Fault]:
    names = package.namelist()
    return [
        Fault(name, "staat er meer dan eens in")
        for name in sorted({one for one in names if names.count(one) > 1})
    ]


def _signature(
    package: zipfile.ZipFile, manifest: bytes, public_key: Path | None, found: Mapping[str, Any]
) -> list[Fault]:
    if parts.SIGNATURE not in found or (public_key is None and parts.PUBLIC_KEY not in found):
        return [Fault(parts.SIGNATURE, "de handtekening of de publieke sleutel ontbreekt")]
    pem = public_key.read_bytes() if public_key else package.read(parts.PUBLIC_KEY)
    try:
        key = load_pem_public_key(pem)
    except ValueError:
        return [Fault(parts.PUBLIC_KEY, "is geen publieke sleutel")]
    if not isinstance(key, Ed25519PublicKey):
        return [Fault(parts.PUBLIC_KEY, "is geen Ed25519-sleutel")]
    try:
        key.verify(package.read(parts.SIGNATURE), manifest)
    except InvalidSignature:
        return [Fault(parts.SIGNATURE, "de handtekening past niet bij het manifest en deze sleutel")]
    return []


def _notice(
    package: zipfile.ZipFile, manifest: Mapping[str, Any], bad: set[str], found: Mapping[str, Any]
) -> list[Fault]:
    if parts.NOTICE not in found:
        return []
    try:
        dossier = from_json(json.loads(package.read(parts.NOTICE)))
    except (ValueError, ValidationError):
        return [Fault(parts.NOTICE, "is niet te lezen")]
    evidence = manifest.get("evidence", {})
    withheld = [one["evidence"] for one in manifest.get("withheld", [])]
    faults = parts.unproved_sentences(dossier, evidence, withheld, bad) + parts.unlike_record(dossier)
    faults += _same_hashes(dossier, manifest, found)
    if parts.WORD in found and parts.WORD not in bad:
        faults += _word(package, dossier)
    if parts.PDF in found and parts.PDF not in bad:
        faults += _pdf(package, dossier)
    return faults


def _same_hashes(
    dossier: Dossier, manifest: Mapping[str, Any], found: Mapping[str, tuple[str, int]]
) -> list[Fault]:
    """The hash that the notice itself printed for its evidence."""
    evidence = manifest.get("evidence", {})
    return [
        Fault(
            evidence[line.label],
            f"{line.label} heeft een andere hash dan de bewijslijst van de melding noemt",
        )
        for line in dossier.evidence
        if line.label in evidence
        and evidence[line.label] in found
        and found[evidence[line.label]][0] != line.sha256
    ]


def _word(package: zipfile.ZipFile, dossier: Dossier) -> list[Fault]:
    try:
        with zipfile.ZipFile(io.BytesIO(package.read(parts.WORD))) as word:
            tree = ElementTree.fromstring(word.read("word/document.xml"))
    except (zipfile.BadZipFile, KeyError, ParseError, DefusedXmlException):
        return [Fault(parts.WORD, "is geen leesbaar Word-bestand")]
    text = "".join(one.text or "" for one in tree.iter() if one.tag.endswith("}t"))
    return parts.missing_text(dossier, text, parts.WORD)


def _pdf(package: zipfile.ZipFile, dossier: Dossier) -> list[Fault]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    from ews.dossier.render_pdf import printable

    try:
        reader = PdfReader(io.BytesIO(package.read(parts.PDF)))
        pages = [page.extract_text() for page in reader.pages]
    except (PyPdfError, ValueError, KeyError, RecursionError):
        return [Fault(parts.PDF, "is geen leesbare PDF")]
    around = parts.page_furniture(dossier)
    text = "".join(around.sub("", parts.squeezed(page)) for page in pages)
    return parts.missing_text(dossier, text, parts.PDF, shown=lambda told: printable(plain(told)))
