"""The columns of a file and what the file itself says about them: its dictionary sheet, or labels in its headers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ews.errors import FileRefusedError
from ews.signals.columns import position
from ews.signals.content import Content, FileLimits
from ews.signals.contract import SourceContract
from ews.signals.joined import column_names, sheet_rows
from ews.signals.mapping import MappingRules, Variable


def read_variables(content: Content, contract: SourceContract, limits: FileLimits) -> list[Variable]:
    """Every data column of a file, in its order. Raises FileRefusedError."""
    if contract.mapping is None or contract.joined is None:
        raise FileRefusedError(
            f"Bron {contract.name} noemt haar kolommen bij naam: er is niets af te leiden. Pas het contract aan "
            f"in config/sources/{contract.name}.toml."
        )
    looking = _Looking(contract, contract.mapping)
    for row in sheet_rows(content, contract, looking.choose, limits):
        looking.labels.setdefault(row.cells[0].strip(), row.cells[1].strip())
    if not looking.columns:
        raise FileRefusedError(
            f"{content.name}: geen blad met een kolom '{contract.joined.names[0]}'. "
            "Lever het bestand aan zoals het is gepubliceerd."
        )
    return list(looking.variables())


@dataclass(slots=True)
class _Looking:
    """What has been seen of a file so far."""

    contract: SourceContract
    rules: MappingRules
    labels: dict[str, str] = field(default_factory=dict)
    columns: list[tuple[str, str, str]] = field(default_factory=list)
    """Sheet, name, and the label above the name in its header cell."""

    def choose(self, sheet: str, header: tuple[str, ...]) -> list[int] | None:
        """Name and label of the dictionary sheet; of data sheets only the header."""
        assert self.contract.joined is not None
        if re.search(self.rules.dictionary, sheet, re.IGNORECASE):
            places = [position(one, header) for one in (self.rules.name, self.rules.label)]
            found = [place for place in places if place is not None]
            return found if len(found) == 2 and found[0] < found[1] else None
        if position(self.contract.joined, column_names(header)) is not None:
            names = column_names(header)
            above = [cell.rpartition("\n")[0] for cell in header]
            self.columns += [(sheet, name, label) for name, label in zip(names, above, strict=True) if name]
        return None

    def variables(self) -> Iterator[Variable]:
        """Each column once, the joining one aside."""
        assert self.contract.joined is not None
        joining = {name.casefold() for name in self.contract.joined.names}
        seen: set[str] = set()
        for sheet, name, above in self.columns:
            if name.casefold() not in joining and name not in seen:
                seen.add(name)
                told = self.labels.get(name) or above or self.labels.get(name.rsplit("_", 1)[-1], "")
                yield Variable(name, " ".join(told.split()), sheet)
