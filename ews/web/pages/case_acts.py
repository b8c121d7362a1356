"""The forms of a case: each act has its own page, keeps what was typed, and says what is wrong beside the field."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Response

from ews.cases.entries import Decision, What
from ews.cases.kinds import DecisionKind
from ews.cases.words import sentence
from ews.errors import ChangedMeanwhileError, RefusedError
from ews.jobs import cases as jobs
from ews.jobs.case_view import view_case
from ews.jobs.cases import Act
from ews.jobs.evidence import Upload
from ews.jobs.proposals import propose
from ews.notify.words import clean
from ews.web.acts import CaseAct, Setting, put_beside
from ews.web.decisions import DECISIONS
from ews.web.follow_ups import FOLLOW_UPS
from ews.web.forms import Field, Reading, blank, read
from ews.web.pages.cases import latest_evidence, seen_case, version_of
from ews.web.rendering import page
from ews.web.uploads import lay_down
from ews.web.visit import Posting, Visit, Visiting, back_to
from ews.web.work import WORK

router = APIRouter()


def _setting(visit: Visit, number: str) -> Setting:
    seen_case(visit, number)
    return Setting(view_case(visit.context, number), visit.context, dict(visit.request.query_params))


def _fields(act: CaseAct, setting: Setting) -> tuple[Field, ...]:
    """The act's own fields, and those that every act has."""
    fields = list(act.fields(setting))
    if act.is_dated:
        fields.append(Field("op", "Datum", "date", preset=setting.today.isoformat()))
    pieces = [
        (str(one.number), f"B{one.number} {clean(one.name, 60)}")
        for one in latest_evidence(setting.view.case)
    ]
    if act.file_kind and pieces and not act.needs_file:
        fields.append(
            Field("bewijs", "Bewijsstukken die er al zijn", "several", required=False, choices=pieces)
        )
    if act.file_kind:
        fields += [
            Field(
                "bestand",
                "Nieuw bewijsstuk",
                "file",
                required=act.needs_file,
                help="Zonder gegevens van cliënten.",
            ),
            Field("stukdatum", "Datum van het stuk", "date", required=False),
            Field("client", "Er staan gegevens van cliënten in", "check", required=False),
        ]
    return tuple(fields)


def _show(
    visit: Visit, act: CaseAct, setting: Setting, reading: Reading, *, status: int = 200, notice: str = ""
) -> Response:
    number = setting.view.case.number
    last_seen = int(
        reading.typed.get("gezien") or max((entry.id for entry in setting.view.case.entries), default=0)
    )
    newer = [entry for entry in setting.view.case.entries if entry.id > last_seen]
    return page(
        visit.request,
        "case_act.html",
        status=status,
        act=act,
        view=setting.view,
        fields=_fields(act, setting),
        reading=reading,
        notice=notice,
        corrected=_corrected(setting),
        newer=[(entry, sentence(entry.what, destroyed=entry.destroyed)) for entry in newer] if notice else [],
        version=version_of(visit, number),
        last_seen=max((entry.id for entry in setting.view.case.entries), default=0),
    )


def _corrected(setting: Setting) -> tuple[int, str] | None:
    """The entry that is set right: its number, and what it says now."""
    asked = setting.asked.get("verbetert", "")
    found = [entry for entry in setting.view.case.entries if str(entry.id) == asked]
    return (found[0].id, sentence(found[0].what, destroyed=found[0].destroyed)) if found else None


def _ask(act: CaseAct) -> Callable[..., Response]:
    def ask(visit: Visiting, number: str) -> Response:
        setting = _setting(visit, number)
        return _show(visit, act, setting, blank(_fields(act, setting)))

    return ask


def _do(act: CaseAct) -> Callable[..., Response]:
    def do(visit: Visiting, number: str, form: Posting) -> Response:
        setting = _setting(visit, number)
        if "soort" in form.values:  # the fields of a decision depend on its kind
            setting = replace(setting, asked={**setting.asked, "soort": form.values["soort"]})
        reading = read(_fields(act, setting), form)
        if reading.faults:
            return _show(visit, act, setting, reading, status=422)
        try:
            recorded = _carry_out(visit, act, setting, reading)
        except ChangedMeanwhileError as error:
            return _show(visit, act, _setting(visit, number), reading, status=409, notice=str(error))
        except RefusedError as error:
            notice = put_beside(act.beside, reading, error)
            return _show(visit, act, setting, reading, status=422, notice=notice)
        return back_to(visit.request, "case", f"?klaar={recorded}", number=number)

    return do


def _carry_out(visit: Visit, act: CaseAct, setting: Setting, reading: Reading) -> int:
    """Do the act, or lay it before the second person; returns the number of the entry, 0 for a proposal."""
    what = act.build(reading, setting)
    with ExitStack() as stack:
        given = Act(
            case=setting.view.case.number,
            on=reading.values.get("op"),
            second=reading.values.get("tweede") or None,
            evidence=tuple(int(number) for number in reading.values.get("bewijs") or ()),
            uploads=_uploads(act, setting, reading, stack),
            corrects=int(reading.typed.get("verbetert") or 0) or None,
            version=int(reading.typed.get("versie") or 0),
        )
        if what is None:
            return _file(visit, given)
        if given.second:
            propose(visit.context, given, what)
            return 0
        return _entry(visit, given, what)


def _file(visit: Visit, given: Act) -> int:
    """Take the file in by itself. Evidence has a number of its own, and no entry."""
    jobs.add_evidence(visit.context, given.case, given.uploads[0])
    return 0


def _entry(visit: Visit, given: Act, what: What) -> int:
    if isinstance(what, Decision) and what.kind is DecisionKind.CLOSE:
        return jobs.close(visit.context, given, what.reason, outcome=what.outcome).id
    return jobs.act(visit.context, given, what).id


def _uploads(act: CaseAct, setting: Setting, reading: Reading, stack: ExitStack) -> tuple[Upload, ...]:
    """The file that came along, as a file of its own name for as long as the act takes."""
    file: Any = reading.values.get("bestand")
    if file is None:
        return ()
    return (
        Upload(
            lay_down(file, stack),
            kind=_kind(act, setting, reading),
            evidence_date=reading.values.get("stukdatum"),
            confidentiality=reading.text("rubricering") or "vertrouwelijk",
            expires_on=reading.values.get("geldig"),
            replaces=int(reading.text("vervangt") or 0) or None,
            client_data=bool(reading.values.get("client")),
        ),
    )


def _kind(act: CaseAct, setting: Setting, reading: Reading) -> str:
    """The kind of evidence: what the person or the task says, or what belongs to the act."""
    if act.needs_file:
        return reading.text("soort")
    task = reading.text("taak")
    asked = [
        entry.what.evidence_kind
        for entry in setting.view.case.entries
        if task == str(entry.id) and hasattr(entry.what, "evidence_kind")
    ]
    return next((kind for kind in asked if kind), act.file_kind)


for _act in (*WORK, *FOLLOW_UPS, *DECISIONS):
    router.add_api_route(
        f"/zaak/{{number}}/{_act.slug}", _ask(_act), methods=["GET"], name=f"case_{_act.slug}"
    )
    router.add_api_route(
        f"/zaak/{{number}}/{_act.slug}", _do(_act), methods=["POST"], name=f"case_{_act.slug}_do"
    )
