"""The same documents are read into the same rules once; what the environment says is read each time."""

from pathlib import Path

from ews.settings.load import load


def test_the_same_text_gives_the_same_rules_for_whichever_site(tmp_path):
    first, other = load(tmp_path / "een"), load(tmp_path / "twee")
    assert other.indicators is first.indicators
    assert (first.folder.name, other.folder.name) == ("een", "twee")


def test_a_changed_document_is_read_anew(tmp_path):
    before = load(tmp_path)
    config = tmp_path / "config"
    config.mkdir()
    Path(config / "settings.toml").write_text('[office]\nname = "Zorgkantoor Elders"\n', encoding="utf-8")
    after = load(tmp_path)
    assert after.hash != before.hash
    assert after.site.office.name == "Zorgkantoor Elders"


def test_the_environment_is_read_each_time(tmp_path, monkeypatch):
    load(tmp_path)
    monkeypatch.setenv("EWS_SMTP__PORT", "2525")
    assert load(tmp_path).site.smtp.port == 2525
