"""What to ask a source for, and which addresses may be asked."""

from datetime import UTC, datetime, timedelta

import pytest

from ews.signals.fetching import (
    Asked,
    Each,
    Fetch,
    address_fault,
    due_items,
    is_item,
    retry_after,
    same_place,
    window_gap,
)

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


def plan(**keys):
    told = {"url": "https://bron.example/x", "file_name": "x.json", "answers": "json"}
    return Fetch(**(told | keys))


def asked(item, *, hours=None):
    return Asked(item, NOW, answered_at=None if hours is None else NOW - timedelta(hours=hours))


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        pytest.param({}, [""], id="never asked"),
        pytest.param({"": asked("")}, [""], id="asked, never answered"),
        pytest.param({"": asked("", hours=20)}, [], id="answered within the rhythm"),
        pytest.param({"": asked("", hours=23.5)}, [""], id="a slot that comes a little early is on time"),
        pytest.param({"": asked("", hours=40)}, [""], id="answered long ago"),
    ],
)
def test_one_address_is_asked_in_its_rhythm(known, expected):
    assert due_items(plan(every_hours=24), [""], known, now=NOW) == expected


def test_by_hand_it_is_asked_at_once():
    assert due_items(plan(every_hours=24), [""], {"": asked("", hours=1)}, now=NOW, by_hand=True) == [""]


def test_of_a_list_every_item_is_asked_once_and_the_newest_again():
    listed = ["20261120", "20261118", "20261119"]
    known = {"20261118": asked("20261118", hours=40), "20261120": asked("20261120", hours=1)}
    assert due_items(plan(each=Each.LISTED), listed, known, now=NOW) == ["20261119", "20261120"]


def test_providers_never_answered_go_first_and_a_run_has_its_limit():
    known = {"00552801": asked("00552801", hours=200), "00552802": asked("00552802", hours=300)}
    numbers = ["00552801", "00552802", "00552803"]
    limited = plan(each=Each.PROVIDER, every_hours=168, calls_per_run=2)
    assert due_items(limited, numbers, known, now=NOW) == ["00552803", "00552802"]


@pytest.mark.parametrize(
    ("listed", "heard", "gap"),
    [
        pytest.param(["20261001", "20261002"], [], None, id="first time"),
        pytest.param(["20261001", "20261002"], ["20261001"], None, id="still listed"),
        pytest.param(
            ["20261001", "20261002"], ["20260815"], ("20260815", "20261001"), id="the window moved on"
        ),
    ],
)
def test_days_that_left_the_window_unheard_are_a_gap(listed, heard, gap):
    known = {item: asked(item, hours=1) for item in heard} | {"": asked("", hours=1)}
    assert window_gap(listed, known) == gap


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://insolventies.rechtspraak.nl/Services/x", ""),
        ("http://127.0.0.1:8080/x", ""),
        ("http://localhost/x", ""),
        ("http://[::1]:9/x", ""),
        ("http://insolventies.rechtspraak.nl/x", "is geen https"),
        ("http://127.0.0.1.kwaad.example/x", "is geen https"),
        ("http://10.0.0.1/x", "is geen https"),
        ("http://169.254.169.254/latest/meta-data", "is geen https"),
        ("ftp://bron.example/x", "is geen https"),
        ("file:///etc/passwd", "noemt geen vaste host"),
        ("gopher://bron.example/", "is geen https"),
        ("//bron.example/x", "is geen https"),
        ("https:///x", "noemt geen vaste host"),
        ("https://{item}.example/x", "noemt geen vaste host"),
        ("https://wie:wat@bron.example/x", "bevat een naam of wachtwoord; gebruik secret"),
        ("https://bron.example@kwaad.example/", "bevat een naam of wachtwoord; gebruik secret"),
        ("https://bron.example:poort/x", "is geen adres"),
        ("https://[::1/x", "is geen adres"),
        ("", "noemt geen vaste host"),
        ("bron.example/x", "noemt geen vaste host"),
    ],
)
def test_only_https_and_this_machine_may_be_asked(url, fault):
    """A15: twenty tricks with an address."""
    assert address_fault(url) == fault


def test_another_port_or_scheme_is_another_place():
    assert same_place("https://bron.example/a", "https://bron.example/b?c=1")
    assert not same_place("https://bron.example/a", "https://bron.example:8443/a")
    assert not same_place("https://bron.example/a", "http://bron.example/a")
    assert not same_place("https://bron.example/a", "https://bron.example.kwaad/a")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("Mon, 23 Nov 2026 05:02:00 GMT", 120.0),
        ("Mon, 23 Nov 2026 04:00:00 GMT", 0.0),
        ("", None),
        ("straks", None),
        ("٣", None),
    ],
)
def test_retry_after_is_seconds_or_a_moment(header, seconds):
    assert retry_after(header, now=NOW) == seconds


@pytest.mark.parametrize("text", ["../../etc", "a/b", "", "x" * 81, "20261120\n", "%2e%2e"])
def test_an_id_that_could_leave_the_inbox_is_none(text):
    assert not is_item(text)
    assert is_item("20261120000000")
