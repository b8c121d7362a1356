"""Naming a renamed column: which lines of a source's contract to change so that a delivery can be read.

The product writes no configuration: it says which file, which line, what stands there and what should.
"""

import json
import re
from dataclasses import dataclass

from ews.jobs.run import Context
from ews.signals.contract import SourceContract
from ews.signals.model import RejectionReason
from ews.store import deliveries
from ews.store.deliveries import Delivery
from ews.store.engine import reading


@dataclass(frozen=True, slots=True)
class Edit:
    """One change in a file: `before` is empty where a line is added after `line`."""

    path: str
    line: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A column that the contract asks for and the delivery does not have."""

    column: str
    what: str
    """Dutch: what it is for."""


def gaps(context: Context, number: int) -> tuple[list[Gap], tuple[str, ...]]:
    """The columns a delivery lacks, and those that nobody knows what they are: one may be the other."""
    with reading(context.engine) as connection:
        delivery = deliveries.find(connection, number)
        rows = deliveries.rejections_of(connection, number)
    missing = [row.column_name for row in rows if row.reason == RejectionReason.MISSING_COLUMN]
    found = [Gap(name, "sleutel: zonder haar is geen rij te lezen") for name in dict.fromkeys(missing)]
    found += [one for one in _refused(context, delivery) if one.column not in missing]
    return found, delivery.unknown_columns


def _refused(context: Context, delivery: Delivery) -> list[Gap]:
    contract = context.settings.sources.get(delivery.source)
    names = delivery.indicators_refused
    return [
        Gap(figure.column, f"cijfer {figure.name}")
        for figure in (contract.figure if contract else ())
        if figure.name in names and figure.column
    ]


def edits(context: Context, contract: SourceContract, pairs: dict[str, str]) -> list[Edit]:
    """What to change in the contract's file so that each column is also found under its new name."""
    path = context.folder / "config" / "sources" / f"{contract.name}.toml"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    shown = f"config/sources/{contract.name}.toml"
    found = [edit(shown, lines, column, alias) for column, alias in pairs.items()]
    return [one for one in found if one is not None]


def edit(path: str, lines: list[str], column: str, alias: str) -> Edit | None:
    """The change for one column; None when the file does not name it."""
    named = re.compile(rf"""\bcolumn\s*=\s*(?:"{re.escape(column)}"|'{re.escape(column)}')""")
    at = next((place for place, line in enumerate(lines) if named.search(line)), None)
    if at is None:
        return None
    quoted = json.dumps(alias, ensure_ascii=False)
    if "{" in lines[at]:
        return Edit(path, at + 1, lines[at], _inside(lines[at], named, quoted))
    for place in range(at + 1, len(lines)):
        if not lines[place].strip() or lines[place].startswith("["):
            break
        if lines[place].startswith("aliases"):
            return Edit(path, place + 1, lines[place], _added(lines[place], quoted))
    return Edit(path, at + 1, "", f"aliases = [{quoted}]")


def _inside(line: str, named: re.Pattern[str], quoted: str) -> str:
    if re.search(r"\baliases\s*=\s*\[", line):
        return _added(line, quoted)
    return named.sub(lambda found: f"{found[0]}, aliases = [{quoted}]", line, count=1)


def _added(line: str, quoted: str) -> str:
    return re.sub(r"(\baliases\s*=\s*\[)(\s*)", lambda found: f"{found[1]}{quoted}, ", line, count=1).replace(
        ", ]", "]"
    )
