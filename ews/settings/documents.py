"""TOML documents: the shipped defaults, and what a site lays over them."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeGuard

import ews
from ews.settings.faults import ConfigFault

Documents = dict[str, dict[str, Any]]
"""Path relative to the config folder -> the parsed document."""


def shipped(name: str) -> Path:
    """The folder `config` or `examples` that comes with the product: in the wheel, or in the checkout."""
    package = Path(ews.__file__).parent
    inside = package / "_shipped" / name
    return inside if inside.is_dir() else package.parent / name


def read_documents(site_config: Path | None) -> tuple[Documents, list[ConfigFault]]:
    """Default documents with the site's laid over them, and every file that is not TOML."""
    faults: list[ConfigFault] = []
    documents = _read_folder(shipped("config"), faults)
    if site_config is not None and site_config.is_dir():
        for name, document in _read_folder(site_config, faults).items():
            documents[name] = overlay(documents.get(name, {}), document)
    return documents, faults


def under(active: Documents) -> tuple[Documents, list[ConfigFault]]:
    """The documents in force with the shipped defaults under them.

    A newer version of the product may ask for a key that did not exist when two people made these live:
    it then has its default, instead of closing the site.
    """
    faults: list[ConfigFault] = []
    defaults = _read_folder(shipped("config"), faults)
    names = defaults.keys() | active.keys()
    return {name: overlay(defaults.get(name, {}), active.get(name, {})) for name in sorted(names)}, faults


def _read_folder(folder: Path, faults: list[ConfigFault]) -> Documents:
    documents: Documents = {}
    for path in sorted(folder.rglob("*.toml")):
        name = path.relative_to(folder).as_posix()
        try:
            documents[name] = _parsed(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            faults.append(ConfigFault(str(path), "", f"geen geldige TOML: {error}", "Herstel deze regel."))
    return documents


@lru_cache(maxsize=1024)
def _parsed(text: str) -> dict[str, Any]:
    """The document, parsed once for the same text: a process that opens a site often reads hundreds of files."""
    return tomllib.loads(text)


def overlay(default: Mapping[str, Any], site: Mapping[str, Any]) -> dict[str, Any]:
    """The site's document over the default: key by key, and an entry with the same `id` as a whole."""
    merged = dict(default)
    for key, value in site.items():
        below = merged.get(key)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            merged[key] = overlay(below, value)
        elif _is_entries(below) and _is_entries(value):
            merged[key] = list(({e["id"]: e for e in below} | {e["id"]: e for e in value}).values())
        else:
            merged[key] = value
    return merged


def _is_entries(value: Any) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(value, list) and bool(value) and all(isinstance(e, dict) and "id" in e for e in value)


def documents_hash(documents: Documents) -> str:
    """SHA-256 of the canonical text of all documents: what an assessment says it was made with."""
    content = json.dumps(documents, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(content.encode()).hexdigest()
