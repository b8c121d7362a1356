"""Numbers for the names that observations repeat: subjects, indicators, dimensions."""

from collections.abc import Collection, Iterator

from sqlalchemy import Connection, Table, insert, select

from ews.identifiers import parse_subject
from ews.store.schema import dimension, indicator, subject

_AT_ONCE = 500  # values in one statement; every database takes this many


def subject_numbers(
    connection: Connection, identifiers: Collection[str], *, create: bool = True
) -> dict[str, int]:
    """Ids of subjects by identifier. Those that are new get one, or a negative stand-in without `create`."""
    return _numbers(connection, subject, "identifier", identifiers, create=create)


def indicator_numbers(
    connection: Connection, names: Collection[str], *, create: bool = True
) -> dict[str, int]:
    """Ids of indicators by name, as above."""
    return _numbers(connection, indicator, "name", names, create=create)


def dimension_numbers(
    connection: Connection, contents: Collection[str], *, create: bool = True
) -> dict[str, int]:
    """Ids of dimensions by canonical JSON, as above."""
    return _numbers(connection, dimension, "content", contents, create=create)


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
                row["kind"] = "location" if parse_subject(row[column]).is_location else "provider"
        connection.execute(insert(table), rows)
        known |= dict(_known(connection, table, column, new))
    return known


def _known(
    connection: Connection, table: Table, column: str, names: Collection[str]
) -> Iterator[tuple[str, int]]:
    listed = list(names)
    for start in range(0, len(listed), _AT_ONCE):
        chunk = listed[start : start + _AT_ONCE]
        rows = connection.execute(select(table.c[column], table.c.id).where(table.c[column].in_(chunk)))
        yield from ((row[0], row[1]) for row in rows)
