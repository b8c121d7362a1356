"""Week: the digest of any week, for the regions of who reads it, as it was known then."""

from datetime import timedelta

from fastapi import APIRouter, Response

from ews.errors import NotFoundError
from ews.jobs.run import end_of_day
from ews.jobs.week_facts import narrowed, week_facts
from ews.notify.digest import digest_view, monday_of, week_of
from ews.notify.digest_view import DigestView
from ews.notify.words import day
from ews.store import freshness
from ews.store.engine import reading
from ews.web.rendering import page
from ews.web.visit import Visit, Visiting, back_to, shelf_of

router = APIRouter()


@router.get("/week", name="week_now")
def this_week(visit: Visiting) -> Response:
    """To the week of today."""
    return back_to(visit.request, "week", week=week_of(day(visit.context.now)))


@router.get("/week/{week}", name="week")
def week_page(visit: Visiting, week: str) -> Response:
    """One week, and the weeks beside it."""
    try:
        monday = monday_of(week)
    except ValueError:
        raise NotFoundError(f"'{week[:20]}' is geen week.") from None
    today = day(visit.context.now)
    if monday > today:
        raise NotFoundError(f"Week {week} is nog niet begonnen.")
    following = week_of(monday + timedelta(days=7))
    return page(
        visit.request,
        "week.html",
        view=_digest(visit, week),
        before=week_of(monday - timedelta(days=7)),
        after=following if monday_of(following) <= today else "",
    )


def _digest(visit: Visit, week: str) -> DigestView:
    """The facts are gathered once for all readers, and narrowed to the regions of this one."""
    as_of = min(end_of_day(monday_of(week) + timedelta(days=6)), visit.context.now)
    with reading(visit.context.engine) as connection:
        key = ("week", week, visit.context.now.date(), freshness.stamp(connection))
    facts = shelf_of(visit).get(key, lambda: week_facts(visit.context, week, as_of=as_of, is_late=False))
    return digest_view(narrowed(facts, visit.person.regions, sees_amounts=visit.person.sees_amounts))
