"""Whose an identifier is: everybody the store knows, and the provider behind an AGB code."""

from datetime import datetime

from sqlalchemy import Connection, select

from ews.identifiers import normalise
from ews.store import observations
from ews.store.schema import subject


def whose(connection: Connection, as_of: datetime) -> dict[str, str]:
    """Identifier -> subject: each known subject itself, and `agb:…` -> the provider that has that code."""
    own = {name: name for name in connection.execute(select(subject.c.identifier)).scalars()}
    stated = observations.known_at(connection, as_of, indicators=["agb"]).sort_values(
        ["period_end", "known_at"]
    )
    codes = {
        normalise("agb", text): provider
        for provider, text in zip(stated["subject"], stated["text"], strict=True)
        if isinstance(text, str)
    }
    return {**own, **{code: provider for code, provider in codes.items() if code}}
