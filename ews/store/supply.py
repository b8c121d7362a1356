"""What is known of demand and supply at a moment: register, offers, waiting clients, requirements."""

import json
import math
from collections.abc import Iterator
from datetime import datetime

import pandas as pd
from sqlalchemy import Connection

from ews.cases.town import Known, Offer
from ews.signals.register import Need, build_register
from ews.store import alerts, assessments, observations
from ews.store.places import places

URGENT = frozenset({"urgent", "actief"})
OFFERS = {"wzd_accommodatie": "wzd", "behandeling": "behandeling", "plek_voor_partners": "partner"}


def known_at(connection: Connection, as_of: datetime) -> Known:
    """Demand and supply as known then, from one reading of the history."""
    frame = observations.known_at(connection, as_of)
    return Known(
        register=build_register(frame, observations.last_seen(connection, as_of)),
        offers=_offers(frame),
        waiting=_waiting(frame),
        needs=_needs(frame),
        assessments=assessments.latest(connection, as_of=as_of),
        held=alerts.held_at(connection, as_of),
        places=places(),
    )


def _latest(frame: pd.DataFrame, *names: str) -> Iterator[tuple[str, str, dict[str, str], float, str]]:
    rows = frame[frame["indicator"].isin(names)].sort_values(["period_end", "known_at"])
    rows = rows.drop_duplicates(["subject", "indicator", "dimension"], keep="last")
    for row in rows.itertuples():
        text = "" if pd.isna(row.text) else str(row.text)
        yield str(row.subject), str(row.indicator), json.loads(str(row.dimension)), float(row.value), text


def _offers(frame: pd.DataFrame) -> dict[str, Offer]:
    said: dict[str, dict[str, str]] = {}
    names = ("zorgcontext", "expertise", "contra_indicaties", "plaatsen_bevestigd_door", *OFFERS)
    for subject, indicator, _, _, text in _latest(frame, *names):
        said.setdefault(subject, {})[indicator] = text
    return {
        subject: Offer(
            context=texts.get("zorgcontext", ""),
            expertise=texts.get("expertise", ""),
            contra_indications=frozenset(
                one.strip().lower() for one in texts.get("contra_indicaties", "").split(";") if one.strip()
            ),
            offers=frozenset(offer for name, offer in OFFERS.items() if texts.get(name) == "ja"),
            confirmed_by=texts.get("plaatsen_bevestigd_door", ""),
        )
        for subject, texts in said.items()
    }


def _waiting(frame: pd.DataFrame) -> dict[tuple[str, Need], int]:
    found: dict[tuple[str, Need], int] = {}
    for subject, _, where, count, _ in _latest(frame, "wachtenden"):
        if where.get("wachtstatus") in URGENT and not math.isnan(count):
            key = (subject, _need(where))
            found[key] = found.get(key, 0) + int(count)
    return found


def _needs(frame: pd.DataFrame) -> dict[tuple[str, Need], dict[str, int]]:
    found: dict[tuple[str, Need], dict[str, int]] = {}
    for subject, _, where, count, _ in _latest(frame, "clienten_met_eis"):
        if where.get("eis") and not math.isnan(count):
            found.setdefault((subject, _need(where)), {})[where["eis"]] = int(count)
    return found


def _need(where: dict[str, str]) -> Need:
    return Need(where.get("profiel", ""), where.get("leveringsvorm", ""))
