"""One source while it is fetched: asking it politely, judging the shape of what came back, remembering how it went."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import httpx2

from ews.errors import FileRefusedError
from ews.jobs.download import Answer, FetchFailedError, download
from ews.jobs.recognise import file_limits
from ews.jobs.run import Context
from ews.settings.secrets import read_secret
from ews.signals.content import open_content
from ews.signals.contract import SourceContract
from ews.signals.fetching import Asked, Fetch
from ews.store import fetches
from ews.store.engine import writing

LIST = ""
"""The item under which the list itself, or a source with one address, is remembered."""


@dataclass(slots=True)
class Fetched:
    """What fetching one source came to."""

    source: str
    asked: int = 0
    new: int = 0
    unchanged: int = 0
    absent: int = 0
    held: int = 0
    problem: str = ""


@dataclass(slots=True)
class Line:
    """One source while it is fetched."""

    context: Context
    contract: SourceContract
    plan: Fetch
    client: httpx2.Client
    known: Mapping[str, Asked]
    done: Fetched
    headers: dict[str, str]
    collected: dict[str, tuple[Asked, Any]] = field(default_factory=dict)
    """Answers that become one delivery at the end of the run."""
    last_call: float = -1e9


def secret_header(line: Line) -> dict[str, str]:
    plan = line.plan
    if not plan.secret:
        return {}
    value = read_secret(line.context.folder, plan.secret)
    if value is None:
        problem = f"De sleutel '{plan.secret}' ontbreekt. Zet haar in secrets/{plan.secret} van de plek (chmod 600)."
        remember_failure(line, LIST, problem)
        raise FetchFailedError(problem)
    return {plan.secret_header: value}


def call(line: Line, item: str, url: str, *, conditional: bool) -> Answer:
    before = line.known.get(item)
    headers = dict(line.headers)
    if conditional and before is not None and before.answered_at is not None:
        headers |= {"If-None-Match": before.etag} if before.etag else {}
        headers |= {"If-Modified-Since": before.modified} if before.modified else {}
    rest = line.last_call + line.plan.pause_seconds - time.monotonic()
    if rest > 0:
        time.sleep(rest)
    try:
        return download(line.client, line.plan, url, headers=headers, now=line.context.now)
    except FetchFailedError as error:
        remember_failure(line, item, str(error))
        raise
    finally:
        line.last_call = time.monotonic()


def check_shape(line: Line, item: str, data: bytes) -> None:
    """Told from its content, as with files: a login page is no delivery."""
    try:
        content = open_content(line.contract.title, data, file_limits(line.context.settings.site.limits))
        if content.shape == "json":
            json.loads(content.data)
        shape: str = content.shape
    except (FileRefusedError, ValueError):
        shape = "niets leesbaars"
    if shape != line.plan.answers:
        is_page = data[:500].lstrip().lower().startswith((b"<!doctype html", b"<html"))
        got = "een webpagina (een inlogscherm of storing?)" if is_page else shape
        fail(line, item, f"{line.contract.title} antwoordt met {got}; verwacht wordt {line.plan.answers}.")


def fail(line: Line, item: str, problem: str) -> None:
    remember_failure(line, item, problem)
    raise FetchFailedError(problem)


def remember(line: Line, asked: Asked) -> None:
    with writing(line.context.engine) as connection:
        fetches.remember(connection, line.contract.name, asked)


def remember_failure(line: Line, item: str, problem: str) -> None:
    before = line.known.get(item, Asked(item, line.context.now))
    remember(line, replace(before, tried_at=line.context.now, problem=problem))
