"""`ews case review / outcomes`: how a case went, as the office and as the NZa would read it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ews.cases.review import Afterwards, NzaReading, afterwards, as_nza
from ews.cases.words import PARTIES, day, sentence
from ews.cli.case_options import Case
from ews.cli.case_page import wrapped
from ews.cli.cases import group
from ews.cli.frame import AsOf, Json, as_of_moment, emit, site_of
from ews.errors import RefusedError
from ews.jobs.case_view import view_case

if TYPE_CHECKING:
    from ews.cases.judgements import Judged


@group.command()
def review(
    context: typer.Context,
    case: Case,
    reader: Annotated[str, typer.Option("--as", help="nza: lees de zaak met de kritiek van 2024.")] = "",
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Evaluatie: tijdlijn, wat te laat was, wie meedeed, lessen. Met --as nza: zoals de NZa de zaak leest."""
    if reader not in {"", "nza"}:
        raise RefusedError(f"--as '{reader}' bestaat niet. Kies: nza.")
    site = site_of(context)
    view = view_case(site, case, as_of=as_of_moment(as_of, site.now) if as_of else None)
    if reader == "nza":
        sheet = as_nza(view.case, view.policy, today=view.today)
        emit(as_json, _nza_document(case, sheet), "\n".join(_nza(case, sheet)))
        return
    from ews.jobs.judgements import judgements

    moment = as_of_moment(as_of, site.now) if as_of else None
    scored = [one for one in judgements(site, as_of=moment) if one.judgement.subject == view.case.subject]
    found = afterwards(view.case, view.policy, today=view.today)
    timeline = [
        {"happened_on": entry.happened_on.isoformat(), "recorded_at": entry.recorded_at.isoformat(),
         "text": sentence(entry.what, destroyed=entry.destroyed)}
        for entry in sorted(view.case.entries, key=lambda one: (one.happened_on, one.id))
        if entry.author != "systeem" or type(entry.what).__name__ != "Task"
    ]  # fmt: skip
    document = _review_document(case, found, timeline) | {
        "judgements": [_scored_document(one) for one in scored]
    }
    emit(as_json, document, "\n".join([*_review(case, found, timeline), *_scored(scored)]))


def _scored_document(one: "Judged") -> dict[str, Any]:
    made = one.judgement
    return {
        "kind": made.kind, "on": made.on.isoformat(), "what": made.what, "roles": list(made.roles),
        "case": made.case or None, "score": one.score, "because": one.because,
    }  # fmt: skip


def _scored(scored: list["Judged"]) -> list[str]:
    """What people set aside, each with how it turned out; roles, not names."""
    if not scored:
        return []
    lines = ["", "Wat wij opzij zetten, en hoe dat uitkwam"]
    for one in scored:
        made = one.judgement
        who = f" door {' en '.join(made.roles)}" if made.roles else ""
        text = f"  {day(made.on)}: {made.kind.value}, {made.what}{who}. {one.score.value.capitalize()}: {one.because}."
        lines += wrapped(text, indent=4)
    return lines


@group.command("judgements")
def judgements_command(context: typer.Context, as_of: AsOf = None, as_json: Json = False) -> None:
    """Afwijkende niveaus, stiltes en besluiten om niet te melden: klopten zij achteraf?"""
    from ews.cases.judgements import counts
    from ews.jobs.judgements import judgements

    site = site_of(context)
    scored = judgements(site, as_of=as_of_moment(as_of, site.now) if as_of else None)
    total = {score.value: number for score, number in counts(scored).items()}
    head = ", ".join(f"{number} {score}" for score, number in total.items())
    document = {"counts": total, "judgements": [_scored_document(one) for one in scored]}
    emit(as_json, document, "\n".join([f"{len(scored)} keer opzij gezet: {head}.", *_scored(scored)]))


def _nza(case: str, sheet: NzaReading) -> list[str]:
    lines = [f"Zaak {case}, gelezen als de NZa (kritiek uit het samenvattend rapport 2023-2024)", ""]
    if sheet.should_have_notified_on:
        lines += wrapped(
            f"Melden had gemoeten op {day(sheet.should_have_notified_on)}: {sheet.because}.", indent=0
        )
    if sheet.days_late:
        lines.append(f"Dat is {sheet.days_late} dagen te laat.")
    lines.append("")
    for one in sheet.findings:
        lines += wrapped(f"{one.verdict.upper():<10} {one.point}: {one.text}", indent=11)
    return lines


def _nza_document(case: str, sheet: NzaReading) -> dict[str, Any]:
    due = sheet.should_have_notified_on
    return {
        "case": case,
        "should_have_notified_on": due.isoformat() if due else None,
        "because": sheet.because,
        "days_late": sheet.days_late,
        "findings": [
            {"point": one.point, "verdict": one.verdict, "text": one.text} for one in sheet.findings
        ],
    }


def _review(case: str, found: Afterwards, timeline: list[dict[str, Any]]) -> list[str]:
    lines = [f"Evaluatie van zaak {case}", "", "Tijdlijn"]
    for one in timeline:
        late = (
            f" (vastgelegd {one['recorded_at'][:10]})" if one["recorded_at"][:10] > one["happened_on"] else ""
        )
        lines += wrapped(f"  {one['happened_on']}  {one['text']}{late}", indent=14)
    lines += ["", "Doorlooptijden"]
    for lag in found.lags:
        norm = f" (eigen norm {lag.target})" if lag.target is not None else ""
        lines.append(f"  {lag.title}: {lag.days} dagen{norm}")
    lines += ["", f"Te late taken: {len(found.late_tasks)}"]
    lines += [
        line for title, days in found.late_tasks for line in wrapped(f"  {days} dagen: {title}", indent=4)
    ]
    lines += ["", f"Meer dan een week na dato vastgelegd: {len(found.recorded_late)} regels"]
    took = ", ".join(PARTIES[one] for one in found.took_part) or "nog niemand"
    lines += ["", *wrapped(f"Namen deel aan de evaluatie: {took}", indent=2)]
    lines += [f"  niet gehoord: {', '.join(PARTIES[one] for one in found.absent)}"] if found.absent else []
    lines += ["", "Lessen"]
    for _, lesson in found.lessons:
        until = f", vóór {day(lesson.due_on)}" if lesson.due_on else ""
        lines += wrapped(f"  {lesson.step}: {lesson.text} ({lesson.owner}{until})", indent=4)
    return (
        lines if found.lessons else [*lines, "  nog geen: ews case lesson ZAAK --step … --owner … --text …"]
    )


def _review_document(case: str, found: Afterwards, timeline: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "case": case,
        "timeline": timeline,
        "lags": [{"span": lag.title, "days": lag.days, "target": lag.target} for lag in found.lags],
        "late_tasks": [{"task": title, "days": days} for title, days in found.late_tasks],
        "recorded_late": [{"entry": entry, "days": days} for entry, days in found.recorded_late],
        "took_part": list(found.took_part),
        "absent": list(found.absent),
        "overrides": [{"on": on.isoformat(), "level": level} for on, level in found.overrides],
        "lessons": [{"step": one.step, "owner": one.owner, "text": one.text} for _, one in found.lessons],
    }


@group.command("outcomes")
def outcomes_command(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(help="Schrijf een CSV voor ews replay --outcomes.")] = None,
    as_json: Json = False,
) -> None:
    """Hoe gesloten zaken afliepen: de uitkomsten waarmee de terugblik leert."""
    from ews.jobs.case_papers import outcomes, write_outcomes

    rows = outcomes(site_of(context))
    if out is not None:
        write_outcomes(rows, out)
    document = {"outcomes": [{"provider": who, "on": on, "kind": kind} for who, _, on, kind in rows]}
    emit(
        as_json,
        document,
        "\n".join(f"{on}  {kind:<12} {name or who}" for who, name, on, kind in rows) or "Nog geen.",
    )
