"""A source that can't be fetched safely, or may not be held, is refused before anything runs."""

import pytest
from contracts import contract

from ews.settings.source_checks import check_sources

GOOD = {"url": "https://bron.example/x", "file_name": "proef_{day}.csv", "answers": "text"}
LISTED = {
    "each": "listed",
    "list_url": "https://bron.example/lijst",
    "list_key": "Id",
    "url": "https://bron.example/{item}",
}


def faults(**keys: object) -> list[tuple[str, str]]:
    built = contract(file_patterns=[r"^proef_\d{8}\.csv$"], **keys)
    return [(fault.key, fault.problem) for fault in check_sources({"proef": built})]


def test_a_plan_that_is_in_order_has_no_fault():
    assert faults(fetch=GOOD) == []
    assert faults(fetch=GOOD | LISTED) == []
    assert faults(fetch=GOOD | {"secret": "sleutel", "secret_header": "apikey"}) == []


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        pytest.param(
            {"url": "http://bron.example/x"},
            ("fetch.url", "'http://bron.example/x' is geen https"),
            id="plain http",
        ),
        pytest.param(
            {"url": "https://wie:wat@bron.example/x"},
            ("fetch.url", "'https://wie:wat@bron.example/x' bevat een naam of wachtwoord; gebruik secret"),
            id="a password in the address",
        ),
        pytest.param(
            {"url": "https://bron.example/{item}"},
            ("fetch.url", "hoort {item} te bevatten bij each = 'listed' en 'provider', en anders niet"),
            id="an item where there is none",
        ),
        pytest.param(
            LISTED | {"list_url": "https://elders.example/lijst"},
            ("fetch.list_url", "staat op een andere host dan url"),
            id="a list on another host",
        ),
        pytest.param(
            LISTED | {"list_key": ""},
            ("fetch.list_url", "list_url en list_key horen bij each = 'listed'"),
            id="a list without a key",
        ),
        pytest.param(
            {"secret": "sleutel"},
            ("fetch.secret", "secret en secret_header horen bij elkaar"),
            id="a secret that goes nowhere",
        ),
        pytest.param({"body": "vraag"}, ("fetch.body", "een GET heeft geen inhoud"), id="a GET with a body"),
        pytest.param(
            {"file_name": "anders.csv"},
            ("fetch.file_name", "past op geen van de file_patterns"),
            id="a name that the inbox would not know",
        ),
        pytest.param({"tries": 0}, ("fetch.tries", "is niet groter dan nul"), id="no try at all"),
        pytest.param(
            {"pause_seconds": -1}, ("fetch.pause_seconds", "is negatief"), id="a pause before the past"
        ),
        pytest.param(
            {"next_key": "volgende"},
            ("fetch.next_key", "werkt alleen bij JSON, niet per aanbieder"),
            id="pages of text",
        ),
        pytest.param(
            {"each": "provider", "url": "https://bron.example/{item}"},
            ("fetch.answers", "hoort 'json' te zijn bij each = 'provider'"),
            id="answers that can't be collected",
        ),
    ],
)
def test_a_faulty_plan_is_named(keys, fault):
    assert fault in faults(fetch=GOOD | keys)


@pytest.mark.parametrize(
    ("purpose", "fault"),
    [
        ({"legal_ground": " ", "use": "x"}, ("purpose.legal_ground", "is leeg")),
        ({"legal_ground": "x", "use": ""}, ("purpose.use", "is leeg")),
        (
            {"legal_ground": "x", "use": "x", "recipients": ["zorgkantoor", "krant"]},
            ("purpose.recipients", "'krant' bestaat niet"),
        ),
    ],
)
def test_a_source_without_a_purpose_is_refused(purpose, fault):
    assert faults(purpose=purpose) == [fault]


def test_a_feed_needs_the_reader_of_feeds():
    [(key, _)] = faults(layout="proposals", form="xml", provider=None, figure=[])
    assert key == "connector"
