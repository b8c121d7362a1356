"""KvK's open company data (HVDS basisbedrijfsgegevens): one collection of answers, each under its KvK number.

The answer itself names no number and no date of deregistration: the collection says for whom it was asked (`kvkNummer`)
and since when we get this answer (`sinds`). Only BV and NV are in it; a number that is not says nothing.
"""

import json
from collections.abc import Iterator
from typing import Any

from ews.errors import FileRefusedError
from ews.signals.table import Table, table_of

HEADER = ("kvkNummer", "soort", "sinds", "insolventieCode", "rechtsvormCode", "sbiCode")
_INSOLVENCIES = {"FAIL": "faillissement", "SURS": "surseance", "SSAN": "schuldsanering"}


def read(content: bytes) -> Table:
    """A row per thing that an answer says: `actief` or `uitgeschreven`, and an insolvency. Raises FileRefusedError."""
    try:
        answers = json.loads(content)["antwoorden"]
        return table_of(HEADER, [row for one in answers for row in _rows(one)], first_row=1)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise FileRefusedError(
            "Geen verzameling van KvK-antwoorden: verwacht wordt JSON met antwoorden, elk met kvkNummer, sinds en "
            "antwoord. Haal ze opnieuw op: ews source fetch kvk_open_data"
        ) from None


def _rows(one: dict[str, Any]) -> Iterator[list[str]]:
    told = one["antwoord"]
    about = [
        str(told.get("insolventieCode") or ""),
        str(told.get("rechtsvormCode") or ""),
        _main_activity(told),
    ]
    kinds = ["actief" if told["actief"] == "J" else "uitgeschreven"]
    if about[0]:
        kinds.append(_INSOLVENCIES.get(about[0], "overig"))
    for kind in kinds:
        yield [str(one["kvkNummer"]), kind, str(one["sinds"]), *about]


def _main_activity(told: dict[str, Any]) -> str:
    activities = told.get("activiteiten") or []
    main = [one for one in activities if str(one.get("soortActiviteit", "")).lower().startswith("hoofd")]
    return str((main or activities or [{}])[0].get("sbiCode", ""))
