"""Files in the layouts of the jaarverantwoording (DigiMV), made for tests and benchmarks: ODS, XLSX and stacked CSV.

Run `python tests/digimv_files.py FOLDER` to look at them. The codes are invented where no public source names them.
"""

import csv
import io
import sys
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from openpyxl import Workbook

Cell = str | int | float | date | None
Sheets = Iterable[tuple[str, Iterable[Sequence[Cell]]]]

_OPEN = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
    "<office:body><office:spreadsheet>"
)
_CLOSE = "</office:spreadsheet></office:body></office:document-content>"
_PADDING = '<table:table-cell table:number-columns-repeated="16000"/>'
_TAIL = f'<table:table-row table:number-rows-repeated="1048000">{_PADDING}</table:table-row>'


def write_ods(path: Path, sheets: Sheets) -> Path:
    """An ODS as office suites write it: blanks and rows at the end repeated, never spelled out."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        with archive.open("content.xml", "w", force_zip64=True) as content:
            content.write(_OPEN.encode())
            for name, rows in sheets:
                content.write(f"<table:table table:name={quoteattr(name)}>".encode())
                for row in rows:
                    content.write(f"<table:table-row>{''.join(_cells(row))}</table:table-row>".encode())
                content.write(f"{_TAIL}</table:table>".encode())
            content.write(_CLOSE.encode())
    return path


def _cells(row: Sequence[Cell]) -> Iterator[str]:
    blanks = 0
    for cell in row:
        if cell is None or cell == "":
            blanks += 1
            continue
        if blanks:
            yield f'<table:table-cell table:number-columns-repeated="{blanks}"/>'
            blanks = 0
        yield _cell(cell)
    yield _PADDING


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        paragraphs = "".join(f"<text:p>{escape(part)}</text:p>" for part in cell.split("\n"))
        return f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>'
    if isinstance(cell, date):
        shown = f"{cell:%d-%m-%Y}"
        return f'<table:table-cell office:value-type="date" office:date-value="{cell}"><text:p>{shown}</text:p></table:table-cell>'
    shown = f"{cell:,}".replace(",", ".")
    return f'<table:table-cell office:value-type="float" office:value="{cell}"><text:p>{shown}</text:p></table:table-cell>'


def write_xlsx(path: Path, sheets: Sheets) -> Path:
    """The same sheets as an office saves them in Excel."""
    book = Workbook(write_only=True)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([cell if cell != "" else None for cell in row])
    book.save(path)
    return path


def write_stacked(path: Path, sheets: Sheets) -> Path:
    """The data sheets one below the other in one CSV, each with its own header line."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    for name, rows in sheets:
        if name.startswith("RowData"):
            writer.writerows([["" if cell is None else str(cell) for cell in row] for row in rows])
    path.write_text(made.getvalue(), encoding="utf-8")
    return path


DEFINITIONS = [
    ("Code", "Code", ""),
    ("ExternalOrganizationId", "KvK-nummer", ""),
    ("Questionnaire", "Vragenlijst", ""),
    ("qNawNaamLrza", "Naam van de organisatie zoals geregistreerd", ""),
    ("qBalVpl010_0", "Totaal eigen vermogen (huidig boekjaar)", "number"),
    ("qBalVpl010_1", "Totaal eigen vermogen (vorig boekjaar)", "number"),
    ("qBalVpl010_0Cons", "Totaal eigen vermogen (huidig boekjaar, geconsolideerd)", "number"),
    ("qBalVa900_0", "Totaal activa (huidig boekjaar)", "number"),
    ("qBalVa900_1", "Totaal activa (vorig boekjaar)", "number"),
    ("qBalPas900_0", "Totaal passiva (huidig boekjaar)", "number"),
    ("qBalVlo300_0", "Totaal vlottende activa (huidig boekjaar)", "number"),
    ("qBalVlo350_0", "Liquide middelen (huidig boekjaar)", "number"),
    ("qBalKs400_0", "Totaal kortlopende schulden (huidig boekjaar)", "number"),
    ("qBalLs400_0", "Totaal langlopende schulden (huidig boekjaar)", "number"),
    ("qTotaalBaten_0", "Som der bedrijfsopbrengsten (huidig boekjaar)", "number"),
    ("qTotaalBaten_1", "Som der bedrijfsopbrengsten (vorig boekjaar)", "number"),
    ("qBatenZorgWlz_0", "Opbrengsten zorgprestaties Wlz (huidig boekjaar)", "number"),
    ("qBatenZorgZvw_0", "Opbrengsten zorgprestaties Zvw (huidig boekjaar)", "number"),
    ("qBatenZorgWmo_0", "Opbrengsten Wmo (huidig boekjaar)", "number"),
    ("qResultaatbedrag_0", "Resultaat na belasting (huidig boekjaar)", "number"),
    ("qPersKosten_0", "Totaal personeelskosten (huidig boekjaar)", "number"),
    ("qPersNil_0", "Kosten personeel niet in loondienst (huidig boekjaar)", "number"),
    ("qAfschr_0", "Afschrijvingen op vaste activa (huidig boekjaar)", "number"),
    ("qRente_0", "Rentelasten en soortgelijke kosten (huidig boekjaar)", "number"),
    ("qDatumDeponering", "Datum van openbaarmaking van de jaarverantwoording", "date"),
    ("bestandAccVerklSoortControleVerkl_1", "Oordeel van de controleverklaring, document 1", "text"),
    ("bestandAccVerklSoortControleVerkl_2", "Oordeel van de controleverklaring, document 2", "text"),
    ("qGrondBeperking", "Grond van de beperking (WNT of anders)", "text"),
    ("qContinuiteit", "Bestaat er onzekerheid over de continuïteit van de organisatie?", "text"),
]
"""Name, label and type of every variable of the sample."""

OPINIONS = (
    "goedkeurende controleverklaring",
    "controleverklaring met beperking",
    "controleverklaring met oordeelonthouding",
)


def organisation(number: int, year: int) -> dict[str, Cell]:
    """Figures in euros that add up; every third without an auditor's opinion."""
    assets = 4_000_000 + 250_000 * number + 10_000 * (year - 2020)
    equity, short, income = assets // 4, assets // 5, assets * 2
    return {
        "Code": f"{number:08x}-{year}",
        "ExternalOrganizationId": 41_000_000 + number if number % 2 else f"{41_000_000 + number}",
        "Questionnaire": f"DigiMV{year}",
        "qNawNaamLrza": f"Stichting Zorg & Co {number}",
        "qBalVpl010_0": equity,
        "qBalVpl010_1": equity - 5_000,
        "qBalVa900_0": assets,
        "qBalVa900_1": assets - 9_000,
        "qBalPas900_0": assets,
        "qBalVlo300_0": assets // 3,
        "qBalVlo350_0": assets // 10,
        "qBalKs400_0": short,
        "qBalLs400_0": assets - equity - short,
        "qTotaalBaten_0": income,
        "qTotaalBaten_1": income - 20_000,
        "qBatenZorgWlz_0": income * 8 // 10,
        "qBatenZorgZvw_0": income // 10,
        "qBatenZorgWmo_0": 0,
        "qResultaatbedrag_0": 12_500 - 4_000 * (number % 7),
        "qPersKosten_0": income * 7 // 10,
        "qPersNil_0": income * 6 // 100,
        "qAfschr_0": income // 50,
        "qRente_0": income // 200,
        "qDatumDeponering": date(year + 1, 5, 20),
        "bestandAccVerklSoortControleVerkl_1": OPINIONS[number % 3] if number % 3 else None,
        "bestandAccVerklSoortControleVerkl_2": None,
        "qGrondBeperking": "WNT" if number % 3 == 1 else None,
        "qContinuiteit": "ja" if number % 5 == 0 else "nee",
    }


def modern(
    year: int, organisations: int, *, first: int = 0, columns: int = 12, labels: bool = False
) -> Sheets:
    """The layout since 2022: a definition sheet and data sheets of `columns` columns, joined on Code.

    With `labels` the header cells hold a label in a paragraph of their own above the name.
    """
    names = [name for name, _, _ in DEFINITIONS if name != "Code"]
    told = {name: label for name, label, _ in DEFINITIONS}
    rows = [organisation(first + number, year) for number in range(organisations)]
    heading = [
        "Order",
        "VariableName",
        "VariableLabel",
        "DataType",
        "Format",
        "ValueLabelKey",
        "ValueLabelValue",
    ]
    yield "VariableDefinition", [heading, *([n, *line, "", "", ""] for n, line in enumerate(DEFINITIONS))]
    for sheet, start in enumerate(range(0, len(names), columns - 1), start=1):
        part = ["Code", *names[start : start + columns - 1]]
        header = [f"{told[name]}\n{name}" if labels else name for name in part]
        ordered = rows if sheet % 2 else rows[::-1]  # the order of the rows differs by sheet
        yield f"RowData_{sheet:02}", [header, *([row.get(name) for name in part] for row in ordered)]


def without(sheets: Sheets, column: str) -> Sheets:
    """The sheets without one column."""
    for name, rows in sheets:
        listed = [list(row) for row in rows]
        if column in listed[0]:
            place = listed[0].index(column)
            listed = [[*row[:place], *row[place + 1 :]] for row in listed]
        yield name, listed


OLD = [
    ("c_kvk", "KvK-nummer", "ExternalOrganizationId"),
    ("c_naam", "Naam", "qNawNaamLrza"),
    ("jeu10420_jeu10420", "Som der bedrijfsopbrengsten, verslagjaar", "qTotaalBaten_0"),
    ("jeu10420_jeu10421", "Som der bedrijfsopbrengsten, vorig verslagjaar", "qTotaalBaten_1"),
    ("jeu10900_jeu10900", "Totaal personeelskosten, verslagjaar", "qPersKosten_0"),
    ("bal20100_bal20100", "Totaal eigen vermogen, verslagjaar", "qBalVpl010_0"),
    ("bal20900_bal20900", "Totaal activa, verslagjaar", "qBalVa900_0"),
]


def old(year: int, organisations: int) -> Sheets:
    """The layout of 2018 to 2021: dictionary x9conc_total_0, data joined on ConcernCode."""
    rows = [organisation(number, year) for number in range(organisations)]
    listed = [["x9conc_total_1", name, place, label] for place, (name, label, _) in enumerate(OLD)]
    yield "x9conc_total_0", [["Tabblad", "Variable", "Position", "Label"], *listed]
    for sheet, part in enumerate((OLD[:4], OLD[4:]), start=1):
        body = [[row["Code"], *(row[source] for _, _, source in part)] for row in rows]
        yield f"x9conc_total_{sheet}", [["ConcernCode", *(name for name, _, _ in part)], *body]


def large(organisations: int, *, sheets: int = 20, width: int = 256) -> Sheets:
    """A part as large as the real ones: the sample's columns, then sheets full of others."""
    yield from modern(2024, organisations, columns=20)
    for sheet in range(3, sheets + 1):
        header = ["Code", *(f"qVeld{sheet}_{place}" for place in range(width - 1))]
        yield f"RowData_{sheet:02}", _filler(header, organisations, width)


def _filler(header: list[str], organisations: int, width: int) -> Iterator[list[Cell]]:
    yield list(header)
    for number in range(organisations):
        yield [f"{number:08x}-2024", *(number * place % 97 * 1000 for place in range(1, width))]


def main(folder: Path) -> None:
    """Write one of each."""
    folder.mkdir(parents=True, exist_ok=True)
    write_ods(folder / "DigiMV2023_MultipleTables_20241001_0927.ods", modern(2023, 12))
    write_ods(folder / "DigiMV2020_tot-en-met_20230121_ODS_MeerdereTabellen.ods", old(2020, 12))
    write_xlsx(folder / "DigiMV2023_20241001.xlsx", modern(2023, 12))
    write_stacked(folder / "DigiMV2023_20241001.csv", modern(2023, 12))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
