"""Whose an identifier is, and since when: everybody the store knows, and the numbers that registers give them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from ews.identifiers import normalise
from ews.signals.known import Known, Tenure
from ews.store import observations
from ews.store.schema import subject

LINKS = ("agb", "aanbieder", "concern")
"""Register texts that tie one identifier to another: AGB code, provider of a location, concern."""


@dataclass(frozen=True, slots=True)
class Span:
    """One tie as registers stated it, from the first day to the last; `until` None: still so."""

    subject: str
    link: str
    to: str
    since: date
    until: date | None


def whose(connection: Connection, as_of: datetime) -> Known:
    """Each known subject itself, and `agb:…` -> the provider that has that code, and had it before.

    A code that went to another provider is that provider's from then on; one that nobody has any more stays with
    whom it had last, for late messages.
    """
    own = {name: name for name in connection.execute(select(subject.c.identifier)).scalars()}
    spans = ties(connection, as_of, links=("agb",))
    by_age = sorted(spans, key=lambda one: (one.until is None, one.since))
    codes = {normalise("agb", one.to): one.subject for one in by_age}
    now = {**own, **{code: provider for code, provider in codes.items() if code}}
    return Known(now, _moved(spans))


def _moved(spans: Sequence[Span]) -> dict[str, tuple[Tenure, ...]]:
    """The tenures of codes that more than one provider had, oldest first."""
    found: dict[str, list[Tenure]] = {}
    for span in sorted(spans, key=lambda one: (one.since, one.until is None)):
        code = normalise("agb", span.to)
        if code:
            found.setdefault(code, []).append(Tenure(span.subject, span.since))
    return {code: tuple(part) for code, part in found.items() if len({one.subject for one in part}) > 1}


def ties(
    connection: Connection,
    as_of: datetime,
    *,
    subjects: Sequence[str] | None = None,
    links: Sequence[str] = LINKS,
) -> list[Span]:
    """Every tie of some kinds with the days on which it held, as known at `as_of`, oldest first."""
    frame = observations.known_at(connection, as_of, indicators=links, subjects=subjects)
    ordered = frame.sort_values(["subject", "indicator", "period_end", "known_at"])
    found: list[Span] = []
    for (name, link), part in ordered.groupby(["subject", "indicator"], sort=True):
        texts = [text if isinstance(text, str) else "" for text in part["text"]]
        found += _spans(str(name), str(link), list(zip(part["period_end"], texts, strict=True)))
    return sorted(found, key=lambda one: (one.subject, one.link, one.since))


def _spans(name: str, link: str, stated: Sequence[tuple[date, str]]) -> list[Span]:
    """A tie holds from the first statement until the first that says otherwise."""
    found: list[Span] = []
    for day, text in stated:
        running = found[-1] if found and found[-1].until is None else None
        if running and running.to == text:
            continue
        if running:
            found[-1] = Span(name, link, running.to, running.since, day)
        if text:
            found.append(Span(name, link, text, day, None))
    return found
