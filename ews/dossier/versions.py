"""What differs between two versions of a notice, item by item, in the words that stand on paper."""

from collections.abc import Iterator
from difflib import SequenceMatcher

from ews.dossier.model import Dossier, DossierItem
from ews.dossier.paper import PaperBlock, blocks
from ews.dossier.roundtrip import Change, parse_refs


def differences(before: Dossier, after: Dossier) -> tuple[Change, ...]:
    """Every item that says something else, or that only one of the two has, in the order of the newer."""
    old = {one.item: one for one in before.sections}
    new = {one.item: one for one in after.sections}
    order = [*new, *(item for item in old if item not in new)]
    return tuple(
        change for item in order if (change := _changed(item, old.get(item), new.get(item))) is not None
    )


def _changed(name: str, before: DossierItem | None, after: DossierItem | None) -> Change | None:
    was, becomes = list(_lines(before)), list(_lines(after))
    gone: list[str] = []
    added: list[str] = []
    for tag, a, b, c, d in SequenceMatcher(a=was, b=becomes, autojunk=False).get_opcodes():
        if tag != "equal":
            gone += was[a:b]
            added += becomes[c:d]
    if not gone and not added:
        return None
    is_away = not added or any(not any(parse_refs(text)) for text in added)
    return Change(name, tuple(gone), tuple(added), is_away)


def _lines(item: DossierItem | None) -> Iterator[str]:
    for one in blocks(item.blocks) if item else ():
        yield _text(one)


def _text(block: PaperBlock) -> str:
    if block.kind == "table":
        return "\n".join(" | ".join(row) for row in (block.columns, *block.rows))
    return " ".join("".join(text for text, _ in block.runs).split()) or block.alternative
