"""Quarterly forms for providers: a workbook each, with locked labels, checked cells and its own version."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.worksheet.datavalidation import DataValidation

from ews.errors import NotFoundError, RefusedError
from ews.jobs.run import Context
from ews.signals.contract import SourceContract
from ews.signals.form import VERSION, VERSION_LABEL, Line, form_lines
from ews.signals.register import Provider
from ews.store.engine import reading
from ews.store.register import register_at

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

SOURCE = "kwartaalformulier"
_INPUT = PatternFill("solid", fgColor="FFF8DC")
_FIRST_ROW = 5


def make_forms(context: Context, quarter: str, folder: Path, *, providers: Sequence[str] = ()) -> list[Path]:
    """Write a form per provider (all contracted ones when none is named) and return the paths.

    Raises RefusedError for a malformed period, NotFoundError for an unknown provider.
    """
    if not re.fullmatch(r"[0-9]{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?", quarter):
        raise RefusedError(f"'{quarter}' is geen kwartaal, maand of jaar. Schrijf 2026-Q4, 2026-11 of 2026.")
    with reading(context.engine) as connection:
        register = register_at(connection, context.now)
    strangers = [one for one in providers if one not in register.providers]
    if strangers:
        raise NotFoundError(f"Onbekende aanbieder: {', '.join(strangers)}. Zie: ews portfolio")
    chosen = [one for one in register.providers.values() if one.id in providers or not providers]
    folder.mkdir(parents=True, exist_ok=True)
    return [_write(context, provider, quarter, folder) for provider in chosen]


def _write(context: Context, provider: Provider, quarter: str, folder: Path) -> Path:
    number = provider.id.partition(":")[2]
    path = folder / f"kwartaalformulier_{number}_{quarter}.xlsx"
    book = Workbook()
    sheet = book.active
    sheet.title = "Opgave"
    _heading(sheet, context.settings.site.office.name)
    about = (
        (VERSION_LABEL, VERSION),
        ("KvK-nummer", number),
        ("Naam zorgaanbieder", provider.name),
        ("Kwartaal", quarter),
    )
    for row, (label, value) in enumerate(about, start=_FIRST_ROW):
        sheet.cell(row, 1, label)
        sheet.cell(row, 2, value)
    for row, line in enumerate(form_lines(_contract(context)), start=_FIRST_ROW + len(about) + 1):
        _question(sheet, row, line)
    sheet.protection.sheet = True
    sheet.freeze_panes = f"A{_FIRST_ROW}"
    book.save(path)
    return path


def _contract(context: Context) -> SourceContract:
    contract = context.settings.sources.get(SOURCE)
    if contract is None:
        raise NotFoundError(f"Bron '{SOURCE}' staat niet in config/sources. Herstel {SOURCE}.toml.")
    return contract


def _heading(sheet: "Worksheet", office: str) -> None:
    sheet.cell(1, 1, "Kwartaalopgave continuïteit").font = Font(bold=True, size=14)
    sheet.cell(2, 1, f"Voor {office}. Vul de gele cellen in en stuur dit bestand terug; wijzig verder niets.")
    sheet.cell(3, 1, "Bedragen in euro over het kwartaal zelf. Weet u iets niet, laat de cel dan leeg.")
    for letter, width in (("A", 52), ("B", 24), ("C", 10), ("D", 34)):
        sheet.column_dimensions[letter].width = width


def _question(sheet: "Worksheet", row: int, line: Line) -> None:
    sheet.cell(row, 1, line.label)
    answer = sheet.cell(row, 2)
    answer.protection = Protection(locked=False)
    answer.fill = _INPUT
    answer.alignment = Alignment(horizontal="right")
    if line.unit == "euro":
        answer.number_format = "#,##0.00"
    sheet.cell(row, 3, line.unit)
    sheet.cell(row, 4, _bounds(line)).font = Font(italic=True, color="666666")
    check = _check(line)
    sheet.add_data_validation(check)
    check.add(answer)


def _bounds(line: Line) -> str:
    if line.choices:
        return " of ".join(line.choices)
    if line.lowest is not None and line.highest is not None:
        return f"van {line.lowest:g} tot en met {line.highest:g}"
    return "niet negatief" if line.lowest == 0 else ""


def _check(line: Line) -> DataValidation:
    """What Excel itself refuses: the same bounds as the contract that reads the form back."""
    told = {
        "showErrorMessage": True,
        "errorTitle": "Kwartaalopgave",
        "error": f"{line.label}: {_bounds(line) or 'een getal'}.",
    }
    if line.choices:
        return DataValidation(type="list", formula1=f'"{",".join(line.choices)}"', allow_blank=True, **told)
    kind = "whole" if line.is_whole else "decimal"
    lowest = -1e12 if line.lowest is None else line.lowest
    highest = 1e12 if line.highest is None else line.highest
    return DataValidation(
        type=kind,
        operator="between",
        formula1=f"{lowest:.0f}",
        formula2=f"{highest:.0f}",
        allow_blank=True,
        **told,
    )
