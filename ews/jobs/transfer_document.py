"""A transfer plan as plain JSON: what a script reads, and what is kept as evidence."""

from typing import Any

from ews.cases.transfer import BLOCK_WORDS
from ews.jobs.transfer import TransferView


def plan_document(view: TransferView) -> dict[str, Any]:
    """Clients = placed + unmet; what stands here is kept as evidence when the outcome is recorded."""
    return {
        "provider": view.provider,
        "name": view.name,
        "case": view.case,
        "as_of": view.as_of.isoformat(),
        "clients": view.clients,
        "placed": view.plan.placed,
        **_unmet_document(view),
        **_moves_document(view),
        "displaced_waiting": view.plan.displaced,
        "more_places": [
            {"location": gain.site.location, "profile": gain.site.profile, "one": gain.one, "most": gain.most}
            for gain in view.plan.gains
        ],
        "options": view.options,
        "cascade": {
            "rounds": [
                {
                    "round": one.number,
                    "clients": one.clients,
                    "placed": one.placed,
                    "tipped": list(one.tipped),
                    "points": [
                        {"provider": name, "before": before, "after": after}
                        for name, before, after in one.points
                    ],
                }
                for one in view.cascade.rounds
            ],
            "unplaced": view.cascade.unplaced,
            "settled": view.cascade.settled,
        },
        "context_unknown": list(view.unknown),
        "optimal": view.plan.proven,
    }


def _unmet_document(view: TransferView) -> dict[str, Any]:
    return {
        "unmet": [
            {
                "profile": one.group.profile,
                "form": one.group.form,
                "needs": sorted(one.group.needs),
                "clients": one.clients,
                "reason": BLOCK_WORDS[one.block],
                "binding": one.block.value,
            }
            for one in view.plan.unmet
        ]
    }


def _moves_document(view: TransferView) -> dict[str, Any]:
    return {
        "assignments": [
            {
                "profile": move.group.profile,
                "form": move.group.form,
                "needs": sorted(move.group.needs),
                "clients": move.clients,
                "provider": move.site.provider,
                "name": view.town.takers[move.site.provider].name,
                "location": move.site.location,
                "distance": move.site.distance,
                "km": move.site.km,
                "confirmed_on": move.site.confirmed_on.isoformat() if move.site.confirmed_on else None,
                "confirmed_by": move.site.confirmed_by,
                "context": move.site.context,
                "level": view.town.takers[move.site.provider].level,
            }
            for move in view.plan.moves
        ]
    }
