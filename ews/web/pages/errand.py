"""One piece of long work: how far it is, and where its result is. Leaving the page stops nothing."""

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from ews.errors import NotFoundError
from ews.web.errands import Errand, Task
from ews.web.rendering import page
from ews.web.visit import Visit, Visiting, back_to, errands_of

router = APIRouter()


@router.get("/werk/{errand}", name="errand")
def errand_page(visit: Visiting, errand: str) -> Response:
    """Progress, refreshed by itself; only for who began it."""
    found = errands_of(visit).find(errand, visit.person.id)
    if found is None:
        raise NotFoundError("Dit werk is niet van u, of al lang klaar.")
    return page(visit.request, "errand.html", one=found, done_bytes=found.task.size())


def begin(visit: Visit, task: Task) -> tuple[Errand, Response]:
    """Begin long work. The answer leads to its result when that is there at once, else to its progress."""
    made = errands_of(visit).begin(visit.person.id, task)
    if made.is_done and made.fault is None:
        return made, RedirectResponse(task.back, status_code=303)
    return made, back_to(visit.request, "errand", errand=made.number)
