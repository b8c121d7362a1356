"""Whether a parsed delivery may be used, or waits for a person (Dutch, for the officer who decides)."""

from ews.signals.contract import Layout, SourceContract
from ews.signals.parsed import Parsed


def held_because(parsed: Parsed, contract: SourceContract) -> str:
    """Why a delivery is held; empty when it can be used."""
    if parsed.missing_keys:
        listed = ", ".join(f"'{name}'" for name in parsed.missing_keys)
        return f"Sleutelkolom {listed} ontbreekt of staat er tweemaal."
    if not parsed.rows.read and contract.layout is not Layout.EVENTS:
        return "Het bestand heeft geen enkele rij."
    if parsed.rows.fault_share > contract.tolerance:
        share = f"{100 * parsed.rows.fault_share:.1f}".replace(".", ",")
        allowed = f"{100 * contract.tolerance:g}".replace(".", ",")
        return f"{parsed.rows.faulty} rijen ({share} %) hebben een afgewezen sleutel of cijfer; toegestaan is {allowed} %."
    return ""


def remarks(parsed: Parsed) -> str:
    """What an officer should know of a delivery that is used; empty when there is nothing."""
    said = []
    if parsed.refused:
        said.append(f"Zonder kolom, dus geweigerd: {', '.join(parsed.refused)}.")
    if parsed.unknown:
        said.append(f"Niet gelezen kolommen: {', '.join(parsed.unknown)}.")
    if parsed.rejections:
        said.append(f"Afgewezen: {parsed.rows.rejected} rijen en {parsed.rows.cells_rejected} cellen.")
    return " ".join(said)
