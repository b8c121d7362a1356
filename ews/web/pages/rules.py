"""Regels: norms in words, what waits on disk, models, and making either live with two people; the audit trail."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Response

from ews.errors import ConfigError, RefusedError
from ews.jobs import countersigning
from ews.jobs.models import listed
from ews.jobs.site import pending_changes
from ews.people import Mandate
from ews.settings.load import load
from ews.store import audit
from ews.store.engine import reading
from ews.web.forms import Choices, Field, Reading, blank, read
from ews.web.policy import may
from ews.web.record_words import action_text
from ews.web.rendering import page
from ews.web.visit import Posting, Visit, Visiting, back_to

router = APIRouter()
SHOWN = 100
MODEL_ROLES = {"": "niet in gebruik", "champion": "in gebruik", "challenger": "rekent mee als uitdager"}


@router.get("/beheer/regels", name="keeping_rules")
def rules_page(visit: Visiting) -> Response:
    """What holds now, and what would hold if the files on disk were made live."""
    return _show(visit, blank(()))


def _show(visit: Visit, typed: Reading, *, status: int = 200) -> Response:
    settings = visit.context.settings
    models = listed(visit.context)
    return page(
        visit.request,
        "rules.html",
        status=status,
        hash=settings.hash,
        broken=_faults(visit),
        pending=pending_changes(visit.context),
        models=models,
        roles=MODEL_ROLES,
        indicators=sorted(settings.indicators.values(), key=lambda one: one.name.lower()),
        reading=typed,
        rules_fields=_rules_fields(visit),
        model_fields=_model_fields(visit, models),
        has_mandate=Mandate.CONFIG in visit.person.mandates,
    )


def _colleagues(visit: Visit) -> Choices:
    people = visit.context.settings.people.values()
    return tuple(
        (one.id, one.name) for one in people if Mandate.CONFIG in one.mandates and one.id != visit.person.id
    )


def _rules_fields(visit: Visit) -> tuple[Field, ...]:
    return (Field("tweede", "Wie tekent mee", "choice", choices=_colleagues(visit)),)


def _model_fields(visit: Visit, models: Sequence[Mapping[str, Any]]) -> tuple[Field, ...]:
    usable = [one["model"] for one in models if one["state"] != "refused" and one["role"] != "champion"]
    return (
        Field("model", "Welk model", "choice", choices=tuple((one, one) for one in usable)),
        Field("meetekenaar", "Wie tekent mee", "choice", choices=_colleagues(visit)),
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
    is_model = "meetekenaar" in form.values
    fields = _model_fields(visit, listed(visit.context)) if is_model else _rules_fields(visit)
    typed = read(fields, form)
    if not typed.faults and Mandate.CONFIG not in visit.person.mandates:
        typed.faults[fields[-1].name] = "U heeft geen mandaat 'config' in people.toml."
    if typed.faults:
        return _show(visit, typed, status=422)
    try:
        number = _proposed(visit, typed.text("model"), typed.values[fields[-1].name])
    except RefusedError as error:
        typed.faults[fields[0].name] = str(error)
        return _show(visit, typed, status=422)
    return back_to(visit.request, "countersign", number=str(number))


def _proposed(visit: Visit, model: str, second: str) -> int:
    if model:
        return countersigning.propose(visit.context, "model", model, {}, second=second)
    load(visit.context.folder)
    return countersigning.propose_config(visit.context, second)


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
        action_text=action_text,
        can_check=may(visit.person.role, "keeping_checks"),
    )
