"""Second factors by the RFC's own numbers, and where a login may lead."""

import base64
from datetime import UTC, datetime

import pytest

from ews.web.credentials import hash_password, password_fits, totp, totp_step
from ews.web.login import local_path
from ews.web.sessions import network_of

RFC_SEED = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        pytest.param(59, "287082", id="RFC 6238, appendix B, row 1"),
        pytest.param(1111111109, "081804", id="row 2: a leading zero stays"),
        pytest.param(20000000000, "353130", id="row 6: beyond 32 bits"),
    ],
)
def test_codes_are_those_of_the_rfc(seconds, code):
    assert totp(RFC_SEED, seconds // 30) == code


@pytest.mark.parametrize(
    ("second", "known"),
    [
        pytest.param(0, True, id="now"),
        pytest.param(30, True, id="one late"),
        pytest.param(61, False, id="too old"),
    ],
)
def test_a_code_lasts_one_step_beside_its_own(second, known):
    now = datetime.fromtimestamp(59 + second, UTC)
    assert (totp_step(RFC_SEED, "287 082", now=now) is not None) is known


def test_two_hashes_of_one_password_differ_and_both_fit():
    one, other = hash_password("vier woorden achter elkaar"), hash_password("vier woorden achter elkaar")
    assert one != other
    assert password_fits("vier woorden achter elkaar", one)
    assert not password_fits("vier woorden achter elkaa", other)


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("/zaak/C-2026-001?x=1", "/zaak/C-2026-001?x=1"),
        ("https://elders.example/", "/"),
        ("//elders.example", "/"),
        ("/\\elders.example", "/"),
        ("elders", "/"),
        ("/a\nb", "/"),
        ("", "/"),
    ],
)
def test_logging_in_never_leads_elsewhere(target, leads_to):
    assert local_path(target) == leads_to


def test_an_ipv6_visitor_counts_as_its_network():
    assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2::9") == "2001:db8:1:2::/64"
    assert network_of("198.51.100.7") == "198.51.100.7"
