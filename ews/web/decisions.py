"""Forms for what weighs more: owning an alert, moving a stage, deciding, closing. A second person signs apart."""

from datetime import timedelta

from ews.cases import entries, log, words
from ews.cases.calendar import closing_time
from ews.cases.entries import What
from ews.cases.kinds import DecisionKind, Stage
from ews.cases.obstacles import Obstacle
from ews.cases.opening import entering
from ews.cases.rules import LEGAL_CHECKS, OUTCOMES, READERS
from ews.web.acts import CaseAct, Setting, choices_of
from ews.web.forms import Choices, Field, Reading

CHECKS = {
    "wlz_4.2.2": "Wlz 4.2.2: recht op voortgezette zorg",
    "fw_373": "Fw 373: geen opzegging om de insolventie alleen",
    "curator_gesproken": "curator gesproken",
    "zorg_gestopt": "zorg is echt gestopt",
    "voorschotten": "voorschotten nagegaan",
    "verrekening": "verrekening nagegaan",
    "juridisch": "juridisch getoetst",
}
CLOSED_AS = {
    "sluiten": "geen van deze: de zorg ging gewoon door",
    "gestopt": "de zorg is gestopt",
    "failliet": "failliet",
    "overgenomen": "de zorg is overgenomen",
    "afgewend": "een maatregel wendde het af",
}
DECIDED_HERE = tuple(kind for kind in DecisionKind if kind is not DecisionKind.CLOSE)
_REASON = {Obstacle.NO_REASON: ("reden", "Hier hoort een reden bij.")}
_SECOND = {
    Obstacle.NO_SECOND: ("tweede", "Dit vraagt twee mensen: kies wie meetekent."),
    Obstacle.SAME_PERSON: ("tweede", "De tweede persoon moet een ander zijn dan u."),
    Obstacle.SECOND_DOES_NOT_ACT: ("tweede", "Een auditor of beheerder tekent niet mee."),
    Obstacle.NOBODY_DECIDES: ("tweede", "Geen van u beiden beslist hierover; kies iemand die dat doet."),
    Obstacle.NO_MANDATE: (
        "tweede",
        "Geen van u beiden heeft het mandaat EWS-melding; kies iemand met mandaat.",
    ),
}


def second_field(setting: Setting) -> Field:
    """Whom to ask to sign as well; nobody is asked who reads only."""
    people = tuple(
        (person.id, person.name)
        for person in setting.context.settings.people.values()
        if person.role not in READERS and person.id != setting.context.actor.id
    )
    return Field(
        "tweede",
        "Tweede persoon",
        "choice",
        required=False,
        choices=people,
        help="Alleen waar twee mensen nodig zijn. Er gebeurt dan niets voordat deze persoon zelf heeft getekend.",
    )


def _own_fields(setting: Setting) -> tuple[Field, ...]:
    until = setting.today + timedelta(days=setting.view.policy.case.review_days)
    return (
        Field("tot", "Ik draag dit tot en met", "date", preset=until.isoformat(),
              help="Daarna, of als er niets gebeurt, wordt opnieuw opgeschaald."),
        Field("tekst", "Wat gaat u doen", "long", required=False),
    )  # fmt: skip


def _own(reading: Reading, setting: Setting) -> What:
    return entries.Acknowledgement(
        setting.context.actor.id, closing_time(reading.values["tot"]), reading.text("tekst")
    )


def _stages(setting: Setting) -> Choices:
    return tuple(
        (one.id, f"{one.id} {one.name}")
        for one in setting.view.policy.stage
        if one.stage is not setting.view.stage
    )


def _stage_fields(setting: Setting) -> tuple[Field, ...]:
    return (
        Field(
            "trede", "Nieuwe trede", "choice", choices=_stages(setting), preset=setting.asked.get("naar", "")
        ),
        Field("reden", "Reden", "long"),
        second_field(setting),
    )


def _stage(reading: Reading, setting: Setting) -> What:
    target = Stage(int(reading.values["trede"]))
    return entering(setting.view.policy, log.stage(setting.view.case), target, reason=reading.text("reden"))


def decision_kind(setting: Setting) -> DecisionKind:
    """The kind that the address asks for; the EWS-melding when it says nothing known."""
    asked = setting.asked.get("soort", "")
    return DecisionKind(asked) if asked in DECIDED_HERE else DecisionKind.EWS_MELDING


def _decision_fields(setting: Setting) -> tuple[Field, ...]:
    kind = decision_kind(setting)
    outcomes = choices_of({one: words.OUTCOMES.get(one, one) for one in OUTCOMES[kind]})
    return (
        Field("soort", "Besluit over", "choice", choices=choices_of({one: words.DECISIONS[one] for one in DECIDED_HERE}),
              preset=kind.value),
        Field("uitkomst", "Uitkomst", "choice", choices=outcomes),
        Field("reden", "Reden", "long"),
        *_extra_fields(kind),
        second_field(setting),
    )  # fmt: skip


def _extra_fields(kind: DecisionKind) -> tuple[Field, ...]:
    if kind is DecisionKind.EWS_MELDING:
        return (Field("opnieuw", "Nieuwe besluitdatum (bij niet melden)", "date", required=False),)
    if kind is DecisionKind.OVERMACHT:
        return (Field("voorzienbaar", "Voorzienbaar sinds (bij ja)", "date", required=False),)
    if kind is DecisionKind.NOODZAKELIJKHEID:
        return (
            Field("profielen", "Voor welke profielen", required=False, help="Bijvoorbeeld VG7, VG8"),
            Field("anderen", "Waarom anderen het niet kunnen", "long", required=False),
            Field("einde", "Wat scenario 1 beëindigt", "long", required=False),
        )
    needed = sorted({check for (of, _), checks in LEGAL_CHECKS.items() if of is kind for check in checks})
    checks = Field(
        "toetsen", "Gedane toetsen", "several", required=False, choices=[(one, CHECKS[one]) for one in needed]
    )
    place = Field("locatie", "Locatie", required=False, help="Een betaalbesluit geldt per locatie.")
    return (*([place] if kind is DecisionKind.BETALING else []), *([checks] if needed else []))


def _decision(reading: Reading, _: Setting) -> What:
    profiles = reading.text("profielen").replace(";", ",").split(",")
    return entries.Decision(
        kind=DecisionKind(reading.values["soort"]),
        outcome=reading.values["uitkomst"],
        next_on=reading.values.get("opnieuw"),
        foreseeable_on=reading.values.get("voorzienbaar"),
        location=reading.text("locatie"),
        profiles=tuple(one.strip().upper() for one in profiles if one.strip()),
        checks=tuple(reading.values.get("toetsen") or ()),
        reason=reading.text("reden"),
        why_not_others=reading.text("anderen"),
        ends_when=reading.text("einde"),
    )


def _close_fields(setting: Setting) -> tuple[Field, ...]:
    ends = choices_of({one: CLOSED_AS.get(one, one) for one in OUTCOMES[DecisionKind.CLOSE]})
    return (
        Field("uitkomst", "Hoe liep het af", "choice", choices=ends, help="De terugblik leert hiervan."),
        Field("reden", "Waarom kan de zaak dicht", "long"),
        second_field(setting),
    )


def _close(reading: Reading, _: Setting) -> What:
    return entries.Decision(DecisionKind.CLOSE, reading.values["uitkomst"], reason=reading.text("reden"))


DECISIONS: tuple[CaseAct, ...] = (
    CaseAct("bevestigen", "Ontvangst bevestigen", "Ik draag deze zaak", "U wordt eigenaar van de zaak, tot een moment.",
            _own_fields, _own, is_dated=False),
    CaseAct("trede", "Trede wijzigen", "Wijzigen", "Omhoog gaat met één persoon, omlaag met twee.",
            _stage_fields, _stage, takes_second=True, beside={
                **_REASON, **_SECOND,
                Obstacle.EWS_DECISION_MISSING: ("trede", "Neem eerst een besluit over de EWS-melding."),
                Obstacle.OVERMACHT_NOT_DECIDED: ("trede", "Trede 5 vraagt eerst het besluit dat overmacht voorzienbaar is."),
                Obstacle.OVERMACHT_UNANSWERED: ("trede", "Beantwoord eerst de overmachtsvraag."),
            }),
    CaseAct("besluit", "Besluit vastleggen", "Vastleggen", "Niet melden aan de NZa vraagt twee mensen en een nieuwe datum.",
            _decision_fields, _decision, takes_second=True, beside={
                **_REASON, **_SECOND,
                Obstacle.UNKNOWN_OUTCOME: ("uitkomst", "Deze uitkomst past niet bij dit besluit."),
                Obstacle.NO_NEXT_DATE: ("opnieuw", "Niet melden geldt tot een nieuwe besluitdatum: vul haar in."),
                Obstacle.NEXT_DATE_OUTSIDE_TERM: (
                    "opnieuw", "Deze datum ligt niet in de toekomst, of verder dan de norm toestaat."),
                Obstacle.LOCATION_MISSING: ("locatie", "Een betaalbesluit geldt per locatie: vul haar in."),
                Obstacle.LEGAL_CHECK_MISSING: ("toetsen", "Niet elke toets die dit besluit vraagt is gedaan."),
                Obstacle.NECESSITY_INCOMPLETE: (
                    "profielen", "Vul in voor welke profielen, waarom anderen het niet kunnen, en wat scenario 1 beëindigt."),
            }),
    CaseAct("sluiten", "Zaak sluiten", "Sluiten", "Vanaf trede 3 met twee mensen, en pas als taken en besluiten er zijn.",
            _close_fields, _close, takes_second=True, is_dated=False, beside={
                **_REASON, **_SECOND,
                Obstacle.TASKS_OPEN: ("reden", "Er staan nog verplichte taken open: rond ze af of verklaar ze niet van toepassing."),
            }),
)  # fmt: skip
