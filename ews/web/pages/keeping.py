"""Beheer: people and their logins, sources, jobs, rules and checks. Nothing about a provider or a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter, Response

from ews.errors import NotFoundError, RefusedError
from ews.jobs.doctor import doctor
from ews.jobs.run import clock
from ews.jobs.site import pending_changes
from ews.jobs.source_health import data_lines
from ews.notify.digest_view import DataLine
from ews.notify.words import LEVEL
from ews.signals.contract import Every, SourceContract
from ews.slots import in_words, upcoming
from ews.store import audit, job_runs, logins, week
from ews.store.engine import reading, writing
from ews.web.links import make_link
from ews.web.policy import may
from ews.web.record_words import MESSAGES, job_text
from ews.web.rendering import page
from ews.web.visit import Posting, Visit, Visiting, back_to

router = APIRouter()
LOOKED_BACK = timedelta(days=2)
RHYTHM = {
    Every.DAY: "elke dag",
    Every.WEEK: "elke week",
    Every.MONTH: "elke maand",
    Every.QUARTER: "elk kwartaal",
    Every.YEAR: "elk jaar",
}


@router.get("/beheer", name="keeping")
def keeping_page(visit: Visiting) -> Response:
    """Who may log in, what came in, what ran."""
    return _show(visit, made="")


def _show(visit: Visit, *, made: str, link: str = "") -> Response:
    settings, now = visit.context.settings, visit.context.now
    with reading(visit.context.engine) as connection:
        accounts = logins.accounts(connection)
        sources = week.sources(connection, now)
        troubles = list(data_lines(connection, visit.context, now))
        runs = job_runs.recent(connection, now - LOOKED_BACK)
        head = audit.head(connection)
    return page(
        visit.request,
        "keeping.html",
        people=settings.people.values(),
        accounts=accounts,
        made=made,
        link=link,
        sources=[_source(one, sources.get(name), troubles) for name, one in settings.sources.items()],
        runs=runs[:40],
        planned=_planned(visit),
        routes=settings.routes.values(),
        hash=settings.hash,
        pending=pending_changes(visit.context),
        can_read_trail=may(visit.person.role, "keeping_audit"),
        words=LEVEL,
        job_text=job_text,
        messages=MESSAGES,
        head=head,
        can_invite=may(visit.person.role, "keeping_invite"),
    )


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source with how fresh it is; `trouble` says what is wrong with it, empty when nothing is."""

    title: str
    rhythm: str
    last: datetime | None
    held: int
    trouble: str


def _source(
    contract: SourceContract, state: week.SourceState | None, troubles: Sequence[DataLine]
) -> SourceLine:
    return SourceLine(
        title=contract.title,
        rhythm=RHYTHM.get(contract.cadence.every, "als er iets is"),
        last=state.last_accepted if state else None,
        held=len(state.held) if state else 0,
        trouble="; ".join(one.state for one in troubles if one.source == contract.title),
    )


def _planned(visit: Visit) -> list[tuple[str, str, str, datetime | None]]:
    """(job, why, when in words, next run) of the schedule."""
    now = visit.context.now
    rows = []
    for job in visit.context.settings.schedule.values():
        following = upcoming(job, now=now, count=1)
        rows.append((job.id, job.why, in_words(job), following[0].at if following else None))
    return sorted(rows, key=lambda row: (row[3] is None, row[3] or now))


@router.post("/beheer/uitnodigen/{person}", name="keeping_invite")
def invite(visit: Visiting, person: str, form: Posting) -> Response:
    """A one-time link with which this person makes an account; shown once, to be handed over in person."""
    if person not in visit.context.settings.people:
        raise NotFoundError("Deze persoon staat niet in people.toml.")
    if person == visit.person.id:
        raise RefusedError("Een link voor uzelf maakt een ander, of ews serve op de server.")
    with writing(visit.context.engine) as connection:
        path = make_link(connection, visit.context.settings, person, "account", by=visit.login.actor)
    return _show(visit, made=person, link=f"{str(visit.request.base_url).rstrip('/')}{path}")


@router.post("/beheer/afsluiten/{person}", name="keeping_disable")
def disable(visit: Visiting, person: str, form: Posting) -> Response:
    """End an account and every session of it, at once."""
    if person == visit.person.id:
        raise RefusedError("Uw eigen account sluit een ander af.")
    with writing(visit.context.engine) as connection:
        logins.disable_account(connection, person, now=clock())
        audit.append(connection, visit.login.actor, "account.disabled", person[:80], now=visit.context.now)
    return back_to(visit.request, "keeping")


@router.get("/beheer/controle", name="keeping_checks")
def checks(visit: Visiting) -> Response:
    """Is everything well? The checks of `ews doctor`, but for the relay, which a page can't wait for."""
    return page(visit.request, "checks.html", checks=doctor(visit.context, with_relay=False))
