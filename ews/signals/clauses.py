"""What a provider's agreement must say about warning and sharing, and what it lacks (handvatten H3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

CLAUSES: Mapping[str, str] = {
    "meldplicht_clausule": "geen plicht om (dreigende) discontinuïteit te melden",
    "gevolg_bij_schending": "geen gevolg bij schending van de meldplicht",
    "delen_met_nza": "geen toestemming om te delen met de NZa",
    "delen_met_igj": "geen toestemming om te delen met de IGJ",
    "delen_met_zorgkantoren": "geen toestemming om te delen met andere zorgkantoren",
}
"""Indicator of the contract register -> what it means when it is empty or `nee`."""


@dataclass(frozen=True, slots=True, order=True)
class Lack:
    """One clause that the agreement with a provider does not have."""

    provider: str
    clause: str
    words: str


def lacking(stated: Mapping[tuple[str, str], str], providers: Iterable[str]) -> list[Lack]:
    """The clauses that each provider's agreement lacks; a provider that the register does not list lacks all.

    `stated` maps (provider, indicator) to the text in the contract register.
    """
    return [
        Lack(provider, clause, words)
        for provider in sorted(providers)
        for clause, words in CLAUSES.items()
        if stated.get((provider, clause), "") in {"", "nee"}
    ]
