"""One-time links: they make the account of one person, or let that person in once on a demo."""

import base64
import binascii
from collections.abc import Mapping
from datetime import timedelta

import segno
from fastapi import APIRouter, Request, Response
from markupsafe import Markup
from sqlalchemy import Connection

from ews.jobs.run import clock
from ews.people import Person
from ews.settings.load import Settings
from ews.settings.secrets import site_key
from ews.store import audit, logins
from ews.store.audit import SYSTEM, Actor
from ews.store.engine import reading, writing
from ews.web import credentials, sessions
from ews.web.login import HASHING, enter, form_token
from ews.web.rendering import page
from ews.web.visit import Posting, cookie_name, site_of

router = APIRouter()


def make_link(
    connection: Connection, settings: Settings, person: str, purpose: str, *, by: Actor = SYSTEM
) -> str:
    """A path that works once: `/link/…`."""
    token, now = credentials.new_token(), clock()
    logins.save_link(
        connection,
        credentials.token_hash(token),
        logins.Link(person, purpose),
        now=now,
        expires_at=now + timedelta(hours=settings.site.web.link_hours),
    )
    audit.append(connection, by, "link.made", person, {"purpose": purpose}, now=now)
    return f"/link/{token}"


@router.get("/link/{token}", name="link")
def link(request: Request, token: str) -> Response:
    """What a link is for; opening it changes nothing, so that a mail scanner can't use it up."""
    found = _found(request, token)
    if found is None:
        return page(request, "link_gone.html", status=404)
    return _form(request, *found, seed=credentials.new_seed())


@router.post("/link/{token}", name="link_do")
def link_do(request: Request, token: str, form: Posting) -> Response:
    """Log in once by the link (on a demo), or make the account it is for."""
    found = _found(request, token)
    if found is None:
        return page(request, "link_gone.html", status=404)
    person, purpose = found
    if purpose == "account":
        errors = _faults(person, form.values)
        if errors:
            return _form(request, *found, seed=form.values.get("seed", ""), errors=errors, status=422)
        _save(request, person, form.values)
    return _by_link(request, token, person, via="link" if purpose == "login" else "account")


def _found(request: Request, token: str) -> tuple[Person, str] | None:
    site = site_of(request)
    with reading(site.opened.engine) as connection:
        found = logins.find_link(connection, credentials.token_hash(token), now=clock())
    person = site.settings().people.get(found.person) if found else None
    return (person, found.purpose) if found and person else None


def _form(
    request: Request,
    person: Person,
    purpose: str,
    *,
    seed: str,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    token = request.cookies.get(f"{cookie_name(request)}-form") or credentials.new_token()
    office = site_of(request).opened.settings.site.office.name
    code = segno.make(credentials.seed_link(seed, person.id, office), error="m")
    shown = page(
        request,
        "link.html",
        status=status,
        person=person,
        purpose=purpose,
        seed=seed,
        picture=Markup(code.svg_inline(scale=4, border=2)),  # noqa: S704 - drawn here from our own seed
        errors=errors or {},
        form_token=token,
        shortest=credentials.MIN_PASSWORD,
    )
    form_token(request, shown, token)
    return shown


def _faults(person: Person, values: Mapping[str, str]) -> dict[str, str]:
    """Field -> what is wrong with it, for a new account."""
    faults = {}
    password, seed = values.get("wachtwoord", ""), values.get("seed", "")
    weak = credentials.password_fault(password, person.id)
    if weak:
        faults["wachtwoord"] = weak
    if values.get("nogmaals", "") != password:
        faults["nogmaals"] = "Dit is niet hetzelfde als het wachtwoord hierboven."
    if not _is_seed(seed) or credentials.totp_step(seed, values.get("code", ""), now=clock()) is None:
        faults["code"] = (
            "Deze code klopt niet. Kijk of de klok van uw telefoon gelijk loopt en neem de code van nu."
        )
    return faults


def _is_seed(seed: str) -> bool:
    try:
        return len(base64.b32decode(seed)) == 20
    except binascii.Error:
        return False


def _save(request: Request, person: Person, values: Mapping[str, str]) -> None:
    site = site_of(request)
    sealed = credentials.seal(values["seed"], site_key(site.opened.folder, "login_key"))
    step = credentials.totp_step(values["seed"], values["code"], now=clock())
    with HASHING:
        hashed = credentials.hash_password(values["wachtwoord"])
    with writing(site.opened.engine) as connection:
        logins.end_sessions(connection, person.id, now=clock())
        logins.save_account(
            connection, person.id, password=hashed, totp=sealed, totp_step=step or 0, now=clock()
        )
        audit.append(connection, Actor(person.id, "bewezen"), "account.made", person.id, now=clock())


def _by_link(request: Request, token: str, person: Person, *, via: str) -> Response:
    site = site_of(request)
    with writing(site.opened.engine) as connection:
        if not logins.use_link(connection, credentials.token_hash(token), now=clock()):
            return page(request, "link_gone.html", status=404)
        session = sessions.begin(connection, person, via=via, now=clock())
    return enter(request, session, "/")
