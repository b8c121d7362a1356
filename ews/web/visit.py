"""Who asks for what: the check before every page, and what a page is given."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData, UploadFile

from ews.errors import EwsError
from ews.jobs.run import Context, clock
from ews.people import Person
from ews.store import logins
from ews.store.engine import reading, writing
from ews.store.scope import Scope, scope_of
from ews.web import sessions
from ews.web.credentials import same
from ews.web.errands import Errands
from ews.web.forms import Posted
from ews.web.policy import PUBLIC, may
from ews.web.sessions import Login
from ews.web.shelf import Shelf
from ews.web.site import OpenSite, Throttle


class LoginNeededError(Exception):
    """Nobody is logged in, or no longer."""


class NotForThisRoleError(Exception):
    """Logged in, but the page is not for this role."""


class TooOftenError(Exception):
    """More requests in a minute than a person makes."""


class ForgedFormError(EwsError):
    """A form without the token of its session."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request by one person: the open site at this moment, and the request itself."""

    request: Request
    context: Context
    login: Login

    @property
    def person(self) -> Person:
        """Who is at the page."""
        return self.login.person

    @property
    def scope(self) -> Scope:
        """What this person may see: handed to every query."""
        return scope_of(self.login.person)


def secure(request: Request) -> bool:
    """Whether the browser came by https (behind a proxy: as that says)."""
    return request.url.scheme == "https"


def cookie_name(request: Request) -> str:
    """`__Host-` binds the cookie to this host and https; plain http is for this machine only."""
    return "__Host-ews" if secure(request) else "ews"


def site_of(request: Request) -> OpenSite:
    return cast(OpenSite, request.app.state.site)


def route_name(request: Request) -> str:
    """The name of the route that was found."""
    return str(getattr(request.scope.get("route"), "name", ""))


def admit(request: Request) -> None:
    """Runs before every route: a login, a role that may, and not too often. Deny by default."""
    site = site_of(request)
    name = route_name(request)
    login = _login(request, site)
    throttle = cast(Throttle, request.app.state.throttle)
    who = login.session.token_hash if login else sessions.network_of(client_address(request))
    if throttle.too_often(who, site.opened.settings.site.web.requests_per_minute, now=clock()):
        raise TooOftenError
    request.state.login = login
    request.state.person = login.person.id if login else ""
    if name in PUBLIC:
        return
    if login is None:
        raise LoginNeededError
    if not may(login.person.role, name):
        raise NotForThisRoleError


def _login(request: Request, site: OpenSite) -> Login | None:
    token = request.cookies.get(cookie_name(request))
    if not token:
        return None
    now = clock()
    settings = site.settings()
    with reading(site.opened.engine) as connection:
        login = sessions.current(connection, settings, token, now=now)
    if login is not None and not is_live(request) and sessions.needs_touch(login.session, now=now):
        with writing(site.opened.engine) as connection:
            logins.touch_session(connection, login.session.token_hash, now=now)
    return login


def client_address(request: Request) -> str:
    """Where the request came from; uvicorn has put a trusted proxy's word in its place."""
    return request.client.host if request.client else ""


def visit(request: Request) -> Visit:
    """The visit behind an admitted request."""
    login: Login | None = request.state.login
    if login is None:
        raise LoginNeededError
    return Visit(request, site_of(request).context(login.actor), login)


Visiting = Annotated[Visit, Depends(visit)]


async def posted(request: Request) -> AsyncIterator[Posted]:
    """The form of a request, after its token was held against the session's; its files live as long."""
    async with request.form(max_files=10, max_fields=500) as data:
        form = read_form(data)
        _check_token(request, form)
        yield form


def _check_token(request: Request, form: Posted) -> None:
    login: Login | None = getattr(request.state, "login", None)
    waiting = request.cookies.get(f"{cookie_name(request)}-form", "")
    expected = login.session.form_token if login and route_name(request) not in PUBLIC else waiting
    if not expected or not same(form.values.get("csrf", ""), expected):
        raise ForgedFormError(
            "Dit formulier was niet van deze sessie; er is niets gedaan. Open de pagina opnieuw."
        )


def read_form(data: FormData) -> Posted:
    """Fields and files apart; an empty file field is no file."""
    texts: dict[str, list[str]] = {}
    files: dict[str, UploadFile] = {}
    for name, value in data.multi_items():
        if isinstance(value, UploadFile):
            if value.filename:
                files[name] = value
        else:
            texts.setdefault(name, []).append(value.replace("\x00", ""))
    return Posted(
        values={name: listed[0] for name, listed in texts.items()},
        repeated={name: tuple(listed) for name, listed in texts.items()},
        files=files,
    )


Posting = Annotated[Posted, Depends(posted)]


def shelf_of(visit: Visit) -> Shelf:
    """Answers that the visitors of this process share."""
    return cast(Shelf, visit.request.app.state.shelf)


def errands_of(visit: Visit) -> Errands:
    """The long work of this process."""
    return cast(Errands, visit.request.app.state.errands)


def pictures_of(visit: Visit) -> Shelf:
    """Drawn sheets of notices: few, for they are large."""
    return cast(Shelf, visit.request.app.state.pictures)


def lists_of(visit: Visit) -> Shelf:
    """Everybody in lines: tens of thousands of them, so few are kept."""
    return cast(Shelf, visit.request.app.state.lists)


def peers_of(visit: Visit) -> Shelf:
    """Figures of the comparable, by kind and sector."""
    return cast(Shelf, visit.request.app.state.peers)


def rounds_of(visit: Visit) -> Shelf:
    """Everybody scored at a moment: large, so few are kept."""
    return cast(Shelf, visit.request.app.state.rounds)


def is_live(request: Request) -> bool:
    """Whether an open page asks for itself again: nobody moved, so no session is kept alive by it."""
    return request.headers.get("x-live") == "1"


def back_to(request: Request, name: str, query: str = "", **path: str) -> Response:
    """To another page after something was done: reloading that page does nothing twice."""
    return RedirectResponse(f"{request.app.url_path_for(name, **path)}{query}", status_code=303)
