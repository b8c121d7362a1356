"""Numbers for the names that observations repeat: subjects, indicators, dimensions."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Table, insert, select

from ews.identifiers import parse_subject
from ews.store.schema import dimension, indicator, subject

_AT_ONCE = 500  # values in one statement; every database takes this many
_ALL_FROM = 2000  # from here on reading the whole list is quicker than asking for its members


@dataclass(frozen=True, slots=True)
class Numbers:
    """Ids by name."""

    subjects: Mapping[str, int]
    indicators: Mapping[str, int]
    dimensions: Mapping[str, int]


def numbers(
    connection: Connection,
    *,
    subjects: Collection[str],
    indicators: Collection[str],
    dimensions: Collection[str],
    create: bool,
) -> Numbers:
    """Ids of names; those that are new get one, or a negative stand-in without `create`."""
    return Numbers(
        _numbers(connection, subject, "identifier", subjects, create=create),
        _numbers(connection, indicator, "name", indicators, create=create),
        _numbers(connection, dimension, "content", dimensions, create=create),
    )


def _numbers(
    connection: Connection, table: Table, column: str, names: Collection[str], *, create: bool
) -> dict[str, int]:
    wanted = sorted(set(names))
    known = dict(_known(connection, table, column, wanted))
    new = [name for name in wanted if name not in known]
    if not create:
        return known | {name: -place for place, name in enumerate(new, start=1)}
    if new:
        rows = [{column: name} for name in new]
        if table is subject:
            for row in rows:
                row["kind"] = parse_subject(row[column]).kind
        connection.execute(insert(table), rows)
        known |= dict(_known(connection, table, column, new))
    return known


def _known(
    connection: Connection, table: Table, column: str, names: Collection[str]
) -> Iterator[tuple[str, int]]:
    listed = list(names)
    if len(listed) > _ALL_FROM:
        wanted = set(listed)
        rows = connection.execute(select(table.c[column], table.c.id))
        yield from ((row[0], row[1]) for row in rows if row[0] in wanted)
        return
    for start in range(0, len(listed), _AT_ONCE):
        chunk = listed[start : start + _AT_ONCE]
        rows = connection.execute(select(table.c[column], table.c.id).where(table.c[column].in_(chunk)))
        yield from ((row[0], row[1]) for row in rows)
