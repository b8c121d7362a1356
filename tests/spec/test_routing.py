"""Who is told of what, and why someone is not. Nobody left means the office's own address, never nobody."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ews.notify.model import MessageKind
from ews.notify.routing import Because, Matter, OnCall, Rota, Route, SkipReason, route
from ews.people import Absence, Person, Role
from ews.scoring.model import Level

DUTY = "continuiteit@kantoor.example"
OFFICER = Person("officier", "A", Role.CONTINUITY_OFFICER, "officier@kantoor.example", regions=("5528",))
LEAD = Person("lead", "B", Role.TEAM_LEAD, "lead@kantoor.example")
ADMIN = Person("beheer", "C", Role.ADMIN, "beheer@kantoor.example", sees_amounts=False)
ROUTES = (
    Route("o", Role.CONTINUITY_OFFICER, frozenset({MessageKind.ALERT, MessageKind.CLEARED})),
    Route("l", Role.TEAM_LEAD, frozenset({MessageKind.ALERT}), Level.HIGH),
    Route("b", Role.ADMIN, frozenset({MessageKind.SYSTEM}), Level.UNKNOWN),
)


def rota(*people: Person) -> Rota:
    return Rota({one.id: one for one in people}, ROUTES, frozenset({"kantoor.example"}), DUTY)


def told(matter: Matter, *people: Person) -> list[str]:
    return [one.address.partition("@")[0] for one in route(matter, rota(*people)).recipients]


@pytest.mark.parametrize(
    ("kind", "level", "region", "expected"),
    [
        pytest.param("alert", Level.ELEVATED, "5528", ["officier"], id="elevated: the officer of the region"),
        pytest.param("alert", Level.HIGH, "5528", ["officier", "lead"], id="high: the team lead too"),
        pytest.param("alert", Level.HIGH, "5529", ["lead"], id="another region: not its officer"),
        pytest.param("alert", Level.ELEVATED, "", ["officier"], id="region unknown: everyone's"),
        pytest.param("alert", Level.UNKNOWN, "5528", ["officier"], id="unknown is told like elevated"),
        pytest.param(
            "alert", Level.LOW, "5528", ["continuiteit"], id="nobody asked for low: the duty address"
        ),
        pytest.param("system", Level.UNKNOWN, "", ["beheer"], id="system trouble: who keeps it going"),
        pytest.param("cleared", Level.HIGH, "5529", ["continuiteit"], id="nobody in reach: the duty address"),
    ],
)
def test_who_is_told(kind, level, region, expected):
    assert told(Matter(MessageKind(kind), level, region), OFFICER, LEAD, ADMIN) == expected


def test_everyone_left_out_is_left_out_for_a_reason():
    bad = Person("weg", "D", Role.CONTINUITY_OFFICER, "geen adres")
    outside = Person("elders", "E", Role.CONTINUITY_OFFICER, "e@elders.example")
    double = Person("dubbel", "F", Role.CONTINUITY_OFFICER, "Officier@kantoor.example")
    routed = route(
        Matter(MessageKind.ALERT, Level.ELEVATED, "5528"), rota(OFFICER, LEAD, ADMIN, bad, outside, double)
    )
    assert {one.person: one.reason for one in routed.skipped} == {
        "lead": SkipReason.LEVEL_TOO_LOW,
        "beheer": SkipReason.NO_ROUTE,
        "weg": SkipReason.BAD_ADDRESS,
        "elders": SkipReason.DOMAIN_NOT_ALLOWED,
        "dubbel": SkipReason.SAME_ADDRESS,
    }


def test_who_was_told_hears_the_end_even_when_no_route_says_so():
    routed = route(
        Matter(MessageKind.CLEARED, Level.HIGH, "5528"),
        rota(OFFICER, LEAD),
        told_before=["lead@kantoor.example"],
    )
    assert [(one.address, one.because) for one in routed.recipients] == [
        ("officier@kantoor.example", Because.ROLE),
        ("lead@kantoor.example", Because.TOLD_BEFORE),
    ]


def test_an_address_outside_the_office_is_not_told_even_if_it_was_before():
    routed = route(
        Matter(MessageKind.CLEARED, Level.HIGH, "5528"), rota(OFFICER), told_before=["x@elders.example"]
    )
    assert [one.address for one in routed.recipients] == ["officier@kantoor.example"]


people = st.builds(
    Person,
    id=st.uuids().map(str),
    name=st.just("N"),
    role=st.sampled_from(Role),
    address=st.sampled_from(["a@kantoor.example", "b@kantoor.example", "c@elders.example", "", "x\r\ny"]),
    regions=st.sampled_from([(), ("5528",), ("5529",)]),
)


@given(
    st.lists(people, max_size=6),
    st.sampled_from(MessageKind),
    st.sampled_from(Level),
    st.sampled_from(["", "5528", "5530"]),
)
def test_d12_whatever_the_rota_somebody_is_told(staff, kind, level, region):
    """Persons left, addresses broken, rota empty: there is always one deliverable address."""
    routed = route(Matter(kind, level, region), rota(*staff))
    assert routed.recipients
    assert all(one.address.endswith("@kantoor.example") for one in routed.recipients)
    assert len({one.address for one in routed.recipients}) == len(routed.recipients)


GHZ = Person("ghz", "G", Role.CONTINUITY_OFFICER, "ghz@kantoor.example", sectors=("ghz",))
DAY = date(2026, 12, 28)
LEAVE = (Absence(date(2026, 12, 24), date(2027, 1, 3)),)
AWAY = replace(OFFICER, absences=LEAVE, deputy="lead")
ALERT = Matter(MessageKind.ALERT, Level.ELEVATED, "5528", "vv")


def on_day(
    matter: Matter, *people: Person, day: date = DAY, turns: tuple[OnCall, ...] = ()
) -> list[tuple[str, str]]:
    made = replace(rota(*people), today=day, turns=turns)
    return [(one.address.partition("@")[0], one.because.value) for one in route(matter, made).recipients]


@pytest.mark.parametrize(
    ("sector", "expected"),
    [
        pytest.param("vv", ["officier"], id="another sector is not told"),
        pytest.param("ghz", ["officier", "ghz"], id="the sector's own is told"),
        pytest.param("", ["officier", "ghz"], id="a sector that is unknown belongs to everyone"),
        pytest.param("gemengd", ["officier", "ghz"], id="a mixed provider belongs to everyone"),
    ],
)
def test_a_sector_is_told_to_who_works_for_it(sector, expected):
    assert told(replace(ALERT, sector=sector), OFFICER, GHZ) == expected


def test_who_is_away_is_left_alone_and_the_deputy_hears_it_whatever_its_role():
    assert on_day(ALERT, AWAY, LEAD) == [("lead", "deputy")]


def test_leave_ends_on_its_last_day():
    assert on_day(ALERT, AWAY, LEAD, day=date(2027, 1, 3)) == [("lead", "deputy")]
    assert on_day(ALERT, AWAY, LEAD, day=date(2027, 1, 4)) == [("officier", "role")]


def test_when_the_deputy_is_away_too_it_goes_to_the_duty_address_and_never_to_nobody():
    assert on_day(ALERT, AWAY, replace(LEAD, absences=LEAVE)) == [("continuiteit", "duty")]


def test_in_a_turn_one_hears_it_for_the_whole_role():
    second = Person("tweede", "H", Role.CONTINUITY_OFFICER, "tweede@kantoor.example")
    turn = (OnCall("kerst", "tweede", date(2026, 12, 24), date(2027, 1, 3)),)
    assert on_day(ALERT, OFFICER, second, turns=turn) == [("tweede", "role")]
    assert on_day(ALERT, OFFICER, second, day=date(2027, 1, 4), turns=turn) == [
        ("officier", "role"),
        ("tweede", "role"),
    ]


def test_a_turn_of_somebody_who_does_not_hear_it_takes_it_from_nobody():
    elsewhere = Person("tweede", "H", Role.CONTINUITY_OFFICER, "tweede@kantoor.example", regions=("5529",))
    turn = (OnCall("kerst", "tweede", date(2026, 12, 24), date(2027, 1, 3)),)
    assert on_day(ALERT, OFFICER, elsewhere, turns=turn) == [("officier", "role")]


def test_a_high_alert_still_reaches_the_other_roles():
    turn = (OnCall("kerst", "officier", date(2026, 12, 24), date(2027, 1, 3)),)
    assert on_day(replace(ALERT, level=Level.HIGH), OFFICER, LEAD, turns=turn) == [
        ("officier", "role"),
        ("lead", "role"),
    ]
