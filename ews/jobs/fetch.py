"""Sources over the line: ask what is due, take the answers in as files, and say which source failed.

A call is made outside every lock and transaction. What is remembered of it is written after its answer was taken
in: a crash in between asks once more, and the same bytes change nothing.
"""

import json
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from urllib.parse import quote, urljoin

import httpx2

from ews.errors import FileRefusedError, NotFoundError, RefusedError
from ews.jobs.download import NOT_MODIFIED, Answer, FetchFailedError, download, line_to
from ews.jobs.fetch_trouble import tell_failed, tell_gap
from ews.jobs.ingest import ingest
from ews.jobs.ingest_report import FileReport
from ews.jobs.recognise import contract_named, file_limits
from ews.jobs.run import OFFICE_ZONE, Context
from ews.settings.secrets import read_secret
from ews.signals.contract import SourceContract
from ews.signals.fetching import ITEM, Asked, Each, Fetch, due_items, is_item, same_place, window_gap
from ews.signals.files import open_content
from ews.store import fetches
from ews.store.engine import reading, writing
from ews.store.raw import digest
from ews.store.register import register_at

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
class _Line:
    """One source while it is fetched."""

    context: Context
    contract: SourceContract
    plan: Fetch
    client: httpx2.Client
    known: Mapping[str, Asked]
    done: Fetched
    headers: dict[str, str]
    collected: list[dict[str, Any]] = field(default_factory=list)
    last_call: float = -1e9


def fetch(context: Context, names: Sequence[str] = ()) -> dict[str, Any]:
    """Fetch the named sources, or those that are enabled and due.

    Raises NotFoundError or RefusedError for a name that can't be fetched, and on a site that is not real.
    """
    if context.settings.site.kind != "production":
        if names:
            raise RefusedError(
                "Op een demo- of oefenplek wordt niets opgehaald. Lever bestanden in: ews ingest"
            )
        return {"sources": [], "failed": 0}
    found = [_fetch(context, contract, by_hand=bool(names)) for contract in _chosen(context, names)]
    with writing(context.engine) as connection:
        for one in found:
            if one.problem:
                tell_failed(connection, context, context.settings.sources[one.source], one.problem)
    return {"sources": [asdict(one) for one in found], "failed": sum(bool(one.problem) for one in found)}


def _chosen(context: Context, names: Collection[str]) -> list[SourceContract]:
    sources = context.settings.sources
    if not names:
        return [one for one in sources.values() if one.fetch is not None and one.fetch.enabled]
    chosen = [contract_named(sources, name) for name in names]
    for contract in chosen:
        if contract.fetch is None:
            fetchable = ", ".join(sorted(one.name for one in sources.values() if one.fetch))
            raise NotFoundError(f"Bron {contract.name} heeft geen tabel [fetch]. Op te halen: {fetchable}.")
    return chosen


def _fetch(context: Context, contract: SourceContract, *, by_hand: bool) -> Fetched:
    plan = contract.fetch
    assert plan is not None
    with reading(context.engine) as connection:
        known = fetches.asked(connection, contract.name)
    done = Fetched(contract.name)
    with line_to(plan.url) as client:
        line = _Line(context, contract, plan, client, known, done, {})
        try:
            line.headers = _secret(line)
            for item in due_items(plan, _items(line), known, now=context.now, by_hand=by_hand):
                _ask_for(line, item)
        except FetchFailedError as error:
            done.problem = str(error)
        if line.collected:
            _take_in_collected(line)
    return done


def _secret(line: _Line) -> dict[str, str]:
    plan = line.plan
    if not plan.secret:
        return {}
    value = read_secret(line.context.folder, plan.secret)
    if value is None:
        problem = f"De sleutel '{plan.secret}' ontbreekt. Zet haar in secrets/{plan.secret} van de plek (chmod 600)."
        _remember_failure(line, LIST, problem)
        raise FetchFailedError(problem)
    return {plan.secret_header: value}


def _items(line: _Line) -> list[str]:
    plan = line.plan
    if plan.each is Each.SOURCE:
        return [LIST]
    if plan.each is Each.PROVIDER:
        with reading(line.context.engine) as connection:
            providers = register_at(connection, line.context.now).providers
        return [one.partition(":")[2] for one in providers if one.startswith("kvk:")]
    listed = _listed(line)
    gap = window_gap(listed, line.known)
    if gap:
        with writing(line.context.engine) as connection:
            tell_gap(connection, line.context, line.contract, gap)
    return listed


def _listed(line: _Line) -> list[str]:
    """The ids that the source says it has."""
    answer = _call(line, LIST, line.plan.list_url, conditional=False)
    try:
        found = [str(entry[line.plan.list_key]) for entry in json.loads(answer.data)]
    except (ValueError, KeyError, TypeError):
        found = []
    if not found or not all(is_item(one) for one in found):
        problem = f"De lijst van {line.contract.title} is niet leesbaar: verwacht wordt JSON met {line.plan.list_key}."
        _remember_failure(line, LIST, problem)
        raise FetchFailedError(problem)
    _remember(line, Asked(LIST, line.context.now, answered_at=line.context.now))
    return found


def _ask_for(line: _Line, item: str) -> None:
    """One item: its answer is taken in, then remembered. Raises FetchFailedError, which is remembered too."""
    url = line.plan.url.replace(ITEM, quote(item, safe=""))
    is_whole = line.plan.each is not Each.PROVIDER and not line.plan.next_key
    answer = _call(line, item, url, conditional=is_whole)
    line.done.asked += 1
    now, before = line.context.now, line.known.get(item)
    if answer.status == NOT_MODIFIED and before is not None:
        line.done.unchanged += 1
        _remember(line, replace(before, tried_at=now, answered_at=now, problem=""))
        return
    if answer.status in line.plan.absent:
        line.done.absent += 1
        _remember(line, Asked(item, now, answered_at=now))
        return
    told = _told(line, item, answer, url)
    changed = before is None or before.sha256 != told
    since = now if changed else before.changed_at if before else now
    _remember(line, Asked(item, now, now, since, answer.etag if is_whole else "", answer.modified, told))


def _told(line: _Line, item: str, answer: Answer, url: str) -> str:
    """Take an answer in, or lay it with the others of this run; returns its hash."""
    if line.plan.each is Each.PROVIDER:
        _check_shape(line, item, answer.data)
        line.collected.append({"kvkNummer": item, "antwoord": json.loads(answer.data)})
        return digest(answer.data)
    pages = []
    for number, data in enumerate(_pages(line, item, answer, url), start=1):
        pages.append(data)
        name = line.plan.file_name if number == 1 else _numbered(line.plan.file_name, number)
        _take_in(line, item, name, data)
    return digest(b"".join(pages))


def _numbered(name: str, page: int) -> str:
    stem, dot, ending = name.rpartition(".")
    return f"{stem}_p{page}{dot}{ending}"


def _pages(line: _Line, item: str, answer: Answer, url: str) -> Iterator[bytes]:
    at = url
    for _ in range(line.plan.pages):
        _check_shape(line, item, answer.data)
        yield answer.data
        onward = _next(line, answer.data)
        if not onward:
            return
        at = urljoin(at, onward)
        if not same_place(url, at):
            _fail(
                line, item, f"{line.contract.title} verwijst voor de volgende bladzijde naar een andere host."
            )
        answer = _call(line, item, at, conditional=False)
    _fail(line, item, f"{line.contract.title} heeft meer dan {line.plan.pages} bladzijden ([fetch] pages).")


def _next(line: _Line, data: bytes) -> str:
    if not line.plan.next_key:
        return ""
    document = json.loads(data)
    return str(document.get(line.plan.next_key) or "") if isinstance(document, dict) else ""


def _call(line: _Line, item: str, url: str, *, conditional: bool) -> Answer:
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
        _remember_failure(line, item, str(error))
        raise
    finally:
        line.last_call = time.monotonic()


def _check_shape(line: _Line, item: str, data: bytes) -> None:
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
        _fail(line, item, f"{line.contract.title} antwoordt met {got}; verwacht wordt {line.plan.answers}.")


def _fail(line: _Line, item: str, problem: str) -> None:
    _remember_failure(line, item, problem)
    raise FetchFailedError(problem)


def _take_in_collected(line: _Line) -> None:
    data = json.dumps({"antwoorden": line.collected}, sort_keys=True, ensure_ascii=False).encode()
    try:
        _take_in(line, LIST, line.plan.file_name, data)
    except FetchFailedError as error:
        line.done.problem = str(error)


def _take_in(line: _Line, item: str, name: str, data: bytes) -> None:
    """Through the inbox, like every file: what a crash leaves there is taken in by the next ingest."""
    day = line.context.now.astimezone(OFFICE_ZONE)
    path = line.context.folder / "inbox" / name.replace(ITEM, item).replace("{day}", f"{day:%Y%m%d}")
    unfinished = path.with_name(f".{path.name}.tmp")
    unfinished.write_bytes(data)
    unfinished.replace(path)
    try:
        report = ingest(line.context, [path], source=line.contract.name).files[0]
    finally:
        path.unlink()
    _count(line, item, report)


def _count(line: _Line, item: str, report: FileReport) -> None:
    match report.status:
        case "refused":
            _fail(line, item, report.message)
        case "held":
            line.done.held += 1
        case "known":
            line.done.unchanged += 1
        case _:
            line.done.new += 1


def _remember(line: _Line, asked: Asked) -> None:
    with writing(line.context.engine) as connection:
        fetches.remember(connection, line.contract.name, asked)


def _remember_failure(line: _Line, item: str, problem: str) -> None:
    before = line.known.get(item, Asked(item, line.context.now))
    _remember(line, replace(before, tried_at=line.context.now, problem=problem))
