"""What is held waits for a person with the mandate, and what that person decides is done and recorded."""

import pytest
from registers import add_contract, extract, known, service


def held(ews, tmp_path, *, user=()):
    rows = [service(number) for number in range(10)]
    rows[3]["MinGrade"] = "negen"
    done = ews(*user, "ingest", "--json", extract(tmp_path / "in", "2019-09-30", rows))
    assert done.code == 1
    return done.json["files"][0]["delivery"]


def test_a_held_file_is_listed_with_what_is_wrong_and_where(ews, site, tmp_path):
    number = held(ews, tmp_path)
    (one,) = ews("rejections", "list", "--json").json["deliveries"]
    assert (one["delivery"], one["status"], one["source"]) == (number, "held", "care_inspectorate_datastore")
    (cell,) = ews("rejections", "show", "--json", number).json["rejections"]
    assert (cell["place"], cell["column"], cell["value"]) == ("rij 5", "MinGrade", "negen")
    text = ews("rejections", "show", number).out
    assert "rij 5, MinGrade: 'negen'. Schrijf een getal zoals 1,234.5." in text


def test_a_release_stores_what_is_readable(ews, site, tmp_path):
    number = held(ews, tmp_path)
    assert known(site, "2999-01-01") == {}
    done = ews("--user", "teamleider", "rejections", "release", "--json", number)
    assert done.code == 0
    assert (done.json["rows_accepted"], done.json["cells_rejected"]) == (10, 1)
    now = known(site, "2019-09-30")
    assert now[("cs:CS2003000004", "laagste_cijfer", "{}", "state")] == 5
    assert ("cs:CS2003000003", "laagste_cijfer", "{}", "state") not in now
    assert ews("rejections", "list", "--json").json["deliveries"] == []
    listed = ews("rejections", "list", "--all", "--json").json["deliveries"]
    assert [(one["status"], one["decided_by"]) for one in listed] == [("accepted", "teamleider")]


def test_a_refusal_stores_nothing_and_stays_refused(ews, site, tmp_path):
    number = held(ews, tmp_path)
    assert ews("--user", "officier", "rejections", "refuse", number, "--reason", "Verkeerd bestand").code == 0
    assert known(site, "2999-01-01") == {}
    rows = [service(one) for one in range(10)]
    rows[3]["MinGrade"] = "negen"
    again = ews("ingest", "--json", extract(tmp_path / "in", "2019-09-30", rows)).json["files"][0]
    assert (again["status"], again["observations_added"]) == ("known", 0)


@pytest.mark.parametrize(
    ("user", "said"),
    [
        pytest.param((), "hoort bij een persoon", id="nobody"),
        pytest.param(("--user", "commissie"), "geen mandaat 'vrijgave'", id="without the mandate"),
    ],
)
@pytest.mark.parametrize("act", ["release", "refuse"])
def test_only_a_person_with_the_mandate_decides(ews, site, tmp_path, user, said, act):
    number = held(ews, tmp_path)
    done = ews(*user, "rejections", act, number)
    assert done.code == 2
    assert said in done.err


def test_who_took_a_file_in_does_not_release_it(ews, site, tmp_path):
    number = held(ews, tmp_path, user=("--user", "officier"))
    done = ews("--user", "officier", "rejections", "release", number)
    assert done.code == 2
    assert "zelf ingenomen" in done.err
    assert ews("--user", "teamleider", "rejections", "release", number).code == 0


def test_a_delivery_is_decided_once(ews, site, tmp_path):
    number = held(ews, tmp_path)
    assert ews("--user", "teamleider", "rejections", "release", number).code == 0
    assert "niet vastgehouden" in ews("--user", "teamleider", "rejections", "release", number).err
    assert "bestaat niet" in ews("--user", "teamleider", "rejections", "refuse", 999).err


def test_without_a_key_column_a_release_is_impossible_and_an_alias_with_retry_helps(ews, site, tmp_path):
    header = ("Nummer", "SP_number", "CareService", "ServiceStatus")
    rows = [service(number) | {"Nummer": f"CS{2003000000 + number}"} for number in range(5)]
    done = ews("ingest", "--json", extract(tmp_path / "in", "2019-09-30", rows, header=header))
    number = done.json["files"][0]["delivery"]
    refused = ews("--user", "teamleider", "rejections", "release", number)
    assert refused.code == 2
    assert "alias" in refused.err
    assert ews("--user", "analist", "rejections", "retry", number).code == 1
    path = site / "config" / "sources" / "care_inspectorate_datastore.toml"
    content = path.read_text(encoding="utf-8").replace(
        'aliases = ["CaseNumber"]', 'aliases = ["CaseNumber", "Nummer"]'
    )
    add_contract(site, ews, "care_inspectorate_datastore", content)
    assert ews("--user", "analist", "rejections", "retry", number).code == 0
    assert known(site, "2019-09-30")[("cs:CS2003000004", "status", "{}", "state")] == "Active"
