"""Entries of a case in Dutch: one line each, for the page, the chronology and the review."""

from datetime import date, datetime
from functools import singledispatch

from babel.dates import format_date

from ews.cases import entries as e
from ews.cases.calendar import OFFICE_ZONE, office_date
from ews.cases.letter_words import WORDS as LETTER_WORDS
from ews.cases.moves import PlanOutcome, TransferCount, TransferGroup
from ews.cases.ties import MemberSignal, Umbrella
from ews.dutch import thousands

DESTROYED = "[vernietigd na afloop van de bewaartermijn]"
MEANS = {"financieel": "financieel", "niet_financieel": "niet-financieel"}
KINDS = {
    "inkoop": "inkoop elders",
    "overname_ter_plaatse": "overname ter plaatse",
    "andere_leveringsvorm": "andere leveringsvorm",
    "andere_regio": "andere regio",
    "participeren": "participeren",
    "investeren": "investeren",
    "zelf_verlenen": "zelf verlenen",
    "verticale_integratie": "verticale integratie",
}
PARTIES = {
    "bestuur": "bestuur van de aanbieder",
    "raad_van_toezicht": "raad van toezicht",
    "aanbieder": "aanbieder",
    "andere_aanbieder": "andere aanbieder",
    "zorgkantoor": "ander zorgkantoor",
    "zorgverzekeraar": "zorgverzekeraar",
    "gemeente": "gemeente",
    "nza": "NZa",
    "igj": "IGJ",
    "financier": "financier",
    "curator": "curator",
    "bewindvoerder": "bewindvoerder",
    "clientenraad": "cliëntenraad",
    "risicocommissie": "risicocommissie",
    "overig": "overig",
}
DECISIONS = {
    "ews_melding": "EWS-melding",
    "overmacht": "overmacht voorzienbaar",
    "noodzakelijkheid": "noodzakelijkheid van de aanbieder",
    "betaling": "betaling",
    "contracteinde": "einde contract",
    "override": "afwijkend niveau",
    "risicocommissie": "risicocommissie",
    "contract": "tarief, voorschot, contract of opname",
    "sluiten": "sluiten",
}
OUTCOMES = {
    "niet_melden": "niet melden",
    "niet_noodzakelijk": "niet noodzakelijk",
    "beeindigen": "beëindigen",
    "niet_wijzigen": "niet wijzigen",
    "low": "laag",
    "elevated": "verhoogd",
    "high": "hoog",
    "acute": "acuut",
    "geen_antwoord": "geen antwoord",
}
LEVELS = {
    "unknown": "onbekend",
    "low": "laag",
    "elevated": "verhoogd",
    "high": "hoog",
    "acute": "acuut",
    "": "—",
}
STAGES = (
    "regulier",
    "verhoogde aandacht",
    "intensief onderzoek",
    "dreigende discontinuïteit",
    "crisis",
    "overmacht",
    "nazorg en evaluatie",
)
OPENINGS = {
    "alert": "waarschuwing",
    "hard_to_replace": "waarschuwing bij een moeilijk te vervangen aanbieder",
    "insolvency": "insolventie",
    "umbrella": "regionale gebeurtenis",
    "person": "besluit van een medewerker",
}


def day(value: date | None) -> str:
    """`3 november 2026`, or a dash."""
    return str(format_date(value, "d MMMM y", locale="nl_NL")) if value else "—"


def clock_time(moment: datetime) -> str:
    """`23-11-2026 07:00`, office time."""
    return f"{moment.astimezone(OFFICE_ZONE):%d-%m-%Y %H:%M}"


def euro(eurocent: int) -> str:
    """`€ 12.500`, cents only when there are any."""
    whole, cents = divmod(eurocent, 100)
    text = f"€ {thousands(whole)}"
    return f"{text},{cents:02d}" if cents else text


def places(listed: tuple[e.Places, ...]) -> str:
    """`VG5 22, VG6 verblijf 9`."""
    return ", ".join(f"{one.profile}{f' {one.form}' if one.form else ''} {one.count}" for one in listed)


def sentence(entry_what: e.What, *, destroyed: bool = False) -> str:
    """One line that says what an entry holds."""
    text = _sentence(entry_what)
    return f"{text} {DESTROYED}" if destroyed else text


def _with(text: str, more: str) -> str:
    return f"{text}: {more}" if more else text


@singledispatch
def _sentence(what: object) -> str:
    raise TypeError(f"no words for {type(what).__name__}")


@_sentence.register
def _(what: e.Opening) -> str:
    head = f"Zaak geopend door {OPENINGS.get(what.reason, what.reason)}"
    if what.level:
        head += f", niveau {LEVELS[what.level]}, {what.points} punten"
    return _with(head, what.text)


@_sentence.register
def _(what: e.StageChange) -> str:
    return _with(f"Trede {what.before} → {what.after} {STAGES[what.after]}", what.reason)


@_sentence.register
def _(what: e.Task) -> str:
    return f"Taak voor {what.role}, uiterlijk {day(what.due_on)}: {what.title}"


@_sentence.register
def _(what: e.TaskDone) -> str:
    verb = "niet van toepassing" if what.not_applicable else "afgerond"
    return _with(f"Taak {what.task} {verb}", what.text)


@_sentence.register
def _(what: e.Acknowledgement) -> str:
    return _with(f"Ontvangst bevestigd, eigenaar {what.owner} tot {day(office_date(what.until))}", what.text)


@_sentence.register
def _(what: e.Contact) -> str:
    who = ", ".join(part for part in (what.name, what.function, what.organisation) if part)
    whom = f"{PARTIES[what.party]} ({who})" if who else PARTIES[what.party]
    return _with(f"Contact ({what.channel}) met {whom}", what.summary)


@_sentence.register
def _(what: e.ProviderView) -> str:
    return f"Hoor en wederhoor. Bevinding: {what.finding} Weerwoord: {what.rebuttal or 'geen'}"


@_sentence.register
def _(what: e.Agreement) -> str:
    return _with(f"Afspraak met {PARTIES[what.party]}, uiterlijk {day(what.due_on)}", what.text)


@_sentence.register
def _(what: e.AgreementOutcome) -> str:
    kept = "nagekomen" if what.kept else "niet nagekomen"
    return _with(f"Afspraak {what.agreement} {kept}", what.text)


@_sentence.register
def _(what: e.Measure) -> str:
    scenario = "redding" if what.scenario == 1 else "overdracht"
    cost = f", {euro(what.cost_eurocent)}" if what.cost_eurocent is not None else ""
    return _with(f"Maatregel {MEANS[what.means]}, scenario {what.scenario} ({scenario}){cost}", what.text)


@_sentence.register
def _(what: e.MeasureEffect) -> str:
    return _with(f"Maatregel {what.measure} {'beëindigd' if what.ended else 'effect'}", what.text)


@_sentence.register
def _(what: e.Alternative) -> str:
    who = f" bij {what.organisation or what.provider}" if what.organisation or what.provider else ""
    asked = f", gevraagd {places(what.asked)}" if what.asked else ""
    return _with(
        f"Alternatief {KINDS[what.kind]}{who}{asked}, antwoord vóór {day(what.answer_by)}", what.text
    )


@_sentence.register
def _(what: e.Answer) -> str:
    offered = f", geboden {places(what.offered)}" if what.offered else ""
    why = " ".join(part for part in (what.text, what.why_not_short, what.why_not_middle) if part)
    return _with(f"Antwoord op {what.alternative}: {OUTCOMES.get(what.outcome, what.outcome)}{offered}", why)


@_sentence.register
def _(what: e.Decision) -> str:
    head = f"Besluit {DECISIONS[what.kind]}: {OUTCOMES.get(what.outcome, what.outcome)}"
    head += f", locatie {what.location}" if what.location else ""
    head += f", opnieuw op {day(what.next_on)}" if what.next_on else ""
    head += f", voorzienbaar sinds {day(what.foreseeable_on)}" if what.foreseeable_on else ""
    return f"{head}. {what.reason}".rstrip()


@_sentence.register
def _(what: e.Notice) -> str:
    name = "EWS-melding" if what.kind == "ews_melding" else "Overmachtsmelding"
    phoned = f", gebeld op {day(office_date(what.phoned_at))}" if what.phoned_at else ", nog niet gebeld"
    return f"{name} verstuurd, kenmerk {what.reference}{phoned}"


@_sentence.register
def _(what: e.CrisisRole) -> str:
    return f"Crisisorganisatie: {what.role}, {what.organisation} {what.name}, vervanger {what.deputy or '—'}"


@_sentence.register
def _(what: e.Coordination) -> str:
    shares = ", ".join(f"{name} {share:.0%}" for name, share in what.shares)
    return _with(f"Regie bij {what.lead} ({shares})", what.text)


@_sentence.register
def _(what: e.SituationReport) -> str:
    return f"Situatierapport: {what.text}"


@_sentence.register
def _(what: PlanOutcome) -> str:
    left = ", ".join(f"{profile} {count} ({why})" for profile, count, why in what.unmet)
    return _with(f"Overdrachtsplan: {what.placed} van {what.clients} cliënten geplaatst", left)


@_sentence.register
def _(what: TransferGroup) -> str:
    pgb = " pgb" if what.pgb else ""
    return (
        f"Cliëntgroep {what.profile} {what.form}{pgb}: {what.clients} cliënten, lijst {what.list_reference}"
    )


@_sentence.register
def _(what: TransferCount) -> str:
    counted = ", ".join(f"{state.value} {count}" for state, count in what.counts)
    return f"Telling groep {what.group}: {counted}"


@_sentence.register
def _(what: e.Link) -> str:
    return _with(f"Verbonden met {what.case}", what.cause)


@_sentence.register
def _(what: Umbrella) -> str:
    return f"Paraplu over {what.event} in regio {what.region or 'onbekend'}: {', '.join(what.members)}"


@_sentence.register
def _(what: MemberSignal) -> str:
    return f"Ook {what.provider}: niveau {LEVELS[what.level]}, {what.points} punten"


@_sentence.register
def _(what: e.Lesson) -> str:
    return _with(f"Les bij {what.step}, eigenaar {what.owner}", what.text)


@_sentence.register
def _(what: e.Statement) -> str:
    said = f" ({what.quoted_from})" if what.quoted_from else ""
    return _with(f"Feit {what.fact}{said}", what.text)


@_sentence.register
def _(what: e.Note) -> str:
    return what.text


for _kind, _told in LETTER_WORDS.items():
    _sentence.register(_kind, _told)
