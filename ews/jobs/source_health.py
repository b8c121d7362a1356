"""The sources as a whole: which are held, silent, repeating themselves or not to be fetched."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import Connection

from ews.jobs.run import Context
from ews.notify import words
from ews.notify.digest_view import DataLine
from ews.signals.hearing import Heard, Trouble, trouble_with
from ews.store import bulletins, fetches
from ews.store import week as store


def data_lines(connection: Connection, context: Context, as_of: datetime) -> Iterator[DataLine]:
    """A line for everything that is wrong with a source at a moment; a source nobody sent yet is not expected."""
    states = store.sources(connection, as_of)
    again, answered = fetches.last_again(connection, as_of), fetches.answered(connection, as_of)
    failing = fetches.failing(connection, as_of)
    fetches_here = context.settings.site.kind == "production"
    for name, contract in context.settings.sources.items():
        state = states.get(name)
        if state is not None and state.held:
            files = words.listed([words.clean(file) for file in state.held])
            yield DataLine(contract.title, f"vastgehouden: {files}")
        heard = Heard(
            new_on=_day(state.last_accepted if state else None),
            again_on=_day(again.get(name)),
            answered_on=_day(answered.get(name)),
            failing=failing.get(name, ""),
            is_fetched=fetches_here and contract.fetch is not None and contract.fetch.enabled,
        )
        found = trouble_with(heard, contract.cadence, today=words.day(as_of))
        if found is not None:
            yield DataLine(contract.title, _said(*found, problem=heard.failing))


def _day(moment: datetime | None) -> date | None:
    return words.day(moment) if moment else None


def _said(trouble: Trouble, days: int, *, problem: str) -> str:
    told = words.clean(problem) if trouble is Trouble.FAILING else words.counted(days, "dag", "dagen")
    return trouble.value.format(told)


def waiting_lines(connection: Connection, as_of: datetime) -> Iterator[DataLine]:
    """Proposals of feeds that wait for a person: not a fault of the source, but work."""
    count, oldest = bulletins.waiting(connection, as_of)
    if oldest is not None:
        since = words.short_day(words.day(oldest), today=words.day(as_of))
        told = words.counted(count, "voorstel wacht", "voorstellen wachten")
        yield DataLine("Berichten uit feeds", f"{told} op bevestiging, het oudste sinds {since}")
