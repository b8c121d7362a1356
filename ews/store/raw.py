"""The bytes of deliveries, kept under their SHA-256; written whole or not at all."""

import hashlib
import os
from pathlib import Path

from ews.errors import NotFoundError


def digest(content: bytes) -> str:
    """The name of these bytes."""
    return hashlib.sha256(content).hexdigest()


def path_of(folder: Path, sha256: str) -> Path:
    """Where bytes are kept: raw/ab/<sha256>."""
    return folder / sha256[:2] / sha256


def keep(folder: Path, content: bytes) -> str:
    """Write bytes under their hash, atomically and on disk before this returns. The same bytes twice are one file."""
    sha256 = digest(content)
    final = path_of(folder, sha256)
    if final.exists():
        return sha256
    final.parent.mkdir(parents=True, exist_ok=True)
    unfinished = final.with_name(f"{sha256}.{os.getpid()}.tmp")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(final)
    finally:
        unfinished.unlink(missing_ok=True)
    entry = os.open(final.parent, os.O_RDONLY)
    try:
        os.fsync(entry)  # else the name itself may be lost with the power
    finally:
        os.close(entry)
    return sha256


def fetch(folder: Path, sha256: str) -> bytes:
    """Bytes by their hash. Raises NotFoundError when they are not kept or no longer what they were."""
    path = path_of(folder, sha256)
    if not path.is_file():
        raise NotFoundError(f"De bytes {sha256[:12]} staan niet in {folder}. Lever het bestand opnieuw aan.")
    content = path.read_bytes()
    if digest(content) != sha256:
        raise NotFoundError(
            f"{path} is beschadigd: de inhoud past niet bij haar naam. Zet een reservekopie terug."
        )
    return content
