"""SPARQL 1.1 query results in JSON: a column per variable, a row per binding.

https://www.w3.org/TR/sparql11-results-json/ - the form in which KIK-V data stations answer.
"""

import json
from typing import Any

from ews.errors import FileRefusedError
from ews.signals.table import Table, table_of


def read(content: bytes) -> Table:
    """Bindings as rows; a variable that is not bound in a row is an empty cell.

    The row number is the position of the binding, counted from 1. Raises FileRefusedError.
    """
    try:
        document = json.loads(content)
        names = [str(name) for name in document["head"]["vars"]]
        bindings = document["results"]["bindings"]
        return table_of(names, [_cells(binding, names) for binding in bindings], first_row=1)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise FileRefusedError(
            "Geen SPARQL-resultaat: verwacht wordt JSON met head.vars en results.bindings. "
            "Vraag het antwoord opnieuw op, of lever de tabel als CSV."
        ) from None


def _cells(binding: dict[str, Any], names: list[str]) -> list[str]:
    return [str(binding[name]["value"]) if name in binding else "" for name in names]
