"""Documents into one frozen Settings. Everything is checked before anything runs; all faults at once."""

import re
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from ews.alerts.policy import AlertPolicy
from ews.cases.policy import CasePolicy, sections
from ews.cases.retention import RetentionClass
from ews.cases.self_assessment import EvaluationPolicy
from ews.cases.transfer import TransferPolicy
from ews.dossier.letters import LetterText, NamingGround, WlzUitvoerder
from ews.dossier.style import HouseStyle
from ews.notify.policy import Telling
from ews.notify.routing import OnCall, Route
from ews.people import Person
from ews.regulation import Obligation, Region
from ews.scoring.card import CardFile
from ews.scoring.plan import ModelPlan
from ews.settings.checks import (
    check_cases,
    check_people,
    check_routes,
    check_schedule,
    check_site,
    check_turns,
)
from ews.settings.documents import Documents, documents_hash, read_documents, under
from ews.settings.dossier_checks import check_grounds, check_letters, check_regulations, check_style
from ews.settings.evaluation_checks import check_evaluation
from ews.settings.faults import ConfigFault, from_validation, missing, refuse
from ews.settings.keyword_checks import check_keywords
from ews.settings.model_checks import check_model
from ews.settings.retention_checks import check_retention
from ews.settings.scoring_checks import check_indicators, check_scorecards
from ews.settings.signal_checks import (
    check_exemptions,
    check_heard,
    check_requests,
    check_signal_kinds,
)
from ews.settings.site import SiteSettings, site_settings
from ews.settings.source_checks import check_sources
from ews.signals.bulletins import Keywords
from ews.signals.contract import SourceContract
from ews.signals.expected import Exemption
from ews.signals.indicators import Indicator
from ews.signals.request import RequestPolicy
from ews.signals.soft import SignalKind
from ews.slots import ScheduledJob

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Settings:
    """All that is configured, typed and cross-checked."""

    folder: Path
    site: SiteSettings
    people: Mapping[str, Person]
    routes: Mapping[str, Route]
    """recipients.toml: which role is told of what."""
    turns: Mapping[str, OnCall]
    """[[rota]] of recipients.toml."""
    telling: Telling
    schedule: Mapping[str, ScheduledJob]
    sources: Mapping[str, SourceContract]
    signal_kinds: Mapping[str, SignalKind]
    """signals.toml: what officers may report."""
    exemptions: Mapping[str, Exemption]
    """signals.toml: figures that the site excuses a provider from."""
    keywords: Mapping[str, Keywords]
    """trefwoorden/: how feeds are read, by the date from which the words hold."""
    requests: RequestPolicy
    """requests.toml: how often and how deep providers are asked."""
    indicators: Mapping[str, Indicator]
    scorecards: Mapping[str, CardFile]
    """By the date from which they hold."""
    alerts: AlertPolicy
    """[alerts] of escalation.toml."""
    model: ModelPlan
    regulations: Mapping[str, Obligation]
    """By `<regeling>/<valid_from>`."""
    house_style: HouseStyle
    letters: Mapping[str, LetterText]
    naming_grounds: Mapping[str, NamingGround]
    regions: Mapping[str, Region]
    wlz_uitvoerders: Mapping[str, WlzUitvoerder]
    cases: CasePolicy
    """[case], [[stage]] and [[plan48]] of escalation.toml."""
    transfer: TransferPolicy
    evaluation: EvaluationPolicy
    """evaluatie.toml: the handvatten and what shows that they were met."""
    retention: Mapping[str, RetentionClass]
    """retention.toml: how long which data are kept, and why."""
    hash: str
    """SHA-256 of the documents in force; environment values are not part of it."""
    documents: Documents


def load_site(folder: Path) -> SiteSettings:
    """settings.toml alone, as it lies on disk: where the database of a site is. Raises ConfigError."""
    documents, faults = read_documents(folder / "config")
    reader = Reader(documents, faults)
    site = reader.site()
    if site is None:
        refuse(reader.faults)
    assert site is not None
    return site


# Each check with the sections that it holds beside each other; it runs when all of them could be read.
_CHECKS: tuple[tuple[Callable[..., list[ConfigFault]], tuple[str, ...]], ...] = (
    (check_site, ("site",)),
    (check_people, ("people", "site")),
    (check_routes, ("routes", "people")),
    (check_turns, ("turns", "people")),
    (check_schedule, ("schedule",)),
    (check_cases, ("cases",)),
    (check_evaluation, ("evaluation",)),
    (check_retention, ("retention",)),
    (check_regulations, ("regulations",)),
    (check_letters, ("letters",)),
    (check_grounds, ("naming_grounds",)),
    (check_style, ("house_style",)),
    (check_sources, ("sources",)),
    (check_signal_kinds, ("signal_kinds", "people", "sources")),
    (check_keywords, ("keywords", "sources")),
    (check_indicators, ("indicators",)),
    (check_model, ("model",)),
    (check_scorecards, ("scorecards", "indicators")),
    (check_requests, ("requests", "indicators", "sources")),
    (check_exemptions, ("exemptions", "people")),
    (check_heard, ("scorecards", "signal_kinds")),
)


def load(folder: Path, active: Documents | None = None) -> Settings:
    """Settings of the site in `folder`.

    `active` are the documents that two people made live, with what a newer version of the product added
    under them; without them the files on disk hold.
    Raises ConfigError that names every fault with file, key and remedy.
    """
    documents, faults = read_documents(folder / "config") if active is None else under(active)
    reader, digest = Reader(documents, faults), documents_hash(documents)
    if not faults and (kept := _checked.get(digest)) is not None and kept.site == reader.site():
        return replace(kept, folder=folder)
    read = _sections(reader)
    faults = list(reader.faults)
    for check, names in _CHECKS:
        if all(read[name] is not None for name in names):
            faults += check(*(read[name] for name in names))
    # an entry that could not be read is reported once, not again by everyone who names it
    echoes = {missing(name) for name in reader.unread}
    refuse(fault for fault in faults if fault.problem not in echoes)
    _checked.clear()
    return _checked.setdefault(digest, Settings(folder=folder, hash=digest, documents=documents, **read))


_checked: dict[str, Settings] = {}
"""The last that was found without fault, by the hash of its documents: the same text gives the same rules."""


def _sections(reader: "Reader") -> dict[str, Any]:
    """Every field of Settings that config/ fills; None where its document has a fault."""
    recipients, escalation = (
        reader.documents.get(file, {}) for file in ("recipients.toml", "escalation.toml")
    )
    return {
        "site": reader.site(),
        "people": reader.people(),
        "routes": reader.entries("recipients.toml", "route", Route),
        "turns": reader.entries("recipients.toml", "rota", OnCall),
        "telling": reader.build("recipients.toml", recipients.get("telling", {}), Telling),
        "schedule": reader.entries("schedule.toml", "job", ScheduledJob),
        "sources": reader.folder("sources", SourceContract, name_field="name"),
        "signal_kinds": reader.entries("signals.toml", "kind", SignalKind),
        "exemptions": reader.entries("signals.toml", "exemption", Exemption),
        "keywords": reader.folder("trefwoorden", Keywords, name_field="valid_from"),
        "requests": reader.one("requests.toml", RequestPolicy),
        "indicators": reader.folder("indicators", Indicator, name_field="id"),
        "scorecards": reader.folder("scorecard", CardFile, name_field="valid_from"),
        "alerts": reader.build("escalation.toml", escalation.get("alerts", {}), AlertPolicy),
        "model": reader.one("model.toml", ModelPlan),
        "regulations": reader.tree(
            "regulation", Obligation, folder_field="regeling", name_field="valid_from"
        ),
        "house_style": reader.one("huisstijl.toml", HouseStyle),
        "letters": reader.entries("brieven.toml", "letter", LetterText),
        "regions": reader.entries("zorgkantoorregios.toml", "region", Region),
        "naming_grounds": reader.entries("brieven.toml", "ground", NamingGround),
        "wlz_uitvoerders": reader.entries("brieven.toml", "wlz_uitvoerder", WlzUitvoerder),
        "cases": reader.build("escalation.toml", sections(escalation), CasePolicy),
        "transfer": reader.one("transfer.toml", TransferPolicy),
        "evaluation": reader.one("evaluatie.toml", EvaluationPolicy),
        "retention": reader.entries("retention.toml", "class", RetentionClass),
    }


@cache
def _adapter(kind: Hashable) -> TypeAdapter[Any]:
    # building one costs more than reading a document with it
    return TypeAdapter(cast(Any, kind))


_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Reader:
    """Turns documents into dataclasses, and remembers what was wrong instead of stopping at it."""

    def __init__(self, documents: Documents, faults: list[ConfigFault]) -> None:
        self.documents = documents
        self.faults = list(faults)
        self.unread: set[str] = set()
        """Ids of entries that are there but have a fault."""

    def site(self) -> SiteSettings | None:
        """settings.toml under the environment."""
        try:
            return site_settings(self.documents.get("settings.toml", {}))
        except ValidationError as error:
            self.faults += from_validation("settings.toml", error)
            return None

    def one(self, file: str, kind: type[T], *, extra: Mapping[str, Any] | None = None) -> T | None:
        """A whole document as one dataclass; `extra` are fields that the file's name supplies."""
        return self._build(file, "", {**self.documents.get(file, {}), **(extra or {})}, kind)

    def entries(self, file: str, table: str, kind: type[T], *, without: Collection[str] = ()) -> dict[str, T]:
        """The `[[table]]` entries of a document by their `id`, those in `without` left out."""
        built: dict[str, T] = {}
        for position, entry in enumerate(self.documents.get(file, {}).get(table, [])):
            if entry.get("id") in without:
                continue
            item = self._build(file, f"{table}.{entry.get('id', position)}", entry, kind)
            if item is not None:
                built[entry["id"]] = item
            elif "id" in entry:
                self.unread.add(str(entry["id"]))
        return built

    def people(self) -> dict[str, Person]:
        """The people of the office. An entry with `left` is of somebody who is gone; nothing else is read of it."""
        listed = self.documents.get("people.toml", {}).get("person", [])
        gone = {str(entry.get("id", "")): str(entry["left"]) for entry in listed if "left" in entry}
        for name, day in gone.items():
            if not _DAY.fullmatch(day):
                problem = f"'{day}' is geen datum"
                self.faults.append(
                    ConfigFault("people.toml", f"person.{name}.left", problem, "Schrijf left = 2026-09-01.")
                )
        return self.entries("people.toml", "person", Person, without=gone)

    def folder(self, folder: str, kind: type[T], *, name_field: str) -> dict[str, T]:
        """Every document of a folder as one dataclass each; the file's stem fills `name_field`."""
        built: dict[str, T] = {}
        for file in sorted(self.documents):
            path = PurePosixPath(file)
            if str(path.parent) == folder:
                item = self.one(file, kind, extra={name_field: path.stem})
                if item is None:
                    self.unread.add(path.stem)
                else:
                    built[path.stem] = item
        return built

    def tree(self, folder: str, kind: type[T], *, folder_field: str, name_field: str) -> dict[str, T]:
        """Every document one folder deeper, by `<folder>/<stem>`; both names fill a field."""
        built: dict[str, T] = {}
        for file in sorted(self.documents):
            parts = PurePosixPath(file).with_suffix("").parts
            if len(parts) == 3 and parts[0] == folder:
                item = self.one(file, kind, extra={folder_field: parts[1], name_field: parts[2]})
                if item is not None:
                    built[f"{parts[1]}/{parts[2]}"] = item
        return built

    def build(self, file: str, content: Mapping[str, Any], kind: type[T]) -> T | None:
        """Part of a document as one dataclass."""
        return self._build(file, "", content, kind)

    def _build(self, file: str, key: str, content: Mapping[str, Any], kind: type[T]) -> T | None:
        try:
            built: T = _adapter(cast(Hashable, kind)).validate_python(content)
            return built
        except ValidationError as error:
            known = [field.name for field in fields(kind)] if is_dataclass(kind) else []
            found = from_validation(file, error, known)
            prefix = f"{key}." if key else ""
            self.faults += [ConfigFault(f.file, prefix + f.key, f.problem, f.remedy) for f in found]
            return None
