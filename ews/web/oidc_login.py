"""Login by the office's identity provider: away, and back with a proof of who it is."""

from importlib.util import find_spec
from typing import cast

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from ews.errors import NotFoundError, RefusedError
from ews.jobs.run import Context, clock
from ews.people import Person
from ews.settings.secrets import read_secret, site_key
from ews.store import audit, logins
from ews.store.audit import Actor
from ews.store.engine import writing
from ews.web import sessions
from ews.web.login import enter, local_path, login_page
from ews.web.oidc import LASTS, OidcRefusedError, Provider, sealed, unsealed
from ews.web.visit import client_address, cookie_name, secure, site_of

router = APIRouter()
log = structlog.get_logger()
REFUSED = "Inloggen met uw kantooraccount lukte niet. Probeer het opnieuw, of vraag de beheerder."
UNKNOWN = "Uw kantooraccount hoort bij niemand in people.toml. Vraag de beheerder."


def provider_of(opened: Context) -> Provider | None:
    """The identity provider of the site; None without one. Raises RefusedError when it can't be used."""
    settings = opened.settings.site
    if not settings.oidc.issuer:
        return None
    if find_spec("authlib") is None:
        raise RefusedError("[oidc] staat in settings.toml, maar het pakket ontbreekt: pip install ews[oidc].")
    secret = read_secret(opened.folder, "oidc_secret")
    if not secret:
        raise RefusedError("Het geheim voor [oidc] ontbreekt: zet het in secrets/oidc_secret (chmod 600).")
    back = f"{settings.office.base_url.rstrip('/')}/inloggen/oidc/terug"
    return Provider(settings.oidc, secret=secret, back=back)


def _provider(request: Request) -> Provider:
    found = cast(Provider | None, request.app.state.provider)
    if found is None:
        raise NotFoundError("Deze plek heeft geen identiteitsdienst.")
    return found


def _cookie(request: Request) -> str:
    return f"{cookie_name(request)}-oidc"


@router.get("/inloggen/oidc", name="oidc")
def away(request: Request, naar: str = "/") -> Response:
    """To the identity provider."""
    try:
        address, underway = _provider(request).begin(local_path(naar), now=clock())
    except OidcRefusedError as error:
        return _refused(request, str(error))
    leaving = RedirectResponse(address, status_code=303)
    key = site_key(site_of(request).opened.folder, "login_key")
    leaving.set_cookie(
        _cookie(request),
        sealed(underway, key),
        max_age=int(LASTS.total_seconds()),
        path="/",
        secure=secure(request),
        httponly=True,
        samesite="lax",
    )
    return leaving


@router.get("/inloggen/oidc/terug", name="oidc_back")
def back(request: Request, state: str = "", code: str = "") -> Response:
    """Back from the identity provider: a session for the person it proved, or the login page with a reason."""
    provider, site = _provider(request), site_of(request)
    key = site_key(site.opened.folder, "login_key")
    try:
        underway = unsealed(request.cookies.get(_cookie(request), ""), key)
        name = provider.finish(underway, state=state, code=code, now=clock())
    except OidcRefusedError as error:
        return _refused(request, str(error))
    person = site.settings().people.get(name)
    if person is None:
        return _refused(request, "not in people.toml", told=UNKNOWN)
    entered = enter(request, _begun(request, person), underway.target)
    entered.delete_cookie(_cookie(request), path="/", secure=secure(request), httponly=True)
    return entered


def _begun(request: Request, person: Person) -> str:
    with writing(site_of(request).opened.engine) as connection:
        return sessions.begin(connection, person, via="oidc", now=clock())


def _refused(request: Request, why: str, *, told: str = REFUSED) -> Response:
    """The visitor learns that it failed; why stands in the log and, as a failed login, on the record."""
    log.warning("oidc login refused", request=request.state.request_id, why=why)
    network = sessions.network_of(client_address(request))
    with writing(site_of(request).opened.engine) as connection:
        logins.record_failure(connection, network=network, person="oidc", now=clock())
        audit.append(connection, Actor("onbekend", "beweerd"), "login.failed", "oidc", now=clock())
    shown = login_page(request, target="/", status=401, error=told)
    shown.delete_cookie(_cookie(request), path="/", secure=secure(request), httponly=True)
    return shown
