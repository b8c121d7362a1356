"""How the second signature came about: from the record of proposals, looks and signatures."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from ews.jobs.run import Context
from ews.scoring.attention import Asleep, Attention, Judgement, attention
from ews.store import audit

_ACTIONS = ("case.viewed", "case.proposed", "case.signed", "case.withdrawn")
_MONTH = timedelta(days=30.4375)


def attention_now(connection: Connection, context: Context) -> tuple[Attention, ...]:
    """Per second person, over the months that count."""
    plan = context.settings.model.attention
    entries = audit.of_actions(connection, _ACTIONS, since=context.now - plan.months_back * _MONTH)
    return attention(judgements(entries), plan)


def judgements(entries: list[dict[str, Any]]) -> list[Judgement]:
    """Proposals that their second person signed or turned down; one that its maker took back is nobody's judgement."""
    asked: dict[int, tuple[str, datetime]] = {}
    looked: dict[tuple[str, str], datetime] = {}
    found = []
    for entry in entries:
        person, case, at = entry["actor"], entry["object"], entry["at"]
        number = int(entry["detail"].get("proposal", 0))
        if entry["action"] == "case.viewed":
            looked[person, case] = at
        elif entry["action"] == "case.proposed":
            asked[number] = (entry["detail"]["second"], at)
        elif number in asked and asked[number][0] == person:
            begun = max(asked[number][1], looked.get((person, case), asked[number][1]))
            found.append(Judgement(person, begun, at, entry["action"] == "case.signed"))
    return found


def attention_lines(found: list[dict[str, Any]]) -> list[str]:
    """What is told to the committee, in Dutch."""
    lines = []
    for one in found:
        if one["verdict"] == Asleep.QUICK:
            lines.append(
                f"Tweede handtekening van {one['person']}: {one['quick']} van de {one['judged']} binnen enkele "
                "seconden. Is er gekeken?"
            )
        elif one["verdict"] == Asleep.ALWAYS_AGREES:
            lines.append(
                f"Tweede handtekening van {one['person']}: {one['agreed']} van de {one['judged']} keer akkoord. "
                "Wordt er gewogen?"
            )
    return lines
