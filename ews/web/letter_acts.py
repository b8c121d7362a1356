"""Forms of a letter from a case: write it, approve what another wrote, note that it went out, file an answer.

What each needs is decided by `ews.cases.letter_rules` and the jobs, as on the command line; a form only asks.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ews.cases.letter_book import LetterState, approved_forms
from ews.cases.model import CaseFile, Evidence
from ews.cases.obstacles import Obstacle
from ews.dossier.disclosure import Recipient
from ews.jobs import letter_steps as steps
from ews.jobs.evidence import Upload
from ews.jobs.letters import Wanted
from ews.jobs.run import Context
from ews.notify.words import clean
from ews.web.acts import choices_of
from ews.web.forms import Choices, Field, Reading

READERS: Mapping[Recipient, str] = {
    Recipient.NZA: "de NZa",
    Recipient.WLZ_UITVOERDER: "de Wlz-uitvoerders",
    Recipient.IGJ: "de IGJ",
    Recipient.ZORGKANTOOR: "een zorgkantoor",
    Recipient.GEMEENTE: "de gemeente",
    Recipient.AANBIEDER: "een aanbieder",
    Recipient.PUBLIEK: "cliënten, medewerkers of publiek",
}
CHANNELS = choices_of({one: one for one in ("e-mail", "post", "telefoon", "overhandigd")})
BESIDE: Mapping[Obstacle, tuple[str, str]] = {
    Obstacle.GROUND_NEEDS_LIST: ("aan", "Wie de aanbieder eerder noemt, zegt precies aan wie: vul de ontvangers in."),
    Obstacle.GROUND_NEEDS_REASON: ("reden", "De aanbieder eerder noemen is een besluit, en vraagt een reden."),
    Obstacle.GROUND_NEEDS_EVIDENCE: ("bewijs", "Deze grond vraagt het stuk zelf: kies het bewijsstuk."),
    Obstacle.OWN_LETTER: ("tekst", "Wie een brief opstelt, stelt hem niet zelf vast. Vraag een ander."),
    Obstacle.LETTER_APPROVED: ("tekst", "Deze brief is intussen al vastgesteld."),
    Obstacle.NO_NAMING_MANDATE: (
        "tekst",
        "Deze brief noemt de aanbieder vóór trede 4: wie hem vaststelt, heeft het mandaat ews_melding nodig.",
    ),
    Obstacle.LETTER_NOT_APPROVED: ("hoe", "Een concept gaat niet uit: laat een ander hem eerst vaststellen."),
    Obstacle.LETTER_NOT_FOR: ("aan", "Kies wie op de lijst van ontvangers staat."),
    Obstacle.LETTER_NOT_SENT_TO: ("wie", "Aan deze ontvanger is de brief niet verzonden."),
    Obstacle.IN_THE_FUTURE: ("op", "De datum ligt in de toekomst; leg vast wat is gebeurd."),
}  # fmt: skip


def write_fields(
    context: Context, pieces: Sequence[Evidence], others: Sequence[CaseFile], kind: str
) -> tuple[Field, ...]:
    """What a new letter asks: which, to whom, and on what ground it names the provider early."""
    letters = sorted(context.settings.letters.values(), key=lambda one: one.title)
    grounds = tuple(
        (one.id, one.text[:1].upper() + one.text[1:]) for one in context.settings.naming_grounds.values()
    )
    known = tuple((str(one.number), f"B{one.number} {clean(one.name, 60)}") for one in pieces)
    bundled = tuple((one.number, one.number) for one in others)
    return (
        Field("soort", "Welke brief", "choice", preset=kind,
              choices=tuple((one.id, f"{one.title}, voor {READERS[one.to]}") for one in letters)),
        Field("aan", "Aan wie", "long", required=False,
              help="Organisatie of functie, elk op een eigen regel; nooit een cliënt. Leeg: wie de brief gewoonlijk krijgt."),
        Field("grond", "De aanbieder vóór trede 4 noemen, omdat", "choice", required=False, choices=grounds, empty="Niet eerder noemen",
              help="Kies dit alleen als het nodig is. Wie zo'n brief vaststelt, heeft het mandaat ews_melding."),
        Field("reden", "Reden", "long", required=False, help="Nodig als u de aanbieder eerder noemt, en bij een agendering."),
        *([Field("bewijs", "Bewijsstukken erbij", "several", required=False, choices=known)] if known else []),
        *([Field("samen", "Bundel met andere zaken, zonder namen", "several", required=False, choices=bundled)] if bundled else []),
    )  # fmt: skip


def wanted(reading: Reading) -> Wanted:
    """A letter as it was asked for."""
    lines = (one.strip() for one in reading.text("aan").splitlines())
    return Wanted(
        kind=reading.values["soort"],
        to=tuple(one for one in lines if one),
        ground=reading.text("grond"),
        reason=reading.text("reden"),
        evidence=tuple(int(number) for number in reading.values.get("bewijs") or ()),
        others=tuple(reading.values.get("samen") or ()),
    )


@dataclass(frozen=True, slots=True)
class LetterAct:
    """One thing to do with a letter that was written."""

    slug: str
    title: str
    button: str
    intro: str
    fields: Callable[[LetterState], tuple[Field, ...]]
    do: Callable[[Context, str, LetterState, Reading, Path | None], object]
    beside: Mapping[Obstacle, tuple[str, str]] = field(default_factory=lambda: BESIDE)


def _names(listed: Sequence[str]) -> Choices:
    return tuple((one, one) for one in listed)


def _approve_fields(_: LetterState) -> tuple[Field, ...]:
    return (
        Field("tekst", "Opmerking", "long", required=False),
        Field("bestand", "De brief zoals u hem in Word aanpaste", "file", required=False,
              help="Zonder bestand wordt de brief vastgesteld zoals hij is opgesteld."),
    )  # fmt: skip


def _approve(context: Context, case: str, state: LetterState, reading: Reading, file: Path | None) -> object:
    return steps.approve(context, case, state.entry.id, text=reading.text("tekst"), edited=file)


def _sent_fields(state: LetterState) -> tuple[Field, ...]:
    return (
        Field("aan", "Aan wie", "several", choices=_names(state.letter.to)),
        Field("hoe", "Hoe", "choice", choices=CHANNELS, preset="e-mail"),
        Field("op", "Op", "date", required=False, help="Leeg: vandaag."),
    )


def _sent(context: Context, case: str, state: LetterState, reading: Reading, _: Path | None) -> object:
    return steps.send(
        context,
        case,
        state.entry.id,
        channel=reading.values["hoe"],
        to=tuple(reading.values["aan"]),
        on=reading.values["op"],
    )


def _answer_fields(state: LetterState) -> tuple[Field, ...]:
    return (
        Field("wie", "Wie antwoordde", "choice", choices=_names(state.sent_to)),
        Field("tekst", "Wat is geantwoord", "long"),
        Field("stap", "Volgende stap", required=False),
        Field("voor", "Vóór wanneer", "date", required=False, help="Leeg: afgerond."),
        Field("bestand", "Het antwoord zelf", "file", required=False, help="Zonder gegevens van cliënten."),
    )


def _answer(context: Context, case: str, state: LetterState, reading: Reading, file: Path | None) -> object:
    uploads = (Upload(file, kind="antwoord"),) if file else ()
    reply = steps.Reply(
        reading.values["wie"], reading.text("tekst"), reading.text("stap"), reading.values["voor"], uploads
    )
    return steps.answered(context, case, state.entry.id, reply)


LETTER_ACTS: tuple[LetterAct, ...] = (
    LetterAct("vaststellen", "Brief vaststellen", "Vaststellen",
              "U staat ervoor in. Wat u vaststelt, ligt daarna vast als bewijsstuk.", _approve_fields, _approve),
    LetterAct("verzonden", "Noteren dat de brief is verzonden", "Vastleggen",
              "Het programma verstuurt zelf niets: leg vast wie hem kreeg, en hoe.", _sent_fields, _sent),
    LetterAct("antwoord", "Antwoord vastleggen", "Vastleggen",
              "Het antwoord komt waar het hoort: als wederhoor, in het register van agenderingen, of bij de brief.",
              _answer_fields, _answer),
)  # fmt: skip


def forms_of(state: LetterState) -> tuple[str, ...]:
    """Names of the files that people read: both forms, and both as approved."""
    names = [name for name, _ in (*state.letter.forms, *approved_forms(state))]
    return tuple(name for name in names if not name.endswith(".json"))
