"""The exact line to change so that a renamed column is found: added, extended, or inside its braces."""

import pytest

from ews.jobs.column_mapping import Edit, edit

FILE = """\
[provider]
column = "KvK-nummer"
scheme = "kvk"

[period]
label = { column = "Kwartaal" }

[[figure]]
id = "eigen_vermogen"
column = "Eigen vermogen"
unit = "eurocent"

[[figure]]
id = "balanstotaal"
column = 'Balanstotaal'
aliases = ["Balans totaal"]
""".splitlines()


@pytest.mark.parametrize(
    ("column", "alias", "line", "before", "after"),
    [
        ("KvK-nummer", "KVK nr", 2, "", 'aliases = ["KVK nr"]'),
        ("Kwartaal", "Kwt", 6, 'label = { column = "Kwartaal" }', 'label = { column = "Kwartaal", aliases = ["Kwt"] }'),
        ("Eigen vermogen", 'EV "netto"', 10, "", 'aliases = ["EV \\"netto\\""]'),
        ("Balanstotaal", "Activa", 16, 'aliases = ["Balans totaal"]', 'aliases = ["Activa", "Balans totaal"]'),
    ],
)  # fmt: skip
def test_which_line_to_change(column, alias, line, before, after):
    assert edit("config/sources/x.toml", FILE, column, alias) == Edit(
        "config/sources/x.toml", line, before, after
    )


def test_a_column_that_the_file_does_not_name_has_no_line():
    assert edit("x", FILE, "Solvabiliteit", "S") is None
