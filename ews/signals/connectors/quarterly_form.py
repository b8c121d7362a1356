"""The quarterly form as providers send it back: labels in the first column, answers in the second, one provider."""

import io

from python_calamine import CalamineError, CalamineWorkbook

from ews.errors import FileRefusedError
from ews.signals.form import VERSION, VERSION_LABEL
from ews.signals.persons import bsn_in, cleaned, refuse_named
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
    _refuse_persons(content)
    return table_of(list(answers), [list(answers.values())])


def _refuse_persons(content: bytes) -> None:
    """What stands beside, below or behind the answers is read by nobody, and would be kept with the file."""
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    refuse_named("Kwartaalformulier", workbook.sheet_names)
    answered = workbook.sheet_names[0]
    for sheet in workbook.sheet_names:
        for number, row in enumerate(workbook.get_sheet_by_name(sheet).to_python(), start=1):
            beside = " | ".join(as_text(cell, "comma") for cell in (row[2:] if sheet == answered else row))
            if cleaned(beside) != beside:
                raise FileRefusedError(
                    f"Kwartaalformulier, blad '{sheet}', rij {number}: bevat een BSN ({bsn_in(beside)}). Niets is "
                    "bewaard. Verwijder persoonsnummers en stuur het formulier opnieuw."
                )


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
