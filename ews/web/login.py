"""The way in and out: name, password and code open a session, logging out ends it on the server."""

from threading import BoundedSemaphore
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from ews.jobs import tell
from ews.jobs.run import clock
from ews.notify.views import SystemView
from ews.settings.secrets import site_key
from ews.store import audit, logins
from ews.store.audit import Actor
from ews.store.engine import reading, writing
from ews.web import credentials, sessions
from ews.web.rendering import page
from ews.web.visit import Posting, Visiting, client_address, cookie_name, secure, site_of

router = APIRouter()
HASHING = BoundedSemaphore(
    2
)  # a password check takes 32 MiB and 0.3 s: a flood of them must not take the machine
WRONG = "Naam, wachtwoord of code klopt niet. Er staat niet bij welk van de drie, ook niet voor u."
WAIT = "Te vaak geprobeerd vanaf dit netwerk. Wacht een kwartier, of log in vanaf een ander netwerk."


@router.get("/inloggen", name="login")
def login(request: Request, naar: str = "/") -> Response:
    """The form of name, password and code."""
    return login_page(request, target=naar)


def login_page(
    request: Request, *, target: str, status: int = 200, error: str = "", name: str = ""
) -> Response:
    """The login form, with what was typed and what was wrong; the password is never given back."""
    token = request.cookies.get(f"{cookie_name(request)}-form") or credentials.new_token()
    shown = page(
        request,
        "login.html",
        status=status,
        target=local_path(target),
        error=error,
        name=name,
        form_token=token,
        provider=site_of(request).opened.settings.site.oidc.label if request.app.state.provider else "",
    )
    form_token(request, shown, token)
    return shown


@router.post("/inloggen", name="login_do")
def login_do(request: Request, form: Posting) -> Response:
    """Open a session when name, password and code fit together."""
    site, now = site_of(request), clock()
    settings = site.settings()
    given = form.values.get("naam", "").strip().lower()
    target = local_path(form.values.get("naar", "/"))
    network = sessions.network_of(client_address(request))
    with reading(site.opened.engine) as connection:
        waits = sessions.must_wait(connection, settings, network=network, person=given[:80], now=now)
        account = logins.find_account(connection, given)
    if waits:
        return login_page(request, target=target, status=429, error=WAIT, name=given)
    step = _check(request, account, form.values.get("wachtwoord", ""), form.values.get("code", ""))
    person = settings.people.get(given)
    with writing(site.opened.engine) as connection:
        if step is None or person is None or not logins.use_totp_step(connection, given, step):
            logins.record_failure(connection, network=network, person=given[:80], now=now)
            who = given if person else "onbekend"
            audit.append(connection, Actor(who, "beweerd"), "login.failed", "page", now=now)
            token = ""
        else:
            token = sessions.begin(connection, person, via="password", now=now)
    if not token:
        return login_page(request, target=target, status=401, error=WRONG, name=given)
    if request.app.state.provider is not None:
        _tell_break_glass(request, given)
    return enter(request, token, target)


def _tell_break_glass(request: Request, person: str) -> None:
    """A3: where people log in at the identity provider, a local account is for when it is broken; that is told."""
    context = site_of(request).context(Actor(person, "bewezen"))
    view = SystemView(
        topic="noodtoegang gebruikt",
        what=f"{person} logde in met een lokaal account, niet via de identiteitsdienst.",
        consequence="Er is niets geblokkeerd.",
        actions=(f"Vraag {person} waarom dit nodig was, en leg het antwoord vast.",),
        details=(),
        office=context.settings.site.office.name,
        at=context.now,
        fictitious=context.settings.site.kind != "production",
    )
    with writing(context.engine) as connection:
        tell.trouble(connection, context, view, about=f"breakglass:{person}:{clock():%Y%m%dT%H}"[:80])


def _check(request: Request, account: logins.Account | None, password: str, code: str) -> int | None:
    """The time step of the code when password and code both fit; as slow for a name that does not exist."""
    with HASHING:
        fits = credentials.password_fits(
            password[: credentials.MAX_PASSWORD], account.password if account else credentials.DECOY
        )
    if account is None or not fits:
        return None
    seed = credentials.unseal(account.totp, site_key(site_of(request).opened.folder, "login_key"))
    return credentials.totp_step(seed, code, now=clock())


@router.post("/uitloggen", name="logout")
def logout(visit: Visiting, form: Posting) -> Response:
    """End the session on the server, not only in the browser."""
    with writing(visit.context.engine) as connection:
        logins.end_session(connection, visit.login.session.token_hash, now=clock())
        audit.append(connection, visit.login.actor, "logout", "page", now=clock())
    done = RedirectResponse("/inloggen", status_code=303)
    done.delete_cookie(cookie_name(visit.request), path="/")
    return done


def _set(request: Request, response: Response, name: str, value: str) -> None:
    response.set_cookie(name, value, path="/", secure=secure(request), httponly=True, samesite="lax")


def enter(request: Request, token: str, target: str) -> Response:
    """Into the pages with a fresh session; whatever session the browser came with is not used again."""
    done = RedirectResponse(local_path(target), status_code=303)
    _set(request, done, cookie_name(request), token)
    return done


def form_token(request: Request, shown: Response, token: str) -> None:
    """Bind a form of somebody who has no session yet to this browser."""
    _set(request, shown, f"{cookie_name(request)}-form", token)


def local_path(target: str) -> str:
    """A path of this site; anything that leads elsewhere becomes the first page."""
    parts = urlsplit(target)
    inside = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if inside and not parts.netloc and target.isprintable() else "/"
