"""A3: login at an identity provider on a socket of its own: the code flow, and fourteen answers that prove nobody."""

import base64
import hashlib
import json
import secrets
import threading
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from served import ORIGIN, Browser
from sqlalchemy import select
from starlette.testclient import TestClient
from test_web_login import PASSWORD, log_in, make_account, next_code, one_time_link

from ews.jobs.run import clock, open_site
from ews.store import schema
from ews.store.engine import reading
from ews.web.app import create_app
from ews.web.site import OpenSite

CLIENT, SECRET = "ews", "geheim-van-de-proef"
KEY = RSAKey.generate_key(2048, {"kid": "een"}, private=True)
STRANGER = RSAKey.generate_key(2048, {"kid": "een"}, private=True)


class Idp(ThreadingHTTPServer):
    """A small provider: authorises everybody as `person`, checks PKCE and the client, and signs what `spoil` left."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.issuer = f"http://127.0.0.1:{self.server_address[1]}"
        self.person, self.spoil, self.sign = "officier", lambda claims: claims, _signed
        self.codes: dict[str, dict[str, str]] = {}

    def authorise(self, address: str) -> dict[str, str]:
        """What a browser brings back after logging in there."""
        asked = {name: listed[0] for name, listed in parse_qs(urlsplit(address).query).items()}
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def token(self, form: dict[str, str]) -> dict[str, str] | None:
        asked = self.codes.pop(form.get("code", ""), None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if asked is None or proof.rstrip(b"=").decode() != asked["code_challenge"]:
            return None
        now = int(clock().timestamp())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 300, "nonce": asked["nonce"],
            "preferred_username": self.person, "acr": "mfa",
        }  # fmt: skip
        return {"access_token": "x", "token_type": "Bearer", "id_token": self.sign(self.spoil(claims))}


def _signed(claims, key=KEY, header=None):
    return jwt.encode(header or {"alg": "RS256", "kid": "een"}, claims, key, algorithms=["RS256", "HS256"])


class _Answers(BaseHTTPRequestHandler):
    server: Idp

    def do_GET(self):
        issuer = self.server.issuer
        self._send(
            {
                "/.well-known/openid-configuration": {
                    "issuer": issuer, "authorization_endpoint": f"{issuer}/auth", "token_endpoint": f"{issuer}/token",
                    "jwks_uri": f"{issuer}/keys",
                },
                "/keys": {"keys": [KEY.as_dict(private=False)]},
            }.get(self.path)
        )  # fmt: skip

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        form = {name: listed[0] for name, listed in parse_qs(body).items()}
        fits = self.headers.get("Authorization") == f"Basic {known}"
        self._send(self.server.token(form) if fits else None)

    def _send(self, document):
        content = json.dumps(document if document is not None else {"error": "invalid_grant"}).encode()
        self.send_response(200 if document is not None else 400)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


@pytest.fixture
def idp():
    server = Idp()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def browse(site, idp, monkeypatch):
    monkeypatch.setenv("EWS_OIDC__ISSUER", idp.issuer)
    monkeypatch.setenv("EWS_OIDC__CLIENT_ID", CLIENT)
    monkeypatch.setenv("EWS_OIDC__ACR", '["mfa"]')
    monkeypatch.setenv("EWS_OIDC_SECRET", SECRET)
    opened = OpenSite(open_site(site))
    app = create_app(opened)
    with ExitStack() as stack:

        def open_browser():
            return Browser(stack.enter_context(TestClient(app, base_url=ORIGIN)))

        open_browser.site = opened
        yield open_browser


def away(browser, path="/inloggen/oidc?naar=/zaken"):
    left = browser.get(path)
    assert left.status_code == 303
    return left.headers["location"]


def back(browser, brought):
    return browser.get("/inloggen/oidc/terug", params=brought)


def test_a_person_logs_in_at_the_provider_and_comes_back_where_they_were_going(browse, idp):
    browser = browse()
    assert "Inloggen met uw kantooraccount" in browser.get("/inloggen").text
    address = away(browser)
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["acr_values"] == ["mfa"]
    entered = back(browser, idp.authorise(address))
    assert (entered.status_code, entered.headers["location"]) == (303, "/zaken")
    assert browser.get("/zaken").status_code == 200
    with reading(browse.site.opened.engine) as connection:
        entry = connection.execute(
            select(schema.audit_entry.c.actor, schema.audit_entry.c.proof, schema.audit_entry.c.object).where(
                schema.audit_entry.c.action == "login"
            )
        ).one()
    assert tuple(entry) == ("officier", "bewezen", "via:oidc")


def changed(**values):
    return lambda claims: {name: one for name, one in (claims | values).items() if one is not None}


def unsigned(claims):
    parts = [json.dumps(one).encode() for one in ({"alg": "none"}, claims)]
    return ".".join([*(base64.urlsafe_b64encode(one).rstrip(b"=").decode() for one in parts), ""])


def symmetric(claims):
    shared = OctKey.import_key(KEY.as_pem(private=False))
    return _signed(claims, shared, {"alg": "HS256", "kid": "een"})


BAD_CLAIMS = {
    "another issuer": changed(iss="https://elders.example"),
    "another audience": changed(aud="een ander"),
    "two audiences, none of which is said to be us": changed(aud=[CLIENT, "een ander"]),
    "somebody else's azp": changed(azp="een ander"),
    "expired": changed(exp=int(clock().timestamp()) - 3600),
    "no expiry": changed(exp=None),
    "issued tomorrow": changed(iat=int(clock().timestamp()) + 86_400),
    "another nonce": changed(nonce="van een ander"),
    "no nonce": changed(nonce=None),
    "no second factor": changed(acr="pwd"),
    "nobody of this office": changed(preferred_username="een ander"),
    "no name at all": changed(preferred_username=None),
}
BAD_SIGNATURES = {
    "alg none": unsigned,
    "signed with the public key as a secret": symmetric,
    "signed by a stranger": lambda claims: _signed(claims, STRANGER),
    "no token": lambda claims: "",
}


@pytest.mark.parametrize("spoil", BAD_CLAIMS.values(), ids=BAD_CLAIMS)
def test_a_token_that_says_the_wrong_thing_lets_nobody_in(browse, idp, spoil):
    idp.spoil, browser = spoil, browse()
    refused = back(browser, idp.authorise(away(browser)))
    assert (refused.status_code, browser.get("/").status_code) == (401, 401)


@pytest.mark.parametrize("sign", BAD_SIGNATURES.values(), ids=BAD_SIGNATURES)
def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(browse, idp, sign):
    idp.sign, browser = sign, browse()
    refused = back(browser, idp.authorise(away(browser)))
    assert (refused.status_code, browser.get("/").status_code) == (401, 401)


def test_a_stolen_or_replayed_answer_lets_nobody_in(browse, idp):
    victim, thief = browse(), browse()
    brought = idp.authorise(away(victim))
    assert back(thief, brought).status_code == 401, "another browser never began this login"
    away(thief)
    assert back(thief, brought).status_code == 401, "the state is of another browser"
    brought = idp.authorise(away(victim))
    assert back(victim, {**brought, "state": "x"}).status_code == 401
    brought = idp.authorise(away(victim))
    assert back(victim, brought).status_code == 303
    assert back(victim, brought).status_code == 401, "an answer works once"


def test_a_provider_that_is_down_says_so_without_details(browse, idp):
    browser = browse()
    brought = idp.authorise(away(browser))
    idp.shutdown()
    idp.server_close()
    refused = back(browser, brought)
    assert refused.status_code == 401
    assert "lukte niet" in refused.text
    assert "127.0.0.1" not in refused.text


def test_without_a_provider_there_is_no_such_way_in(open_page):
    with TestClient(create_app(open_page), base_url=ORIGIN) as client:
        assert client.get("/inloggen/oidc").status_code == 404
        assert "kantooraccount" not in client.get("/inloggen").text


def test_a3_a_local_login_beside_the_provider_is_told_to_who_keeps_the_machine(browse):
    """The account for when the provider is broken: it lets in, and it is told by mail the same moment."""
    site = browse.site
    _, seed = make_account(browse(), one_time_link(site, "officier", "account"))

    def told() -> list[str]:
        with reading(site.opened.engine) as connection:
            query = select(schema.outbox.c.recipient).where(
                schema.outbox.c.about.like("breakglass:officier:%")
            )
            return sorted(connection.scalars(query))

    assert told() == []
    browser = browse()
    assert log_in(browser, "officier", PASSWORD, next_code(seed)).status_code == 303
    assert browser.get("/zaken").status_code == 200
    assert "beheerder@kantoor.example" in told()
