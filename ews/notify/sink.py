"""Mail as files: on demo and drill sites always, elsewhere until an SMTP server is configured."""

import contextlib
import os
from pathlib import Path

from ews.notify.model import Outcome, Receipt


def write_eml(folder: Path, name: str, content: bytes) -> Receipt:
    """Write one mail whole or not at all; the same name again is the same mail again."""
    target = folder / f"{name}.eml"
    draft = folder / f".{name}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        return Receipt(Outcome.LOCAL, f"{type(error).__name__}: {error}")
    return Receipt(Outcome.SENT, f"geschreven: {target.name}", relay="map outbox")
