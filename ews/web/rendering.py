"""Templates: from files only, everything escaped, a missing value is an error and never a blank."""

from collections.abc import Mapping
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ews.notify import words
from ews.web import wording
from ews.web.policy import may
from ews.web.sessions import Login

TEMPLATES = Path(__file__).parent / "templates"
MENU: tuple[tuple[str, str], ...] = (
    ("home", "Vandaag"),
    ("portfolio", "Portefeuille"),
    ("cases", "Zaken"),
    ("week_now", "Week"),
    ("evaluation", "Evaluatie"),
    ("quarantine", "Quarantaine"),
    ("keeping", "Beheer"),
)
"""Route name and label of what the menu shows, in its order."""


@cache
def environment() -> Environment:
    """The one Jinja environment."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "datum": wording.day_text,
        "moment": wording.moment_text,
        "getal": wording.number_text,
        "punten": words.signed,
        "waarde": wording.figure_text,
        "niveau": wording.level_text,
        "schoon": lru_cache(maxsize=4096)(words.clean),
        "rol": wording.role_text,
    }
    return made


def address(request: Request, name: str, /, **path: str) -> str:
    """The path of a route by its name. Routes are gone through once for each name: a list has hundreds of links."""
    known: dict[tuple[str, ...], str] = request.app.state.addresses
    key = (name, *path)
    if key not in known:
        blanks = {part: f"\x00{part}\x00" for part in path}
        known[key] = str(request.app.url_path_for(name, **blanks))
    found = known[key]
    for part, value in path.items():
        text = str(value)
        assert text, (name, part)
        assert "/" not in text, (name, part)
        found = found.replace(f"\x00{part}\x00", text)
    return found


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page for the visitor of this request."""
    site = request.app.state.site.opened.settings.site
    login: Login | None = getattr(request.state, "login", None)
    frame: Mapping[str, Any] = {
        "request": request,
        "url": partial(address, request),
        "path": request.url.path,
        "nonce": request.state.nonce,
        "me": login.person if login else None,
        "role": words.ROLE[login.person.role] if login else "",
        "menu": _menu(login),
        "csrf": login.session.form_token if login else "",
        "office": site.office,
        "fictitious": site.kind != "production",
        "office_now": request.app.state.site.office_now(),
    }
    content = environment().get_template(template).render({**frame, **values})
    return HTMLResponse(content, status_code=status)


def _menu(login: Login | None) -> list[tuple[str, str]]:
    """What this person can open; the quarantine is for who works for all regions."""
    if login is None:
        return []
    hidden = {"quarantine"} if login.person.regions else set()
    return [(name, label) for name, label in MENU if may(login.person.role, name) and name not in hidden]
