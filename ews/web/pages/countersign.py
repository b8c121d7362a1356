"""What waits for a second signature outside a case: shown in full, signed or taken back."""

from fastapi import APIRouter, Response

from ews.errors import NotFoundError, RefusedError
from ews.jobs import countersigning
from ews.store import countersigns
from ews.store.engine import reading
from ews.web.rendering import page
from ews.web.visit import Posting, Visit, Visiting, back_to

router = APIRouter()


@router.get("/handtekening/{number}", name="countersign")
def countersign_page(visit: Visiting, number: int) -> Response:
    """One proposal, for the two people it is about."""
    return _show(visit, number)


def _show(visit: Visit, number: int, *, status: int = 200, fault: str = "") -> Response:
    with reading(visit.context.engine) as connection:
        found = countersigns.find(connection, number)
    if visit.person.id not in {found.first, found.second}:
        raise NotFoundError("Dit voorstel bestaat niet.")
    return page(
        visit.request,
        "countersign.html",
        status=status,
        one=found,
        kinds=countersigning.KINDS,
        people=visit.context.settings.people,
        fault=fault,
        export_path=found.content.get("query", ""),
    )


@router.post("/handtekening/{number}", name="countersign_do")
def countersign_do(visit: Visiting, number: int, form: Posting) -> Response:
    """Sign, or take it back."""
    try:
        if form.values.get("wat") == "intrekken":
            countersigning.withdraw(visit.context, number)
        else:
            countersigning.sign(visit.context, number)
    except RefusedError as error:
        return _show(visit, number, status=422, fault=str(error))
    return back_to(visit.request, "countersign", number=str(number))
