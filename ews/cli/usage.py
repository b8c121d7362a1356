"""What is wrong with a command as it was typed, in Dutch, and where its own help is."""

import re
from collections.abc import Iterator

SAID: tuple[tuple[str, str], ...] = (
    (r"No such command '(?P<x>[^']*)'\.?(?: \(?Did you mean '?(?P<y>[^'?]*)'?\??.*)?", "De opdracht '{x}' bestaat niet."),
    (r"No such option: (?P<x>\S+)(?: .*?(?P<y>--[\w-]+).*)?", "De optie {x} bestaat niet."),
    (r"Missing argument '(?P<x>[^']*)'.*", "{x} ontbreekt."),
    (r"Missing option '(?P<x>[^']*)'.*", "De optie {x} ontbreekt."),
    (r"Missing command\.?", "Welke opdracht? Er staat er geen."),
    (r"Got unexpected extra arguments?(?:\(s\))? \((?P<x>.*)\)", "Te veel opgegeven: {x}."),
    (r"Option '(?P<x>[^']*)' requires .*", "Na de optie {x} hoort een waarde."),
    (r"Option '(?P<x>[^']*)' does not take a value\.?", "Na de optie {x} hoort geen waarde."),
    (r"Invalid value for '?(?P<x>.*?)'?: Input should be a valid integer.*", "{x}: schrijf een heel getal."),
    (r"Invalid value for '?(?P<x>.*?)'?: Input should be a valid number.*", "{x}: schrijf een getal."),
    (r"Invalid value for '?(?P<x>.*?)'?: Input should be greater than or equal to (?P<y>\S+)", "{x}: ten minste {y}."),
    (r"Invalid value for '?(?P<x>.*?)'?: Input should be less than or equal to (?P<y>\S+)", "{x}: ten hoogste {y}."),
    (r"Invalid value for '?(?P<x>.*?)'?: (?:Path|File|Directory) '(?P<y>.*)' does not exist\.", "{x}: '{y}' bestaat niet."),
    (r"Invalid value for '?(?P<x>.*?)'?: (?P<y>.*)", "{x} klopt niet: {y}"),
)  # fmt: skip
"""The library's own sentences, and ours."""


def explain(error: Exception) -> str:
    """The fault and the command whose help says how it is written; the help itself for a group alone."""
    message = str(error.format_message()) if hasattr(error, "format_message") else str(error)
    if type(error).__name__ == "NoArgsIsHelpError":
        return message
    words = " ".join(_path(getattr(error, "ctx", None)))
    return f"{in_dutch(message)} Zie: {f'ews {words}'.strip()} --help"


def in_dutch(message: str) -> str:
    """A sentence of the command-line library in Dutch; one that is not known is passed on as it is."""
    for pattern, said in SAID:
        found = re.fullmatch(pattern, message.strip(), re.DOTALL)
        if found:
            parts = {name: text or "" for name, text in found.groupdict().items()}
            told = said.format(**parts)
            meant = parts.get("y") if "{y}" not in said else ""
            return f"{told} Bedoelt u {meant}?" if meant else told
    return f"De opdracht klopt niet: {message.strip()}"


def _path(context: object) -> Iterator[str]:
    """The names of the command and its groups, without the program's own."""
    parent = getattr(context, "parent", None)
    if parent is not None:
        yield from _path(parent)
        yield str(getattr(context, "info_name", ""))
