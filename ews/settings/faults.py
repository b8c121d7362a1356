"""Faults in the configuration, each with file, key, what is wrong and what to do."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from ews.errors import ConfigError


@dataclass(frozen=True, slots=True, order=True)
class ConfigFault:
    """One thing that is wrong, as a person reads it."""

    file: str
    key: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}, {self.key}" if self.key else self.file
        return f"{place}: {self.problem}. {self.remedy}"


def missing(name: str) -> str:
    """The problem of a name that leads nowhere."""
    return f"'{name}' bestaat niet"


def refuse(faults: Iterable[ConfigFault]) -> None:
    """Raise ConfigError with every fault at once; return when there are none."""
    listed = sorted(set(faults))
    if listed:
        lines = "\n".join(f"  {fault}" for fault in listed)
        count = "1 fout" if len(listed) == 1 else f"{len(listed)} fouten"
        raise ConfigError(f"De configuratie heeft {count}:\n{lines}")


def from_validation(file: str, error: ValidationError, known: Sequence[str] = ()) -> list[ConfigFault]:
    """A validation error of pydantic as faults in Dutch."""
    return [_fault(file, detail, known) for detail in error.errors(include_url=False)]


def _fault(file: str, detail: Any, known: Sequence[str]) -> ConfigFault:
    key = ".".join(str(part) for part in detail["loc"])
    kind, given = detail["type"], detail.get("input")
    if kind == "missing":
        return ConfigFault(file, key, "ontbreekt", "Voeg deze sleutel toe.")
    if kind in {"unexpected_keyword_argument", "extra_forbidden"}:
        near = difflib.get_close_matches(str(detail["loc"][-1]), known, n=1)
        remedy = f"Bedoelt u '{near[0]}'?" if near else "Verwijder deze sleutel of herstel de spelling."
        return ConfigFault(file, key, "onbekende sleutel", remedy)
    if kind in {"enum", "literal_error"}:
        allowed = detail.get("ctx", {}).get("expected", "")
        return ConfigFault(file, key, f"'{given}' is geen toegestane waarde", f"Kies uit: {allowed}.")
    return ConfigFault(file, key, f"'{given}' past niet ({detail['msg']})", "Herstel deze waarde.")
