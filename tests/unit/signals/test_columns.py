"""Columns are found by name, alias or pattern; what is gone is refused and named."""

from datetime import date

from contracts import DAY, contract

from ews.signals.columns import match


def test_case_blanks_accents_and_punctuation_do_not_matter():
    columns = match(["kvk ", "PLAATSEN:"], contract(), on=DAY)
    assert columns.keys == {"provider": 0}
    assert [(one.position, one.figure.id) for one in columns.figures] == [(1, "plaatsen")]
    assert columns.unknown == ()


def test_position_means_nothing():
    columns = match(["Plaatsen", "Anders", "KvK"], contract(), on=DAY)
    assert columns.keys == {"provider": 2}
    assert columns.figures[0].position == 0
    assert columns.unknown == ("Anders",)


def test_an_exact_name_goes_before_a_similar_one():
    by = contract(figure=[{"id": "datum", "column": "Date_Reg", "unit": "text"}])
    columns = match(["KvK", "DateReg", "Date_Reg"], by, on=DAY)
    assert columns.figures[0].position == 2
    assert columns.unknown == ("DateReg",)


def test_a_column_that_stands_there_twice_is_not_chosen_between():
    columns = match(["KvK", "kvk.", "Plaatsen"], contract(), on=DAY)
    assert columns.missing_keys == ()  # the exact name stands once
    columns = match(["kvk", "kvk.", "Plaatsen"], contract(), on=DAY)
    assert columns.missing_keys == ("KvK",)


def test_a_renamed_figure_is_refused_and_named_until_an_alias_is_known():
    header = ["KvK", "Capaciteit"]
    assert match(header, contract(), on=DAY).refused == ("plaatsen",)
    assert match(header, contract(), on=DAY).unknown == ("Capaciteit",)
    by = contract(
        figure=[{"id": "plaatsen", "column": "Plaatsen", "aliases": ["capaciteit"], "unit": "count"}]
    )
    assert match(header, by, on=DAY).refused == ()


def test_a_column_outside_its_years_may_be_absent():
    figure = {"id": "plaatsen", "column": "Plaatsen", "unit": "count", "valid_from": "2026-04-01"}
    assert match(["KvK"], contract(figure=[figure]), on=date(2026, 3, 31)).refused == ()
    assert match(["KvK"], contract(figure=[figure]), on=date(2026, 4, 1)).refused == ("plaatsen",)


def test_a_family_of_columns_gives_financial_years_and_dimensions():
    figure = {
        "id": "inspectie",
        "patterns": ["(?P<volgorde>first|second)_date_(?P<fy>[0-9]{4})"],
        "unit": "text",
    }
    by = contract(figure=[figure], fiscal_year_starts=4)
    columns = match(["KvK", "First_date_1920", "second_date_1921"], by, on=DAY)
    assert len(columns.figures) == 1  # 1921 is no financial year
    found = columns.figures[0]
    assert found.dimensions == {"volgorde": "first"}
    assert found.period is not None
    assert (found.period.start, found.period.end) == (date(2019, 4, 1), date(2020, 3, 31))
    assert columns.unknown == ("second_date_1921",)


def test_one_of_several_figures_of_an_indicator_is_refused_by_its_own_name():
    figures = [
        {"id": "cijfer_zorg", "indicator": "cijfer", "dimensions": {"thema": "zorg"}, "column": "Zorg", "unit": "count"},
        {"id": "cijfer_huis", "indicator": "cijfer", "dimensions": {"thema": "huis"}, "column": "Huis", "unit": "count"},
    ]  # fmt: skip
    assert match(["KvK", "Zorg"], contract(figure=figures), on=DAY).refused == ("cijfer_huis",)
    assert match(["KvK"], contract(figure=figures), on=DAY).refused == ("cijfer",)


def test_ignored_columns_are_known_and_not_reported():
    assert match(["KvK", "Plaatsen", "...104"], contract(ignored=[r"\.\.\.[0-9]+"]), on=DAY).unknown == ()
