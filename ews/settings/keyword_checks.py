"""Faults in the words by which feeds are read, held beside the contract that takes in what was confirmed."""

from collections.abc import Iterator, Mapping

from ews.settings.faults import ConfigFault, missing
from ews.signals.bulletins import Keywords
from ews.signals.contract import SourceContract


def check_keywords(
    versions: Mapping[str, Keywords], sources: Mapping[str, SourceContract]
) -> list[ConfigFault]:
    """Every kind that words can propose is one that the named source can take in."""
    return [
        fault
        for day, words in versions.items()
        for fault in _faults(f"trefwoorden/{day}.toml", words, sources)
    ]


def _faults(file: str, words: Keywords, sources: Mapping[str, SourceContract]) -> Iterator[ConfigFault]:
    contract = sources.get(words.confirmed_by)
    if contract is None or contract.event is None or contract.event.kind is None or contract.provider is None:
        problem = (
            missing(words.confirmed_by) if contract is None else "neemt geen gebeurtenissen van aanbieders in"
        )
        yield ConfigFault(file, "confirmed_by", problem, "Kies een bron met layout = 'events'.")
        return
    for keyword in words.keyword:
        key = f"keyword.{keyword.id}"
        if keyword.id not in contract.event.kinds:
            known = ", ".join(contract.event.kinds)
            yield ConfigFault(
                file, key, f"staat niet in event.kinds van {contract.name}", f"Kies uit: {known}."
            )
        if not keyword.words:
            yield ConfigFault(file, f"{key}.words", "is leeg", "Geef ten minste een woord.")
    if not 0 < words.least_score <= 100:
        yield ConfigFault(
            file, "least_score", "ligt niet tussen 1 en 100", "Schrijf een score van 1 tot 100."
        )
