"""What is at stake when a provider stops, in words and as a document."""

from typing import Any

from ews.signals.impact import Impact, NeedImpact


def stake_document(impact: Impact) -> dict[str, Any]:
    """Clients, alternatives and distance, for `--json`."""
    return {
        "clients": impact.clients,
        "nowhere_to_go": impact.nowhere_to_go,
        "hard_to_replace": impact.hard_to_replace,
        "alternatives": {str(count): impact.clients_with(count) for count in (0, 1, 2)},
        "needs": [_need_document(need) for need in impact.needs],
    }


def _need_document(need: NeedImpact) -> dict[str, Any]:
    return {
        "profile": need.need.profile,
        "form": need.need.form,
        "clients": need.clients,
        "free": need.free,
        "alternatives": list(need.alternatives),
        "nearest_km": need.nearest_km,
    }


def stake(impact: Impact) -> str:
    """One paragraph; empty when no source gives the clients."""
    if impact.clients is None:
        return ""
    hard = " Aangemerkt als moeilijk vervangbaar." if impact.hard_to_replace else ""
    return (
        f"Wat staat er op het spel? {impact.clients} cliënten, waarvan {impact.nowhere_to_go} zonder vrije plaats elders in "
        f"de regio (bevestigd in de laatste maand). Zonder andere aanbieder: {impact.clients_with(0)}; met één: "
        f"{impact.clients_with(1)}; met twee: {impact.clients_with(2)}.{_farthest(impact)}{hard}"
    )


def _farthest(impact: Impact) -> str:
    measured = [need.nearest_km for need in impact.needs if need.nearest_km is not None]
    return (
        f" De dichtstbijzijnde vrije plaats ligt hooguit {max(measured)} km weg, hemelsbreed."
        if measured
        else ""
    )
