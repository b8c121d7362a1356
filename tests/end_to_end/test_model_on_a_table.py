"""`ews model train --table`: accounts as CSV or ARFF, through the command line."""

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest


def accounts(size: int, seed: int) -> pd.DataFrame:
    """Two years per firm; who owes much more than it has, fails."""
    rng = np.random.default_rng(seed)
    cash, debt = rng.lognormal(6, 1, size), rng.lognormal(6, 1, size)
    failed = (np.log(debt / cash) + rng.normal(0, 0.2, size) > 1.8).astype(int)
    years = [
        pd.DataFrame(
            {"firma": range(size), "jaar": year, "kas": cash * drift, "schuld": debt, "fout": failed}
        )
        for year, drift in ((2020, 1.1), (2021, 1.0))
    ]
    return pd.concat(years, ignore_index=True)


@pytest.fixture
def table(tmp_path) -> Path:
    path = tmp_path / "jaarcijfers.csv.gz"
    accounts(500, seed=1).to_csv(path, index=False)
    return path


GIVEN = ("--label", "fout", "--group", "firma", "--time", "jaar", "--json")


def test_a_later_table_is_ranked_by_a_model_that_did_not_see_it(ews, site, table, tmp_path):
    later = tmp_path / "later.csv"
    accounts(300, seed=2).to_csv(later, index=False)
    found = ews("model", "train", "--table", table, "--validation", later, *GIVEN).json
    assert (found["subjects"], found["measured_on"], found["interactions"]) == (500, "later.csv", False)
    assert found["auc"] > 0.85
    assert found["auc_interval"][0] < found["auc"] < found["auc_interval"][1]
    assert {"kas : schuld", "schuld : kas"} & set(found["strongest"][:2])


def test_an_arff_table_is_read_and_measured_in_folds(ews, site, tmp_path):
    rows = accounts(200, seed=3).query("jaar == 2021")[["kas", "schuld", "fout"]]
    body = rows.to_csv(index=False, header=False).replace("\n", "\n")
    text = (
        "@relation r\n\n@attribute kas numeric\n@attribute schuld numeric\n@attribute class {0,1}\n\n@data\n"
        + body
    )
    path = tmp_path / "firmas.arff.gz"
    path.write_bytes(gzip.compress(text.encode()))
    done = ews("model", "train", "--table", path)
    assert done.code == 0
    assert done.out.startswith("firmas.arff.gz: 200 bedrijven")
    assert "rangorde (AUC)" in done.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param((), "--table", id="no table"),
        pytest.param(("--table", "nergens.csv"), "bestaat niet", id="no such file"),
        pytest.param(("--table", "TABLE", "--label", "klasse"), "kolom klasse", id="no such column"),
        pytest.param(("--table", "TABLE", "--label", "kas"), "andere waarden dan 0 en 1", id="no labels"),
    ],
)
def test_what_can_not_be_learned_from_is_refused(ews, site, table, words, told):
    done = ews("model", "train", *[table if word == "TABLE" else word for word in words])
    assert done.code == 2
    assert told in done.err
