"""A file that came with a form, as a file of its own name for as long as the act takes."""

import tempfile
from contextlib import ExitStack
from pathlib import Path

from starlette.datastructures import UploadFile

from ews.notify.words import clean


def lay_down(file: UploadFile, stack: ExitStack, *, otherwise: str = "bestand") -> Path:
    """Write what was sent into a folder that goes when the stack closes; `otherwise` names a nameless file."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    path = folder / (clean(Path(file.filename or "").name, 120).replace("/", "_") or otherwise)
    path.write_bytes(file.file.read())
    return path
