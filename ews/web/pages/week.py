"""Week: the digest of any week, for the regions of who reads it, as it was known then."""

from datetime import timedelta

from fastapi import APIRouter, Response

from ews.errors import NotFoundError, RefusedError
from ews.jobs import digest
from ews.jobs.run import end_of_day
from ews.jobs.week_facts import narrowed, week_facts
from ews.notify.digest import digest_view, monday_of, week_of
from ews.notify.digest_view import DigestView
from ews.notify.words import ROLE, day
from ews.store import freshness
from ews.store.engine import reading
from ews.web.forms import Field, Reading, blank, read
from ews.web.policy import may
from ews.web.rendering import page
from ews.web.visit import Posting, Visit, Visiting, back_to, shelf_of

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
        can_decide=may(visit.person.role, "week_decide_do"),
    )


@router.get("/week/{week}/besluit", name="week_decide")
def decision_form(visit: Visiting, week: str) -> Response:
    """The form for what the committee decided on this week."""
    return _form_page(visit, week, blank(_decision_fields(visit)))


@router.post("/week/{week}/besluit", name="week_decide_do")
def decide(visit: Visiting, week: str, form: Posting) -> Response:
    """Record it; the next weeks show what became of it."""
    typed = read(_decision_fields(visit), form)
    if not typed.faults:
        asked = typed.values
        try:
            digest.decide(
                visit.context, week=week, what=asked["wat"], owner=asked["wie"], due=asked["uiterlijk"]
            )
            return back_to(visit.request, "week", week=week)
        except RefusedError as error:
            typed.faults["wat"] = str(error)
    return _form_page(visit, week, typed, status=422)


@router.get("/week/{week}/besluit/{number}", name="week_finish")
def outcome_form(visit: Visiting, week: str, number: int) -> Response:
    """The form for what became of a decision."""
    return _form_page(visit, week, blank(_OUTCOME), number=number)


@router.post("/week/{week}/besluit/{number}", name="week_finish_do")
def finish(visit: Visiting, week: str, number: int, form: Posting) -> Response:
    """End a decision of the committee with what came of it."""
    typed = read(_OUTCOME, form)
    if typed.faults:
        return _form_page(visit, week, typed, number=number, status=422)
    try:
        digest.finish(visit.context, number, outcome=typed.values["uitkomst"])
    except RefusedError as error:
        typed.faults["uitkomst"] = str(error)
        return _form_page(visit, week, typed, number=number, status=422)
    return back_to(visit.request, "week", week=week)


_OUTCOME = (Field("uitkomst", "Wat kwam ervan, in één zin", "text"),)


def _decision_fields(visit: Visit) -> tuple[Field, ...]:
    people = visit.context.settings.people.values()
    return (
        Field("wat", "Wat is besloten, in één zin", "text"),
        Field(
            "wie",
            "Wie voert het uit",
            "choice",
            choices=[(one.id, f"{one.name} ({ROLE[one.role]})") for one in people],
        ),
        Field("uiterlijk", "Uiterlijk", "date"),
    )


def _form_page(visit: Visit, week: str, typed: Reading, *, number: int = 0, status: int = 200) -> Response:
    try:
        monday_of(week)
    except ValueError:
        raise NotFoundError(f"'{week[:20]}' is geen week.") from None
    fields = _OUTCOME if number else _decision_fields(visit)
    return page(
        visit.request,
        "week_decision.html",
        status=status,
        week=week,
        number=number,
        fields=fields,
        reading=typed,
    )


def _digest(visit: Visit, week: str) -> DigestView:
    """The facts are gathered once for all readers, and narrowed to the regions of this one."""
    as_of = min(end_of_day(monday_of(week) + timedelta(days=6)), visit.context.now)
    with reading(visit.context.engine) as connection:
        key = ("week", week, visit.context.now.date(), freshness.stamp(connection))
    facts = shelf_of(visit).get(key, lambda: week_facts(visit.context, week, as_of=as_of, is_late=False))
    return digest_view(narrowed(facts, visit.person.regions, sees_amounts=visit.person.sees_amounts))
