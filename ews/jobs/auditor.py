"""The auditor: proves that each step that was due did run, and tells of each that did not."""

from dataclasses import replace
from typing import Any

from ews.cases.steps import Missed, Raise, missed_steps
from ews.identifiers import parse_subject
from ews.jobs.post import trouble
from ews.jobs.run import Context
from ews.notify.views import SystemView
from ews.store import audit, case_subjects, cases, steps
from ews.store.engine import reading, writing

SHOWN = 10


def audit_steps(context: Context) -> dict[str, Any]:
    """Check every alert and case once. Returns `{"checked", "missed", "steps"}`; what was missed is told once a day."""
    with reading(context.engine) as connection:
        raises = steps.raises(connection)
        locations = {one.provider for one in raises if parse_subject(one.provider).is_location}
        owners = case_subjects.register_texts(connection, "aanbieder", locations, as_of=context.now)
        files = cases.all_cases(connection)
        missed = missed_steps(
            context.settings.cases,
            raises=[_about_provider(one, owners) for one in raises],
            cases=files,
            carried=steps.carried(connection),
            now=context.now,
        )
    lines = [f"{one.step.value}: {one.about}, {one.text}" for one in missed]
    with writing(context.engine) as connection:
        detail = {"checked": len(raises) + len(files), "missed": len(missed)}
        audit.append(
            connection, context.actor, "steps.audited", f"{context.now:%Y-%m-%d}", detail, now=context.now
        )
        if missed:
            trouble(connection, context, _view(context, missed, lines), about=f"steps:{context.now:%Y-%m-%d}")
    return {**detail, "steps": lines}


def _about_provider(one: Raise, owners: dict[str, str]) -> Raise:
    return replace(one, provider=owners.get(one.provider, one.provider))


def _view(context: Context, missed: list[Missed], lines: list[str]) -> SystemView:
    return SystemView(
        topic="een stap bleef liggen",
        what=f"{len(missed)} stappen hadden moeten draaien en hebben geen spoor nagelaten.",
        consequence="Een waarschuwing kan zonder zaak of zonder taken zijn gebleven.",
        actions=(
            "Open de zaak met: ews case open AANBIEDER --reason …",
            "Zoek in het log waarom de stap niet draaide.",
        ),
        details=tuple(lines[:SHOWN]),
        office=context.settings.site.office.name,
        at=context.now,
        fictitious=context.settings.site.kind != "production",
    )
