"""Rows by contract: every row is accounted for, nothing is repaired, order means nothing."""

from datetime import date

from contracts import contract, read, table, values
from hypothesis import given
from hypothesis import strategies as st

from ews.signals.model import RejectionReason
from ews.signals.parse import parse

HEADER = ("KvK", "Plaatsen")


def reasons(parsed):
    return [(one.row, one.column, one.value, one.reason) for one in parsed.rejections]


def test_a_good_row_is_read():
    parsed = read(HEADER, ("08111924", "40"), by=contract())
    assert values(parsed) == {("kvk:08111924", "plaatsen", "{}"): 40}
    assert parsed.rows.read == parsed.rows.kept == 1


def test_a_lost_leading_zero_is_filled_by_the_rule_of_the_identifier():
    assert read(HEADER, ("8111924", "40"), by=contract()).subjects == ("kvk:08111924",)


def test_a_bad_cell_rejects_the_cell_and_a_bad_key_the_row():
    by = contract(
        figure=[
            {"id": "plaatsen", "column": "Plaatsen", "unit": "count"},
            {"id": "naam", "column": "Naam", "unit": "text"},
        ]
    )
    header = ("KvK", "Plaatsen", "Naam")
    parsed = read(header, ("08111924", "veel", "Zorg"), ("kapot", "3", "Huis"), ("", "3", "Leeg"), by=by)
    assert reasons(parsed) == [
        (2, "Plaatsen", "veel", RejectionReason.UNREADABLE_NUMBER),
        (3, "KvK", "kapot", RejectionReason.BAD_KEY),
        (4, "KvK", "", RejectionReason.MISSING_KEY),
    ]
    assert (parsed.rows.rejected, parsed.rows.cells_rejected, parsed.rows.faulty, parsed.rows.kept) == (
        2,
        1,
        3,
        1,
    )
    assert values(parsed) == {("kvk:08111924", "naam", "{}"): "Zorg"}


def test_a_row_of_which_nothing_can_be_read_is_rejected():
    parsed = read(HEADER, ("08111924", "veel"), by=contract())
    assert (parsed.rows.rejected, parsed.rows.kept) == (1, 0)
    assert parsed.cells.empty


def test_rows_outside_the_population_are_out_of_scope_and_not_judged():
    by = contract(population={"column": "Soort", "values": ["VV"]})
    parsed = read(("KvK", "Soort", "Plaatsen"), ("kapot", "GGZ", "x"), ("08111924", "vv", "4"), by=by)
    assert (parsed.rows.out_of_scope, parsed.rows.rejected, parsed.rows.kept) == (1, 0, 1)


def test_a_row_of_another_width_is_rejected_and_shifts_nothing():
    parsed = read(HEADER, ("08111924", "4", "5"), ("08111924", "6"), by=contract())
    assert reasons(parsed)[0] == (2, "", "08111924 | 4 | 5", RejectionReason.RAGGED_ROW)
    assert values(parsed) == {("kvk:08111924", "plaatsen", "{}"): 6}


def test_without_a_key_column_no_row_is_read():
    parsed = read(("Nummer", "Plaatsen"), ("08111924", "4"), by=contract())
    assert parsed.missing_keys == ("KvK",)
    assert (parsed.rows.read, parsed.rows.rejected) == (1, 1)


def test_a_location_belongs_to_its_provider_and_provider_facts_go_there():
    by = contract(
        location={"column": "CS", "scheme": "cs"},
        provider={"column": "SP", "scheme": "sp"},
        figure=[
            {"id": "naam", "column": "Naam", "unit": "text"},
            {
                "id": "naam_aanbieder",
                "indicator": "naam",
                "column": "Aanbieder",
                "unit": "text",
                "of": "provider",
            },
        ],
    )
    row = ("CS2003000204", "SP2003000031", "Huis", "Stichting")
    found = values(read(("CS", "SP", "Naam", "Aanbieder"), row, by=by))
    assert found == {
        ("cs:CS2003000204", "naam", "{}"): "Huis",
        ("sp:SP2003000031", "naam", "{}"): "Stichting",
        ("cs:CS2003000204", "aanbieder", "{}"): "sp:SP2003000031",
    }


def test_facts_of_a_provider_that_its_locations_contradict_go_by_the_most_rows():
    by = contract(
        location={"column": "CS", "scheme": "cs"},
        provider={"column": "SP", "scheme": "sp"},
        figure=[{"id": "naam", "column": "Aanbieder", "unit": "text", "of": "provider"}],
    )
    rows = [
        (f"CS200300000{n}", "SP2003000031", name)
        for n, name in enumerate(["Stichting A", "Stichting B", "Stichting A"])
    ]
    parsed = read(("CS", "SP", "Aanbieder"), *rows, by=by)
    assert values(parsed)[("sp:SP2003000031", "naam", "{}")] == "Stichting A"
    assert reasons(parsed) == [(3, "Aanbieder", "Stichting B", RejectionReason.DUPLICATE_KEY)]


def test_the_same_statement_twice_is_one_and_a_contradiction_is_none():
    same = read(HEADER, ("08111924", "4"), ("8111924", "4,0"), by=contract())
    assert values(same) == {("kvk:08111924", "plaatsen", "{}"): 4}
    assert same.rejections == ()
    other = read(HEADER, ("08111924", "4"), ("08111924", "5"), by=contract())
    assert values(other) == {}
    assert [one.reason for one in other.rejections] == [RejectionReason.DUPLICATE_KEY] * 2


def test_a_blank_beside_a_value_of_the_same_figure_yields():
    assert values(read(HEADER, ("08111924", ""), ("08111924", "5"), by=contract())) == {
        ("kvk:08111924", "plaatsen", "{}"): 5
    }


def test_a_column_without_one_value_can_mean_that_it_is_gone():
    figure = {"id": "manager", "column": "Manager", "unit": "text", "blank_means_gone": True}
    parsed = read(("KvK", "Manager"), ("08111924", ""), by=contract(figure=[figure]))
    assert parsed.refused == ("manager",)
    assert parsed.cells.empty


def long_contract(**keys):
    return contract(
        layout="long",
        figures="period",
        period={"end": {"column": "Eind", "formats": ["%Y-%m-%d", "excel"]}},
        indicator={"column": "Code"},
        value={"column": "Waarde"},
        not_applicable={"column": "nvt", "pattern": "1"},
        placeholders=["X"],
        figure=[{"id": "verzuim", "codes": ["A1"], "unit": "ratio", "percent": True}],
        **keys,
    )


LONG = ("KvK", "Code", "Waarde", "nvt", "Eind")


def test_long_rows_by_code_and_period():
    parsed = read(
        LONG, ("08111924", "a1", "5,5", "0", "44561"), ("08111924", "Z9", "?", "0", "?"), by=long_contract()
    )
    assert values(parsed) == {("kvk:08111924", "verzuim", "{}"): 0.055}
    assert parsed.slots[0].period.end == date(2021, 12, 31)
    assert parsed.rows.out_of_scope == 1


def test_a_placeholder_is_never_replaced_by_the_column_beside_it():
    parsed = read(LONG, ("08111924", "A1", "X", "16.89", "2021-12-31"), by=long_contract())
    assert reasons(parsed) == [(2, "Waarde", "X", RejectionReason.PLACEHOLDER)]
    assert values(parsed) == {}


def test_does_not_apply_excuses_a_blank_and_contradicts_a_value():
    rows = [("08111924", "A1", "", "1", "2021-12-31"), ("00000012", "A1", "5", "1", "2021-12-31")]
    parsed = read(LONG, *rows, by=long_contract())
    assert values(parsed) == {("kvk:08111924", "verzuim", "{}"): None}
    assert [one.row for one in parsed.rejections] == [3]


def test_a_row_without_a_period_is_rejected():
    parsed = read(LONG, ("08111924", "A1", "5", "0", "gisteren"), by=long_contract())
    assert reasons(parsed) == [(2, "Eind", "gisteren", RejectionReason.BAD_KEY)]


def test_a_sequence_number_is_no_identifier_and_the_location_is_kept_by_name():
    by = contract(
        location={"column": "Vestiging", "scheme": "vestiging", "minimum_digits": 6, "unidentified": "Naam"}
    )
    header = ("KvK", "Vestiging", "Naam", "Plaatsen")
    rows = [
        ("08111924", "1", "Villa Verde", "4"),
        ("08111924", "40313182", "Sparren", "5"),
        ("08111924", "2", "", "6"),
    ]
    parsed = read(header, *rows, by=by)
    found = values(parsed)
    assert found[("kvk:08111924", "plaatsen", '{"locatie":"Villa Verde"}')] == 4
    assert found[("vestiging:000040313182", "plaatsen", "{}")] == 5
    assert reasons(parsed) == [(4, "Vestiging", "2", RejectionReason.BAD_KEY)]


def test_dimension_columns_split_a_figure():
    by = contract(
        dimension=[
            {"id": "profiel", "column": "Profiel", "values": {"VG 7": "VG7", "VG7": "VG7"}, "closed": True}
        ],
        figure=[{"id": "clienten", "column": "Aantal", "unit": "count", "by": ["profiel"]}],
    )
    rows = [("08111924", "VG 7", "12"), ("08111924", "onzin", "3")]
    parsed = read(("KvK", "Profiel", "Aantal"), *rows, by=by)
    assert values(parsed) == {("kvk:08111924", "clienten", '{"profiel":"VG7"}'): 12}
    assert reasons(parsed) == [(3, "Profiel", "onzin", RejectionReason.BAD_KEY)]


def test_events_by_kind_with_their_key():
    by = contract(
        layout="events",
        figure=[],
        event={
            "kind": {"column": "Soort"},
            "kinds": {"F": "faillissement"},
            "patterns": {"^surs": "surseance"},
            "date": {"column": "Datum"},
            "key": ["Nummer"],
            "detail": {"tekst": "Tekst"},
        },
    )
    header = ("KvK", "Soort", "Datum", "Nummer", "Tekst")
    rows = [
        ("08111924", "F", "2026-03-01", "F.01/26/1", "uitspraak"),
        ("08111924", "Surseance", "2026-02-01", "S.1", ""),
        ("", "schuldsanering", "?", "R.1", "een natuurlijk persoon"),
        ("08111924", "F", "ooit", "F.2", ""),
    ]
    parsed = read(header, *rows, by=by)
    assert [(one.kind, one.occurred_on, one.key, dict(one.detail)) for one in parsed.events] == [
        ("faillissement", date(2026, 3, 1), "F.01/26/1", {"tekst": "uitspraak"}),
        ("surseance", date(2026, 2, 1), "S.1", {}),
    ]
    assert (parsed.rows.out_of_scope, parsed.rows.rejected) == (1, 1)


CELLS = st.sampled_from(
    ["08111924", "8111924", "kapot", "", "4", "4,0", "5", "X", "veel", "VV", "GGZ", "1.234", "\x00", "é"]
) | st.text(max_size=5)
ROWS = st.lists(st.lists(CELLS, min_size=2, max_size=4).map(tuple), max_size=12)
SCOPED = contract(
    population={"column": "Soort", "pattern": "."},
    figure=[
        {"id": "plaatsen", "column": "Plaatsen", "unit": "count"},
        {"id": "naam", "column": "Naam", "unit": "text", "optional": True},
    ],
)


@given(ROWS)
def test_no_row_is_lost_and_nothing_crashes(rows):
    parsed = read(("KvK", "Soort", "Plaatsen"), *rows, by=SCOPED)
    account = parsed.rows
    having = [row for row in rows if any(row)]
    assert account.read == len(having)
    assert account.read == account.kept + account.rejected + account.out_of_scope
    assert account.faulty >= account.rejected
    assert len(parsed.cells) == len(parsed.cells[["subject", "slot"]].drop_duplicates())


@given(
    st.lists(st.tuples(CELLS, st.just("VV"), CELLS), max_size=8).flatmap(
        lambda rows: st.tuples(st.just(rows), st.permutations(rows))
    )
)
def test_the_order_of_rows_means_nothing(both):
    rows, shuffled = both
    header = ("KvK", "Soort", "Plaatsen")
    first, second = (parse([table(header, *one)], SCOPED, on=date(2026, 3, 31)) for one in (rows, shuffled))
    assert values(first) == values(second)
    assert first.rows == second.rows
