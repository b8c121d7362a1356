"""Somebody who left is written out by an entry of their own: a shipped example can't be left out by silence."""

import shutil

import pytest

from ews.errors import ConfigError
from ews.settings.documents import shipped
from ews.settings.load import load


@pytest.fixture
def site(tmp_path):
    shutil.copytree(shipped("config"), tmp_path / "config")
    return tmp_path


def test_who_left_is_nobody_any_more(site):
    people = site / "config" / "people.toml"
    people.write_text('[[person]]\nid = "medewerker"\nleft = 2026-09-01\n', encoding="utf-8")
    found = load(site).people
    assert "medewerker" not in found
    assert "officier" in found


def test_leaving_a_line_out_leaves_the_shipped_example_in(site):
    (site / "config" / "people.toml").write_text("", encoding="utf-8")
    assert "medewerker" in load(site).people


def test_a_deputy_who_left_is_a_fault(site):
    people = site / "config" / "people.toml"
    people.write_text('[[person]]\nid = "teamleider"\nleft = 2026-09-01\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"officier\.deputy"):
        load(site)


def test_a_day_that_is_none_is_a_fault(site):
    people = site / "config" / "people.toml"
    people.write_text('[[person]]\nid = "medewerker"\nleft = true\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"person\.medewerker\.left"):
        load(site)
