"""The office's house style: what letters and dossiers look like on paper."""

from dataclasses import dataclass
from typing import ClassVar

_CLOSED: dict[str, str] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a part of a notice is confidential."""

    __pydantic_config__: ClassVar[dict[str, str]] = _CLOSED
    id: str
    part: str
    ground: str


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """config/huisstijl.toml."""

    __pydantic_config__: ClassVar[dict[str, str]] = _CLOSED
    accent: str
    """Colour as `rrggbb`."""
    body_font: str
    word_font: str
    letterhead: tuple[str, ...]
    place: str
    salutation: str
    closing: str
    confidentiality: str
    grounds: tuple[Ground, ...] = ()
