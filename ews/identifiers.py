"""Identifiers of the field, each its own scheme: `scheme:value`, self-checking and sortable."""

import re
from dataclasses import dataclass

PATTERNS = {
    "kvk": re.compile(r"[0-9]{8}"),
    "vestiging": re.compile(r"[0-9]{12}"),
    "agb": re.compile(r"[0-9]{8}"),
    "sp": re.compile(r"SP[0-9]{10}"),
    "cs": re.compile(r"CS[0-9]{10}"),
    "branche": re.compile(r"[A-Z0-9]{2,12}"),
    "zorgregio": re.compile(r"55[0-9]{2}"),
}
_WIDTHS = {"kvk": 8, "vestiging": 12, "agb": 8}
PROVIDER_SCHEMES = frozenset({"kvk", "agb", "sp"})
LOCATION_SCHEMES = frozenset({"vestiging", "cs"})
AREA_SCHEMES = frozenset({"branche", "zorgregio"})
"""A branch (SBI code of CBS) or a zorgkantoor region (COD001): figures to hold providers against, never assessed."""


@dataclass(frozen=True, slots=True, order=True)
class SubjectId:
    """A provider or location as `scheme:value`, for example `kvk:08111924` or `cs:CS2003000204`."""

    scheme: str
    value: str

    def __post_init__(self) -> None:
        pattern = PATTERNS.get(self.scheme)
        if pattern is None or not pattern.fullmatch(self.value):
            raise ValueError(f"no identifier: {self.scheme}:{self.value}")

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"

    @property
    def is_location(self) -> bool:
        """True for a service or vestiging, False for a legal person."""
        return self.scheme in LOCATION_SCHEMES

    @property
    def kind(self) -> str:
        """provider, location or area."""
        return "location" if self.is_location else "area" if self.scheme in AREA_SCHEMES else "provider"


def parse_subject(text: str) -> SubjectId:
    """Read `scheme:value`. Raises ValueError for an unknown scheme or a malformed value."""
    scheme, separator, value = text.strip().partition(":")
    if not separator:
        raise ValueError(f"no identifier: {text}")
    return SubjectId(
        scheme.lower(), value.strip().upper() if scheme in {"sp", "cs", "branche"} else value.strip()
    )


def normalise(scheme: str, raw: str) -> str | None:
    """`scheme:value` from a cell as people write it, or None when it can't be one.

    Spreadsheets store a KvK number as a number: `8111924` and `8111924.0` are kvk:08111924.
    """
    value = re.sub(r"\.0+$", "", raw.strip())
    width = _WIDTHS.get(scheme)
    if width:
        value = value.replace(" ", "")
        value = value.zfill(width) if value.isascii() and value.isdigit() else value
    pattern = PATTERNS[scheme]
    return f"{scheme}:{value}" if pattern.fullmatch(value) and value.strip("0") else None
