"""What a relay's reply means, when a message is tried again, and when one list replaces single mails."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ews.notify.breaker import Breaker
from ews.notify.model import Outcome, State
from ews.notify.policy import AnswerTerm, Telling
from ews.notify.replies import Phase, classify
from ews.notify.retry import after, next_try
from ews.notify.storm import Telling as Told
from ews.notify.storm import split
from ews.notify.tokens import Claim, read, sign
from ews.scoring.model import Level

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
S, D, R, U = "sent", "deferred", "refused", "unknown"
REPLIES = [
    ("data", 250, "2.0.0 OK", S),
    ("data", 250, "queued as 4F", S),
    ("data", 251, "forwarding", S),
    ("data", 252, "will try", S),
    ("envelope", 421, "4.3.2 shutting down", D),
    ("data", 421, "closing", D),
    ("envelope", 450, "4.2.0 mailbox busy", D),
    ("envelope", 450, "4.2.0 greylisted", D),
    ("envelope", 451, "4.7.1 greylisted, try later", D),
    ("envelope", 451, "local error", D),
    ("data", 451, "4.3.0 aborted", D),
    ("data", 451, "4.3.5 server configuration", D),
    ("envelope", 452, "4.2.2 over quota", D),
    ("data", 452, "4.3.1 insufficient storage", D),
    ("envelope", 454, "4.7.0 TLS not available", D),
    ("envelope", 455, "parameters", D),
    ("envelope", 471, "whatever", D),
    ("envelope", 499, "odd", D),
    ("envelope", 500, "5.5.1 unknown command", R),
    ("envelope", 501, "5.1.3 bad address syntax", R),
    ("envelope", 503, "5.5.1 bad sequence", D),
    ("envelope", 521, "5.3.2 no mail here", R),
    ("envelope", 530, "5.7.0 authentication required", D),
    ("envelope", 535, "5.7.8 bad credentials", D),
    ("envelope", 550, "5.1.1 user unknown", R),
    ("envelope", 550, "5.7.1 relaying denied", R),
    ("envelope", 551, "5.1.6 not local", R),
    ("envelope", 552, "5.2.2 mailbox full", R),
    ("data", 552, "5.3.4 message too big", R),
    ("envelope", 553, "5.1.3 name not allowed", R),
    ("data", 554, "5.7.1 rejected as spam", R),
    ("data", 554, "5.6.0 malformed", R),
    ("envelope", 556, "5.1.10 null mx", R),
    ("data", None, "timeout", U),
    ("data", None, "connection lost", U),
    ("envelope", None, "connection lost", D),
    ("connect", None, "refused", D),
    ("connect", 554, "no service", D),
    ("data", 999, "\x00garbage\xff", U),
    ("data", 90, "garbage", U),
]


@pytest.mark.parametrize(("phase", "code", "text", "expected"), REPLIES)
def test_d5_every_reply_has_one_meaning(phase, code, text, expected):
    assert classify(Phase(phase), code, text).outcome == expected


def test_a_reply_is_kept_as_one_short_line():
    receipt = classify(Phase.ENVELOPE, 550, "5.1.1 regel een\r\nregel twee\x00" + "x" * 5000)
    assert receipt.reply.startswith("550 5.1.1 regel een regel twee")
    assert len(receipt.reply) <= 300


def test_retries_follow_1_2_5_10_15_30_minutes_and_then_every_half_hour():
    waits = [next_try(tries, created_at=NOW, now=NOW) - NOW for tries in range(1, 10)]
    assert [wait.seconds // 60 for wait in waits] == [1, 2, 5, 10, 15, 30, 30, 30, 30]


def test_after_five_days_a_person_decides():
    late = NOW + timedelta(days=5)
    assert next_try(200, created_at=NOW, now=late) is None
    assert after(Outcome.DEFERRED, tries=200, local_errors=0, created_at=NOW, now=late).state is State.PARKED


@pytest.mark.parametrize(
    ("outcome", "local_errors", "state"),
    [
        (Outcome.SENT, 0, State.SENT),
        (Outcome.REFUSED, 0, State.REFUSED),
        (Outcome.DEFERRED, 0, State.DEFERRED),
        (Outcome.UNKNOWN, 0, State.UNKNOWN),
        (Outcome.LOCAL, 4, State.DEFERRED),
        (Outcome.LOCAL, 5, State.PARKED),
    ],
)
def test_where_a_message_goes_after_an_attempt(outcome, local_errors, state):
    assert after(outcome, tries=1, local_errors=local_errors, created_at=NOW, now=NOW).state is state


def test_a_breaker_opens_after_three_faults_rests_longer_each_time_and_forgets_on_success():
    breaker = Breaker()
    breaker.failed(NOW)
    breaker.failed(NOW)
    assert not breaker.is_open(NOW)
    breaker.failed(NOW)
    assert breaker.is_open(NOW + timedelta(seconds=29))
    later = NOW + timedelta(seconds=31)
    assert not breaker.is_open(later)
    breaker.failed(later)
    assert breaker.is_open(later + timedelta(seconds=59))
    breaker.answered()
    assert not breaker.is_open(later)


tellings = st.lists(
    st.builds(
        Told,
        item=st.integers(0, 50),
        address=st.sampled_from("abc"),
        weight=st.tuples(st.integers(0, 4), st.integers(0, 100)),
    ),
    unique_by=lambda one: (one.item, one.address),
    max_size=80,
)


@given(tellings, st.integers(0, 10), st.dictionaries(st.sampled_from("abc"), st.integers(0, 12)))
def test_d11_a_storm_drops_nothing_and_keeps_to_the_limit(told, limit, sent):
    parted = split(told, sent_this_hour=sent, limit=limit)
    listed = [one for group in parted.listed.values() for one in group]
    assert Counter(map(repr, [*parted.single, *listed])) == Counter(map(repr, told))
    for address in "abc":
        single = [one for one in parted.single if one.address == address]
        assert len(single) <= max(limit - sent.get(address, 0), 0)
        rest = parted.listed.get(address, ())
        assert all(one.weight >= other.weight for one in single for other in rest)


TELLING = Telling(
    valid_from=date(2026, 1, 1),
    source="eigen norm zorgkantoor",
    single_per_hour=20,
    link_days=14,
    late_minutes=15,
    answer=(
        AnswerTerm(Level.ACUTE, 0, time(17), hours=4),
        AnswerTerm(Level.HIGH, 1, time(12)),
    ),
)


@pytest.mark.parametrize(
    ("level", "now", "expected"),
    [
        pytest.param(
            Level.HIGH, "2026-11-23T08:00+01:00", "2026-11-24T12:00+01:00", id="Monday: Tuesday noon"
        ),
        pytest.param(
            Level.HIGH, "2026-11-27T16:00+01:00", "2026-11-30T12:00+01:00", id="Friday: Monday noon"
        ),
        pytest.param(
            Level.HIGH, "2026-11-28T10:00+01:00", "2026-12-01T12:00+01:00", id="Saturday counts as Monday"
        ),
        pytest.param(Level.HIGH, "2026-12-24T10:00+01:00", "2026-12-28T12:00+01:00", id="over Christmas"),
        pytest.param(
            Level.ACUTE, "2026-11-28T03:00+01:00", "2026-11-28T07:00+01:00", id="acute: hours, always"
        ),
        pytest.param(Level.ELEVATED, "2026-11-23T08:00+01:00", None, id="no term set: no answer asked"),
    ],
)
def test_until_when_an_answer_is_waited_for(level, now, expected):
    found = TELLING.answer_by(level, datetime.fromisoformat(now))
    assert found == (datetime.fromisoformat(expected) if expected else None)


def test_a_link_is_for_one_address_one_change_and_cannot_be_forged():
    claim = Claim(7, 12, "officier@kantoor.example", NOW)
    token = sign(claim, b"sleutel")
    assert read(token, ("lead@kantoor.example", "officier@kantoor.example"), b"sleutel") == claim
    assert read(token, ("lead@kantoor.example",), b"sleutel") is None
    assert read(token, ("officier@kantoor.example",), b"andere") is None
    assert read(token.replace("7.", "8.", 1), ("officier@kantoor.example",), b"sleutel") is None


@given(st.text(max_size=80))
def test_any_other_text_is_no_link(text):
    assert read(text, ("officier@kantoor.example",), b"sleutel") is None
