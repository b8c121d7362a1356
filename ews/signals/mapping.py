"""Which columns of a file hold what we look for, by the labels that the file itself gives to its codes.

Codes change from year to year, labels hardly. A proposal is never used by itself: people put it into the contract.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from ews.signals.fields import STRICT, ColumnName
from ews.signals.model import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One indicator that the file should hold. Expressions are on the label, case aside."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    indicator: str
    labels: tuple[str, ...]
    """Tried in order: the first that any label fits decides."""
    names: tuple[str, ...] = ()
    """Expressions on the whole code, from public descriptions: looked at only when no label fits."""
    without: tuple[str, ...] = ()
    """Labels that one of these fits are something else."""
    unit: Unit
    family: bool = False
    """Columns that differ only in a number at the end (one for each filed document) are one figure together."""
    values: Mapping[str, str] = field(default_factory=dict)
    formats: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    plausibility: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingRules:
    """Where a file explains its columns, and what is looked for."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    dictionary: str
    """Regular expression on the name of the sheet that explains the columns."""
    name: ColumnName
    label: ColumnName
    never_labels: tuple[str, ...] = ()
    """Labels of columns that are never meant: the year before."""
    never_names: tuple[str, ...] = ()
    wanted: tuple[Wanted, ...] = ()


@dataclass(frozen=True, slots=True)
class Variable:
    """A column of the file and what the file says about it."""

    name: str
    label: str
    sheet: str


class Finding(StrEnum):
    """What became of an indicator that was looked for."""

    CONFIRMED = "confirmed"
    """The contract has a column for it that the file holds."""
    PROPOSED = "proposed"
    AMBIGUOUS = "ambiguous"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One indicator with the columns that may hold it."""

    wanted: Wanted
    finding: Finding
    candidates: tuple[Variable, ...]


def propose(
    variables: Sequence[Variable], rules: MappingRules, *, confirmed: Mapping[str, Sequence[str]]
) -> list[Proposal]:
    """A proposal for each wanted indicator; `confirmed` says which columns the contract already reads."""
    by_name = {one.name: one for one in variables}
    proposals = []
    for wanted in rules.wanted:
        known = tuple(by_name[name] for name in confirmed.get(wanted.indicator, ()) if name in by_name)
        if known:
            proposals.append(Proposal(wanted, Finding.CONFIRMED, known))
            continue
        found = _candidates([one for one in variables if not _never(one, rules, wanted)], wanted)
        one = len(found) == 1 or (wanted.family and len({_stem(each.name) for each in found}) == 1)
        state = Finding.NOT_FOUND if not found else Finding.PROPOSED if one else Finding.AMBIGUOUS
        proposals.append(Proposal(wanted, state, found))
    return proposals


def unmatched(variables: Sequence[Variable], proposals: Iterable[Proposal]) -> list[Variable]:
    """Columns that no proposal names."""
    named = {one.name for proposal in proposals for one in proposal.candidates}
    return [one for one in variables if one.name not in named]


def _never(variable: Variable, rules: MappingRules, wanted: Wanted) -> bool:
    by_name = not wanted.family and _fits(
        rules.never_names, variable.name
    )  # there `_1` is the first document
    return by_name or _fits(rules.never_labels, variable.label)


def _fits(patterns: Iterable[str], text: str) -> bool:
    return any(re.search(pattern, text, re.IGNORECASE) for pattern in patterns)


def _candidates(variables: Sequence[Variable], wanted: Wanted) -> tuple[Variable, ...]:
    for pattern in wanted.labels:
        found = tuple(
            one
            for one in variables
            if re.search(pattern, one.label, re.IGNORECASE) and not _fits(wanted.without, one.label)
        )
        if found:
            return found
    return tuple(
        one for one in variables if any(re.fullmatch(name, one.name, re.IGNORECASE) for name in wanted.names)
    )


def _stem(name: str) -> str:
    return re.sub(r"[0-9]+$", "", name)


def config_text(proposals: Sequence[Proposal], *, source: str, file: str, year: int) -> str:
    """The proposal as text for config/sources: what is sure as entries, what is not as remarks (Dutch)."""
    return "\n".join(_lines(proposals, source=source, file=file, year=year)) + "\n"


def _lines(proposals: Sequence[Proposal], *, source: str, file: str, year: int) -> Iterator[str]:
    yield f"# Voorstel voor boekjaar {year}, uit de labels van {file}. Kijk elke regel na, zet wat klopt in"
    yield f"# config/sources/{source}.toml en maak het geldig met ews config activate --second ID."
    for proposal in proposals:
        if proposal.finding is Finding.PROPOSED:
            yield from _entry(proposal, year)
        elif proposal.finding is Finding.AMBIGUOUS:
            yield ""
            yield f"# {proposal.wanted.indicator}: meer dan een kolom past. Kies er een, en zet haar erbij zoals hierboven."
            yield from (
                f"#   {one.name} ({one.sheet}): {_one_line(one.label)}" for one in proposal.candidates
            )
    missing = [one.wanted.indicator for one in proposals if one.finding is Finding.NOT_FOUND]
    if missing:
        yield ""
        yield f"# Geen kolom gevonden voor: {', '.join(missing)}."


def _entry(proposal: Proposal, year: int) -> Iterator[str]:
    wanted, first = proposal.wanted, proposal.candidates[0]
    yield ""
    yield f"# {_one_line(first.label)} ({first.sheet})"
    yield "[[figure]]"
    yield f"id = {_quoted(f'{wanted.indicator}_{year}')}"
    yield f"indicator = {_quoted(wanted.indicator)}"
    if wanted.family:
        yield f"patterns = [{_quoted(re.escape(_stem(first.name)) + '[0-9]+')}]"
    else:
        yield f"column = {_quoted(first.name)}"
    yield f"unit = {_quoted(wanted.unit.value)}"
    if wanted.values:
        pairs = ", ".join(f"{_quoted(cell)} = {_quoted(value)}" for cell, value in wanted.values.items())
        yield f"values = {{ {pairs} }}"
        yield "closed = true"
    for key, listed in (("formats", wanted.formats), ("empty", wanted.empty)):
        if listed:
            yield f"{key} = [{', '.join(_quoted(one) for one in listed)}]"
    if wanted.plausibility:
        yield f"plausibility = {_quoted(wanted.plausibility)}"
    yield f"valid_from = {year}-01-01"
    yield f"valid_to = {year}-12-31"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
