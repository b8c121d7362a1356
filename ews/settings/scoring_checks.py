"""Faults in indicators and scorecards: formulas, references, monotone points, bins nobody can reach."""

from collections.abc import Iterable, Mapping
from itertools import pairwise

from ews.scoring.card import Bin, Card, CardFile, Judged, Line
from ews.scoring.model import Horizon, Level
from ews.settings.checks import reference
from ews.settings.faults import ConfigFault
from ews.signals.formula import FormulaError
from ews.signals.indicators import Direction, Indicator

_KNOWN = {
    "value": "",
    "previous": "",
    "change": "",
    "share": "",
    "count": "",
    "norm": "",
    "date": "",
    "name": "",
}
_ALWAYS_UP = {Judged.DECLINES, Judged.BEYOND_NORM, Judged.PEERS}
_ALERTING = {Level.ELEVATED, Level.HIGH, Level.ACUTE}


def check_indicators(indicators: Mapping[str, Indicator]) -> list[ConfigFault]:
    """Every formula can be read, and no two norms of one id start on one day."""
    faults = []
    for indicator in indicators.values():
        file = f"indicators/{indicator.id}.toml"
        try:
            indicator.parsed()
        except FormulaError as error:
            faults.append(
                ConfigFault(
                    file, "formula", str(error), "Zie ews/signals/formula.py of een andere indicator."
                )
            )
        dated = [(norm.id, norm.valid_from) for norm in indicator.norms]
        if len(dated) != len(set(dated)):
            faults.append(
                ConfigFault(
                    file, "norms", "twee normen met dezelfde id en datum", "Geef elke versie een eigen datum."
                )
            )
        for norm in indicator.norms:
            if not norm.source.strip():
                faults.append(
                    ConfigFault(file, f"norms.{norm.id}", "geen bron", "Noem een bron of onderbouwing.")
                )
    return faults


def check_scorecards(files: Mapping[str, CardFile], indicators: Mapping[str, Indicator]) -> list[ConfigFault]:
    """Cards can be added up: references exist, points follow the direction, every bin can be reached."""
    if not files:
        return [ConfigFault("scorecard/", "", "geen puntenkaart", "Voeg <geldig vanaf>.toml toe.")]
    faults: list[ConfigFault] = []
    for name, cards in files.items():
        file = f"scorecard/{name}.toml"
        for card in cards.card:
            faults += _card(file, card, indicators)
        schemes = [scheme for card in cards.card for scheme in card.schemes]
        if len(schemes) != len(set(schemes)):
            faults.append(
                ConfigFault(
                    file, "card.schemes", "een soort nummer staat op twee kaarten", "Laat er één staan."
                )
            )
    return faults


def _card(file: str, card: Card, indicators: Mapping[str, Indicator]) -> list[ConfigFault]:
    faults = reference(file, f"card.{card.id}.size", card.size, indicators)
    names = [line.id for line in card.lines] + [wire.id for wire in card.tripwires]
    names += [heard.id for heard in card.heard]
    for name in sorted({name for name in names if names.count(name) > 1}):
        faults.append(
            ConfigFault(
                file, f"card.{card.id}.{name}", "komt twee keer voor", "Geef elke regel een eigen id."
            )
        )
    for line in card.lines:
        key = f"card.{card.id}.{line.id}"
        unknown = reference(file, f"{key}.indicator", line.indicator, indicators)
        faults += unknown or _line(file, key, line, indicators[line.indicator])
    for wire in card.tripwires:
        key = f"card.{card.id}.{wire.id}"
        faults += reference(file, f"{key}.indicator", wire.indicator, indicators) if wire.indicator else []
        if bool(wire.event) == bool(wire.indicator and wire.words):
            faults.append(
                ConfigFault(
                    file,
                    key,
                    "noemt geen gebeurtenis of woord, of beide",
                    "Geef event, of indicator met words.",
                )
            )
        if card.level_of(wire.points).rank < wire.level.rank:
            faults.append(
                ConfigFault(
                    file, key, f"{wire.points} punten halen niveau {wire.level} niet", "Verhoog points."
                )
            )
        faults += _text(file, f"{key}.reason", wire.reason, must=True)
        faults += _horizons(file, key, wire.horizons)
    return faults + _cutoffs(file, card)


def _line(file: str, key: str, line: Line, indicator: Indicator) -> list[ConfigFault]:
    faults = _horizons(file, key, line.horizons)
    if line.norm and all(norm.id != line.norm for norm in indicator.norms):
        faults += reference(file, f"{key}.norm", line.norm, [norm.id for norm in indicator.norms])
    if line.relative and line.judged is Judged.SLOPE:
        faults.append(ConfigFault(file, f"{key}.relative", "past niet bij slope", "Haal relative weg."))
    if line.judged is Judged.BEYOND_NORM and not line.norm:
        faults.append(ConfigFault(file, f"{key}.norm", "ontbreekt", "beyond_norm vraagt een norm."))
    parts = [(one.points, one.reason) for one in line.bins] + [
        (state.points, state.reason) for state in (line.missing, line.late, line.refused, line.stale)
    ]
    for points, reason in parts:
        faults += _text(file, f"{key}.reason", reason, must=points > 0)
        if points < 0:
            faults.append(ConfigFault(file, key, f"{points} punten", "Punten zijn nul of meer."))
    if indicator.direction is Direction.CATEGORY:
        return faults + _words(file, key, line.bins)
    return faults + _steps(file, key, line, indicator)


def _steps(file: str, key: str, line: Line, indicator: Indicator) -> list[ConfigFault]:
    bounds = [one.below for one in line.bins]
    if not bounds or bounds[-1] is not None or None in bounds[:-1]:
        return [
            ConfigFault(file, f"{key}.bins", "alleen het laatste vak heeft geen below", "Herstel de vakken.")
        ]
    known = [bound for bound in bounds if bound is not None]
    if any(low >= high for low, high in pairwise(known)):
        return [
            ConfigFault(file, f"{key}.bins", "een vak is onbereikbaar", "Laat below van vak tot vak oplopen.")
        ]
    rises = line.judged in _ALWAYS_UP or indicator.direction is Direction.HIGHER_IS_WORSE
    points = [one.points for one in line.bins]
    if points != sorted(points, reverse=not rises):
        wanted = "niet dalen" if rises else "niet stijgen"
        return [
            ConfigFault(
                file,
                f"{key}.bins",
                f"punten {points} gaan tegen de richting in",
                f"Van laag naar hoog mogen zij {wanted}.",
            )
        ]
    return []


def _words(file: str, key: str, bins: Iterable[Bin]) -> list[ConfigFault]:
    listed = [word for one in bins for word in one.words]
    if len(listed) == len(set(listed)):
        return []
    return [
        ConfigFault(
            file, f"{key}.bins", "een woord staat in twee vakken", "Het tweede is onbereikbaar: haal het weg."
        )
    ]


def _text(file: str, key: str, reason: str, *, must: bool) -> list[ConfigFault]:
    if must and not reason:
        return [ConfigFault(file, key, "ontbreekt", "Wie punten geeft, zegt waarom.")]
    try:
        reason.format(**_KNOWN)
    except (KeyError, ValueError, IndexError) as error:
        return [ConfigFault(file, key, f"onbekend veld {error}", f"Kies uit: {', '.join(_KNOWN)}.")]
    return []


def _horizons(file: str, key: str, horizons: tuple[Horizon, ...]) -> list[ConfigFault]:
    """The total is that of twelve months: what weighs only beyond them would not add up."""
    if set(horizons) & {Horizon.SHORT, Horizon.MEDIUM}:
        return []
    return [
        ConfigFault(file, f"{key}.horizons", "telt niet mee binnen 12 maanden", "Voeg short of medium toe.")
    ]


def _cutoffs(file: str, card: Card) -> list[ConfigFault]:
    key = f"card.{card.id}.cutoffs"
    if {cutoff.level for cutoff in card.cutoffs} != _ALERTING or len(card.cutoffs) != len(_ALERTING):
        return [
            ConfigFault(
                file, key, "niet elk niveau heeft grenzen", "Geef elevated, high en acute elk één keer."
            )
        ]
    ordered = sorted(card.cutoffs, key=lambda cutoff: cutoff.level.rank)
    rising = all(a.raise_at < b.raise_at and a.clear_below < b.clear_below for a, b in pairwise(ordered))
    apart = all(0 < cutoff.clear_below < cutoff.raise_at for cutoff in card.cutoffs)
    if rising and apart:
        return []
    return [
        ConfigFault(
            file,
            key,
            "de grenzen lopen niet op",
            "clear_below ligt onder raise_at, en elk niveau boven het vorige.",
        )
    ]
