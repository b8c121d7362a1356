"""Faults in the kinds of soft signals, held beside the people and the contracts that take them in."""

from collections.abc import Iterator, Mapping

from ews.people import Person
from ews.settings.faults import ConfigFault, missing
from ews.signals.contract import SourceContract
from ews.signals.soft import SignalKind

FILE = "signals.toml"


def check_signal_kinds(
    kinds: Mapping[str, SignalKind], people: Mapping[str, Person], sources: Mapping[str, SourceContract]
) -> list[ConfigFault]:
    """Restricted kinds have readers who exist, others have none; every kind is read by its contract."""
    return [fault for kind in kinds.values() for fault in _faults(kind, people, sources)]


def _faults(
    kind: SignalKind, people: Mapping[str, Person], sources: Mapping[str, SourceContract]
) -> Iterator[ConfigFault]:
    key = f"kind.{kind.id}"
    if kind.expires_days <= 0:
        yield ConfigFault(FILE, f"{key}.expires_days", "is niet groter dan nul", "Schrijf een aantal dagen.")
    if kind.restricted and not kind.readers:
        yield ConfigFault(FILE, f"{key}.readers", "ontbreekt", "Noem wie dit besloten signaal mag zien.")
    if not kind.restricted and kind.readers:
        yield ConfigFault(FILE, f"{key}.readers", "hoort bij een besloten signaal", "Zet restricted = true.")
    for reader in kind.readers:
        if reader not in people:
            yield ConfigFault(FILE, f"{key}.readers", missing(reader), f"Kies uit: {', '.join(people)}.")
    contract = sources.get(kind.source)
    read = contract.event.kinds if contract and contract.event else {}
    if read.get(kind.id) != kind.event:
        yield ConfigFault(
            f"sources/{kind.source}.toml",
            f"event.kinds.{kind.id}",
            "ontbreekt of wijst elders heen",
            f'Schrijf {kind.id} = "{kind.event}".',
        )
