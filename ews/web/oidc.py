"""Talking to the office's identity provider: where to send a visitor, and what its answer proves.

Code flow with PKCE (S256), state and nonce; the ID token is held against issuer, audience, times, nonce and acr.
What the browser carries in between is sealed with a key of the site, and lasts ten minutes.
"""

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx2

from ews.errors import RefusedError
from ews.settings.site import Oidc
from ews.web.credentials import same, seal, unseal

if TYPE_CHECKING:
    from authlib.integrations.httpx_client import OAuth2Client

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Asymmetric only: with `none` or a shared secret anybody could sign."""
LASTS = timedelta(minutes=10)
LEEWAY = 60
SCOPE = "openid profile email"


class OidcRefusedError(RefusedError):
    """The answer of the provider proves nobody; the reason is for the log, not for the visitor."""


@dataclass(frozen=True, slots=True)
class Underway:
    """A login that was begun in this browser."""

    state: str
    nonce: str
    verifier: str
    target: str
    begun_at: float


class Provider:
    """One identity provider, with its metadata and keys read once, and again when a key is new."""

    def __init__(self, settings: Oidc, *, secret: str, back: str) -> None:
        self.settings = settings
        self._secret = secret
        self._back = back
        self._metadata: dict[str, Any] = {}
        self._keys: dict[str, Any] = {}
        self._lock = Lock()

    def begin(self, target: str, *, now: datetime) -> tuple[str, Underway]:
        """Where to send the visitor, and what must be true of whoever comes back."""
        made = Underway(
            secrets.token_urlsafe(24),
            secrets.token_urlsafe(24),
            secrets.token_urlsafe(48),
            target,
            now.timestamp(),
        )
        asked: dict[str, str] = {"nonce": made.nonce}
        if self.settings.acr:
            asked["acr_values"] = " ".join(self.settings.acr)
        with self._client() as client:
            address, _ = client.create_authorization_url(
                self._known("authorization_endpoint"), state=made.state, code_verifier=made.verifier, **asked
            )
        return str(address), made

    def finish(self, underway: Underway, *, state: str, code: str, now: datetime) -> str:
        """The value of the agreed claim of who logged in. Raises OidcRefusedError."""
        if not same(state, underway.state) or not code:
            raise OidcRefusedError("state")
        if now.timestamp() - underway.begun_at > LASTS.total_seconds():
            raise OidcRefusedError("too late")
        from authlib.integrations.base_client import OAuthError

        try:
            with self._client() as client:
                token = client.fetch_token(
                    self._known("token_endpoint"), code=code, code_verifier=underway.verifier
                )
        except (OAuthError, httpx2.HTTPError) as error:
            raise OidcRefusedError(f"token: {type(error).__name__}") from None
        return self._proven(token, underway.nonce, now)

    def _proven(self, token: dict[str, Any], nonce: str, now: datetime) -> str:
        from authlib.oidc.core import CodeIDToken
        from joserfc.errors import JoseError

        try:
            decoded = self._decoded(str(token.get("id_token", "")))
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                {
                    "iss": {"essential": True, "value": self.settings.issuer},
                    "aud": {"essential": True, "value": self.settings.client_id},
                },
                {
                    "nonce": nonce,
                    "client_id": self.settings.client_id,
                    "access_token": token.get("access_token"),
                },
            )
            claims.validate(int(now.timestamp()), LEEWAY)
        except (JoseError, ValueError) as error:
            raise OidcRefusedError(f"id_token: {type(error).__name__}") from None
        if self.settings.acr and claims.get("acr") not in self.settings.acr:
            raise OidcRefusedError("acr")
        found = claims.get(self.settings.claim)
        if not isinstance(found, str) or not found:
            raise OidcRefusedError("claim")
        return found

    def _decoded(self, id_token: str) -> Any:
        """The token under the provider's keys; a key that is not known is asked for once."""
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        for again in (False, True):
            keys = KeySet.import_key_set(self._jwks(again=again))
            try:
                return jwt.decode(id_token, keys, algorithms=ALGORITHMS)
            except (JoseError, ValueError):
                if again:
                    raise
        raise AssertionError("unreachable")

    def _client(self) -> "OAuth2Client":
        from authlib.integrations.httpx_client import OAuth2Client

        return OAuth2Client(
            client_id=self.settings.client_id,
            client_secret=self._secret,
            scope=SCOPE,
            redirect_uri=self._back,
            code_challenge_method="S256",
            timeout=10,
        )

    def _known(self, name: str) -> str:
        """An endpoint from the provider's own description, on https or this machine."""
        with self._lock:
            if not self._metadata:
                found = _fetched(f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration")
                if found.get("issuer") != self.settings.issuer:
                    raise OidcRefusedError("issuer of metadata")
                self._metadata = found
        address = str(self._metadata.get(name, ""))
        here = urlsplit(address)
        if here.scheme != "https" and here.hostname not in {"127.0.0.1", "::1", "localhost"}:
            raise OidcRefusedError(f"{name} is not on https")
        return address

    def _jwks(self, *, again: bool) -> Any:
        address = self._known("jwks_uri")
        with self._lock:
            if again or not self._keys:
                self._keys = _fetched(address)
            return self._keys


def _fetched(address: str) -> dict[str, Any]:
    try:
        answer = httpx2.get(address, timeout=10, follow_redirects=False)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
    except (httpx2.HTTPError, ValueError) as error:
        raise OidcRefusedError(f"{urlsplit(address).path}: {type(error).__name__}") from None
    return found


def sealed(underway: Underway, key: bytes) -> str:
    """What the browser carries between leaving and coming back."""
    return seal(json.dumps(asdict(underway)), key)


def unsealed(carried: str, key: bytes) -> Underway:
    """A login that this site began. Raises OidcRefusedError for anything else."""
    from cryptography.fernet import InvalidToken

    try:
        return Underway(**json.loads(unseal(carried, key)))
    except (InvalidToken, ValueError, TypeError):
        raise OidcRefusedError("cookie") from None
