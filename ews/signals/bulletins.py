"""What an item of a feed might mean: a measure by its words, providers by their names. A person decides.

The words are dated data in config/trefwoorden.toml; nothing here concludes anything about a provider.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from rapidfuzz import fuzz

from ews.signals.fields import STRICT

_NO_WORD = re.compile(r"[^0-9a-z]+")
_ABBREVIATED = re.compile(r"\b([a-z])\.(?=[a-z]\b)")
"""b.v. is bv."""
_FORMS = frozenset(
    {"stichting", "bv", "nv", "vof", "cooperatie", "vereniging", "holding", "groep", "fictief", "ua"}
)
"""Words of a name that say nothing about which provider it is."""
SHORTEST_NAME = 4
"""A name of fewer letters is found in any text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyword:
    """Words that make an item a proposal for one kind of event."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    id: str
    """The kind, as the contract that takes in confirmed proposals calls it."""
    words: tuple[str, ...]
    """Found as whole words, at their beginning: `aanwijzing` also finds `aanwijzingen`."""
    severity: int
    """The highest counts when several are found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keywords:
    """config/trefwoorden.toml: how feeds are read."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    valid_from: date
    source: str
    confirmed_by: str
    """The source under which a confirmed proposal becomes an event."""
    ends: tuple[str, ...]
    """Words that say that a measure is over."""
    least_score: int
    """0-100: a name that resembles the text less is no candidate."""
    place_bonus: int
    """Added when the text names the provider's town too."""
    most_candidates: int
    waits_days: int
    """A proposal that waits longer is told of."""
    keyword: tuple[Keyword, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a feed."""

    id: str
    title: str
    summary: str
    link: str
    published_on: date | None


@dataclass(frozen=True, slots=True)
class Finding:
    """What the words of an item say."""

    kind: str
    is_end: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A provider that an item may be about."""

    provider: str
    name: str
    score: int


@dataclass(frozen=True, slots=True)
class Known:
    """A provider of the register, under its own name or that of one of its locations."""

    id: str
    name: str
    place: str


def finding_in(item: Item, keywords: Keywords) -> Finding | None:
    """The gravest measure that an item names; None when it names none."""
    text = _plain(f"{item.title} {item.summary}")
    found = [one for one in keywords.keyword if any(_names(text, word) for word in one.words)]
    if not found:
        return None
    gravest = max(found, key=lambda one: one.severity)
    return Finding(gravest.id, any(_names(text, word) for word in keywords.ends))


def candidates_in(item: Item, providers: Sequence[Known], keywords: Keywords) -> list[Candidate]:
    """The providers whose name stands in an item or resembles it, best first."""
    text = _plain(f"{item.title} {item.summary}")
    found: dict[str, Candidate] = {}
    for one in providers:
        score = _resemblance(text, one.name)
        if score and one.place and _names(text, one.place):
            score = min(100, score + keywords.place_bonus)
        best = found.get(one.id)
        if score >= keywords.least_score and (best is None or score > best.score):
            found[one.id] = Candidate(one.id, one.name, score)
    ordered = sorted(found.values(), key=lambda one: (-one.score, one.provider))
    return ordered[: keywords.most_candidates]


def _resemblance(text: str, name: str) -> int:
    core = " ".join(word for word in _plain(name).split() if word not in _FORMS)
    if len(core) < SHORTEST_NAME:
        return 0
    if f" {core} " in f" {text} ":
        return 100
    # whole words of the text, as many as the name has: half a word never makes a name
    width, words = len(core.split()), text.split()
    windows = (" ".join(words[start : start + width]) for start in range(max(1, len(words) - width + 1)))
    return int(max(fuzz.ratio(core, window) for window in windows))


def _names(text: str, word: str) -> bool:
    return f" {_plain(word)}" in f" {text}"


def _plain(text: str) -> str:
    bare = _ABBREVIATED.sub(r"\1", unicodedata.normalize("NFKD", text.casefold()))
    return _NO_WORD.sub(" ", "".join(letter for letter in bare if not unicodedata.combining(letter))).strip()


def latest(versions: Mapping[str, Keywords], on: date) -> Keywords | None:
    """The words in force on a day."""
    begun = [one for one in versions.values() if one.valid_from <= on]
    return max(begun, key=lambda one: one.valid_from, default=None)
