"""Faults in the contracts of sources that show only when keys are held beside each other."""

import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec

from ews.dossier.disclosure import Recipient
from ews.identifiers import AREA_SCHEMES, LOCATION_SCHEMES, PROVIDER_SCHEMES
from ews.settings.faults import ConfigFault
from ews.settings.fetch_checks import fetch_faults
from ews.signals.contract import Layout, SourceContract
from ews.signals.fields import Figure
from ews.signals.model import Unit


def check_sources(sources: Mapping[str, SourceContract]) -> list[ConfigFault]:
    """Every fault in every contract."""
    return [fault for contract in sources.values() for fault in _check(contract)]


def _check(contract: SourceContract) -> Iterator[ConfigFault]:
    file = f"sources/{contract.name}.toml"
    for key, problem, remedy in _faults(contract):
        yield ConfigFault(file, key, problem, remedy)


def _faults(contract: SourceContract) -> Iterator[tuple[str, str, str]]:
    yield from _check_subjects(contract)
    yield from _check_layout(contract)
    yield from _check_forms(contract)
    yield from _check_patterns(contract)
    ids = [figure.id for figure in contract.figure]
    for twice in sorted({name for name in ids if ids.count(name) > 1}):
        yield f"figure.{twice}", "deze id staat er tweemaal", "Geef elke figure een eigen id."
    for figure in contract.figure:
        yield from _check_figure(contract, figure)
    yield from _check_purpose(contract)
    if not 0 <= contract.tolerance < 1:
        yield "tolerance", "ligt niet tussen 0 en 1", "Schrijf een aandeel: 0.02 is 2 %."
    if contract.connector and find_spec(f"ews.signals.connectors.{contract.connector}") is None:
        yield (
            "connector",
            f"'{contract.connector}' bestaat niet",
            "Kies een module uit ews/signals/connectors.",
        )
    if contract.fetch is not None:
        yield from fetch_faults(contract, contract.fetch)
    if contract.history and not any("(?P<date>" in pattern for pattern in contract.file_patterns):
        yield "history", "vraagt een datum in de bestandsnaam", "Zet een groep (?P<date>…) in file_patterns."


def _check_purpose(contract: SourceContract) -> Iterator[tuple[str, str, str]]:
    for key in ("legal_ground", "use"):
        if not getattr(contract.purpose, key).strip():
            yield f"purpose.{key}", "is leeg", "Zonder grondslag en gebruik mag een bron niet worden bewaard."
    known = [one.value for one in Recipient]
    for name in contract.purpose.recipients:
        if name not in known:
            yield "purpose.recipients", f"'{name}' bestaat niet", f"Kies uit: {', '.join(known)}."


def _check_subjects(contract: SourceContract) -> Iterator[tuple[str, str, str]]:
    if contract.layout is Layout.PROPOSALS:
        return
    if contract.provider is None and contract.location is None:
        yield "provider", "ontbreekt", "Zeg over wie een rij gaat: [provider] of [location]."
    if contract.provider is not None and contract.provider.scheme not in PROVIDER_SCHEMES | AREA_SCHEMES:
        yield (
            "provider.scheme",
            "is geen nummer van een aanbieder",
            "Kies kvk, agb of sp (of branche, zorgregio voor cijfers om mee te vergelijken).",
        )
    location = contract.location
    if location is not None and location.scheme not in LOCATION_SCHEMES:
        yield "location.scheme", "is geen nummer van een locatie", "Kies vestiging of cs."
    if location is not None and contract.provider is None and (location.optional or location.unidentified):
        yield "location", "kan zonder [provider] niet ontbreken", "Voeg [provider] toe of verwijder optional."


def _check_layout(contract: SourceContract) -> Iterator[tuple[str, str, str]]:
    if contract.layout is Layout.EVENTS:
        if contract.event is None:
            yield "event", "ontbreekt", "Een bron met layout = 'events' heeft een tabel [event]."
        elif not (contract.event.kind or contract.event.fixed_kind):
            yield "event.kind", "ontbreekt", "Geef de kolom met de soort, of fixed_kind."
        return
    if contract.layout is Layout.PROPOSALS:
        if contract.connector != "news_feed":
            yield "connector", "hoort 'news_feed' te zijn bij layout = 'proposals'", "Herstel connector."
        return
    if not contract.figure and contract.mapping is None:
        yield "figure", "ontbreekt", "Geef ten minste een [[figure]]."
    if contract.layout is Layout.LONG and (contract.indicator is None or contract.value is None):
        yield "indicator", "ontbreekt", "layout = 'long' vraagt [indicator] en [value]."
    if contract.figures == "period" and contract.period is None:
        yield "period", "ontbreekt", "Een bron met figures = 'period' zegt waar de periode staat: [period]."


def _check_forms(contract: SourceContract) -> Iterator[tuple[str, str, str]]:
    if contract.complete and (
        contract.figures != "state" or "status" in {one.name for one in contract.figure}
    ):
        yield "complete", "hoort bij figures = 'state' zonder eigen kolom status", "Verwijder complete."
    if contract.joined is not None and not any("(?P<year>" in one for one in contract.file_patterns):
        yield "joined", "vraagt een jaar in de bestandsnaam", "Zet een groep (?P<year>…) in file_patterns."


def _check_patterns(contract: SourceContract) -> Iterator[tuple[str, str, str]]:
    yield from _expressions("file_patterns", contract.file_patterns)
    yield from _expressions("sheets", contract.sheets)
    yield from _expressions("ignored", contract.ignored)
    yield from _expressions("provider_when", (match.pattern for match in contract.provider_when))
    if contract.population is not None:
        yield from _expressions("population", (contract.population.pattern,))
        if not contract.population.values and not contract.population.pattern:
            yield "population", "sluit elke rij uit", "Geef values of pattern."
    if contract.event is not None:
        yield from _expressions("event.patterns", contract.event.patterns)
    if contract.mapping is not None:
        rules = contract.mapping
        yield from _expressions("mapping", (rules.dictionary, *rules.never_labels, *rules.never_names))
        for wanted in rules.wanted:
            patterns = (*wanted.labels, *wanted.names, *wanted.without)
            yield from _expressions(f"mapping.wanted.{wanted.indicator}", patterns)


def _expressions(key: str, patterns: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            yield key, f"'{pattern}' is geen reguliere expressie ({error})", "Herstel het patroon."


def _check_figure(contract: SourceContract, figure: Figure) -> Iterator[tuple[str, str, str]]:
    key = f"figure.{figure.id}"
    yield from _expressions(key, figure.patterns)
    known = {dimension.id for dimension in contract.dimension}
    for name in figure.by:
        if name not in known:
            yield f"{key}.by", f"'{name}' is geen dimensie van dit contract", "Voeg [[dimension]] toe."
    if contract.layout is Layout.LONG and not figure.codes:
        yield f"{key}.codes", "ontbreekt", "In layout 'long' zegt codes welke indicatorcode dit is."
    if contract.layout is Layout.WIDE and not (figure.column or figure.patterns):
        yield f"{key}.column", "ontbreekt", "Geef column of patterns."
    if figure.percent and figure.unit is not Unit.RATIO:
        yield f"{key}.percent", "hoort bij unit = 'ratio'", "Verwijder percent of kies ratio."
    if figure.closed and not figure.values:
        yield f"{key}.closed", "zonder values wordt elke cel afgewezen", "Geef values of verwijder closed."
    if figure.of == "provider" and contract.provider is None:
        yield f"{key}.of", "dit contract heeft geen [provider]", "Voeg [provider] toe."
