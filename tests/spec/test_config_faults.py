"""Every fault in the configuration is reported at once, with file, key, what is wrong and what to do."""

import pytest


@pytest.fixture
def edit(site):
    """Replace text in one config file of the site."""

    def replace(file: str, old: str, new: str) -> None:
        path = site / "config" / file
        content = path.read_text(encoding="utf-8")
        assert old in content
        path.write_text(content.replace(old, new, 1), encoding="utf-8")

    return replace


def test_the_default_configuration_is_in_order(ews, site):
    done = ews("config", "check", "--json")
    assert done.code == 0
    assert done.json["ok"] is True


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        pytest.param(
            "settings.toml",
            "[smtp]\nhost",
            "[smtp]\nhots = 1\nhost",
            "settings.toml, smtp.hots: onbekende sleutel. Verwijder deze sleutel of herstel de spelling.",
            id="a misspelled key",
        ),
        pytest.param(
            "settings.toml",
            'kind = "production"',
            'kind = "productie"',
            "settings.toml, kind: 'productie' is geen toegestane waarde. Kies uit: 'production', 'demo' or 'drill'.",
            id="a value outside the list",
        ),
        pytest.param(
            "settings.toml",
            'security = "starttls"',
            'security = "none"',
            "settings.toml, smtp.security: 'none' is geen toegestane waarde.",
            id="mail without verified TLS is no setting",
        ),
        pytest.param(
            "settings.toml",
            "timeout_seconds = 30",
            "timeout_seconds = 0",
            "settings.toml, smtp.timeout_seconds: '0' past niet",
            id="a number out of range",
        ),
        pytest.param(
            "people.toml",
            'name = "A. de Officier (fictief)"\n',
            "",
            "people.toml, person.officier.name: ontbreekt. Voeg deze sleutel toe.",
            id="a missing key",
        ),
        pytest.param(
            "people.toml",
            'role = "analist"',
            'rol = "analist"',
            "people.toml, person.analist.rol: onbekende sleutel. Bedoelt u 'role'?",
            id="a near miss gets a suggestion",
        ),
        pytest.param(
            "people.toml",
            'role = "auditor"',
            'role = "controleur"',
            "people.toml, person.auditor.role: 'controleur' is geen toegestane waarde.",
            id="an unknown role",
        ),
        pytest.param(
            "people.toml",
            'deputy = "teamleider"',
            'deputy = "niemand"',
            "people.toml, person.officier.deputy: 'niemand' bestaat niet. Kies uit:",
            id="a deputy who does not exist",
        ),
        pytest.param(
            "people.toml",
            'address = "auditor@kantoor.example"',
            'address = "auditor@elders.example"',
            "people.toml, person.auditor.address: 'auditor@elders.example' ligt buiten [smtp] allowed_domains",
            id="an address outside the office",
        ),
        pytest.param(
            "settings.toml",
            "[office]",
            "[office",
            "geen geldige TOML",
            id="a file that is no TOML",
        ),
    ],
)
def test_a_faulty_configuration_is_refused(ews, edit, file, old, new, message):
    edit(file, old, new)
    done = ews("config", "check")
    assert done.code == 2
    assert message in done.err


def test_all_faults_are_reported_at_once(ews, edit):
    edit("people.toml", 'role = "auditor"', 'role = "controleur"')
    edit("people.toml", 'name = "C. de Analist (fictief)"\n', "")
    edit("settings.toml", "port = 587", 'port = "smtp"')
    done = ews("config", "check")
    assert "De configuratie heeft 3 fouten" in done.err
    assert "person.auditor.role" in done.err
    assert "person.analist.name" in done.err
    assert "smtp.port" in done.err


def test_the_environment_goes_before_the_file(ews, site, monkeypatch):
    monkeypatch.setenv("EWS_SMTP__PORT", "0x")
    done = ews("config", "check")
    assert done.code == 2
    assert "smtp.port" in done.err


def test_an_edited_file_holds_only_after_two_people_made_it_live(ews, site, edit):
    edit("settings.toml", 'contact = "Team continuïteit"', 'contact = "Bureau continuïteit"')
    pending = ews("config", "pending", "--json")
    assert pending.json["changes"] == [
        "settings.toml: office.contact: Team continuïteit -> Bureau continuïteit"
    ]
    assert ews("--user", "analist", "config", "activate", "--second", "analist").code == 2
    assert ews("--user", "analist", "config", "activate", "--second", "medewerker").code == 2
    assert ews("config", "activate", "--second", "teamleider").code == 2
    done = ews("--user", "analist", "config", "activate", "--second", "teamleider", "--json")
    assert done.code == 0
    assert done.json["changes"] == pending.json["changes"]
    assert ews("config", "pending", "--json").json["changes"] == []


def test_a_site_entry_with_the_same_id_replaces_the_default_whole(ews, site):
    people = site / "config" / "people.toml"
    people.write_text(
        '[[person]]\nid = "auditor"\nname = "Z. Anders (fictief)"\nrole = "auditor"\n'
        'address = "z@kantoor.example"\n',
        encoding="utf-8",
    )
    done = ews("config", "pending", "--json")
    assert all("auditor" in line or "people.toml" in line for line in done.json["changes"])
    assert ews("config", "check").code == 0


def test_a_folder_without_a_site_says_how_to_make_one(ews, tmp_path):
    done = ews("config", "pending", site=tmp_path / "elders")
    assert done.code == 2
    assert "nog geen plek ingericht" in done.err
    assert "init" in done.err


def test_a_site_is_not_made_twice(ews, site):
    done = ews("init")
    assert done.code == 2
    assert "al een plek ingericht" in done.err


def test_a_played_moment_is_refused_on_a_real_site(ews, site):
    done = ews("--now", "2026-11-22", "config", "pending")
    assert done.code == 2
    assert "--now mag alleen op een plek met kind" in done.err


def test_a_newer_version_with_a_new_key_does_not_close_a_site(ews, site):
    folder, lacking = site, "[case.targets]"
    path = folder / "config" / "escalation.toml"
    content = path.read_text(encoding="utf-8")
    start = content.index(lacking)
    path.write_text(content[:start] + content[content.index("[[stage]]", start) :], encoding="utf-8")
    assert ews("--user", "analist", "config", "activate", "--second", "teamleider").code == 0
    assert ews("config", "pending", "--json").json["changes"] == []
