"""The quarterly form as providers send it back: labels in the first column, answers in the second, one provider."""

import io

from python_calamine import CalamineError, CalamineWorkbook

from ews.errors import FileRefusedError
from ews.signals.form import VERSION, VERSION_LABEL
from ews.signals.table import Table, as_text, table_of


def is_ours(content: bytes) -> bool:
    """Whether a workbook is a form of this office, of whatever version."""
    try:
        return any(label == VERSION_LABEL for label, _ in _pairs(content))
    except FileRefusedError:
        return False


def read(content: bytes) -> Table:
    """The answers as one row under their labels. Raises FileRefusedError for another workbook or version."""
    pairs = _pairs(content)
    # the words above the version are for people
    first = next((place for place, (label, _) in enumerate(pairs) if label == VERSION_LABEL), len(pairs))
    answers = dict(pairs[first:])
    if answers.get(VERSION_LABEL) != VERSION:
        raise FileRefusedError(
            f"Geen kwartaalformulier van deze versie: verwacht wordt '{VERSION}'. "
            "Stuur het formulier dat u van het zorgkantoor kreeg; opnieuw maken: ews form make"
        )
    return table_of(list(answers), [list(answers.values())])


def _pairs(content: bytes) -> list[tuple[str, str]]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, IndexError):
        raise FileRefusedError(
            "Geen kwartaalformulier: de werkmap is niet te openen. Sla haar op als .xlsx."
        ) from None
    return [
        (str(row[0]).strip(), as_text(row[1], "comma").strip())
        for row in rows
        if len(row) > 1 and str(row[0]).strip()
    ]
