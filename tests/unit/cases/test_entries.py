"""Every kind of entry can be kept, read back and said in words."""

from dataclasses import fields
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ews.cases import words
from ews.cases.entries import Contact, Opening, What
from ews.cases.kinds import Party
from ews.cases.words import euro, sentence
from ews.store.cases import KINDS, split
from ews.store.columns import canonical_json

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
st.register_type_strategy(str, TEXT)
st.register_type_strategy(float, st.floats(0, 1))


def test_every_kind_has_words():
    assert {kind for kind in get_args(What) if kind not in words._sentence.registry} == set()


@pytest.mark.parametrize("kind", sorted(KINDS))
@given(data=st.data())
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_what_is_kept_is_read_back(kind, data):
    import json

    from ews.store.cases import _adapter

    what = data.draw(st.from_type(KINDS[kind]))
    public, private = split(what)
    assert public.keys() & private.keys() == set()
    kept = json.loads(canonical_json({**public, **private}))
    assert _adapter(kind).validate_python(kept) == what


def test_names_and_free_text_are_the_private_part():
    public, private = split(Contact(Party.BOARD, "gesprek", "Stichting", "bestuurder", "Jansen", "krap"))
    assert private == {"name": "Jansen", "summary": "krap"}
    assert "Jansen" not in str(public)


def test_free_text_fields_are_all_private():
    """A field called text, summary, reason, name or the like may not lie in the record itself."""
    loose = [
        f"{kind.__name__}.{one.name}"
        for kind in get_args(What)
        for one in fields(kind)
        if one.name
        in {"text", "summary", "reason", "name", "finding", "rebuttal", "phone", "deputy", "phoned"}
        and not one.metadata.get("private")
        and kind is not Opening
    ]
    assert loose == []


def test_a_destroyed_entry_says_so():
    assert sentence(Contact(Party.BOARD, "gesprek"), destroyed=True).endswith("bewaartermijn]")


@pytest.mark.parametrize(
    ("eurocent", "expected"), [(1_250_000, "€ 12.500"), (50, "€ 0,50"), (123_456_789, "€ 1.234.567,89")]
)
def test_amounts(eurocent, expected):
    assert euro(eurocent) == expected
