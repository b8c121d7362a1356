"""Faults in the kinds of soft signals, held beside people, the contracts that take them in and the cards that count them."""

from collections.abc import Iterator, Mapping
from datetime import date

from ews.identifiers import parse_subject
from ews.people import Person
from ews.scoring.card import CardFile, Heard
from ews.scoring.model import Horizon
from ews.settings.faults import ConfigFault, missing
from ews.signals.contract import Every, SourceContract
from ews.signals.expected import Exemption
from ews.signals.indicators import Indicator
from ews.signals.request import RequestPolicy
from ews.signals.soft import Reliability, SignalKind

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


def check_exemptions(exemptions: Mapping[str, Exemption], people: Mapping[str, Person]) -> list[ConfigFault]:
    """Every exemption names a provider, a reason, who gave it, and ends after it begins."""
    return [fault for one in exemptions.values() for fault in _exemption_faults(one, people)]


def _exemption_faults(one: Exemption, people: Mapping[str, Person]) -> Iterator[ConfigFault]:
    key = f"exemption.{one.id}"
    try:
        parse_subject(one.subject)
    except ValueError:
        yield ConfigFault(FILE, f"{key}.subject", f"'{one.subject}' is geen nummer", "Schrijf kvk:12345678.")
    if not one.reason.strip():
        yield ConfigFault(FILE, f"{key}.reason", "ontbreekt", "Zeg waarom deze cijfers niet hoeven te komen.")
    if one.by not in people:
        yield ConfigFault(FILE, f"{key}.by", missing(one.by), f"Kies uit: {', '.join(people)}.")
    if one.begin == date.min or one.until < one.begin:
        yield ConfigFault(
            FILE, f"{key}.until", "ligt voor het begin of mist een begin", "Geef begin en until."
        )


def check_requests(
    policy: RequestPolicy, indicators: Mapping[str, Indicator], sources: Mapping[str, SourceContract]
) -> list[ConfigFault]:
    """Rules name indicators that exist, core figures those of the form."""
    file, form = "requests.toml", sources.get("kwartaalformulier")
    asked = {figure.name for figure in form.figure} if form else set()
    faults = [
        ConfigFault(
            file, "core", f"'{name}' staat niet op het formulier", "Zie sources/kwartaalformulier.toml."
        )
        for name in policy.core
        if name not in asked
    ]
    for rule in policy.rule:
        key = f"rule.{rule.id}"
        if bool(rule.indicator) != (rule.below is not None):
            faults.append(
                ConfigFault(file, key, "indicator en below horen bij elkaar", "Geef beide of geen.")
            )
        if rule.indicator and rule.indicator not in indicators:
            faults.append(ConfigFault(file, f"{key}.indicator", missing(rule.indicator), "Zie indicators/."))
        if rule.every not in {Every.MONTH, Every.QUARTER, Every.YEAR}:
            faults.append(ConfigFault(file, f"{key}.every", "kan niet", "Kies month, quarter of year."))
    return faults


def check_heard(scorecards: Mapping[str, CardFile], kinds: Mapping[str, SignalKind]) -> list[ConfigFault]:
    """What a card counts exists, is not restricted, and gives more points the surer it is."""
    return [
        fault
        for name, file in scorecards.items()
        for card in file.card
        for heard in card.heard
        for fault in _heard_faults(f"scorecard/{name}.toml", f"card.{card.id}.{heard.id}", heard, kinds)
    ]


def _heard_faults(
    file: str, key: str, heard: Heard, kinds: Mapping[str, SignalKind]
) -> Iterator[ConfigFault]:
    kind = kinds.get(heard.kind)
    if kind is None:
        yield ConfigFault(file, f"{key}.kind", missing(heard.kind), f"Kies uit: {', '.join(kinds)}.")
    elif kind.restricted:
        yield ConfigFault(file, key, "is besloten", "Haal het weg: punten zouden het verraden.")
    points = [heard.points.get(one, 0) for one in (Reliability.LOW, Reliability.MIDDLE, Reliability.HIGH)]
    if points[0] <= 0 or points != sorted(points):
        yield ConfigFault(
            file, f"{key}.points", "loopt niet op van laag naar hoog", "Geef laag, middel en hoog."
        )
    if not heard.reason.strip():
        yield ConfigFault(file, f"{key}.reason", "ontbreekt", "Wie punten geeft, zegt waarom.")
    if not set(heard.horizons) & {Horizon.SHORT, Horizon.MEDIUM}:
        yield ConfigFault(
            file, f"{key}.horizons", "telt niet mee binnen 12 maanden", "Voeg short of medium toe."
        )
