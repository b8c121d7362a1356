"""Secrets: from the environment, from the file that it names, or from the site's secrets folder."""

import os
import secrets
from pathlib import Path

from ews.errors import RefusedError

KEY_BYTES = 32


def read_secret(folder: Path, name: str) -> str | None:
    """`EWS_<NAME>`, the file in `EWS_<NAME>_FILE`, or `secrets/<name>` of the site; None when there is none.

    Raises RefusedError when others than the owner may read the file.
    """
    variable = f"EWS_{name.upper()}"
    if variable in os.environ:
        return os.environ[variable]
    path = Path(os.environ.get(f"{variable}_FILE", folder / "secrets" / name))
    if not path.is_file():
        return None
    if path.stat().st_mode & 0o077:
        raise RefusedError(f"{path} is leesbaar voor anderen. Beperk dit met: chmod 600 {path}")
    return path.read_text(encoding="utf-8").strip()


def site_key(folder: Path, name: str) -> bytes:
    """A random key of the site itself, made at first use. Losing it makes old links and ids unverifiable."""
    known = read_secret(folder, name)
    if known is not None:
        return bytes.fromhex(known)
    path = folder / "secrets" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = secrets.token_bytes(KEY_BYTES)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process made it between our look and our write
        return site_key(folder, name)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(fresh.hex())
    return fresh
