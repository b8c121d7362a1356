"""What the forms on the page of a notice ask, and beside which field a refusal is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ews.dossier.approval import AnswerKind, Refusal
from ews.errors import RefusedError
from ews.regulation import Channel
from ews.web.forms import Field, Reading

ANSWERS = tuple((one.value, one.value.capitalize()) for one in AnswerKind)
_REFUSED: Mapping[Refusal, tuple[str, str]] = {
    Refusal.NO_SPOEDMANDAAT: ("spoed", "U heeft geen spoedmandaat in people.toml; vraag iemand die het wel heeft."),
    Refusal.INCOMPLETE: ("voorbehoud", "De melding is niet compleet. Vul aan, of stel vast onder voorbehoud (artikel 5.3)."),
    Refusal.NO_REASON: ("reden", "Spoedmandaat en voorbehoud vragen een reden."),
    Refusal.OWN_WORK: ("spoed", "Wie een melding opstelt, stelt haar niet zelf vast. Vraag een ander, of kies spoed als u spoedmandaat heeft."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NoticeForm:
    """One form: its fields, and the field beside which a refusal stands that names none; empty: it has none."""

    name: str
    button: str
    fields: tuple[Field, ...] = ()
    at: str = ""


DRAFT = NoticeForm("notice_draft", "Opstellen")
IMPORT = NoticeForm("notice_import", "Terugleggen", (Field("word", "Word-bestand", "file"),), at="word")
APPROVE = NoticeForm(
    "notice_approve",
    "Vaststellen",
    (
        Field("voorbehoud", "Onder voorbehoud: wat ontbreekt wordt genoemd", "check", required=False),
        Field("aanvullen", "Aanvullen vóór", "date", required=False, help="Bij voorbehoud."),
        Field("spoed", "Op spoedmandaat: de tweede tekent binnen een werkdag", "check", required=False),
        Field("reden", "Reden", "long", required=False, help="Bij voorbehoud of spoed."),
    ),
    at="reden",
)
BUNDLE = NoticeForm("notice_bundle", "Bundelen", (Field("waarvoor", "Waarvoor"),), at="waarvoor")
ANSWER = NoticeForm(
    "notice_answer",
    "Antwoord vastleggen",
    (
        Field("uitkomst", "Wat antwoordde de NZa", "choice", choices=ANSWERS),
        Field("tekst", "Toelichting", "long", required=False),
    ),
    at="tekst",
)


def sent_form(ways: Sequence[Channel]) -> NoticeForm:
    """Noting that a notice went out, by one of the ways in which this one may."""
    fields = (
        Field("wijze", "Hoe", "choice", choices=tuple((way.id, way.label) for way in ways)),
        Field("wie", "Aan wie", required=False, help="Functie."),
        Field("kenmerk", "Kenmerk van de NZa", required=False),
        Field("op", "Op", "date", required=False, help="Leeg: vandaag."),
    )
    return NoticeForm("notice_sent", "Verzonden", fields, at="wijze")


def tell_beside(form: NoticeForm, typed: Reading, error: RefusedError) -> str:
    """Put a refusal beside its field; returns what belongs to none."""
    known = [_REFUSED[why] for why in Refusal if why in error.reasons and why in _REFUSED]
    for field, words in known:
        typed.faults[field] = words
    if not known and form.at:
        typed.faults[form.at] = str(error)
    return "" if known or form.at else str(error)
