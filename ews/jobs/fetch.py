"""Sources over the line: ask what is due, take the answers in as files, and say which source failed.

A call is made outside every lock and transaction. What is remembered of it is written after its answer was taken
in: a crash in between asks once more, and the same bytes change nothing.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote, urljoin

from ews.errors import NotFoundError, RefusedError
from ews.jobs.download import NOT_MODIFIED, Answer, FetchFailedError, line_to
from ews.jobs.fetch_line import (
    LIST,
    Fetched,
    Line,
    call,
    check_shape,
    fail,
    remember,
    remember_failure,
    secret_header,
)
from ews.jobs.fetch_trouble import tell_failed, tell_gap
from ews.jobs.ingest import ingest
from ews.jobs.ingest_report import FileReport
from ews.jobs.recognise import contract_named
from ews.jobs.run import OFFICE_ZONE, Context
from ews.signals.contract import SourceContract
from ews.signals.fetching import ITEM, Asked, Each, due_items, is_item, same_place, window_gap
from ews.store import fetches
from ews.store.engine import reading, writing
from ews.store.raw import digest
from ews.store.register import register_at


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
        line = Line(context, contract, plan, client, known, done, {})
        try:
            line.headers = secret_header(line)
            for item in due_items(plan, _items(line), known, now=context.now, by_hand=by_hand):
                _ask_for(line, item)
        except FetchFailedError as error:
            done.problem = str(error)
        if line.collected:
            _take_in_collected(line)
    return done


def _items(line: Line) -> list[str]:
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


def _listed(line: Line) -> list[str]:
    """The ids that the source says it has."""
    answer = call(line, LIST, line.plan.list_url, conditional=False)
    try:
        found = [str(entry[line.plan.list_key]) for entry in json.loads(answer.data)]
    except (ValueError, KeyError, TypeError):
        found = []
    if not found or not all(is_item(one) for one in found):
        problem = f"De lijst van {line.contract.title} is niet leesbaar: verwacht wordt JSON met {line.plan.list_key}."
        remember_failure(line, LIST, problem)
        raise FetchFailedError(problem)
    remember(line, Asked(LIST, line.context.now, answered_at=line.context.now))
    return found


def _ask_for(line: Line, item: str) -> None:
    """One item: its answer is taken in, then remembered. Raises FetchFailedError, which is remembered too."""
    url = line.plan.url.replace(ITEM, quote(item, safe=""))
    is_whole = line.plan.each is not Each.PROVIDER and not line.plan.next_key
    answer = call(line, item, url, conditional=is_whole)
    line.done.asked += 1
    now, before = line.context.now, line.known.get(item)
    if answer.status == NOT_MODIFIED and before is not None:
        line.done.unchanged += 1
        remember(line, replace(before, tried_at=now, answered_at=now, problem=""))
        return
    if answer.status in line.plan.absent:
        line.done.absent += 1
        remember(line, Asked(item, now, answered_at=now))
        return
    if line.plan.each is Each.PROVIDER:
        _collect(line, item, answer.data)
        return
    told = _taken_in(line, item, answer, url)
    etag, modified = (answer.etag, answer.modified) if is_whole else ("", "")
    remember(line, Asked(item, now, now, _changed_at(line, item, told), etag, modified, told))


def _changed_at(line: Line, item: str, told: str) -> datetime:
    before = line.known.get(item)
    is_same = before is not None and before.sha256 == told
    return (before.changed_at if is_same and before else None) or line.context.now


def _collect(line: Line, item: str, data: bytes) -> None:
    """Lay an answer with the others of this run: it is about one provider and does not say which, nor since when."""
    check_shape(line, item, data)
    now, told = line.context.now, digest(data)
    asked = Asked(item, now, answered_at=now, changed_at=_changed_at(line, item, told), sha256=told)
    line.collected[item] = (asked, json.loads(data))


def _taken_in(line: Line, item: str, answer: Answer, url: str) -> str:
    """Take in every page of an answer; returns the hash of all of it."""
    pages = []
    for number, data in enumerate(_pages(line, item, answer, url), start=1):
        pages.append(data)
        name = line.plan.file_name if number == 1 else _numbered(line.plan.file_name, number)
        _take_in(line, item, name, data)
    return digest(b"".join(pages))


def _numbered(name: str, page: int) -> str:
    stem, dot, ending = name.rpartition(".")
    return f"{stem}_p{page}{dot}{ending}"


def _pages(line: Line, item: str, answer: Answer, url: str) -> Iterator[bytes]:
    at = url
    for _ in range(line.plan.pages):
        check_shape(line, item, answer.data)
        yield answer.data
        onward = _next(line, answer.data)
        if not onward:
            return
        at = urljoin(at, onward)
        if not same_place(url, at):
            fail(
                line, item, f"{line.contract.title} verwijst voor de volgende bladzijde naar een andere host."
            )
        answer = call(line, item, at, conditional=False)
    fail(line, item, f"{line.contract.title} heeft meer dan {line.plan.pages} bladzijden ([fetch] pages).")


def _next(line: Line, data: bytes) -> str:
    if not line.plan.next_key:
        return ""
    document = json.loads(data)
    return str(document.get(line.plan.next_key) or "") if isinstance(document, dict) else ""


def _take_in_collected(line: Line) -> None:
    """All answers of this run as one delivery, word for word; only then they are remembered as answered."""
    answers = [
        {
            "kvkNummer": item,
            "sinds": (asked.changed_at or line.context.now).astimezone(OFFICE_ZONE).date().isoformat(),
            "antwoord": told,
        }
        for item, (asked, told) in sorted(line.collected.items())
    ]
    data = json.dumps({"antwoorden": answers}, sort_keys=True, ensure_ascii=False).encode()
    try:
        _take_in(line, LIST, line.plan.file_name, data)
    except FetchFailedError as error:
        line.done.problem = str(error)
        return
    for asked, _ in line.collected.values():
        remember(line, asked)


def _take_in(line: Line, item: str, name: str, data: bytes) -> None:
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


def _count(line: Line, item: str, report: FileReport) -> None:
    match report.status:
        case "refused":
            fail(line, item, report.message)
        case "held":
            line.done.held += 1
        case "known":
            line.done.unchanged += 1
        case _:
            line.done.new += 1
