"""Bytes into tables of text, by the contract. Raises FileRefusedError, which names the file, the place and the remedy."""

import csv
import importlib
import io
import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from ews.dutch import thousands
from ews.errors import FileRefusedError
from ews.signals.cells import Separator
from ews.signals.content import Content, FileLimits, decode, refuse_doctype
from ews.signals.contract import SourceContract
from ews.signals.table import LONGEST_FIELD, Table, as_text, table_of


def read_tables(content: Content, contract: SourceContract, limits: FileLimits) -> list[Table]:
    """The tables of a file, by the contract's connector when it has one. Raises FileRefusedError."""
    most = contract.max_rows or limits.rows
    if content.shape == "xml":
        refuse_doctype(content.name, content.data)
    if contract.connector:
        connector = importlib.import_module(f"ews.signals.connectors.{contract.connector}")
        tables: list[Table] = [connector.read(content.data)]
    elif contract.joined is not None:
        from ews.signals.joined import read_joined

        tables = [read_joined(content, contract, limits)]
    elif content.shape == "workbook":
        from ews.signals.workbooks import read_workbook

        tables = read_workbook(content, contract, limits)
    elif content.shape == "text":
        tables = [read_csv(content, contract)]
    elif content.shape == "json":
        tables = [read_json(content, contract)]
    else:
        raise FileRefusedError(f"{content.name}: is XML; bron {contract.name} verwacht {contract.form}.")
    if sum(table.read for table in tables) > most:
        raise FileRefusedError(
            f"{content.name}: meer dan {thousands(most)} rijen. Splits het bestand of verhoog max_rows."
        )
    return tables


def read_csv(content: Content, contract: SourceContract) -> Table:
    """A CSV file as text, strictly: an unbalanced quote or a lone carriage return refuses the file."""
    csv.field_size_limit(LONGEST_FIELD)
    text = decode(content, contract.encodings)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=contract.delimiter, strict=True)
    try:
        for _ in range(contract.header_row - 1):
            next(reader)
        header = next(reader)
        return table_of(header, reader, first_row=contract.header_row + 1)
    except StopIteration:
        raise FileRefusedError(f"{content.name}: heeft geen rij met kolomnamen.") from None
    except csv.Error as error:
        raise FileRefusedError(
            f"{content.name}, regel {reader.line_num}: geen geldig CSV ({error}). Controleer aanhalingstekens "
            "en regeleinden, of sla het bestand opnieuw op."
        ) from None


def read_json(content: Content, contract: SourceContract) -> Table:
    """A list of flat objects (or an object with one such list) as text."""
    try:
        document = json.loads(decode(content, contract.encodings), parse_float=Decimal)
    except (json.JSONDecodeError, RecursionError) as error:
        raise FileRefusedError(f"{content.name}: geen geldige JSON ({error}).") from None
    if isinstance(document, dict):
        lists = [value for value in document.values() if isinstance(value, list)]
        document = lists[0] if len(lists) == 1 else [document]
    if not all(isinstance(record, dict) for record in document):
        raise FileRefusedError(f"{content.name}: hoort een lijst van objecten te zijn.")
    header = list(dict.fromkeys(key for record in document for key in record))
    return table_of(header, list(_records(document, header, contract.decimal)))


def _records(
    document: list[dict[str, Any]], header: Sequence[str], decimal: Separator
) -> Iterator[list[str]]:
    for record in document:
        yield [as_text(record.get(key), decimal) for key in header]
