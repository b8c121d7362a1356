"""Cases in both databases: what was written is read, as it was known, and one provider has one open case."""

from datetime import UTC, date, datetime

import pytest
from case_files import SNAPSHOT
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from ews.cases.entries import Contact, Note, StageChange
from ews.cases.kinds import Party, Stage
from ews.cases.log import stage
from ews.errors import NotFoundError
from ews.store import cases, destruction
from ews.store.engine import migrate, open_engine, reading, writing
from ews.store.schema import subject

FIRST, SECOND = datetime(2026, 11, 3, 6, 0, tzinfo=UTC), datetime(2026, 11, 9, 6, 0, tzinfo=UTC)
PROVIDER = "kvk:08111924"


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request, tmp_path):
    """A migrated database with one provider and one case of two entries."""
    if request.param == "sqlite":
        opened = open_engine(f"sqlite:///{tmp_path / 'a.sqlite'}")
    else:
        opened = open_engine(request.getfixturevalue("postgres_url"))
        with opened.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    migrate(opened)
    with writing(opened) as connection:
        connection.execute(insert(subject).values(identifier=PROVIDER, kind="provider"))
        number = cases.next_number(connection, 2026)
        cases.create(connection, number=number, identifier=PROVIDER, alert=None, policy=SNAPSHOT, now=FIRST)
        add(connection, StageChange(0, 2, ("weer goed",), "hoog"), FIRST)
        add(connection, Contact(Party.BOARD, "gesprek", "Stichting", "bestuurder", "Jansen", "krap"), SECOND)
    yield opened
    opened.dispose()


def add(connection, what, now):
    return cases.add_entry(
        connection,
        "C-2026-001",
        what,
        happened_on=date(2026, 11, 3),
        author="officier",
        now=now,
        evidence=[3, 1],
    )


def test_what_was_written_is_read(engine):
    with reading(engine) as connection:
        case = cases.load_case(connection, "C-2026-001")
    assert [entry.what for entry in case.entries] == [
        StageChange(0, 2, ("weer goed",), "hoog"),
        Contact(Party.BOARD, "gesprek", "Stichting", "bestuurder", "Jansen", "krap"),
    ]
    assert case.entries[1].recorded_at == SECOND
    assert case.entries[1].evidence == (1, 3)
    assert (case.subject, case.policy, stage(case)) == (PROVIDER, SNAPSHOT, Stage.INVESTIGATION)


def test_as_it_was_known(engine):
    with reading(engine) as connection:
        assert len(cases.load_case(connection, "C-2026-001", as_of=FIRST).entries) == 1
        assert cases.all_cases(connection, as_of=datetime(2026, 11, 2, tzinfo=UTC)) == []
        with pytest.raises(NotFoundError, match="nog niet open"):
            cases.load_case(connection, "C-2026-001", as_of=datetime(2026, 11, 2, tzinfo=UTC))


def test_a_provider_has_one_open_case(engine):
    with pytest.raises(IntegrityError), writing(engine) as connection:
        cases.create(
            connection, number="C-2026-002", identifier=PROVIDER, alert=None, policy=SNAPSHOT, now=SECOND
        )
    with writing(engine) as connection:
        cases.close(connection, "C-2026-001", now=SECOND)
        assert cases.next_number(connection, 2026) == "C-2026-002"
        cases.create(
            connection, number="C-2026-002", identifier=PROVIDER, alert=None, policy=SNAPSHOT, now=SECOND
        )
    with reading(engine) as connection:
        assert [case.number for case in cases.open_cases(connection)] == ["C-2026-002"]
        assert [case.number for case in cases.open_cases(connection, as_of=FIRST)] == ["C-2026-001"]


def test_numbers_go_on_after_nine_hundred_ninety_nine(engine):
    with writing(engine) as connection:
        cases.close(connection, "C-2026-001", now=SECOND)
        for number in ("C-2026-999", "C-2026-1000"):
            cases.create(connection, number=number, identifier=PROVIDER, alert=None, policy={}, now=SECOND)
            cases.close(connection, number, now=SECOND)
        assert cases.next_number(connection, 2026) == "C-2026-1001"
        assert cases.next_number(connection, 2027) == "C-2027-001"


def test_words_go_and_what_happened_stays(engine):
    with reading(engine) as connection:
        contact = cases.load_case(connection, "C-2026-001").entries[1]
    with writing(engine) as connection:
        destruction.destroy_words(connection, "C-2026-001", [contact.id])
    with reading(engine) as connection:
        kept = cases.load_case(connection, "C-2026-001").entries
    assert kept[1].what == Contact(Party.BOARD, "gesprek", "Stichting", "bestuurder")
    assert [entry.destroyed for entry in kept[:2]] == [False, True]


def test_an_unknown_case_and_an_unknown_provider(engine):
    with writing(engine) as connection:
        with pytest.raises(NotFoundError, match="C-2026-001"):
            cases.load_case(connection, "C-1")
        with pytest.raises(NotFoundError, match="register"):
            cases.create(connection, number="C-2", identifier="kvk:1", alert=None, policy={}, now=FIRST)
        with pytest.raises(NotFoundError):
            cases.add_entry(
                connection, "C-1", Note("x"), happened_on=date(2026, 11, 3), author="o", now=FIRST
            )
