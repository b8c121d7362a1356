"""What we knew when, of one provider; and every signal worth notifying, of the office."""

from dataclasses import dataclass
from datetime import date

from ews.cases import log
from ews.cases.calendar import office_date
from ews.cases.clock import melding_clock
from ews.cases.entries import Contact, Decision, Notice, StageChange, What
from ews.cases.kinds import DecisionKind, NoticeKind, Stage
from ews.cases.model import CaseFile
from ews.dossier.history import DECISIONS, PARTIES
from ews.dossier.layout import plain_paper
from ews.dossier.paper import Paper, PaperBlock
from ews.dossier.paper import table as drawn_table
from ews.dossier.vigilance import Dated, Week, page_table, weeks
from ews.dossier.words import long_date, short_date
from ews.jobs.run import Context, end_of_day
from ews.notify.words import LEVEL, ROLE
from ews.store import audit, case_subjects, cases, vigilance
from ews.store.engine import reading

PAGE_WIDTHS = (11, 41, 11, 17, 20)
"""Shares of the width, so that a year is one page."""
PUBLIC = ("Decision", "StageChange", "Notice", "Alternative", "Answer", "Measure", "Contact", "Raised")
"""Entries that a page for the supervisor names; the rest is bookkeeping."""


@dataclass(frozen=True, slots=True)
class Known:
    """One provider over a period."""

    subject: str
    name: str
    since: date
    until: date
    weeks: tuple[Week, ...]
    audit_head: str

    @property
    def gaps(self) -> int:
        return sum(1 for week in self.weeks if week.is_gap)


def known(context: Context, subject: str, since: date, until: date) -> Known:
    """What was on the record about a provider, week by week."""
    first, last = end_of_day(since), end_of_day(until)
    with reading(context.engine) as connection:
        mine = [case for case in cases.all_cases(connection, as_of=last) if case.subject == subject]
        objects = [subject, *(case.number for case in mine)]
        came = vigilance.deliveries(connection, subject, since=first, until=last)
        stood = vigilance.levels(connection, subject, until=last)
        acted = vigilance.people(connection, objects, since=first, until=last)
        names = case_subjects.register_texts(connection, "naam", [subject], as_of=last)
        head = audit.head(connection)
    functions = {person.id: ROLE[person.role] for person in context.settings.people.values()}
    found = weeks(
        since,
        until,
        data=[Dated(office_date(one.at), _title(context, one.what)) for one in came],
        levels=[Dated(office_date(at), LEVEL[level]) for at, level in stood],
        looked=[Dated(office_date(one.at), functions.get(one.by, one.by)) for one in acted],
        decided=[one for case in mine for one in _decided(case)],
    )
    return Known(subject, names.get(subject, subject), since, until, found, f"{head.hash[:8]} ({head.seq})")


def _title(context: Context, source: str) -> str:
    contract = context.settings.sources.get(source)
    return contract.title if contract else source


def _decided(case: CaseFile) -> list[Dated]:
    return [
        Dated(office_date(entry.recorded_at), _short(entry.what))
        for entry in case.entries
        if type(entry.what).__name__ in PUBLIC
    ]


def _short(what: What) -> str:
    """The kind and outcome of an entry; words of people and names stay in the case."""
    match what:
        case Decision():
            return f"besluit {DECISIONS[what.kind]}: {what.outcome.replace('_', ' ')}"
        case StageChange():
            return f"trede {what.before} naar {what.after}"
        case Notice():
            return "EWS-melding gedaan" if what.kind is NoticeKind.EWS_MELDING else "overmachtsmelding gedaan"
        case Contact():
            return f"{what.channel} met {PARTIES[what.party]}"
        case _:
            return KINDS[type(what).__name__]


KINDS = {
    "Alternative": "alternatief onderzocht",
    "Answer": "antwoord op een alternatief",
    "Measure": "maatregel",
    "Raised": "knelpunt geagendeerd",
}


def page(context: Context, found: Known) -> bytes:
    """The same as a PDF."""
    from ews.dossier.render_pdf import typeset

    title = f"Wat wij wanneer wisten: {found.name}"
    lead = (
        f"{found.subject}, van {long_date(found.since)} tot en met {long_date(found.until)}. Naar het moment waarop het "
        f"is vastgelegd; {found.gaps} van de {len(found.weeks)} weken zonder gegevens, blik of besluit."
    )
    told = page_table(found.weeks)
    drawn = drawn_table(told.caption, told.columns, told.rows, PAGE_WIDTHS)
    return typeset(_paper(context, title, lead, drawn, found.audit_head))


def _paper(context: Context, title: str, lead: str, drawn: PaperBlock, head: str) -> Paper:
    return plain_paper(
        title,
        lead,
        (drawn,),
        style=context.settings.house_style,
        sender=(context.settings.site.office.legal_name, context.settings.site.office.name),
        created=office_date(context.now).isoformat(),
        fictitious=context.settings.site.kind != "production",
        audit_head=head,
    )


@dataclass(frozen=True, slots=True)
class SignalRow:
    """One case on the office's answer to an information request."""

    case: str
    subject: str
    name: str
    stage: int
    first_signal_on: date | None
    decision: str
    decided_on: date | None
    sent_on: date | None


def signals(context: Context, since: date, until: date) -> tuple[SignalRow, ...]:
    """Every case that reached the stage where an EWS-melding is weighed, or on which that was decided."""
    with reading(context.engine) as connection:
        found = cases.all_cases(connection, as_of=end_of_day(until))
        names = case_subjects.register_texts(
            connection, "naam", [case.subject for case in found], as_of=end_of_day(until)
        )
    rows = [_signal(case, names.get(case.subject, case.subject)) for case in found]
    return tuple(row for row in rows if _is_worth(row, since))


def _is_worth(row: SignalRow, since: date) -> bool:
    weighed = row.stage in range(Stage.THREATENED, Stage.AFTERCARE) or row.decided_on is not None
    return weighed and (row.decided_on is None or row.decided_on >= since)


def _signal(case: CaseFile, name: str) -> SignalRow:
    clock = melding_clock(case)
    decided = log.last_decision(case, DecisionKind.EWS_MELDING)
    return SignalRow(
        case=case.number,
        subject=case.subject,
        name=name,
        stage=log.stage(case).value,
        first_signal_on=clock.first_signal_on,
        decision=decided[1].outcome.replace("_", " ") if decided else "nog niet besloten",
        decided_on=decided[0].happened_on if decided else None,
        sent_on=clock.ews_melding_sent_on,
    )


def signals_page(context: Context, found: tuple[SignalRow, ...], since: date, until: date) -> bytes:
    """The answer to an information request as a PDF."""
    from ews.dossier.render_pdf import typeset

    rows = tuple(
        (
            one.case,
            one.name,
            str(one.stage),
            short_date(one.first_signal_on),
            one.decision,
            short_date(one.decided_on),
            short_date(one.sent_on),
        )
        for one in found
    )
    columns = ("Zaak", "Zorgaanbieder", "Trede", "Eerste signaal", "EWS-melding", "Besloten", "Gemeld")
    lead = (
        f"Alle zaken waarin een EWS-melding is gewogen, van {long_date(since)} tot en met {long_date(until)}."
    )
    with reading(context.engine) as connection:
        head = audit.head(connection)
    made = drawn_table("Meldingswaardige signalen", columns, rows)
    return typeset(
        _paper(
            context, "Meldingswaardige signalen van het kantoor", lead, made, f"{head.hash[:8]} ({head.seq})"
        )
    )
