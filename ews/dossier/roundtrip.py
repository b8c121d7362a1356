"""Reading an edited Word file back: what changed in each item, and which words moved away from their evidence."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal

from ews.dossier.assemble import in_short
from ews.dossier.model import Block, Dossier, DossierItem, ItemState, Paragraph, Ref, Sentence, Table, missing
from ews.dossier.paper import PaperBlock, blocks

_HEADING = re.compile(r"^(E?\d{1,2}[ab]?)\.\s")
_CITED = re.compile(r"\[((?:C-\d{4}-\d+/)?B\d[^\]]*)\]")
_REF = re.compile(r"(?:(C-\d{4}-\d+)/)?B(\d+)(?:–B(\d+))?(?: regel (\d+))?(?: rij (\d+))?")


@dataclass(frozen=True, slots=True)
class Found:
    """One paragraph, or one table with its header row, as it stands in the Word file."""

    kind: Literal["paragraph", "table"]
    rows: tuple[tuple[str, ...], ...]

    @property
    def text(self) -> str:
        return "\n".join(" | ".join(_plain(cell) for cell in row) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Change:
    """What differs in one item between the record and the edited file."""

    item: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    away_from_evidence: bool
    """Words were changed or added that cite no evidence."""


def item_of(heading: str) -> str | None:
    """The item that a heading begins, by its number."""
    match = _HEADING.match(heading.strip())
    return match[1] if match else None


def compare(dossier: Dossier, found: dict[str, Sequence[Found]]) -> tuple[Dossier, tuple[Change, ...]]:
    """The notice with the edited items in place, and every change. Items that the file lacks stay as they were."""
    changes: list[Change] = []
    items, criteria = (
        tuple(_edited(one, found.get(one.item), changes) for one in group)
        for group in (dossier.items, dossier.criteria)
    )
    summary = tuple((f"{one.item}. {one.title}", in_short(one)) for one in items)
    return replace(dossier, items=items, criteria=criteria, summary=summary), tuple(changes)


def _edited(item: DossierItem, found: Sequence[Found] | None, changes: list[Change]) -> DossierItem:
    if found is None:
        return item
    known = [_shown(one) for one in blocks(item.blocks)]
    told = [one.text for one in found]
    if [_key(one) for one in known] == [_key(one) for one in told]:
        return item
    kept: list[Block] = []
    before: list[str] = []
    after: list[str] = []
    for tag, a, b, c, d in SequenceMatcher(
        a=[_key(one) for one in known], b=[_key(one) for one in told], autojunk=False
    ).get_opcodes():
        if tag == "equal":
            kept += item.blocks[a:b]
            continue
        before += known[a:b]
        after += told[c:d]
        kept += [_block(one, item) for one in found[c:d]]
    new = [sentence for one in kept[:] if isinstance(one, Paragraph) for sentence in one.sentences]
    holes = any(sentence.missing for sentence in new)
    away = any(not _CITED.search(text) for text in after) or not after
    changes.append(Change(item.item, tuple(before), tuple(after), away))
    why = (
        "met de hand gewijzigd, los van het bewijs"
        if away
        else "met de hand gewijzigd; het bewijs is genoemd"
    )
    state = ItemState.MISSING if holes else ItemState.WEAK
    supplier = item.from_whom or "de opsteller"
    return replace(item, blocks=tuple(kept), state=state, why=why, from_whom=supplier)


def _shown(block: PaperBlock) -> str:
    """A block of the record as `Found.text` would give it."""
    if block.kind == "paragraph":
        return _plain("".join(text for text, _ in block.runs))
    rows = (block.columns, *block.rows) if block.kind == "table" else ()
    return "\n".join(" | ".join(_plain(cell) for cell in row) for row in rows)


def _key(text: str) -> tuple[str, tuple[str, ...]]:
    """The words and the evidence apart: a number before or after the full stop is the same sentence."""
    return _words(text), tuple(str(ref) for ref in parse_refs(text))


def _words(text: str) -> str:
    return re.sub(r"\s+([.,;:])", r"\1", _plain(_CITED.sub("", text)))


def _plain(text: str) -> str:
    return " ".join(text.split())


def _block(found: Found, item: DossierItem) -> Block:
    if found.kind == "table":
        return Table("Met de hand gewijzigde tabel", found.rows[0], found.rows[1:])
    text = found.rows[0][0]
    refs = tuple(parse_refs(text))
    words = _words(text)
    if words.startswith("[ONTBREEKT"):
        return Paragraph((Sentence(words, missing=True),))
    if not refs:
        return Paragraph((missing(f"bewijs voor: {words}", item.from_whom or "de opsteller"),))
    return Paragraph((Sentence(words, refs),))


def parse_refs(text: str) -> Iterator[Ref]:
    """The evidence that a text cites: [B12], [B14–B16, B20], [C-2026-004/B3], [B9 regel 14, 18]."""
    for group in _CITED.findall(text):
        last: Ref | None = None
        for part in group.split(","):
            told = _REF.fullmatch(part.strip())
            if told:
                case, first, until, row, file_row = told.groups()
                for number in range(int(first), int(until or first) + 1):
                    last = Ref(
                        number, int(row) if row else None, case or "", int(file_row) if file_row else None
                    )
                    yield last
            elif last is not None and part.strip().isdigit():
                yield _next_row(last, int(part))


def _next_row(last: Ref, row: int) -> Ref:
    return replace(last, row=row) if last.row is not None else replace(last, file_row=row)


def outside(parts: Iterable[tuple[str, Found | str]]) -> list[str]:
    """What stands under no item: the letter, the summary, the appendices. Edits there are not taken over."""
    texts: list[str] = []
    inside = False
    for kind, part in parts:
        if isinstance(part, str):
            inside = item_of(part) is not None if kind == "heading" else inside
        elif not inside and part.text.strip():
            texts += part.text.split("\n")
    return texts


def grouped(parts: Iterable[tuple[str, Found | str]]) -> dict[str, list[Found]]:
    """`("heading", text)` and `("block", found)` in order -> what stands under each item."""
    items: dict[str, list[Found]] = {}
    current: str | None = None
    for kind, part in parts:
        if isinstance(part, str):
            current = item_of(part) if kind == "heading" else current
            if current is not None:
                items.setdefault(current, [])
        elif current is not None and part.text.strip():
            items[current].append(part)
    return items
