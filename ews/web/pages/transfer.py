"""Overdracht: where the clients of a case could go, for whom there is no place and why, and how far they are."""

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Response

from ews.cases import log
from ews.cases.kinds import TransferState
from ews.cases.model import CaseFile, Entry
from ews.cases.moves import TransferCount, TransferGroup
from ews.cases.transfer import BLOCK_WORDS
from ews.errors import RefusedError
from ews.jobs.transfer import TransferView, plan_transfer, record_plan
from ews.jobs.transfer_document import plan_document
from ews.jobs.watching import note_view
from ews.store import freshness
from ews.store.engine import reading
from ews.web.pages.cases import as_of_asked, seen_case
from ews.web.policy import may
from ews.web.rendering import page
from ews.web.visit import Posting, Visit, Visiting, back_to, shelf_of

router = APIRouter()
OPTIONS = {
    "overbrugging": "overbruggingszorg in een andere leveringsvorm (vpt, mpt)",
    "overname": "overname ter plaatse met personeel door aanbieders die dat kunnen dragen",
    "onbevestigd": "plaatsen die lang niet zijn bevestigd: bel ze",
}
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Progress:
    """One group that moves: how many stand where, by the last count."""

    entry: Entry
    group: TransferGroup
    counted_on: date | None
    counts: dict[TransferState, int]

    @property
    def uncounted(self) -> int:
        """Clients of the group that the last count does not mention; negative when it has too many."""
        return self.group.clients - sum(self.counts.values())


def progress(case: CaseFile) -> list[Progress]:
    """The real transfer: every group with its last count."""
    counted = {what.group: (entry, what) for entry, what in log.current(case, TransferCount)}
    return [
        Progress(
            entry,
            group,
            counted[entry.id][0].happened_on if entry.id in counted else None,
            dict(counted[entry.id][1].counts) if entry.id in counted else {},
        )
        for entry, group in log.current(case, TransferGroup)
    ]


@router.get("/zaak/{number}/overdracht", name="case_transfer")
def transfer_page(visit: Visiting, number: str, op: str = "") -> Response:
    """The plan as it would be now (or was on a day), and how far the real transfer is."""
    return _show(visit, number, on=op)


def _show(visit: Visit, number: str, *, status: int = 200, on: str = "", fault: str = "") -> Response:
    case = seen_case(visit, number)
    note_view(visit.context, number, action="case.viewed")
    allow = tuple(one for one in visit.request.query_params.getlist("ook") if one in OPTIONS)
    try:
        found, why_not = _plan(visit, case, allow, on), ""
    except RefusedError as error:
        found, why_not = None, str(error)
    return page(
        visit.request,
        "transfer.html",
        status=status,
        case=case,
        found=found,
        why_not=why_not,
        allow=allow,
        options=OPTIONS,
        block=BLOCK_WORDS,
        shown=SHOWN,
        groups=progress(case),
        states=[one for one in TransferState],
        on=on,
        fault=fault,
        can_keep=may(visit.person.role, "case_transfer_keep") and not on and case.closed_at is None,
    )


def _plan(visit: Visit, case: CaseFile, allow: tuple[str, ...], on: str) -> TransferView:
    """Solved once until a figure changes: a large region takes seconds."""
    as_of = as_of_asked(on)
    with reading(visit.context.engine) as connection:
        made_from = freshness.stamp(connection)
    key = ("transfer", case.subject, allow, as_of, visit.context.now.date(), made_from)
    return shelf_of(visit).get(
        key, lambda: plan_transfer(visit.context, case.subject, allow=allow, as_of=as_of)
    )


@router.post("/zaak/{number}/overdracht", name="case_transfer_keep")
def keep_plan(visit: Visiting, number: str, form: Posting) -> Response:
    """Put the outcome of the plan in the case, with the plan as evidence for what was not possible."""
    case = seen_case(visit, number)
    allow = tuple(one for one in form.repeated.get("ook", ()) if one in OPTIONS)
    try:
        view = plan_transfer(visit.context, case.subject, allow=allow)
        record_plan(visit.context, view, plan_document(view))
    except RefusedError as error:
        return _show(visit, number, status=422, fault=str(error))
    return back_to(visit.request, "case", number=number)
