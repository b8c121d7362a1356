"""The yearly evaluation: made from the record, kept as page and paper, and itself put on the record."""

from dataclasses import asdict
from typing import Any

from ews.jobs.run import Context
from ews.jobs.year_facts import year_facts
from ews.notify.evaluation import headline
from ews.notify.evaluation_render import evaluation_html, evaluation_pdf
from ews.store import audit
from ews.store.engine import writing

FOLDER = "reports"


def evaluation(context: Context, year: int) -> dict[str, Any]:
    """Make the report of a year in the site's folder of reports.

    Returns `{"year", "as_of", "headline", "ended", "in_vain", "self_assessment", "replay", "files"}`. Raises
    RefusedError for a year that has not begun.
    """
    facts = year_facts(context, year)
    folder = context.folder / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        folder / f"evaluatie-{year}.html": evaluation_html(facts).encode(),
        folder / f"evaluatie-{year}.pdf": evaluation_pdf(facts),
    }
    for path, content in files.items():
        path.write_bytes(content)
    with writing(context.engine) as connection:
        audit.append(connection, context.actor, "report.evaluation", str(year), now=context.now)
    return {
        "year": year,
        "as_of": facts.as_of.isoformat(),
        "headline": headline(facts),
        "ended": [
            asdict(one) | {"on": str(one.on), "lead_days": one.lead_days, "first_told_on": str(one.first_told_on or "")}
            for one in facts.ended
        ],
        "in_vain": [{"name": one.name, "from": str(one.opened_on), "until": str(one.cleared_on)} for one in facts.in_vain],
        "self_assessment": [
            {"norm": norm.norm.id, "question": answer.question, "shown": answer.shown, "evidence": answer.text}
            for norm in facts.answers
            for answer in norm.answers
        ],
        "replay": facts.replay,
        "files": [str(path) for path in files],
    }  # fmt: skip
