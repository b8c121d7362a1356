"""Forms for what follows on what stands in a case, and for the organisation of a crisis and of a transfer."""

from ews.cases import entries, log, words
from ews.cases.correspondence import Raised, RaisedAnswer
from ews.cases.entries import What
from ews.cases.kinds import NoticeKind, Party, TransferState
from ews.cases.moves import TransferCount, TransferGroup
from ews.errors import RefusedError
from ews.jobs.letter_steps import agenda_term
from ews.web.acts import CaseAct, Setting, choices_of
from ews.web.forms import Choices, Field, Reading

CONFIDENTIALITY = choices_of(
    {"vertrouwelijk": "vertrouwelijk", "intern": "intern", "openbaar": "openbaar", "geheim": "geheim"}
)
STEPS = choices_of(
    {
        one: one
        for one in ("signaleren", "gesprek", "besluit", "melding", "overdracht", "crisis", "communicatie")
    }
)


def _standing(setting: Setting, kind: type) -> Choices:
    """Entries of one kind that still stand, by their number and words."""
    return tuple(
        (str(entry.id), f"{entry.id}: {words.sentence(entry.what)[:100]}")
        for entry, _ in log.current(setting.view.case, kind)
    )


def _kept_fields(setting: Setting) -> tuple[Field, ...]:
    answered = {what.agreement for _, what in log.current(setting.view.case, entries.AgreementOutcome)}
    open_ones = [one for one in _standing(setting, entries.Agreement) if int(one[0]) not in answered]
    asked = setting.asked.get("afspraak", "")
    outcomes = (("ja", "Nagekomen"), ("nee", "Niet nagekomen"))
    return (
        Field("afspraak", "Afspraak", "choice", choices=open_ones, preset=asked),
        Field("uitkomst", "Wat kwam ervan", "choice", choices=outcomes),
        Field("tekst", "Toelichting", "long", required=False),
    )


def _kept(reading: Reading, _: Setting) -> What:
    return entries.AgreementOutcome(
        int(reading.values["afspraak"]), reading.values["uitkomst"] == "ja", reading.text("tekst")
    )


def _effect_fields(setting: Setting) -> tuple[Field, ...]:
    asked = setting.asked.get("maatregel", "")
    return (
        Field("maatregel", "Maatregel", "choice", choices=_standing(setting, entries.Measure), preset=asked),
        Field("tekst", "Wat was het effect", "long"),
        Field("beeindigd", "De maatregel is beëindigd", "check", required=False),
    )


def _effect(reading: Reading, _: Setting) -> What:
    return entries.MeasureEffect(
        int(reading.values["maatregel"]), reading.values["beeindigd"], reading.text("tekst")
    )


def _lesson_fields(setting: Setting) -> tuple[Field, ...]:
    people = tuple((person.id, person.name) for person in setting.context.settings.people.values())
    return (
        Field("stap", "Bij welke stap", "choice", choices=STEPS),
        Field("wie", "Wie voert de les uit", "choice", choices=people),
        Field("tekst", "Wat doen we voortaan anders", "long"),
        Field("voor", "Uitgevoerd vóór", "date", required=False),
    )


def _lesson(reading: Reading, _: Setting) -> What:
    return entries.Lesson(
        reading.values["stap"], reading.values["wie"], reading.values["voor"], reading.text("tekst")
    )


def _link_fields(_: Setting) -> tuple[Field, ...]:
    return (
        Field("zaak", "Andere zaak", help="Bijvoorbeeld C-2026-004"),
        Field("oorzaak", "Wat verbindt ze", help="Concern, oorzaak of regionale gebeurtenis, in woorden."),
    )


def _link(reading: Reading, _: Setting) -> What:
    return entries.Link(reading.text("zaak"), reading.text("oorzaak"))


def _role_fields(_: Setting) -> tuple[Field, ...]:
    return (
        Field("rol", "Rol", help="Bijvoorbeeld voorzitter, woordvoerder, curator."),
        Field("organisatie", "Organisatie"),
        Field("naam", "Naam", required=False, help="Wordt apart bewaard en na de bewaartermijn vernietigd."),
        Field("vervanger", "Vervanger", required=False),
        Field("telefoon", "Telefoon", required=False),
        Field("bevestigd", "Nummer gecontroleerd op", "date", required=False),
    )


def _role(reading: Reading, _: Setting) -> What:
    return entries.CrisisRole(
        role=reading.text("rol"),
        organisation=reading.text("organisatie"),
        phone_confirmed_on=reading.values["bevestigd"],
        name=reading.text("naam"),
        deputy=reading.text("vervanger"),
        phone=reading.text("telefoon"),
    )


def _lead_fields(_: Setting) -> tuple[Field, ...]:
    return (
        Field("regie", "Zorgkantoor dat de regie heeft"),
        Field("aandelen", "Aandeel per zorgkantoor", "shares", required=False, help="Bijvoorbeeld Noord 60, Zuid 40"),
        Field("tekst", "Wat is afgesproken", "long", required=False),
    )  # fmt: skip


def _lead(reading: Reading, _: Setting) -> What:
    return entries.Coordination(reading.text("regie"), reading.values["aandelen"], reading.text("tekst"))


def _situation_fields(_: Setting) -> tuple[Field, ...]:
    return (Field("tekst", "Situatie", "long", help="Wat is er aan de hand, wat is gedaan, wat moet nog."),)


def _situation(reading: Reading, _: Setting) -> What:
    return entries.SituationReport(reading.text("tekst"))


def _group_fields(_: Setting) -> tuple[Field, ...]:
    return (
        Field("groep", "Groep", "places", help="Eén profiel met een aantal: VG7 verblijf 12. Geen personen."),
        Field("lijst", "Kenmerk van de lijst in het cliëntsysteem"),
        Field("pgb", "Pgb-houders", "check", required=False),
    )


def _group(reading: Reading, _: Setting) -> What:
    (one, *_more) = reading.values["groep"]
    return TransferGroup(one.profile, one.form, one.count, reading.text("lijst"), reading.values["pgb"])


def _count_fields(setting: Setting) -> tuple[Field, ...]:
    asked = setting.asked.get("groep", "")
    counts = tuple(
        Field(f"stand_{state.value}", state.value.capitalize(), "number", required=False)
        for state in TransferState
    )
    return (
        Field("groep", "Groep", "choice", choices=_standing(setting, TransferGroup), preset=asked),
        *counts,
    )


def _count(reading: Reading, _: Setting) -> What:
    counted = tuple(
        (state, reading.values[f"stand_{state.value}"])
        for state in TransferState
        if reading.values[f"stand_{state.value}"] is not None
    )
    return TransferCount(int(reading.values["groep"]), counted)


def _notice_fields(_: Setting) -> tuple[Field, ...]:
    kinds = ((NoticeKind.EWS_MELDING, "EWS-melding"), (NoticeKind.OVERMACHTSMELDING, "Overmachtsmelding"))
    return (
        Field("soort", "Welke melding", "choice", choices=kinds),
        Field("kenmerk", "Kenmerk"),
        Field("gebeld", "Wie is gebeld", required=False, help="Naam en functie; wordt apart bewaard."),
    )


def _notice(reading: Reading, setting: Setting) -> What:
    phoned_at = setting.context.now if reading.text("gebeld") else None
    return entries.Notice(
        NoticeKind(reading.values["soort"]), reading.text("kenmerk"), None, phoned_at, reading.text("gebeld")
    )


def _raise_fields(setting: Setting) -> tuple[Field, ...]:
    return (
        Field("partij", "Bij wie", "choice", choices=choices_of(words.PARTIES), preset="nza"),
        Field("organisatie", "Organisatie"),
        Field("tekst", "Welk knelpunt", "long", help="Wat het kantoor niet alleen kan oplossen."),
        Field("voor", "Antwoord vóór", "date", preset=_agenda_term(setting)),
    )


def _agenda_term(setting: Setting) -> str:
    """The office's own term; empty where no letter of brieven.toml has one."""
    try:
        return agenda_term(setting.context, setting.today).isoformat()
    except RefusedError:
        return ""


def _raise(reading: Reading, _: Setting) -> What:
    return Raised(
        Party(reading.values["partij"]),
        reading.text("organisatie"),
        reading.values["voor"],
        text=reading.text("tekst"),
    )


def _raised_fields(setting: Setting) -> tuple[Field, ...]:
    raised = _standing(setting, Raised)
    return (
        Field(
            "regel", "Op welke agendering", "choice", choices=raised, preset=setting.asked.get("regel", "")
        ),
        Field("tekst", "Wat is geantwoord", "long"),
        Field("stap", "Volgende stap", required=False),
        Field("voor", "Vóór wanneer", "date", required=False, help="Leeg: afgerond."),
    )


def _raised_answer(reading: Reading, _: Setting) -> What:
    return RaisedAnswer(
        int(reading.values["regel"]), reading.values["voor"], reading.text("tekst"), reading.text("stap")
    )


def _evidence_fields(setting: Setting) -> tuple[Field, ...]:
    pieces = {one.number: f"B{one.number} {one.name[:60]}" for one in setting.view.case.evidence}
    return (
        Field("soort", "Soort stuk", help="Bijvoorbeeld brief, besluit, uitvraag, antwoord."),
        Field("rubricering", "Rubricering", "choice", choices=CONFIDENTIALITY, preset="vertrouwelijk"),
        Field("geldig", "Geldig tot", "date", required=False),
        Field(
            "vervangt",
            "Nieuwe versie van",
            "choice",
            required=False,
            choices=tuple((str(number), label) for number, label in pieces.items()),
        ),
    )


def _evidence(_: Reading, __: Setting) -> None:
    """The file itself is all there is."""


FOLLOW_UPS: tuple[CaseAct, ...] = (
    CaseAct("bewijsstuk", "Bewijsstuk toevoegen", "Toevoegen", "Een stuk, met zijn eigen datum en rubricering.",
            _evidence_fields, _evidence, file_kind="overig", needs_file=True, is_dated=False),
    CaseAct("afspraak-klaar", "Afspraak afronden", "Vastleggen", "Is de afspraak nagekomen?",
            _kept_fields, _kept, file_kind="brief", makes=entries.AgreementOutcome),
    CaseAct("effect", "Effect van een maatregel", "Vastleggen", "Wat de maatregel deed, of dat zij is beëindigd.",
            _effect_fields, _effect, file_kind="overig", makes=entries.MeasureEffect),
    CaseAct("rol", "Crisisorganisatie: rol", "Vastleggen", "Wie op de bellijst staat, met vervanger.",
            _role_fields, _role, makes=entries.CrisisRole),
    CaseAct("regie", "Regie over meer zorgkantoren", "Vastleggen", "Wie de regie heeft, en wat is afgesproken.",
            _lead_fields, _lead, file_kind="brief", makes=entries.Coordination),
    CaseAct("situatie", "Situatierapport", "Vastleggen", "Hoe het nu staat, voor wie aflost.",
            _situation_fields, _situation, file_kind="situatierapport", makes=entries.SituationReport),
    CaseAct("groep", "Cliëntgroep die verhuist", "Vastleggen", "Een aantal en een kenmerk; de namen blijven in het cliëntsysteem.",
            _group_fields, _group, makes=TransferGroup),
    CaseAct("telling", "Telling van een groep", "Vastleggen", "Hoever de groep is; een verschil met de groep wordt een taak.",
            _count_fields, _count, makes=TransferCount),
    CaseAct("verstuurd", "Melding buiten deze pagina verstuurd", "Vastleggen",
            "Voor een melding die niet hier is opgesteld. De datum is de dag van versturen.",
            _notice_fields, _notice, file_kind="melding", makes=entries.Notice),
    CaseAct("agenderen", "Knelpunt agenderen", "Vastleggen", "Bij een ander op de agenda gezet zonder brief, bijvoorbeeld in een overleg.",
            _raise_fields, _raise, file_kind="gespreksverslag", makes=Raised),
    CaseAct("agenda-antwoord", "Antwoord op een agendering", "Vastleggen", "Wat ervan kwam, en de volgende stap.",
            _raised_fields, _raised_answer, file_kind="antwoord", makes=RaisedAnswer),
    CaseAct("koppeling", "Andere zaak verbinden", "Verbinden", "Van één concern of met één oorzaak.",
            _link_fields, _link, makes=entries.Link),
    CaseAct("les", "Les van de evaluatie", "Vastleggen", "Met eigenaar; een zaak in nazorg sluit niet zonder les.",
            _lesson_fields, _lesson, file_kind="evaluatie", makes=entries.Lesson),
)  # fmt: skip
