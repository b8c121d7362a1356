"""`ews serve`: the page."""

import socket
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import typer

from ews.cli.app import app
from ews.cli.frame import Globals, Json, emit, site_of
from ews.errors import NotFoundError, RefusedError
from ews.jobs.run import Context, clock
from ews.people import Role
from ews.store import logins
from ews.store.engine import reading, writing
from ews.store.freshness import last_moment


@app.command()
def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="Poort; 0 kiest een vrije.")] = 8000,
    host: Annotated[str, typer.Option(help="Adres om op te luisteren.")] = "127.0.0.1",
    as_user: Annotated[
        str | None, typer.Option("--as", help="Druk een eenmalige link af voor deze persoon.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Start de pagina; drukt zo nodig een eenmalige link af om binnen te komen."""
    import uvicorn

    from ews.web.app import create_app
    from ews.web.site import OpenSite

    chosen: Globals = context.obj
    opened = site_of(context)
    listening = _listen(host, port)
    address = f"http://{host}:{listening.getsockname()[1]}"
    link = _first_link(opened, as_user)
    lines = [f"De pagina staat op {address} (stoppen: Ctrl-C)."]
    if link:
        lines.append(f"Eenmalige link voor {link[0]}: {address}{link[1]}")
    shown = {"url": address, "person": link[0] if link else None, "link": address + link[1] if link else None}
    emit(as_json, shown, "\n".join(lines))
    page = create_app(OpenSite(opened, _office_clock(opened, chosen.now)))
    config = uvicorn.Config(
        page, log_config=None, server_header=False, proxy_headers=True, forwarded_allow_ips="127.0.0.1"
    )
    uvicorn.Server(config).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise RefusedError(
            f"Poort {port} op {host} is niet vrij ({error.strerror}). Kies een andere: --port."
        ) from None
    return listening


def _first_link(opened: Context, as_user: str | None) -> tuple[str, str] | None:
    """Person and path of a one-time link: asked for by name, or the first account of a new office."""
    from ews.web.links import make_link

    people = opened.settings.people
    if as_user is not None and as_user not in people:
        raise NotFoundError(f"'{as_user}' staat niet in people.toml. Bekend: {', '.join(people)}.")
    is_demo = opened.settings.site.kind != "production"
    with writing(opened.engine) as connection:
        person = as_user or _first_keeper(opened) if not logins.accounts(connection) else as_user
        if person is None:
            return None
        purpose = "login" if is_demo else "account"
        return person, make_link(connection, opened.settings, person, purpose)


def _first_keeper(opened: Context) -> str:
    """Who makes the other accounts; on a demo the one whose work it shows."""
    wanted = Role.ADMIN if opened.settings.site.kind == "production" else Role.CONTINUITY_OFFICER
    people = list(opened.settings.people.values())
    return next((person.id for person in people if person.role is wanted), people[0].id)


def _office_clock(opened: Context, given: datetime | None) -> Callable[[], datetime]:
    """The clock, or on a demo a played time that goes on from its last moment."""
    started = clock()
    if given is None and opened.settings.site.kind != "production":
        with reading(opened.engine) as connection:
            given = last_moment(connection)
    if given is None:
        return clock
    begun = given
    return lambda: begun + (clock() - started)
