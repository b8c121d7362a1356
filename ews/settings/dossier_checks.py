"""Faults in the texts of notices and letters that show only when they are read together."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from string import Formatter

from ews.cases.letter_book import UITVOERDER_LETTER
from ews.dossier.letters import PLACEHOLDERS, AnswerUse, LetterText, NamingGround
from ews.dossier.style import HouseStyle
from ews.regulation import Obligation
from ews.settings.faults import ConfigFault

IN_SUBJECT = frozenset({"verzekeraar", "zaak"})


def check_regulations(regulations: Mapping[str, Obligation]) -> list[ConfigFault]:
    """Item numbers are unique, form fields name an item, and a subject asks only for what can be filled in."""
    return [
        fault for name, one in regulations.items() for fault in _regulation(f"regulation/{name}.toml", one)
    ]


def _regulation(file: str, one: Obligation) -> Iterator[ConfigFault]:
    numbers = Counter(item.id for item in one.items)
    for number, times in numbers.items():
        if times > 1:
            yield ConfigFault(
                file, f"item.{number}", f"staat er {times} keer in", "Geef elk onderdeel een eigen id."
            )
    for field in one.form_field:
        if field.item not in numbers:
            remedy = f"Kies uit: {', '.join(numbers)}."
            yield ConfigFault(
                file, f"form_field.{field.id}", f"onderdeel '{field.item}' bestaat niet", remedy
            )
    yield from _placeholders(file, "subject", one.subject, IN_SUBJECT)


def check_letters(letters: Mapping[str, LetterText]) -> list[ConfigFault]:
    """A letter asks only for words that can be filled in, and one that goes to the register for an answer in time."""
    words = [
        fault
        for letter in letters.values()
        for text in letter.body
        for fault in _placeholders("brieven.toml", f"letter.{letter.id}.body", text, PLACEHOLDERS)
    ]
    if UITVOERDER_LETTER not in letters:
        problem = f"brief '{UITVOERDER_LETTER}' ontbreekt"
        remedy = "Neem hem over uit de standaard: elke Wlz-uitvoerder wordt over een melding ingelicht."
        words.append(ConfigFault("brieven.toml", "letter", problem, remedy))
    return words + [
        ConfigFault(
            "brieven.toml",
            f"letter.{letter.id}.answer_days",
            f"answer = '{letter.answer}' zonder termijn",
            "Zet answer_days op het eigen aantal werkdagen.",
        )
        for letter in letters.values()
        if letter.answer is not AnswerUse.FILED and letter.answer_days < 1
    ]


def check_grounds(grounds: Mapping[str, NamingGround]) -> list[ConfigFault]:
    """Naming a provider early is a decision on a ground, so a ground says where it stands."""
    return [
        ConfigFault(
            "brieven.toml",
            f"ground.{one.id}.legal_basis",
            "de vindplaats is leeg",
            "Noem wet en artikel of lid.",
        )
        for one in grounds.values()
        if not (one.legal_basis.article or one.legal_basis.lid)
    ]


def check_style(style: HouseStyle) -> list[ConfigFault]:
    """The colour is one."""
    if re.fullmatch(r"[0-9a-fA-F]{6}", style.accent):
        return []
    return [
        ConfigFault(
            "huisstijl.toml",
            "accent",
            f"'{style.accent}' is geen kleur",
            "Schrijf rrggbb, bijvoorbeeld 1f4e79.",
        )
    ]


def _placeholders(file: str, key: str, text: str, known: frozenset[str]) -> Iterator[ConfigFault]:
    try:
        found = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        yield ConfigFault(
            file, key, "een accolade staat los", "Schrijf {naam}, of {{ voor een accolade zelf."
        )
        return
    for name in sorted(found - known):
        yield ConfigFault(
            file, key, f"'{{{name}}}' wordt nergens ingevuld", f"Kies uit: {', '.join(sorted(known))}."
        )
