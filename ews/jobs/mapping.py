"""A proposal for the columns of a file that names them by code; people put it into the configuration."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ews.errors import FileRefusedError
from ews.jobs.apart import variables_of
from ews.jobs.recognise import contract_named, file_limits, own_limits
from ews.jobs.run import Context
from ews.signals.columns import fold, is_valid
from ews.signals.content import read_content
from ews.signals.fields import Figure
from ews.signals.mapping import Finding, Proposal, Variable, config_text, propose, unmatched


@dataclass(frozen=True, slots=True)
class MappingReport:
    """What a file's labels say about the columns that are looked for."""

    source: str
    file: str
    year: int
    proposals: tuple[Proposal, ...]
    unmatched: tuple[Variable, ...]

    @property
    def config(self) -> str:
        """The proposal as text for config/sources."""
        return config_text(self.proposals, source=self.source, file=self.file, year=self.year)

    def found(self, finding: Finding) -> list[Proposal]:
        """The proposals that ended so."""
        return [one for one in self.proposals if one.finding is finding]

    def document(self) -> dict[str, Any]:
        """As `ews source map --json` prints it."""
        return {
            "source": self.source,
            "file": self.file,
            "year": self.year,
            "indicators": [
                {
                    "indicator": one.wanted.indicator,
                    "finding": one.finding.value,
                    "columns": [
                        {"column": each.name, "label": each.label, "sheet": each.sheet}
                        for each in one.candidates
                    ],
                }
                for one in self.proposals
            ],
            "unmatched": [{"column": one.name, "label": one.label} for one in self.unmatched],
            "config": self.config,
        }


def map_source(context: Context, source: str, path: Path) -> MappingReport:
    """Read what a file says about its columns and propose which are ours. Raises FileRefusedError."""
    contract = contract_named(context.settings.sources, source)
    limits = own_limits(contract, file_limits(context.settings.site.limits))
    content = read_content(path, limits)
    day = contract.day_about(content.name)
    if day is None:
        raise FileRefusedError(
            f"{content.name}: in de naam staat geen boekjaar. Hernoem het bestand zoals de leverancier het noemt."
        )
    variables = variables_of(content, contract, limits)
    assert contract.mapping is not None
    confirmed: dict[str, list[str]] = defaultdict(list)
    for figure in contract.figure:
        if is_valid(figure, day):
            confirmed[figure.name] += _columns(figure, variables)
    proposals = propose(variables, contract.mapping, confirmed=confirmed)
    return MappingReport(
        source, content.name, day.year, tuple(proposals), tuple(unmatched(variables, proposals))
    )


def _columns(figure: Figure, variables: Sequence[Variable]) -> list[str]:
    """The columns of the file that the contract already reads as this figure."""
    names = {fold(name) for name in figure.names}
    return [
        one.name
        for one in variables
        if fold(one.name) in names
        or any(re.fullmatch(pattern, one.name, re.IGNORECASE) for pattern in figure.patterns)
    ]
