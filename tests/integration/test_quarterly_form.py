"""The quarterly form: made for a provider, filled in, and read back by its contract."""

from pathlib import Path

import openpyxl
import pytest

from ews.settings.load import load

PROVIDERS = Path(__file__).parents[2] / "examples/region/lijsten/zorgaanbieders_2026-11-05.xlsx"


@pytest.fixture
def form(ews, site, tmp_path):
    """An empty form for one provider."""
    assert ews("ingest", PROVIDERS).code == 0
    out = tmp_path / "formulieren"
    made = ews("form", "make", "2026-Q4", "--provider", "kvk:00552819", "--out", out, "--json")
    assert made.json["forms"] == [str(out / "kwartaalformulier_00552819_2026-Q4.xlsx")]
    return Path(made.json["forms"][0])


def fill(form: Path, **answers: object) -> None:
    book = openpyxl.load_workbook(form)
    sheet = book.active
    for row in sheet.iter_rows(min_col=1, max_col=2):
        if row[0].value in answers:
            row[1].value = answers[row[0].value]
    book.save(form)


def test_the_form_locks_all_but_its_answers_and_checks_them(form):
    sheet = openpyxl.load_workbook(form).active
    rows = {row[0].value: row[1] for row in sheet.iter_rows(min_col=1, max_col=2) if row[0].value}
    assert sheet.protection.sheet
    assert rows["KvK-nummer"].value == "00552819"
    assert rows["KvK-nummer"].protection.locked
    assert not rows["Liquide middelen"].protection.locked
    checks = {str(check.sqref): check for check in sheet.data_validations.dataValidation}
    assert checks[rows["Ziekteverzuim %"].coordinate].formula2 == "60"
    assert checks[rows["Verwacht u dat de continuïteit in gevaar komt?"].coordinate].formula1 == '"ja,nee"'


def test_a_filled_form_is_read_back(ews, form):
    fill(
        form,
        **{
            "Liquide middelen": 1234567.89,
            "Ziekteverzuim %": 7.5,
            "Verwacht u dat de continuïteit in gevaar komt?": "ja",
        },
    )
    report = ews("ingest", form, "--json")
    told = report.json["files"][0]
    assert (report.code, told["source"], told["rows_accepted"]) == (0, "kwartaalformulier", 1)
    assert (told["cells_rejected"], told["indicators_refused"], told["unknown_columns"]) == (0, [], [])


def test_a_form_of_another_version_is_refused(ews, form):
    fill(form, Formulier="EWS-kwartaalopgave 0")
    report = ews("ingest", form)
    assert (report.code, "deze versie" in report.out + report.err) == (2, True)


def test_a_malformed_quarter_is_refused(ews, site):
    refused = ews("form", "make", "2026-K4")
    assert (refused.code, "Schrijf 2026-Q4" in refused.err) == (2, True)


def test_the_form_asks_what_the_quarterly_return_asks(site):
    sources = load(site).sources
    assert sources["kwartaalformulier"].figure == sources["kwartaalopgave"].figure
