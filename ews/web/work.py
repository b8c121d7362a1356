"""Forms for the daily work in a case: contacts, measures, alternatives, agreements, tasks, facts, notes."""

from ews.cases import entries, log, words
from ews.cases.calendar import add_working_days
from ews.cases.entries import What
from ews.cases.kinds import AlternativeKind, AnswerOutcome, Means, Party
from ews.cases.obstacles import Obstacle
from ews.jobs.run import Context
from ews.notify.words import ROLE
from ews.people import Role
from ews.web.acts import CaseAct, Setting, choices_of
from ews.web.forms import Choices, Field, Reading

PARTIES = choices_of(words.PARTIES)
CHANNELS = choices_of(
    {"gesprek": "gesprek", "telefoon": "telefoon", "brief": "brief", "e-mail": "e-mail", "bezoek": "bezoek"}
)
ROLES = tuple((role.value, ROLE[role]) for role in Role if role not in {Role.AUDITOR, Role.ADMIN})


def _contact_fields(_: Setting) -> tuple[Field, ...]:
    return (
        Field("partij", "Met wie", "choice", choices=PARTIES),
        Field("hoe", "Hoe", "choice", choices=CHANNELS),
        Field("organisatie", "Organisatie", required=False),
        Field("functie", "Functie", required=False),
        Field("naam", "Naam", required=False, help="Wordt apart bewaard en na de bewaartermijn vernietigd."),
        Field("verslag", "Wat is besproken", "long", help="Geen namen van cliënten; aantallen zijn genoeg."),
    )


def _contact(reading: Reading, _: Setting) -> What:
    return entries.Contact(
        party=Party(reading.values["partij"]),
        channel=reading.values["hoe"],
        organisation=reading.text("organisatie"),
        function=reading.text("functie"),
        name=reading.text("naam"),
        summary=reading.text("verslag"),
    )


def _measure_fields(setting: Setting) -> tuple[Field, ...]:
    scenarios = (("1", "1: de aanbieder overeind houden"), ("2", "2: de cliënten overplaatsen"))
    return (
        Field("soort", "Soort", "choice", choices=choices_of(words.MEANS)),
        Field("scenario", "Scenario", "choice", choices=scenarios),
        Field("tekst", "Wat doen we", "long"),
        Field("begin", "Begint op", "date", preset=setting.today.isoformat()),
        Field("einde", "Eindigt op", "date", required=False),
        Field("kosten", "Kosten in euro", "euro", required=False, help="Bijvoorbeeld 12.500"),
    )


def _measure(reading: Reading, _: Setting) -> What:
    return entries.Measure(
        means=Means(reading.values["soort"]),
        scenario=int(reading.values["scenario"]),
        begins_on=reading.values["begin"],
        ends_on=reading.values["einde"],
        cost_eurocent=reading.values["kosten"],
        text=reading.text("tekst"),
    )


def _alternative_fields(setting: Setting) -> tuple[Field, ...]:
    rules = setting.view.policy.case
    norm = add_working_days(setting.today, rules.answer_days, rules.days_off)
    return (
        Field("soort", "Soort", "choice", choices=choices_of(words.KINDS)),
        Field(
            "organisatie", "Gevraagde organisatie", required=False, help="Leeg bij zelf in de zorg voorzien."
        ),
        Field(
            "aanbieder",
            "Nummer daarvan",
            required=False,
            help="Als het een bekende aanbieder is: kvk:12345678",
        ),
        Field(
            "plaatsen",
            "Gevraagde plaatsen",
            "places",
            required=False,
            help="Bijvoorbeeld VG7 12, VG8 verblijf 3",
        ),
        Field("voor", "Antwoord vóór", "date", preset=norm.isoformat()),
        Field("tekst", "Toelichting", "long", required=False),
    )


def _alternative(reading: Reading, _: Setting) -> What:
    return entries.Alternative(
        kind=AlternativeKind(reading.values["soort"]),
        asked=reading.values["plaatsen"],
        answer_by=reading.values["voor"],
        provider=reading.text("aanbieder"),
        organisation=reading.text("organisatie"),
        text=reading.text("tekst"),
    )


def _answer_fields(setting: Setting) -> tuple[Field, ...]:
    asked = tuple(
        (
            str(state.entry.id),
            f"{words.KINDS[state.alternative.kind]} {state.alternative.organisation}".strip(),
        )
        for state in log.alternatives(setting.view.case)
        if state.answer is None
    )
    outcomes = choices_of({outcome: words.OUTCOMES.get(outcome, outcome.value) for outcome in AnswerOutcome})
    return (
        Field(
            "alternatief", "Antwoord op", "choice", choices=asked, preset=setting.asked.get("alternatief", "")
        ),
        Field("uitkomst", "Uitkomst", "choice", choices=outcomes),
        Field("plaatsen", "Geboden plaatsen", "places", required=False, help="Bijvoorbeeld VG7 2"),
        Field(
            "kort",
            "Waarom niet op korte termijn",
            "long",
            required=False,
            help="Onderdeel 9 van artikel 5.2.",
        ),
        Field("middel", "Waarom niet op middellange termijn", "long", required=False),
        Field("tekst", "Toelichting", "long", required=False),
    )


def _answer(reading: Reading, _: Setting) -> What:
    return entries.Answer(
        alternative=int(reading.values["alternatief"]),
        outcome=AnswerOutcome(reading.values["uitkomst"]),
        offered=reading.values["plaatsen"],
        why_not_short=reading.text("kort"),
        why_not_middle=reading.text("middel"),
        text=reading.text("tekst"),
    )


def _agreement_fields(_: Setting) -> tuple[Field, ...]:
    return (
        Field("partij", "Met wie", "choice", choices=PARTIES),
        Field("tekst", "Wat is afgesproken", "long"),
        Field("voor", "Uiterlijk", "date"),
        Field("cijfers", "Er zijn cijfers toegezegd", "check", required=False),
    )


def _agreement(reading: Reading, _: Setting) -> What:
    return entries.Agreement(
        Party(reading.values["partij"]),
        reading.values["voor"],
        reading.values["cijfers"],
        reading.text("tekst"),
    )


def _hearing_fields(_: Setting) -> tuple[Field, ...]:
    return (
        Field("bevinding", "Onze bevinding", "long"),
        Field("weerwoord", "Weerwoord van de aanbieder", "long", required=False),
    )


def _hearing(reading: Reading, _: Setting) -> What:
    return entries.ProviderView(reading.text("bevinding"), reading.text("weerwoord"))


def _task_fields(setting: Setting) -> tuple[Field, ...]:
    people = tuple((person.id, person.name) for person in setting.context.settings.people.values())
    return (
        Field("titel", "Wat moet er gebeuren"),
        Field("rol", "Voor welke rol", "choice", choices=ROLES),
        Field("wie", "Wie", "choice", required=False, choices=people),
        Field("voor", "Uiterlijk", "date"),
    )


def _task(reading: Reading, _: Setting) -> What:
    return entries.Task(
        code="",
        title=reading.text("titel"),
        role=reading.values["rol"],
        due_on=reading.values["voor"],
        required=False,
        owner=reading.text("wie"),
    )


def _done_fields(setting: Setting) -> tuple[Field, ...]:
    open_tasks = tuple(
        (str(state.entry.id), state.task.title) for state in log.tasks(setting.view.case) if state.is_open
    )
    return (
        Field("taak", "Taak", "choice", choices=open_tasks, preset=setting.asked.get("taak", "")),
        Field("nvt", "Niet van toepassing (geef dan de reden)", "check", required=False),
        Field("tekst", "Toelichting of reden", "long", required=False),
    )


def _done(reading: Reading, _: Setting) -> What:
    return entries.TaskDone(int(reading.values["taak"]), reading.values["nvt"], reading.text("tekst"))


def _note_fields(_: Setting) -> tuple[Field, ...]:
    return (Field("tekst", "Notitie", "long"),)


def _note(reading: Reading, _: Setting) -> What:
    return entries.Note(reading.text("tekst"))


def _fact_fields(setting: Setting) -> tuple[Field, ...]:
    return (
        Field(
            "feit",
            "Welk feit",
            "choice",
            choices=fact_choices(setting.context),
            preset=setting.asked.get("feit", ""),
        ),
        Field("tekst", "Wat is het", "long"),
        Field(
            "van",
            "Letterlijk gezegd door (functie)",
            required=False,
            help="Leeg: in eigen woorden van het kantoor.",
        ),
    )


def fact_choices(context: Context) -> Choices:
    """Every fact that an item of a notice asks for, by its name on paper."""
    named = {
        need.fact: need.what
        for obligation in context.settings.regulations.values()
        for item in obligation.items
        for need in item.needs
    }
    return tuple(
        sorted(((fact, what[:1].upper() + what[1:]) for fact, what in named.items()), key=lambda one: one[1])
    )


def _fact(reading: Reading, _: Setting) -> What:
    return entries.Statement(
        fact=reading.values["feit"], quoted_from=reading.text("van"), text=reading.text("tekst")
    )


_EVIDENCE = {
    Obstacle.EVIDENCE_MISSING: (
        "bestand",
        "Deze taak vraagt een bewijsstuk: kies er een, of voeg een bestand toe.",
    )
}

WORK: tuple[CaseAct, ...] = (
    CaseAct("contact", "Contact vastleggen", "Vastleggen", "Met wie is gesproken, wanneer, en wat is gezegd.",
            _contact_fields, _contact, file_kind="gespreksverslag", makes=entries.Contact),
    CaseAct("maatregel", "Maatregel vastleggen", "Vastleggen", "De NZa vraagt ook naar niet-financiële middelen.",
            _measure_fields, _measure, file_kind="besluit", makes=entries.Measure,
            beside={Obstacle.NECESSITY_MISSING: (
                "begin", "Een reddingsmaatregel (scenario 1) vraagt eerst een noodzakelijkheidsbesluit.")}),
    CaseAct("alternatief", "Alternatief vastleggen", "Vastleggen",
            "Een manier om de zorg te laten doorgaan die is onderzocht. De datum is de dag waarop het is gevraagd.",
            _alternative_fields, _alternative, file_kind="uitvraag", makes=entries.Alternative),
    CaseAct("antwoord", "Antwoord op een alternatief", "Vastleggen", "Wat er is geantwoord, en waarom het niet kan.",
            _answer_fields, _answer, file_kind="antwoord", makes=entries.Answer),
    CaseAct("afspraak", "Afspraak vastleggen", "Vastleggen", "Wat is toegezegd, door wie, en voor wanneer.",
            _agreement_fields, _agreement, file_kind="brief", makes=entries.Agreement),
    CaseAct("wederhoor", "Hoor en wederhoor", "Vastleggen", "Onze bevinding en het weerwoord naast elkaar.",
            _hearing_fields, _hearing, file_kind="gespreksverslag", makes=entries.ProviderView),
    CaseAct("taak", "Taak toevoegen", "Toevoegen", "Een taak die het beleid niet noemt.", _task_fields, _task, is_dated=False),
    CaseAct("taak-klaar", "Taak afronden", "Afronden", "Met het bewijsstuk dat de taak vraagt, of met reden niet van toepassing.",
            _done_fields, _done, file_kind="overig",
            beside={**_EVIDENCE, Obstacle.NOT_APPLICABLE_NEEDS_REASON: ("tekst", "Niet van toepassing vraagt een reden.")}),
    CaseAct("feit", "Feit voor een melding", "Vastleggen",
            "Een feit dat geen bron levert. De datum is de dag waarop het zo was.", _fact_fields, _fact, file_kind="brief", makes=entries.Statement),
    CaseAct("notitie", "Notitie of bewijsstuk", "Vastleggen", "Iets voor het logboek, met of zonder bestand.",
            _note_fields, _note, file_kind="overig", makes=entries.Note),
)  # fmt: skip
