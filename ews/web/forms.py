"""Forms: fields with a label and a kind, read into values or into a fault beside the field."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from starlette.datastructures import UploadFile

from ews.cases.entries import Places

Kind = Literal[
    "text", "long", "date", "choice", "several", "check", "euro", "places", "file", "number", "shares"
]
Choices = Sequence[tuple[str, str]]
LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Posted:
    """A form as it was sent: the first value of every field, all values where a field repeats, the files."""

    values: Mapping[str, str]
    repeated: Mapping[str, tuple[str, ...]]
    files: Mapping[str, UploadFile]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a form asks. `choices` are (value, label); `preset` is what stands in it at first."""

    name: str
    label: str
    kind: Kind = "text"
    required: bool = True
    help: str = ""
    choices: Choices = ()
    preset: str = ""
    empty: str = "Niemand of niets"
    """What choosing nothing means, where that may be."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was typed, as it was typed; what it means; and what is wrong, by the name of its field."""

    typed: Mapping[str, str]
    ticked: Mapping[str, tuple[str, ...]]
    values: Mapping[str, Any]
    faults: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The text of a field; empty when the form does not have it."""
        return str(self.values.get(name) or "")


def blank(fields: Sequence[Field]) -> Reading:
    """A form that nobody typed in yet."""
    return Reading({one.name: one.preset for one in fields}, {}, {})


def read(fields: Sequence[Field], posted: Posted) -> Reading:
    """Every field by its kind. All faults at once; what was typed stays."""
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for one in fields:
        try:
            values[one.name] = _value(one, posted)
        except ValueError as error:
            faults[one.name] = str(error)
    return Reading(posted.values, posted.repeated, values, faults)


def _value(one: Field, posted: Posted) -> Any:
    if one.kind == "several":
        return _several(one, posted.repeated.get(one.name, ()))
    if one.kind == "file":
        found = posted.files.get(one.name)
        if found is None and one.required:
            raise ValueError("Kies een bestand.")
        return found
    text = posted.values.get(one.name, "").strip()
    if one.kind == "check":
        return text == "ja"
    if not text:
        if one.required:
            raise ValueError("Vul dit in.")
        return (
            None if one.kind in {"date", "euro", "number"} else () if one.kind in {"places", "shares"} else ""
        )
    if len(text) > LONGEST:
        raise ValueError(f"Dit is {len(text)} tekens; hooguit {LONGEST} past.")
    return _READERS[one.kind](one, text)


def _several(one: Field, given: tuple[str, ...]) -> tuple[str, ...]:
    if one.required and not given:
        raise ValueError("Kies er ten minste een.")
    if set(given) - {value for value, _ in one.choices}:
        raise ValueError("Kies uit de lijst.")
    return given


def _choice(one: Field, text: str) -> str:
    if text not in {value for value, _ in one.choices}:
        raise ValueError("Kies uit de lijst.")
    return text


def _date(_: Field, text: str) -> date:
    dutch = re.fullmatch(r"(\d{1,2})-(\d{1,2})-(\d{4})", text)
    try:
        if dutch:
            return date(int(dutch[3]), int(dutch[2]), int(dutch[1]))
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is geen datum. Schrijf 22-11-2026.") from None


def _euro(_: Field, text: str) -> int:
    plain = text.replace("€", "").replace(" ", "").replace(".", "").replace(",", ".")
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        raise ValueError(f"'{text}' is geen bedrag. Schrijf 12500 of 12.500,50.") from None
    if not amount.is_finite() or abs(amount) > 10**12:
        raise ValueError(f"'{text}' is geen bedrag. Schrijf 12500 of 12.500,50.")
    return int(amount * 100)


def _number(_: Field, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError(f"'{text}' is geen heel getal.")
    return int(text)


def _places(_: Field, text: str) -> tuple[Places, ...]:
    """`VG7 12, VG8 verblijf 3`, a line or comma between them."""
    return tuple(_one_place(part.strip()) for part in re.split(r"[,\n;]", text) if part.strip())


def _one_place(part: str) -> Places:
    found = re.fullmatch(
        r"([A-Za-z0-9-]{1,20})[ /]+(?:([A-Za-z_ -]{2,40}?)[ =:]+)?(\d{1,6})", part
    ) or re.fullmatch(r"([A-Za-z0-9-]{1,20})()[=:]+ *(\d{1,6})", part)
    if found is None:
        raise ValueError(f"'{part}' is geen aantal per profiel. Schrijf VG7 12, VG8 verblijf 3.")
    return Places(found[1].upper(), int(found[3]), (found[2] or "").strip().lower())


def _shares(_: Field, text: str) -> tuple[tuple[str, float], ...]:
    """`Noord 60, Zuid 40`: names with a percentage."""
    return tuple(_one_share(part.strip()) for part in re.split(r"[,\n;]", text) if part.strip())


def _one_share(part: str) -> tuple[str, float]:
    found = re.fullmatch(r"(.{2,60}?)[ =:]+(\d{1,3}) ?%?", part)
    if found is None or int(found[2]) > 100:
        raise ValueError(f"'{part}' is geen aandeel. Schrijf Noord 60, Zuid 40 (procent).")
    return found[1], int(found[2]) / 100


_READERS: Mapping[str, Callable[[Field, str], Any]] = {
    "text": lambda _, text: re.sub(r"\s+", " ", text),
    "long": lambda _, text: text,
    "date": _date,
    "choice": _choice,
    "euro": _euro,
    "number": _number,
    "places": _places,
    "shares": _shares,
}
