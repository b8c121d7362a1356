"""Regels: norms in words, what waits on disk, models, and making either live with two people; the audit trail."""

from fastapi import APIRouter, Response

from ews.errors import ConfigError, RefusedError
from ews.jobs import countersigning
from ews.jobs.models import listed
from ews.jobs.site import pending_changes
from ews.people import Mandate
from ews.settings.load import load
from ews.store import audit
from ews.store.engine import reading
from ews.web.policy import may
from ews.web.rendering import page
from ews.web.visit import Posting, Visit, Visiting, back_to

router = APIRouter()
SHOWN = 100


@router.get("/beheer/regels", name="keeping_rules")
def rules_page(visit: Visiting) -> Response:
    """What holds now, and what would hold if the files on disk were made live."""
    return _show(visit)


def _show(visit: Visit, *, status: int = 200, fault: str = "") -> Response:
    settings = visit.context.settings
    people = settings.people.values()
    return page(
        visit.request,
        "rules.html",
        status=status,
        fault=fault,
        hash=settings.hash,
        broken=_faults(visit),
        pending=pending_changes(visit.context),
        models=listed(visit.context),
        indicators=sorted(settings.indicators.values(), key=lambda one: one.name.lower()),
        colleagues=[
            (one.id, one.name)
            for one in people
            if Mandate.CONFIG in one.mandates and one.id != visit.person.id
        ],
        has_mandate=Mandate.CONFIG in visit.person.mandates,
    )


def _faults(visit: Visit) -> str:
    """What is wrong with the files on disk; empty when they could be made live."""
    try:
        load(visit.context.folder)
    except ConfigError as error:
        return str(error)
    return ""


@router.post("/beheer/regels", name="keeping_propose")
def propose(visit: Visiting, form: Posting) -> Response:
    """Ask a colleague to make the files on disk, or a model, live."""
    second, model = form.values.get("tweede", ""), form.values.get("model", "")
    if Mandate.CONFIG not in visit.person.mandates:
        return _show(visit, status=422, fault="U heeft geen mandaat 'config' in people.toml.")
    try:
        if model:
            number = countersigning.propose(visit.context, "model", model, {}, second=second)
        else:
            load(visit.context.folder)
            number = countersigning.propose_config(visit.context, second)
    except RefusedError as error:
        return _show(visit, status=422, fault=str(error) if second else "Kies wie meetekent.")
    return back_to(visit.request, "countersign", number=str(number))


@router.get("/beheer/auditspoor", name="keeping_audit")
def trail_page(visit: Visiting, wie: str = "", wat: str = "", over: str = "", voor: int = 0) -> Response:
    """The chain, a hundred entries at a time."""
    with reading(visit.context.engine) as connection:
        rows = audit.trail(
            connection,
            actor=wie[:80],
            action=wat[:60],
            about=over[:120],
            before=max(voor, 0),
            limit=SHOWN + 1,
        )
        head = audit.head(connection)
    return page(
        visit.request,
        "audit_trail.html",
        rows=rows[:SHOWN],
        older=rows[SHOWN - 1]["seq"] if len(rows) > SHOWN else 0,
        wie=wie,
        wat=wat,
        over=over,
        head=head,
        can_check=may(visit.person.role, "keeping_checks"),
    )
