"""Quarantaine: held deliveries and rejected rows, and what people decide about them.

A delivery is of no one region, so this is for who works for all of them.
"""

from collections.abc import Callable

from fastapi import APIRouter, Response

from ews.errors import NotFoundError, RefusedError
from ews.jobs import quarantine
from ews.jobs.watching import note_view
from ews.signals.table import place
from ews.web.policy import may
from ews.web.rendering import page
from ews.web.visit import Posting, Visit, Visiting, back_to

router = APIRouter()
STATES = {
    "held": "vastgehouden",
    "accepted": "verwerkt",
    "refused": "geweigerd",
    "staging": "wordt ingelezen",
}
SHOWN = 200


def _all_regions(visit: Visit) -> None:
    if not visit.scope.is_whole:
        raise NotFoundError("Deze pagina bestaat niet, of niet voor u.")


@router.get("/quarantaine", name="quarantine")
def overview(visit: Visiting, alles: str = "") -> Response:
    """What is held, or also everything of which something could not be read."""
    _all_regions(visit)
    found = quarantine.overview(visit.context, everything=alles == "ja")
    sources = {name: one.title for name, one in visit.context.settings.sources.items()}
    return page(
        visit.request, "quarantine.html", found=found[::-1][:SHOWN], count=len(found), everything=alles == "ja",
        states=STATES, sources=sources,
    )  # fmt: skip


@router.get("/quarantaine/{delivery}", name="delivery")
def delivery_page(visit: Visiting, delivery: int) -> Response:
    """One delivery with every cell and row that could not be read, and what to do about each."""
    return _show(visit, delivery, status=200, fault="")


def _show(visit: Visit, delivery: int, *, status: int, fault: str) -> Response:
    _all_regions(visit)
    found, rows = quarantine.details(visit.context, delivery)
    note_view(visit.context, f"delivery:{delivery}", action="delivery.viewed")
    title = (
        visit.context.settings.sources[found.source].title
        if found.source in visit.context.settings.sources
        else ""
    )
    return page(
        visit.request,
        "delivery.html",
        status=status,
        found=found,
        rows=rows[:SHOWN],
        count=len(rows),
        place=place,
        states=STATES,
        title=title or found.source,
        fault=fault,
        can_decide=may(visit.person.role, "delivery_decide"),
    )


@router.post("/quarantaine/{delivery}", name="delivery_decide")
def decide(visit: Visiting, delivery: int, form: Posting) -> Response:
    """Release what is readable, refuse all of it, or read it again by the contract as it is now."""
    _all_regions(visit)
    reason = form.values.get("reden", "").strip()
    acts: dict[str, Callable[[], object]] = {
        "vrijgeven": lambda: quarantine.release(visit.context, delivery),
        "weigeren": lambda: quarantine.refuse(visit.context, delivery, reason),
        "opnieuw": lambda: quarantine.retry(visit.context, delivery),
    }
    chosen = form.values.get("wat", "")
    if chosen not in acts or (chosen == "weigeren" and not reason):
        return _show(visit, delivery, status=422, fault="Weigeren vraagt een reden.")
    try:
        acts[chosen]()
    except RefusedError as error:
        return _show(visit, delivery, status=422, fault=str(error))
    return back_to(visit.request, "delivery", delivery=str(delivery))
