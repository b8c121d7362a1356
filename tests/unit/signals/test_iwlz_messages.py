"""iWlz messages: counted, and nothing of a client comes out."""

import pytest

from ews.errors import FileRefusedError
from ews.signals.connectors.iwlz_messages import read

BSN = "111222333"


def message(release: str, *parts: str) -> bytes:
    body = "".join(f"<Client><Bsn>{BSN}</Bsn>{part}</Client>" for part in parts)
    return (
        f'<Bericht xmlns="http://www.istandaarden.nl/iwlz/{release}/aw39/schema"><Header/><Clienten>{body}'
        "</Clienten></Bericht>"
    ).encode()


def mutation(code: str, *, day: str = "2026-10-12", state: str = "1", profile: str = "812") -> str:
    return (
        f"<MutatieZorgzwaartepakket><ZzpCode>{profile}</ZzpCode><Instelling>99552819</Instelling>"
        f"<Mutatiecode>{code}</Mutatiecode><Mutatiedatum>{day}</Mutatiedatum><Leveringsvorm>4</Leveringsvorm>"
        f"<StatusAanlevering>{state}</StatusAanlevering></MutatieZorgzwaartepakket>"
    )


def lines(content: bytes) -> list[list[str]]:
    return [list(cells) for cells in zip(*read(content).columns, strict=True)]


@pytest.mark.parametrize("release", ["2_2", "2_5"])
def test_mutations_are_counted_per_month_and_kind(release):
    found = lines(
        message(release, mutation("18"), mutation("18"), mutation("19"), mutation("18", day="2026-11-02"))
    )
    assert found == [
        ["99552819", "2026-10", "iwlz_kan_niet_leveren", "812", "4", "", "2"],
        ["99552819", "2026-10", "iwlz_uitstroom", "812", "4", "", "1"],
        ["99552819", "2026-11", "iwlz_kan_niet_leveren", "812", "4", "", "1"],
    ]


def test_a_message_that_takes_an_earlier_one_back_is_counted_apart():
    assert lines(message("2_2", mutation("19", state="3"))) == [
        ["99552819", "2026-10", "iwlz_ingetrokken", "812", "4", "", "1"]
    ]


def test_a_start_of_care_is_inflow_and_a_waiting_list_line_has_its_status():
    start = (
        "<GeleverdZorgzwaartepakket><ZzpCode>754</ZzpCode><Begindatum>2026-10-03</Begindatum>"
        "<Instelling>99552804</Instelling><Leveringsvorm>5</Leveringsvorm></GeleverdZorgzwaartepakket>"
    )
    waiting = (
        "<WachtlijstZorgzwaartepakket><ZzpCode>754</ZzpCode><Peildatum>2026-11-01</Peildatum>"
        "<Instelling>99552804</Instelling><Leveringsstatus>6</Leveringsstatus></WachtlijstZorgzwaartepakket>"
    )
    assert lines(message("2_2", start, waiting)) == [
        ["99552804", "2026-10", "iwlz_instroom", "754", "5", "", "1"],
        ["99552804", "2026-11", "iwlz_wachtend", "754", "", "6", "1"],
    ]


def test_no_number_of_a_person_comes_out():
    table = read(message("2_2", mutation("18"), mutation("19")))
    assert BSN not in repr(table)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"<Bericht><Clienten/></Bericht>", id="another message"),
        pytest.param(b"<Bericht>", id="cut off"),
        pytest.param(
            b'<!DOCTYPE x [<!ENTITY a "b">]><x><MutatieZorgzwaartepakket/>&a;</x>', id="with entities"
        ),
    ],
)
def test_what_is_no_message_is_refused_without_quoting_it(content):
    with pytest.raises(FileRefusedError, match="Geen leesbaar iWlz-bericht") as refused:
        read(content)
    assert refused.value.__cause__ is None
