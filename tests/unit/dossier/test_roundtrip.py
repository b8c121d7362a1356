"""An edited Word file is compared item by item; what moved away from its evidence is marked."""

import io

import pytest
from docx import Document
from dossier_cases import OVERMACHT, draft, facts, without

from ews.dossier.model import ItemState, Ref
from ews.dossier.read_docx import read_docx
from ews.dossier.render_docx import render_docx
from ews.dossier.roundtrip import compare, parse_refs
from ews.dossier.words import cite
from ews.errors import FileRefusedError


def edited(content: bytes, old: str, new: str) -> bytes:
    """The file as a person leaves it after changing one paragraph, wherever it stands."""
    word = Document(io.BytesIO(content))
    for paragraph in word.element.body.iter("{*}p"):
        texts = list(paragraph.iter("{*}t"))
        if old in "".join(one.text or "" for one in texts):
            whole = "".join(one.text or "" for one in texts).replace(old, new)
            texts[0].text = whole
            for one in texts[1:]:
                one.text = ""
    saved = io.BytesIO()
    word.save(saved)
    return saved.getvalue()


@pytest.mark.parametrize("given", [facts(), facts(without(25, 26, 11, 12))], ids=["good", "with holes"])
def test_a_file_that_nobody_edited_changes_nothing(given):
    dossier = draft(OVERMACHT, given)
    again, changes = compare(dossier, read_docx(render_docx(dossier)))
    assert changes == ()
    assert again == dossier


def test_words_that_keep_their_number_are_a_change_with_evidence():
    dossier = draft()
    content = edited(render_docx(dossier), "1 januari 2027", "15 januari 2027")
    again, changes = compare(dossier, read_docx(content))
    assert [(one.item, one.away_from_evidence) for one in changes] == [("6", False)]
    assert "1 januari 2027" in changes[0].before[0]
    item = next(one for one in again.items if one.item == "6")
    assert (item.state, item.blocks[0].sentences[0].refs) == (ItemState.WEAK, (Ref(14),))


def test_words_without_a_number_are_marked_and_printed_as_missing_evidence():
    dossier = draft()
    content = edited(render_docx(dossier), "[B14]", "")
    again, changes = compare(dossier, read_docx(content))
    assert {(one.item, one.away_from_evidence) for one in changes} == {("6", True), ("7", True)}
    item = next(one for one in again.items if one.item == "6")
    assert item.state is ItemState.MISSING
    assert item.blocks[0].sentences[0].text.startswith("[ONTBREEKT: bewijs voor: Datum vanaf wanneer")


def test_a_hole_that_a_person_filled_with_evidence_is_no_hole_any_more():
    dossier = draft(given=facts(without(25)))
    hole = "[ONTBREEKT: datum vanaf wanneer de zorg niet meer kan worden gecontinueerd, van zorgaanbieder, bewindvoerder of curator]"
    again, _ = compare(dossier, read_docx(edited(render_docx(dossier), hole, "Op 1 januari 2027 [B14].")))
    assert next(one for one in again.items if one.item == "6").state is ItemState.WEAK


def test_a_changed_cell_is_a_change_of_its_item():
    dossier = draft()
    _, changes = compare(
        dossier, read_docx(edited(render_docx(dossier), "Zorggroep Zuid", "Zorggroep Noord"))
    )
    assert {"8a", "9", "E4"} == {one.item for one in changes}


def test_what_is_no_word_file_is_refused():
    with pytest.raises(FileRefusedError, match="docx"):
        read_docx(b"geen zip")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x [B12]", [Ref(12)]),
        ("x [B14–B16, B20]", [Ref(14), Ref(15), Ref(16), Ref(20)]),
        ("x [C-2026-004/B3]", [Ref(3, case="C-2026-004")]),
        ("x [B9 regel 14, B30 rij 12]", [Ref(9, 14), Ref(30, None, "", 12)]),
        ("x [ONTBREEKT: B] y", []),
    ],
)
def test_cited_evidence_is_read_as_it_is_written(text, expected):
    assert list(parse_refs(text)) == expected


@pytest.mark.parametrize(
    ("refs", "told"),
    [
        pytest.param((Ref(14), Ref(15), Ref(16), Ref(20)), "[B14–B16, B20]", id="pieces in a row"),
        pytest.param((Ref(9, 18), Ref(9, 14), Ref(7)), "[B7, B9 regel 14, 18]", id="lines of one log"),
        pytest.param((Ref(3, file_row=1), Ref(3, file_row=8)), "[B3 rij 1, 8]", id="rows of one file"),
        pytest.param((Ref(9, 14), Ref(9)), "[B9, B9 regel 14]", id="a log and one line of it"),
        pytest.param((Ref(3, case="C-2026-004"), Ref(3)), "[B3, C-2026-004/B3]", id="of another case"),
    ],
)
def test_what_is_cited_is_read_back(refs, told):
    assert cite(refs) == told
    assert set(parse_refs(f"Zo is het. {told}")) == set(refs)
