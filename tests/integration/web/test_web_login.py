"""Getting in and being put out: links, passwords, codes, sessions, forged forms, guessing."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from ews.jobs.run import clock
from ews.store import logins, schema
from ews.store.engine import reading, writing
from ews.web.credentials import totp
from ews.web.links import make_link

PASSWORD = "vier woorden achter elkaar"
FOREIGN = {"Origin": "https://elders.example"}


def one_time_link(open_page, person, purpose):
    with writing(open_page.opened.engine) as connection:
        return make_link(connection, open_page.settings(), person, purpose)


def make_account(browser, link, *, password=PASSWORD):
    page = browser.get(link)
    browser.form_token = re.search(r'name="csrf" value="([^"]+)"', page.text)[1]
    seed = re.search(r'name="seed" value="([^"]+)"', page.text)[1]
    code = totp(seed, int(clock().timestamp()) // 30)
    done = browser.post(link, {"seed": seed, "wachtwoord": password, "nogmaals": password, "code": code})
    return done, seed


def log_in(browser, person, password, code, naar="/"):
    page = browser.get("/inloggen")
    browser.form_token = re.search(r'name="csrf" value="([^"]+)"', page.text)[1]
    return browser.post("/inloggen", {"naam": person, "wachtwoord": password, "code": code, "naar": naar})


def next_code(seed):
    """The code of the next half minute: accepted now, and not yet used."""
    return totp(seed, int(clock().timestamp()) // 30 + 1)


def test_a_link_makes_an_account_that_opens_sessions(browse, open_page):
    link = one_time_link(open_page, "officier", "account")
    done, seed = make_account(browse(), link)
    assert (done.status_code, done.headers["location"]) == (303, "/")
    entered = log_in(browse(), "officier", PASSWORD, next_code(seed), naar="/?x=1")
    assert (entered.status_code, entered.headers["location"]) == (303, "/?x=1")


def test_a_link_works_once_and_opening_it_uses_nothing(browse, open_page):
    link = one_time_link(open_page, "officier", "login")
    browser = browse()
    for _ in range(3):
        page = browser.get(link)
        assert page.status_code == 200
    browser.form_token = re.search(r'name="csrf" value="([^"]+)"', page.text)[1]
    assert browser.post(link).status_code == 303
    assert browser.get("/").status_code == 200
    assert browse().get(link).status_code == 404


def test_a_link_ends_after_its_hours(browse, open_page):
    link = one_time_link(open_page, "officier", "account")
    with writing(open_page.opened.engine) as connection:
        connection.execute(update(schema.login_link).values(expires_at=clock() - timedelta(seconds=1)))
    assert browse().get(link).status_code == 404


@pytest.mark.parametrize(
    ("password", "said"),
    [
        pytest.param("kort", "ten minste 12 tekens", id="too short"),
        pytest.param("officier officier", "te raden", id="the name itself"),
        pytest.param("aaaaaaaaaaaaaaaa", "te raden", id="one letter"),
    ],
)
def test_a_guessable_password_is_refused_beside_its_field(browse, open_page, password, said):
    done, seed = make_account(browse(), one_time_link(open_page, "officier", "account"), password=password)
    assert done.status_code == 422
    assert said in done.text
    assert seed in done.text  # the key that was already read by the phone stays the same


def test_name_password_and_code_are_refused_alike(browse, open_page):
    """A6: nobody learns which of the three was wrong."""
    _, seed = make_account(browse(), one_time_link(open_page, "officier", "account"))
    answers = [
        log_in(browse(), "niemand", PASSWORD, next_code(seed)),
        log_in(browse(), "officier", "een ander wachtwoord", next_code(seed)),
        log_in(browse(), "officier", PASSWORD, "000000"),
        log_in(browse(), "teamleider", PASSWORD, next_code(seed)),
    ]
    assert {answer.status_code for answer in answers} == {401}
    told = {re.sub(r'(value|nonce)="[^"]*"', "", answer.text) for answer in answers}
    assert len(told) == 1


def test_a_code_works_once(browse, open_page):
    _, seed = make_account(browse(), one_time_link(open_page, "officier", "account"))
    code = next_code(seed)
    assert log_in(browse(), "officier", PASSWORD, code).status_code == 303
    assert log_in(browse(), "officier", PASSWORD, code).status_code == 401


def test_guessing_makes_one_network_wait_and_nobody_else(browse, open_page):
    """A6: the officer on duty gets in from another network."""
    _, seed = make_account(browse(), one_time_link(open_page, "officier", "account"))
    guesser = browse(address="198.51.100.7")
    tries = [log_in(guesser, "officier", "fout wachtwoord", "123456").status_code for _ in range(6)]
    assert tries == [401, 401, 401, 401, 401, 429]
    assert log_in(guesser, "officier", PASSWORD, next_code(seed)).status_code == 429
    duty = browse(address="203.0.113.9")
    assert log_in(duty, "officier", PASSWORD, next_code(seed)).status_code == 303


def test_a_login_gets_a_token_that_nobody_had_before(browse, open_page):
    """A4: no fixation."""
    _, seed = make_account(browse(), one_time_link(open_page, "officier", "account"))
    browser = browse()
    browser.client.cookies.set("ews", "gekozen-door-een-ander")
    log_in(browser, "officier", PASSWORD, next_code(seed))
    thief = browse()
    thief.client.cookies.set("ews", "gekozen-door-een-ander")
    assert thief.get("/").status_code == 401
    assert browser.get("/").status_code == 200


def test_a_copied_cookie_is_dead_after_logging_out(browse):
    """A4: a session ends on our side."""
    browser, thief = browse("officier"), browse()
    thief.client.cookies.set("ews", browser.client.cookies["ews"])
    assert thief.get("/").status_code == 200
    assert browser.post("/uitloggen").status_code == 303
    assert thief.get("/").status_code == 401


@pytest.mark.parametrize(
    ("column", "ago"),
    [
        pytest.param("seen_at", timedelta(minutes=31), id="half an hour of silence"),
        pytest.param("started_at", timedelta(hours=12, minutes=1), id="half a day, however busy"),
    ],
)
def test_a_session_ends_by_the_clock(browse, open_page, column, ago):
    browser = browse("officier")
    with writing(open_page.opened.engine) as connection:
        connection.execute(update(schema.session).values({column: clock() - ago}))
    assert browser.get("/").status_code == 401


def test_who_leaves_the_office_is_out_at_the_next_request(browse, open_page):
    """A4: a leaver."""
    browser = browse("auditor")
    assert browser.get("/").status_code == 200
    with writing(open_page.opened.engine) as connection:
        connection.execute(update(schema.session).values(person="vertrokken"))
    assert browser.get("/").status_code == 401


def test_a_disabled_account_ends_its_sessions(browse, open_page):
    browser = browse("auditor")
    with writing(open_page.opened.engine) as connection:
        logins.disable_account(connection, "auditor", now=clock())
    assert browser.get("/").status_code == 401


@pytest.mark.parametrize(
    ("headers", "token", "status"),
    [
        pytest.param({"Origin": "http://127.0.0.1"}, True, 303, id="its own form"),
        pytest.param(
            {"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True, 303, id="no-referrer hides it"
        ),
        pytest.param({"Sec-Fetch-Site": "cross-site", "Origin": "null"}, True, 403, id="another site"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, True, 403, id="a neighbour on the same domain"),
        pytest.param(FOREIGN, True, 403, id="foreign origin"),
        pytest.param({"Sec-Fetch-Site": "same-origin", **FOREIGN}, True, 403, id="two stories"),
        pytest.param({}, True, 403, id="no story at all"),
        pytest.param({"Origin": "http://127.0.0.1"}, False, 403, id="its own form, without the token"),
    ],
)
def test_a_form_counts_only_from_the_page_itself(browse, headers, token, status):
    browser = browse("officier")
    if not token:
        browser.form_token = ""
    assert browser.post("/uitloggen", headers=headers).status_code == status
    assert (browser.get("/").status_code == 401) == (status == 303)


def test_the_database_holds_no_token_and_no_readable_key(browse, open_page):
    """A16: what opens a session is stored only as a hash, or sealed."""
    link = one_time_link(open_page, "officier", "account")
    browser = browse()
    _, seed = make_account(browser, link)
    secrets = [link.rpartition("/")[2], seed, PASSWORD, browser.client.cookies["ews"]]
    with reading(open_page.opened.engine) as connection:
        rows = [
            str(row)
            for table in (schema.account, schema.session, schema.login_link, schema.audit_entry)
            for row in connection.execute(select(table))
        ]
    assert [secret for secret in secrets if any(secret in row for row in rows)] == []


def test_a_visitor_who_asks_without_pause_is_told_to_wait(browse):
    browser = browse("officier")
    statuses = [browser.get("/").status_code for _ in range(245)]
    assert set(statuses[:235]) == {200}
    assert statuses[-1] == 429
    assert browse("teamleider").get("/").status_code == 200
