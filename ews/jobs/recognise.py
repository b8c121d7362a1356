"""Which source a file belongs to, and its tables: by its name, else by its columns, else by nobody's guess."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from ews.dutch import thousands
from ews.errors import FileRefusedError
from ews.jobs.apart import tables_of
from ews.jobs.run import Context
from ews.settings.site import Limits
from ews.signals.columns import match
from ews.signals.content import Content, FileLimits
from ews.signals.contract import Layout, SourceContract
from ews.signals.known import Known
from ews.signals.table import Table
from ews.store.crosswalk import whose
from ews.store.engine import reading


def file_limits(limits: Limits) -> FileLimits:
    """The limits of settings.toml as the readers take them."""
    return FileLimits(**limits.model_dump())


def own_limits(contract: SourceContract, limits: FileLimits) -> FileLimits:
    """The limits for files of this source: its own where it has them."""
    return replace(
        limits,
        unpacked_bytes=contract.max_unpacked_bytes or limits.unpacked_bytes,
        rows=contract.max_rows or limits.rows,
        cpu_seconds=contract.max_seconds or limits.cpu_seconds,
    )


def contract_named(sources: Mapping[str, SourceContract], name: str) -> SourceContract:
    """A contract by the name that a person gave. Raises FileRefusedError with what there is."""
    if name not in sources:
        raise FileRefusedError(f"Bron '{name}' bestaat niet. Bekend: {', '.join(sorted(sources))}.")
    return sources[name]


def feed_contract(
    sources: Mapping[str, SourceContract], source: str | None, name: str
) -> SourceContract | None:
    """The contract when a file is a feed by its given source or its name, else None."""
    if source is not None:
        chosen = [sources[source]] if source in sources else []
    else:
        chosen = [contract for contract in sources.values() if contract.claims(name)]
    feeds = [contract for contract in chosen if contract.layout is Layout.PROPOSALS]
    return feeds[0] if len(feeds) == len(chosen) == 1 else None


def recognise(
    content: Content, sources: Mapping[str, SourceContract], limits: FileLimits
) -> tuple[SourceContract, list[Table]]:
    """The source that a file belongs to, with its tables. Raises FileRefusedError when it is none, or several."""
    named = [contract for contract in sources.values() if contract.claims(content.name)]
    if len(named) == 1:
        return named[0], own_tables(content, named[0], limits)
    fitting = _by_columns(content, named or list(sources.values()), limits)
    best = max((figures for figures, _, _ in fitting), default=0)
    chosen = [(contract, tables) for figures, contract, tables in fitting if figures == best]
    if len(chosen) == 1:
        return chosen[0]
    several = ", ".join(contract.name for contract, _ in chosen)
    problem = f"past bij meer dan een bron ({several})" if chosen else "past bij geen enkele bron"
    raise FileRefusedError(
        f"{content.name}: {problem}. Zeg welke het is met --source, of pas een contract aan. "
        f"Bekend: {', '.join(sorted(sources))}."
    )


def _by_columns(
    content: Content, candidates: Sequence[SourceContract], limits: FileLimits
) -> list[tuple[int, SourceContract, list[Table]]]:
    """Contracts whose key columns are all there, with how many columns of theirs were found.

    Raises FileRefusedError with what most of them say when nobody can open the file at all.
    """
    fitting = []
    opened, refused = False, Counter[str]()
    for contract in candidates:
        if contract.connector:
            continue
        try:
            tables = own_tables(content, contract, limits)
        except FileRefusedError as error:
            refused[str(error)] += 1
            continue
        opened = True
        columns = [match(table.header, contract, on=date.max) for table in tables]
        found = sum(len(one.figures) + len(one.keys) for one in columns)
        if columns and not any(one.missing_keys for one in columns) and found:
            fitting.append((found, contract, tables))
    if refused and not opened:
        raise FileRefusedError(refused.most_common(1)[0][0])
    return fitting


def own_tables(content: Content, contract: SourceContract, limits: FileLimits) -> list[Table]:
    """The tables of a file that are of this source: a sheet without one of its columns is an explanation."""
    if contract.max_bytes and len(content.raw) > contract.max_bytes:
        raise FileRefusedError(
            f"{content.name}: groter dan {thousands(contract.max_bytes)} bytes (max_bytes van {contract.name})."
        )
    tables = tables_of(content, contract, own_limits(contract, limits))
    related = [table for table in tables if _related(table, contract)]
    return related or tables


def _related(table: Table, contract: SourceContract) -> bool:
    columns = match(table.header, contract, on=date.max)
    return bool(columns.keys or columns.figures)


def known_subjects(context: Context, contract: SourceContract) -> Known | None:
    """Whom rows of this source may be about, and whose each identifier is; None when about anybody."""
    if not contract.known_subjects_only:
        return None
    with reading(context.engine) as connection:
        return whose(connection, context.now)
