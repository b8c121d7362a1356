"""The melding clock of a case: its dates come from the log and are never typed in."""

from dataclasses import dataclass
from datetime import date

from ews.cases import log
from ews.cases.entries import Contact, Notice, Opening
from ews.cases.kinds import DecisionKind, NoticeKind, Party
from ews.cases.model import CaseFile


@dataclass(frozen=True, slots=True)
class MeldingClock:
    """The six moments the NZa asks after; None while it has not happened."""

    first_signal_on: date | None
    first_board_talk_on: date | None
    foreseeable_on: date | None
    """Since when it was foreseeable, by the first overmacht decision `ja`."""
    alternatives_closed_on: date | None
    """The day the last open alternative closed; None while one is open or accepted, or none was examined."""
    ews_melding_sent_on: date | None
    overmachtsmelding_sent_on: date | None

    def days(self, since: date | None, until: date | None) -> int | None:
        """Calendar days between two moments, None while either is missing."""
        return (until - since).days if since is not None and until is not None else None


def melding_clock(case: CaseFile) -> MeldingClock:
    """The clock as the log has it."""
    return MeldingClock(
        first_signal_on=min((entry.happened_on for entry, _ in log.current(case, Opening)), default=None),
        first_board_talk_on=_first_board_talk(case),
        foreseeable_on=_foreseeable(case),
        alternatives_closed_on=_alternatives_closed(case),
        ews_melding_sent_on=_sent(case, NoticeKind.EWS_MELDING),
        overmachtsmelding_sent_on=_sent(case, NoticeKind.OVERMACHTSMELDING),
    )


def _first_board_talk(case: CaseFile) -> date | None:
    talks = (entry.happened_on for entry, what in log.current(case, Contact) if what.party is Party.BOARD)
    return min(talks, default=None)


def _foreseeable(case: CaseFile) -> date | None:
    for entry, decision in log.decisions(case, DecisionKind.OVERMACHT):
        if decision.outcome == "ja":
            return decision.foreseeable_on or entry.happened_on
    return None


def _alternatives_closed(case: CaseFile) -> date | None:
    examined = log.alternatives(case)
    if not examined or not all(state.is_closed for state in examined):
        return None
    return max(state.answered_on for state in examined if state.answered_on is not None)


def _sent(case: CaseFile, kind: NoticeKind) -> date | None:
    sent = (entry.happened_on for entry, what in log.current(case, Notice) if what.kind is kind)
    return min(sent, default=None)
