"""Seven attacks on the record at two hundred places each: every one is found, and where it begins is named."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from alerts_played import play_alert
from sqlalchemy import delete, insert, select, text, update

from ews.cases.entries import Note
from ews.jobs.audit import verify
from ews.jobs.cases import Act, act
from ews.jobs.evidence import Upload
from ews.jobs.run import open_site
from ews.scoring.model import Level
from ews.store import audit, audit_checks
from ews.store.audit import Actor, Head
from ews.store.engine import migrate, open_engine, reading, writing
from ews.store.evidence import stored_at
from ews.store.schema import audit_entry, case_entry

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
LENGTH = 30
PLACES = 200


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    """A record of thirty lines, a day apart."""
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('audit') / 'a.sqlite'}")
    migrate(engine)
    with writing(engine) as connection:
        for number in range(LENGTH):
            audit.append(
                connection, Actor("officier", "beweerd"), "case.entry", f"C-{number}", {"n": number},
                now=START + timedelta(days=number),
            )  # fmt: skip
    yield engine
    engine.dispose()


def lines(connection):
    return [dict(row._mapping) for row in connection.execute(select(audit_entry).order_by(audit_entry.c.seq))]


def rechain(connection, rows):
    """Write a chain anew from these rows, every hash right: what an administrator with time could do."""
    connection.execute(delete(audit_entry))
    previous = audit.GENESIS
    for seq, row in enumerate(rows, start=1):
        entry = {**row, "seq": seq, "previous": previous}
        entry.pop("hash")
        bare = {**entry, "at": audit.instant_text(entry["at"])}
        previous = audit.entry_hash(bare)
        connection.execute(insert(audit_entry).values(**entry, hash=previous))


def edit(connection, at, pick):
    column, value = pick.choice(
        [("actor", "ander"), ("action", "niets"), ("object", "C-x"), ("detail", {"n": -1}), ("proof", "bewezen"),
         ("at", START - timedelta(days=1))]
    )  # fmt: skip
    connection.execute(update(audit_entry).where(audit_entry.c.seq == at).values({column: value}))
    return at


def remove(connection, at, pick):
    connection.execute(delete(audit_entry).where(audit_entry.c.seq == at))
    return at


def put_in(connection, at, pick):
    """A line of the attacker's own at a place, everything after it moved up, without new hashes."""
    rows = lines(connection)
    forged = {**rows[at - 1], "object": "C-forged", "hash": f"{pick.getrandbits(256):064x}"}
    connection.execute(delete(audit_entry))
    for seq, row in enumerate([*rows[: at - 1], forged, *rows[at - 1 :]], start=1):
        connection.execute(insert(audit_entry).values(**{**row, "seq": seq}))
    return at


def swap(connection, at, pick):
    other = pick.choice([seq for seq in range(1, LENGTH + 1) if seq != at])
    rows = {row["seq"]: row for row in lines(connection)}
    connection.execute(delete(audit_entry).where(audit_entry.c.seq.in_([at, other])))
    for here, there in ((at, other), (other, at)):
        connection.execute(insert(audit_entry).values(**{**rows[there], "seq": here}))
    return min(at, other)


@pytest.mark.parametrize("attack", [edit, remove, put_in, swap])
def test_a_change_inside_the_chain_is_found_where_it_begins(chain, attack):
    pick = random.Random(attack.__name__)
    for _ in range(PLACES):
        with chain.connect() as connection:
            head = audit.head(connection)
            # the last line gone is a cut tail: that attack stands below
            at = pick.randint(1, LENGTH - 1 if attack is remove else LENGTH)
            where = attack(connection, at, pick)
            found = audit.first_bad_entry(connection, head)
            connection.rollback()
        assert found is not None
        assert found.startswith(f"regel {where} ")


def test_a_cut_tail_is_found_with_a_head_from_outside(chain):
    pick = random.Random("cut")
    for _ in range(PLACES):
        with chain.connect() as connection:
            head = audit.head(connection)
            at = pick.randint(1, LENGTH)
            connection.execute(delete(audit_entry).where(audit_entry.c.seq >= at))
            assert audit.first_bad_entry(connection) is None
            found = audit.first_bad_entry(connection, head)
            connection.rollback()
        assert (
            found
            == f"de keten heeft {at - 1} regels, maar de eerder afgedrukte auditkop telt er {LENGTH}: de staart is weg"
        )


def test_a_chain_written_anew_is_found_with_a_head_from_outside(chain):
    pick = random.Random("rechain")
    for _ in range(PLACES):
        with chain.connect() as connection:
            head = audit.head(connection)
            rows = lines(connection)
            rows[pick.randrange(LENGTH)]["detail"] = {"n": pick.randint(100, 999)}
            rechain(connection, rows)
            assert audit.first_bad_entry(connection) is None
            found = audit.first_bad_entry(connection, head)
            connection.rollback()
        assert found == f"regel {LENGTH} wijkt af van de eerder afgedrukte auditkop: de keten is herschreven"


def test_a_clock_that_was_set_back_is_found(chain):
    pick = random.Random("clock")
    for _ in range(PLACES):
        with chain.connect() as connection:
            rows = lines(connection)
            at = pick.randint(2, LENGTH)
            rows[at - 1]["at"] = rows[at - 2]["at"] - timedelta(hours=pick.randint(3, 500))
            rechain(connection, rows)
            assert audit.first_bad_entry(connection) is None
            found = next(audit_checks.clock_faults(connection))
            connection.rollback()
        assert found.startswith(f"regel {at}: de klok liep terug")


def test_an_untouched_chain_holds(chain):
    with chain.connect() as connection:
        assert audit.first_bad_entry(connection, audit.head(connection)) is None
        assert list(audit_checks.clock_faults(connection)) == []


@pytest.mark.parametrize(
    "forged",
    [Head(LENGTH + 5, "0" * 64), Head(3, "0" * 64), Head(LENGTH, audit.GENESIS)],
    ids=["a count beyond the chain", "a hash that never was", "genesis as head"],
)
def test_a_forged_head_is_no_proof(chain, forged):
    with chain.connect() as connection:
        assert audit.first_bad_entry(connection, forged) is not None


@pytest.fixture
def office(site, monkeypatch):
    """A case with an entry and a piece of evidence."""
    monkeypatch.setenv("EWS_KIND", "drill")
    now = datetime(2026, 11, 3, 6, 0, tzinfo=UTC)
    play_alert(open_site(site, now=now), Level.HIGH)
    context = open_site(site, user="officier", now=now)
    act(
        context, Act("C-2026-001", uploads=(Upload.of(b"verslag", "a.txt", kind="brief"),)), Note("gesproken")
    )
    return context


def test_what_the_chain_is_about_is_held_against_it(office):
    assert verify(office, []).faults == ()
    with writing(office.engine) as connection:
        note = connection.execute(select(case_entry).order_by(case_entry.c.id.desc())).first()
        connection.execute(
            update(case_entry).where(case_entry.c.id == note.id).values(content={"evidence": []})
        )
    assert verify(office, []).faults == (f"C-2026-001, regel {note.id} is gewijzigd na het vastleggen",)


def test_an_entry_slipped_in_or_taken_out_is_found(office):
    with writing(office.engine) as connection:
        connection.execute(text("PRAGMA foreign_keys"))
        note = connection.execute(select(case_entry).order_by(case_entry.c.id.desc())).first()
        values = {**note._mapping, "id": note.id + 1}
        connection.execute(insert(case_entry).values(**values))
        connection.execute(delete(case_entry).where(case_entry.c.id == note.id))
    assert verify(office, []).faults == (
        f"C-2026-001, regel {note.id + 1} staat niet in het auditspoor",
        f"regel {note.id} van een zaak is verdwenen",
    )


def test_a_file_that_was_changed_or_is_gone_is_found(office):
    with reading(office.engine) as connection:
        from ews.store.cases import load_case

        (piece,) = load_case(connection, "C-2026-001").evidence
    path = stored_at(office.folder / "evidence", piece.sha256)
    path.chmod(0o600)
    path.write_bytes(b"ander verslag")
    assert verify(office, []).faults == ("C-2026-001, B1 versie 1: het bestand is gewijzigd",)
    path.unlink()
    assert verify(office, []).faults == ("C-2026-001, B1 versie 1: het bestand is weg",)


def test_words_that_vanish_without_a_decision_are_found(office):
    with writing(office.engine) as connection:
        note = connection.execute(select(case_entry.c.id).order_by(case_entry.c.id.desc())).scalar()
        connection.execute(update(case_entry).where(case_entry.c.id == note).values(private=None))
    assert verify(office, []).faults == (
        f"C-2026-001, regel {note}: namen en tekst zijn weg zonder besluit tot vernietiging",
    )


def test_heads_are_accepted_as_digests_and_dossiers_print_them(office, ews):
    now = ["--now", "2026-11-03T08:00"]
    head = ews(*now, "audit", "verify", "--json").json
    full = f"{head['entries']}:{head['head']}"
    short = f"{head['head'][:4]}…{head['head'][-2:]} ({head['entries']})"
    assert ews(*now, "audit", "verify", "--anchor", full, "--anchor", short, "--json").json["ok"]
    beyond = ews(*now, "audit", "verify", "--anchor", f"{head['entries'] + 9}:{head['head']}")
    assert beyond.code == 1
    assert "de staart is weg" in beyond.out
    assert ews(*now, "audit", "verify", "--anchor", "onzin").code == 2
