"""The answer form of a request for places, read back as an answer to the alternative that it belongs to."""

from collections.abc import Iterable, Sequence

from ews.cases.entries import Alternative, Answer, Places
from ews.cases.kinds import AnswerOutcome
from ews.dossier.letter_parts import FORM_COLUMNS
from ews.errors import FileRefusedError


def answer_of(number: int, asked: Alternative, tables: Iterable[Sequence[Sequence[str]]]) -> Answer:
    """What the form answers. Raises FileRefusedError for a form that is absent, or a number that is none."""
    form = next((rows for rows in tables if tuple(rows[0]) == FORM_COLUMNS), None)
    if form is None:
        raise FileRefusedError(
            "In dit bestand staat geen antwoordformulier. Gebruik het formulier uit de brief."
        )
    offered = tuple(
        Places(profile.strip().upper(), _places(profile, places))
        for profile, places, *_ in form[1:]
        if places.strip()
    )
    offered = tuple(one for one in offered if one.count)
    return Answer(
        alternative=number,
        outcome=_outcome(asked, offered),
        offered=offered,
        why_not_short=_reasons(form, 3),
        why_not_middle=_reasons(form, 4),
        text=_reasons(form, 2),
    )


def _places(profile: str, text: str) -> int:
    if not text.strip().isascii() or not text.strip().isdigit():
        raise FileRefusedError(
            f"Bij {profile} staat '{text.strip()}' als aantal plaatsen. Schrijf een geheel getal."
        )
    return int(text)


def _outcome(asked: Alternative, offered: Sequence[Places]) -> AnswerOutcome:
    if not offered:
        return AnswerOutcome.NO
    wanted: dict[str, int] = {}
    for one in asked.asked:
        wanted[one.profile] = wanted.get(one.profile, 0) + one.count
    given = {one.profile: one.count for one in offered}
    covers = all(given.get(profile, 0) >= count for profile, count in wanted.items())
    return AnswerOutcome.YES if covers else AnswerOutcome.PARTLY


def _reasons(form: Sequence[Sequence[str]], column: int) -> str:
    """`VG7: geen behandelaars; VG8: geen gebouw`, in the words of whoever answered."""
    return "; ".join(f"{row[0].strip()}: {row[column].strip()}" for row in form[1:] if row[column].strip())
