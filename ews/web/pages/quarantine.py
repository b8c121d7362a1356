"""Quarantaine: held deliveries and rejected rows, and what people decide about them.

A delivery is of no one region, so this is for who works for all of them.
"""

from collections.abc import Callable, Sequence

from fastapi import APIRouter, Response

from ews.errors import NotFoundError, RefusedError
from ews.jobs import bulletin_acts, column_mapping, countersigning, quarantine
from ews.jobs.column_mapping import Edit, Gap
from ews.jobs.watching import note_view
from ews.notify.words import clean
from ews.people import Mandate
from ews.signals.model import RejectionReason
from ews.signals.table import place
from ews.web.forms import Field, Reading, blank, read
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
        states=STATES, sources=sources, proposals=bulletin_acts.listed(visit.context)[:SHOWN],
    )  # fmt: skip


@router.get("/quarantaine/{delivery}", name="delivery")
def delivery_page(visit: Visiting, delivery: int) -> Response:
    """One delivery with every cell and row that could not be read, and what to do about each."""
    return _show(visit, delivery, blank(()))


def _show(
    visit: Visit,
    delivery: int,
    typed: Reading,
    *,
    status: int = 200,
    told: str = "",
    edits: Sequence[Edit] = (),
) -> Response:
    _all_regions(visit)
    found, rows = quarantine.details(visit.context, delivery)
    note_view(visit.context, f"delivery:{delivery}", action="delivery.viewed")
    contract = visit.context.settings.sources.get(found.source)
    lacking, strange = column_mapping.gaps(visit.context, delivery)
    doubted = any(row.reason == RejectionReason.IMPLAUSIBLE for row in rows)
    return page(
        visit.request,
        "delivery.html",
        status=status,
        found=found,
        rows=rows[:SHOWN],
        count=len(rows),
        place=place,
        states=STATES,
        title=contract.title if contract else found.source,
        told=told,
        reading=typed,
        gap_fields=_gap_fields(lacking, strange),
        edits=edits,
        doubted=doubted,
        fields=_decision_fields(visit, doubted=doubted),
        can_decide=may(visit.person.role, "delivery_decide"),
    )


def _gap_fields(lacking: Sequence[Gap], strange: Sequence[str]) -> tuple[Field, ...]:
    """One field per column that was not found, offering the columns that nobody knows."""
    names = tuple((one, clean(one)) for one in strange)
    return tuple(
        Field(
            f"kolom_{at}",
            gap.column,
            "choice",
            required=False,
            choices=names,
            help=gap.what,
            empty="ontbreekt echt",
        )
        for at, gap in enumerate(lacking if strange else ())
    )


def _decision_fields(visit: Visit, *, doubted: bool) -> tuple[Field, ...]:
    people = visit.context.settings.people.values()
    others = [one for one in people if Mandate.RELEASE in one.mandates and one.id != visit.person.id]
    reason = Field("reden", "Reden", "long", required=False, help="Bij weigeren.")
    if not doubted:
        return (reason,)
    told = "Onwaarschijnlijke cijfers geven twee mensen vrij."
    choices = tuple((one.id, one.name) for one in others)
    return (reason, Field("tweede", "Wie tekent mee", "choice", required=False, help=told, choices=choices))


@router.post("/quarantaine/{delivery}", name="delivery_decide")
def decide(visit: Visiting, delivery: int, form: Posting) -> Response:
    """Release what is readable, refuse all of it, or read it again by the contract as it is now."""
    _all_regions(visit)
    _, rows = quarantine.details(visit.context, delivery)
    doubted = any(row.reason == RejectionReason.IMPLAUSIBLE for row in rows)
    typed = read(_decision_fields(visit, doubted=doubted), form)
    reason, second, chosen = typed.text("reden").strip(), typed.text("tweede"), form.values.get("wat", "")
    acts: dict[str, Callable[[], object]] = {
        "vrijgeven": lambda: quarantine.release(visit.context, delivery),
        "weigeren": lambda: quarantine.refuse(visit.context, delivery, reason),
        "opnieuw": lambda: quarantine.retry(visit.context, delivery),
    }
    if chosen == "weigeren" and not reason:
        typed.faults["reden"] = "Weigeren vraagt een reden."
    if chosen == "vrijgeven" and doubted and not second:
        typed.faults["tweede"] = "Onwaarschijnlijke cijfers vragen een tweede persoon: kies wie meetekent."
    if typed.faults or chosen not in acts:
        return _show(visit, delivery, typed, status=422)
    try:
        if chosen == "vrijgeven" and second:
            return _propose(visit, delivery, reason, second)
        acts[chosen]()
    except RefusedError as error:
        return _show(visit, delivery, typed, status=422, told=str(error))
    return back_to(visit.request, "delivery", delivery=str(delivery))


def _propose(visit: Visit, delivery: int, reason: str, second: str) -> Response:
    """Doubted figures: the colleague signs at their own screen."""
    content = {"delivery": delivery, "reason": reason[:500]}
    number = countersigning.propose(visit.context, "release", f"delivery:{delivery}", content, second=second)
    return back_to(visit.request, "countersign", number=str(number))


@router.post("/quarantaine/{delivery}/kolommen", name="delivery_columns")
def map_columns(visit: Visiting, delivery: int, form: Posting) -> Response:
    """Say which unknown column is which known one; the answer is the exact lines to change, and where."""
    _all_regions(visit)
    found, _ = quarantine.details(visit.context, delivery)
    contract = visit.context.settings.sources.get(found.source)
    lacking, strange = column_mapping.gaps(visit.context, delivery)
    pairs = {
        gap.column: form.values.get(f"kolom_{place}", "")
        for place, gap in enumerate(lacking)
        if form.values.get(f"kolom_{place}", "") in strange
    }
    typed = read(_gap_fields(lacking, strange), form)
    first = next((f"kolom_{at}" for at, gap in enumerate(lacking) if gap.column in pairs), "kolom_0")
    if contract is None or not pairs:
        typed.faults["kolom_0"] = "Kies bij ten minste een kolom welke het is."
        return _show(visit, delivery, typed, status=422)
    lines = column_mapping.edits(visit.context, contract, pairs)
    if not lines:
        typed.faults[first] = "Deze kolom staat niet met haar naam in het contract."
        return _show(visit, delivery, typed, status=422)
    return _show(visit, delivery, typed, edits=lines)
