"""The bare page behind the link in a mail: says what it is for, and has one button. Opening it does nothing."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from ews.errors import NotFoundError
from ews.jobs.receipt import Offer, Refusal, confirm, look
from ews.store import cases
from ews.store.audit import SYSTEM
from ews.store.engine import reading
from ews.web.rendering import page
from ews.web.visit import Visiting, site_of

router = APIRouter()


@router.get("/z/{number}/ontvangst", name="receipt")
def receipt(request: Request, number: str, t: str = "") -> Response:
    """What this link confirms, for whom."""
    return _answer(request, number, look(site_of(request).context(SYSTEM), t), is_done=False)


@router.post("/z/{number}/ontvangst", name="receipt_do")
def receipt_do(request: Request, number: str, t: str = "") -> Response:
    """Confirm. The signed link is its own proof: it was sent to one address, and works once."""
    return _answer(request, number, confirm(site_of(request).context(SYSTEM), t), is_done=True)


@router.get("/z/{number}", name="matter")
def matter(visit: Visiting, number: str) -> Response:
    """The short address that mails use: to the case, or to the provider behind an alert without one."""
    path = visit.request.app.url_path_for
    if not number.startswith("W-"):
        return RedirectResponse(path("case", number=number), status_code=303)
    with reading(visit.context.engine) as connection:
        subject = cases.subject_of_alert(connection, number.removeprefix("W-"))
    if subject is None:
        raise NotFoundError("Deze waarschuwing bestaat niet.")
    return RedirectResponse(path("provider", subject=subject), status_code=303)


def _answer(request: Request, number: str, found: Offer | Refusal, *, is_done: bool) -> Response:
    refused = found if isinstance(found, Refusal) else None
    status = 200 if refused is None or refused is Refusal.USED else 410
    return page(
        request,
        "receipt.html",
        status=status,
        number=number,
        refusal=refused.value if refused else "",
        by="" if isinstance(found, Refusal) else (found.person.name if found.person else found.claim.address),
        is_done=is_done and refused is None,
    )
