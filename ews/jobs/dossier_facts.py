"""Gathering what a notice may state: the log, the register and the assessment of a case, each with its evidence."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from ews.cases import log
from ews.cases.calendar import office_date
from ews.cases.correspondence import Asked
from ews.cases.model import CaseFile
from ews.dossier.disclosure import Recipient, cleared_for
from ews.dossier.record import CaseFacts, ProviderFacts, Stated
from ews.jobs.dossier_cells import Cells
from ews.jobs.dossier_clients import client_lines
from ews.jobs.dossier_evidence import Numbering, cite_log
from ews.jobs.dossier_risk import risk_of
from ews.jobs.run import Context
from ews.notify.words import ROLE
from ews.scoring.model import Assessment
from ews.scoring.words import figure, period
from ews.signals.model import Unit
from ews.store import assessments, cases, dossiers, events, observations

SECTORS = {
    "vv": "verpleging en verzorging",
    "ghz": "gehandicaptenzorg",
    "ggz": "geestelijke gezondheidszorg",
}


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts, and the evidence numbers that drafting must record for them."""

    facts: CaseFacts
    numberings: tuple[Numbering, ...]


def gather(
    connection: Connection,
    context: Context,
    number: str,
    others: Sequence[str] = (),
    *,
    as_of: datetime,
    reader: Recipient = Recipient.NZA,
) -> Gathered:
    """Everything known at `as_of` about a case, and about the cases that the same document spans."""
    found = tuple(cases.load_case(connection, one, as_of=as_of) for one in (number, *others))
    numbering = {case.number: Numbering(case, case.number == number) for case in found}
    subjects = sorted({case.subject for case in found})
    last = assessments.latest(connection, as_of=as_of, subjects=subjects)
    frame = observations.known_at(connection, as_of, subjects=subjects)
    files = dossiers.delivered_files(connection, _deliveries(frame, last.values()))
    cells = Cells(
        frame,
        files,
        cleared_for(reader, context.settings.sources),
        observations.last_seen(connection, as_of),
        unheard=events.unheard_rows(connection, as_of),
    )
    providers = tuple(_provider(cells, numbering[case.number], case) for case in found)
    risk = risk_of(connection, context, cells, numbering[number], last.get(found[0].subject))
    logs = {case.number: cite_log(numbering[case.number], as_of).number for case in found}
    facts = CaseFacts(
        cases=found,
        providers=providers,
        office=_office(context, numbering[number]),
        evidence=tuple(line for one in numbering.values() for line in one.lines()),
        log_extract=logs,
        functions={person.id: ROLE[person.role] for person in context.settings.people.values()},
        today=office_date(as_of),
        risk=risk,
        targets=found[0].policy.get("case", {}).get("targets", {}),
        asked=_asked(found),
        uitvoerders=tuple(one.name for one in context.settings.wlz_uitvoerders.values()),
    )
    return Gathered(facts, tuple(numbering.values()))


def _asked(found: Iterable[CaseFile]) -> dict[str, date]:
    """Fact -> the day it was last asked for."""
    asked: dict[str, date] = {}
    for case in found:
        for entry, what in log.current(case, Asked):
            asked |= dict.fromkeys(what.facts, entry.happened_on)
    return asked


def _deliveries(frame: pd.DataFrame, found: Iterable[Assessment]) -> Collection[int]:
    of_reasons = {row.delivery for one in found for reason in one.reasons for row in reason.observations}
    return {int(number) for number in frame["delivery_id"].unique()} | of_reasons


def _office(context: Context, numbering: Numbering) -> dict[str, tuple[Stated, ...]]:
    office = context.settings.site.office
    content = {
        "naam": office.name,
        "rechtspersoon": office.legal_name,
        "regios": list(office.regions),
        "adres": office.address,
        "contact": office.contact,
    }
    opened = office_date(numbering.case.opened_at)
    ref = numbering.cite_json("kantoorgegevens", "Gegevens van het kantoor.json", opened, content)
    told = {
        "verzekeraar": f"{office.legal_name}, handelend als {office.name}",
        "regio": ", ".join(_region(context, code) for code in office.regions),
        "verzekeraar_adres": office.address,
        "verzekeraar_contact": office.contact,
        "vertrouwelijkheid": context.settings.house_style.confidentiality,
    }
    return {fact: (Stated(text, (ref,)),) for fact, text in told.items() if text}


def _region(context: Context, code: str) -> str:
    known = context.settings.regions.get(code)
    return f"{code} {known.name}" if known else code


def _provider(cells: Cells, numbering: Numbering, case: CaseFile) -> ProviderFacts:
    subject = case.subject
    name = _text(cells, subject, "naam") or subject
    stated: dict[str, tuple[Stated, ...]] = {}
    for fact, indicator, write in (
        ("zorgaanbieder", "naam", lambda row: f"{row.text}, {_identifier(subject)}{_agb(cells, subject)}"),
        ("aanbieder_rechtspersoon", "naam", lambda row: f"{row.text}{_legal_form(cells, subject)}"),
        ("sector", "sector", lambda row: SECTORS.get(row.text, row.text)),
        ("personeelsleden", "personeelsleden", lambda row: figure(row.value, Unit.COUNT)),
        ("omzet", "wlz_opbrengsten", lambda row: f"{figure(row.value, Unit.EUROCENT)} ({_period(row)})"),
    ):
        row = cells.one(subject, indicator)
        if row is not None:
            dated = row.period_end if fact in {"personeelsleden", "omzet"} else None
            withheld = cells.withheld(row)
            text, refs = ("", ()) if withheld else (write(row), (cells.ref(numbering, row),))
            stated[fact] = (Stated(text, refs, dated, withheld=withheld),)
    hidden = (cells.withheld(row) for row in cells.split(subject, "clienten"))
    clients = tuple(client_lines(cells, numbering, case))
    return ProviderFacts(subject, name, stated, clients, next(filter(None, hidden), ""))


def _text(cells: Cells, subject: str, indicator: str) -> str:
    row = cells.one(subject, indicator)
    return row.text if row is not None and isinstance(row.text, str) else ""


def _identifier(subject: str) -> str:
    scheme, _, value = subject.partition(":")
    return f"{ {'kvk': 'KvK-nummer', 'agb': 'AGB-code'}.get(scheme, scheme.upper()) } {value}"


def _agb(cells: Cells, subject: str) -> str:
    agb = _text(cells, subject, "agb")
    return f", AGB-code {agb.removeprefix('agb:')}" if agb and not subject.startswith("agb") else ""


def _legal_form(cells: Cells, subject: str) -> str:
    form = _text(cells, subject, "rechtsvorm")
    said = _text(cells, subject, "naam").lower()
    return f" ({form})" if form and form.lower() not in said else ""


def _period(row: Any) -> str:
    return period(row.period_start, row.period_end)
