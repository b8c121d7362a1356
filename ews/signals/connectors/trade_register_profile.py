"""KvK Basisprofiel: one company as JSON, its registration and, when there is one, its deregistration as rows.

https://developers.kvk.nl/documentation/basisprofiel-api - branches without content are left out of the answer.
"""

import json
from typing import Any

from ews.errors import FileRefusedError
from ews.signals.table import Table, table_of

HEADER = ("kvkNummer", "soort", "datum", "statutaireNaam", "rechtsvorm", "sbiCode")


def read(content: bytes) -> Table:
    """Rows `inschrijving` and `uitschrijving`, dates as YYYYMMDD. Raises FileRefusedError."""
    try:
        profile = json.loads(content)
        return table_of(HEADER, _rows(profile), first_row=1)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise FileRefusedError(
            "Geen KvK-basisprofiel: verwacht wordt JSON met kvkNummer en materieleRegistratie. "
            "Vraag het profiel opnieuw op."
        ) from None


def _rows(profile: dict[str, Any]) -> list[list[str]]:
    period = profile["materieleRegistratie"]
    about = [str(profile.get("statutaireNaam", "")), _legal_form(profile), _main_activity(profile)]
    dates = (("inschrijving", period.get("datumAanvang")), ("uitschrijving", period.get("datumEinde")))
    return [[str(profile["kvkNummer"]), kind, str(day), *about] for kind, day in dates if day]


def _legal_form(profile: dict[str, Any]) -> str:
    return str(profile.get("_embedded", {}).get("eigenaar", {}).get("rechtsvorm", ""))


def _main_activity(profile: dict[str, Any]) -> str:
    activities = profile.get("sbiActiviteiten", [])
    main = [a["sbiCode"] for a in activities if a.get("indHoofdactiviteit") == "Ja"]
    return str(main[0]) if main else ""
