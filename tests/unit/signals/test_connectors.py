"""Connectors: bytes of a foreign form become a table of text."""

import json
from typing import Any

import pytest

from ews.errors import FileRefusedError
from ews.signals.connectors import insolvency_feed, sparql_results, trade_register_profile
from ews.signals.table import Table


def rows(table: Table) -> list[list[str]]:
    return [list(cells) for cells in zip(*table.columns, strict=True)]


def feed(*clusters: tuple[str, str]) -> bytes:
    def cluster(name: str, text: str) -> dict[str, Any]:
        places = [{"LocatiecodeBekendmaking": "01", "Publicaties": [text]}]
        kinds = [{"PublicatiesoortCaption": name, "PublicatiesNaarLocatie": places}]
        return {"PublicatieclusterOmschrijving": name, "Publicatiesoorten": kinds}

    court = {
        "PublicerendeInstantieOmschrijving": "Rechtbank Oost-Brabant",
        "Locaties": [],
        "Publicatieclusters": [cluster(name, text) for name, text in clusters],
    }
    return json.dumps({"Datum": "/Date(1793746800000+0100)/", "Instanties": [court]}).encode()


def test_an_unbound_variable_is_an_empty_cell():
    answer = {
        "head": {"vars": ["kvk", "vestiging", "waarde"]},
        "results": {
            "bindings": [
                {
                    "kvk": {"type": "literal", "value": "00552801"},
                    "waarde": {"type": "literal", "value": "7.10"},
                },
                {
                    "kvk": {"type": "literal", "value": "00552801"},
                    "vestiging": {"type": "literal", "value": "999955280101"},
                    "waarde": {"type": "literal", "value": "8.20"},
                },
            ]
        },
    }
    table = sparql_results.read(json.dumps(answer).encode())
    assert table.header == ("kvk", "vestiging", "waarde")
    assert rows(table) == [["00552801", "", "7.10"], ["00552801", "999955280101", "8.20"]]
    assert list(table.rows) == [1, 2]


@pytest.mark.parametrize(
    ("cluster", "text", "kind"),
    [
        pytest.param(
            "uitspraken faillissement",
            "X B.V., KvK: 00552834. Uitspraak faillissement op 18 augustus 2026 (F.01/26/9034).",
            "faillissement",
            id="a judgement",
        ),
        pytest.param(
            "uitspraken surseance",
            "Y, KvK: 00552819. Uitspraak voorlopige surseance van betaling op 3 november 2026 (S.01/26/9019).",
            "surseance",
            id="a provisional moratorium",
        ),
        pytest.param(
            "einde faillissementen",
            "Z, KvK 00552819. Opheffing faillissement wegens gebrek aan baten op 1 mei 2026 (F.01/24/1).",
            "einde_faillissement",
            id="an end is not a beginning",
        ),
        pytest.param(
            "uitspraken faillissement",
            "Z, KvK 00552819. Vernietiging faillissement na verzet op 1 mei 2026 (F.01/24/1).",
            "vernietiging",
            id="annulled, though filed among the judgements",
        ),
        pytest.param(
            "einde surseances",
            "Z, KvK 00552819. Einde surseance op 1 mei 2026 (S.01/24/1).",
            "einde_surseance",
            id="the end of a moratorium",
        ),
        pytest.param(
            "neerlegging slotuitdelingslijst",
            "Z, KvK 00552819. Neerlegging slotuitdelingslijst vanaf 1 mei 2026 (F.01/24/1).",
            "overig",
            id="a step that changes nothing",
        ),
        pytest.param(
            "uitspraken schuldsanering",
            "Z, KvK 00552819. Uitspraak schuldsanering op 1 mei 2026 (R.01/24/1).",
            "schuldsanering",
            id="debt restructuring is for natural persons",
        ),
    ],
)
def test_what_a_publication_says(cluster, text, kind):
    table = insolvency_feed.read(feed((cluster, text)))
    assert [row[1] for row in rows(table)] == [kind]


def test_a_judgement_is_dated_by_its_own_day_and_published_later():
    text = "Y, KvK: 00552819. Uitspraak voorlopige surseance van betaling op 3 november 2026 (S.01/26/9019)."
    table = insolvency_feed.read(feed(("uitspraken surseance", text)))
    assert rows(table) == [
        [
            "00552819",
            "surseance",
            "2026-11-03",
            "S.01/26/9019",
            "uitspraken surseance",
            "Rechtbank Oost-Brabant",
            "2026-11-04",
            text,
        ]
    ]


def test_a_natural_person_leaves_no_row():
    table = insolvency_feed.read(
        feed(("uitspraken faillissement", "De heer Z., Dorp. Uitspraak faillissement op 3 november 2026."))
    )
    assert len(table) == 0


def test_a_day_outside_the_window_of_the_register_is_empty():
    assert len(insolvency_feed.read(b'{"Datum": "/Date(1793746800000)/", "Instanties": []}')) == 0


def test_a_profile_with_an_end_date_is_a_deregistration():
    profile = {
        "kvkNummer": "00552815",
        "materieleRegistratie": {"datumAanvang": "20010312", "datumEinde": "20260131"},
        "statutaireNaam": "De Berkenstee (fictief)",
        "sbiActiviteiten": [{"sbiCode": "87100", "indHoofdactiviteit": "Ja"}],
        "_embedded": {"eigenaar": {"rechtsvorm": "Besloten vennootschap"}},
    }
    table = trade_register_profile.read(json.dumps(profile).encode())
    about = ["De Berkenstee (fictief)", "Besloten vennootschap", "87100"]
    assert rows(table) == [
        ["00552815", "inschrijving", "20010312", *about],
        ["00552815", "uitschrijving", "20260131", *about],
    ]


def test_branches_that_the_register_leaves_out_are_empty():
    table = trade_register_profile.read(
        b'{"kvkNummer": "00552815", "materieleRegistratie": {"datumAanvang": "20010312"}}'
    )
    assert rows(table) == [["00552815", "inschrijving", "20010312", "", "", ""]]


@pytest.mark.parametrize("connector", [sparql_results, insolvency_feed, trade_register_profile])
@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'"text"', b"\xff\xfe", b'{"head": 3}'])
def test_another_form_is_refused_with_what_was_expected(connector, content):
    with pytest.raises(FileRefusedError, match="verwacht wordt JSON"):
        connector.read(content)
