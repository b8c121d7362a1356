"""The page as one ASGI application over an open site."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ews.errors import EwsError, NotAllowedError, NotFoundError
from ews.web import acknowledge, links, login, metrics, oidc_login
from ews.web.door import BodyTooLargeError, BodyTooSlowError, Door
from ews.web.errands import Errands
from ews.web.login import login_page
from ews.web.pages import (
    case_acts,
    cases,
    countersign,
    errand,
    evaluation,
    home,
    keeping,
    letters,
    notice,
    notice_acts,
    notice_files,
    portfolio,
    provider,
    quarantine,
    rules,
    transfer,
    week,
)
from ews.web.rendering import page
from ews.web.shelf import Shelf
from ews.web.site import OpenSite, Throttle
from ews.web.visit import ForgedFormError, LoginNeededError, NotForThisRoleError, TooOftenError, admit

STATIC = Path(__file__).parent / "static"
LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
ROUTERS = (
    login.router,
    oidc_login.router,
    links.router,
    acknowledge.router,
    metrics.router,
    home.router,
    portfolio.router,
    provider.router,
    cases.router,
    case_acts.router,
    transfer.router,
    notice.router,
    notice_acts.router,
    notice_files.router,
    letters.router,
    errand.router,
    countersign.router,
    week.router,
    evaluation.router,
    quarantine.router,
    keeping.router,
    rules.router,
)
log = structlog.get_logger()


def create_app(site: OpenSite) -> FastAPI:
    """Every page of the product. No documentation routes, no route without a policy."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, dependencies=[Depends(admit)])
    app.state.site = site
    app.state.provider = oidc_login.provider_of(site.opened)
    app.state.throttle = Throttle()
    app.state.addresses = {}
    app.state.shelf = Shelf()
    app.state.pictures = Shelf(kept=4)
    app.state.rounds = Shelf(kept=3)
    app.state.lists = Shelf(kept=12)
    app.state.peers = Shelf(kept=12)
    app.state.errands = Errands()
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for router in ROUTERS:
        app.include_router(router)
    _answer_errors(app)
    settings = site.opened.settings.site
    host = urlsplit(settings.office.base_url).hostname or ""
    app.add_middleware(LastResort)
    app.add_middleware(
        Door,
        hosts=LOCAL_HOSTS | {host},
        body_bytes=settings.web.upload_bytes + 100_000,
        body_seconds=settings.web.upload_seconds,
    )
    return app


class LastResort:
    """An error that nobody foresaw: a number for the visitor, the details in the log, nothing else."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def answer(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, answer)
        except BodyTooLargeError:
            await PlainTextResponse("Dit is meer dan de pagina aanneemt.", 413)(scope, receive, answer)
        except BodyTooSlowError:
            await PlainTextResponse("Het aanleveren duurde te lang; er is niets bewaard.", 408)(
                scope, receive, answer
            )
        except Exception:
            number = scope["state"]["request_id"]
            log.exception("page failed", request=number)
            if started:
                raise
            text = (
                f"Er ging iets mis; er is niets half opgeslagen. Noem dit nummer aan de beheerder: {number}."
            )
            await PlainTextResponse(text, 500)(scope, receive, answer)


def _answer_errors(app: FastAPI) -> None:
    """What a visitor sees for each kind of refusal. What may not be seen is as absent as what does not exist."""
    refusals: dict[type[Exception], Callable[[Request, Exception], Response]] = {
        LoginNeededError: lambda request, _: login_page(request, target=_here(request), status=401),
        NotForThisRoleError: lambda request, _: _refused(request, 403, "Deze pagina hoort niet bij uw rol."),
        ForgedFormError: lambda request, error: _refused(request, 403, str(error)),
        TooOftenError: lambda request, _: _refused(request, 429, "Te veel aanvragen; wacht een minuut."),
        NotFoundError: lambda request, _: _absent(request),
        NotAllowedError: lambda request, error: _refused(request, 403, str(error)),
        EwsError: lambda request, error: _refused(request, 422, str(error)),
        RequestValidationError: lambda request, _: _refused(
            request, 422, "Dit adres is niet volledig of klopt niet."
        ),
        HTTPException: _http,
    }
    for kind, answer in refusals.items():
        app.add_exception_handler(kind, answer)


def _here(request: Request) -> str:
    """Where to go on after logging in: a form that was sent is not sent again."""
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{request.url.path}{query}" if request.method == "GET" else "/"


def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return (
        _absent(request) if status == 404 else _refused(request, status, "Deze handeling bestaat hier niet.")
    )


def _absent(request: Request) -> Response:
    return _refused(request, 404, "Deze pagina bestaat niet, of niet voor u.")


def _refused(request: Request, status: int, message: str) -> Response:
    return page(request, "refused.html", status=status, message=message, number=request.state.request_id)
