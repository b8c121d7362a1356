"""A case as the NZa would read it: its criticism of 2024, point by point."""

from datetime import UTC, date, datetime

import pytest
from case_files import POLICY, TODAY, case_of, notify, overmacht, to

from ews.cases.entries import (
    Alternative,
    Answer,
    Contact,
    Coordination,
    Decision,
    Lesson,
    Measure,
    Notice,
    Opening,
    ProviderView,
    Task,
    TaskDone,
)
from ews.cases.kinds import AlternativeKind, AnswerOutcome, DecisionKind, Means, NoticeKind, Party
from ews.cases.model import Entry
from ews.cases.moves import PlanOutcome
from ews.cases.review import Verdict, afterwards, as_nza


def on(month: int, day: int) -> date:
    return date(2026, month, day)


def asked(organisation: str = "a") -> Alternative:
    return Alternative(AlternativeKind.PROCUREMENT, (), on(11, 1), organisation=organisation)


def proved(number: int, what: Alternative, day: date) -> Entry:
    return Entry(number, day, datetime(2026, 11, 1, tzinfo=UTC), "officier", what, evidence=(1,))


NO = AnswerOutcome.NO
EWS = Notice(NoticeKind.EWS_MELDING, "K1")
FORCE = Notice(NoticeKind.OVERMACHTSMELDING, "K2")
MONEY = Measure(Means.FINANCIAL, 2, on(11, 1))


def verdict(case, point: str) -> Verdict:
    (found,) = [one for one in as_nza(case, POLICY, today=TODAY).findings if one.point == point]
    return found.verdict


@pytest.mark.parametrize(
    ("log", "point", "expected"),
    [
        pytest.param([(on(11, 1), EWS), (on(11, 9), FORCE)], "EWS-melding vóór een overmachtsmelding", "goed",
                     id="the EWS-melding went first"),
        pytest.param([(on(11, 9), FORCE), (on(11, 10), EWS)], "EWS-melding vóór een overmachtsmelding", "zwak",
                     id="it went after"),
        pytest.param([(on(11, 9), notify("niet_melden"))], "EWS-melding vóór een overmachtsmelding", "zwak",
                     id="decided not to, with a reason"),
        pytest.param([(on(11, 9), to(3))], "EWS-melding vóór een overmachtsmelding", "ontbreekt",
                     id="neither sent nor decided"),
        pytest.param([(on(11, 1), asked()), (on(11, 10), Answer(1, NO)), (on(11, 17), FORCE)],
                     "Tijdig na het uitputten van de mogelijkheden", "goed", id="a week after the last alternative"),
        pytest.param([(on(11, 1), asked()), (on(11, 10), Answer(1, NO)), (on(11, 18), FORCE)],
                     "Tijdig na het uitputten van de mogelijkheden", "zwak", id="a day later than the norm"),
        pytest.param([(on(1, 1), asked()), (on(1, 10), Answer(1, NO))],
                     "Tijdig na het uitputten van de mogelijkheden", "ontbreekt", id="almost a year and nothing sent"),
        pytest.param([MONEY], "Niet alleen geld", "zwak", id="only money"),
        pytest.param([MONEY, Measure(Means.NON_FINANCIAL, 2, on(11, 1))], "Niet alleen geld", "goed",
                     id="money and more"),
        pytest.param([asked()], "Onderzochte oplossingen zichtbaar", "zwak", id="one provider asked, no answer"),
        pytest.param([], "Onderzochte oplossingen zichtbaar", "ontbreekt", id="nobody asked"),
        pytest.param(
            [proved(1, asked("a"), on(11, 1)), proved(2, asked("b"), on(11, 1)),
             Answer(1, NO, why_not_short="vol"), Answer(2, NO, why_not_short="vol")],
            "Onderzochte oplossingen zichtbaar", "goed", id="two asked with proof, both said why not",
        ),
        pytest.param([Alternative(AlternativeKind.INVEST, (), on(11, 1))], "Zelf in de zorg voorzien onderzocht", "goed",
                     id="own provision examined"),
        pytest.param([ProviderView("a", "b")], "Hoor en wederhoor", "goed", id="heard"),
        pytest.param([Contact(Party.BOARD, "gesprek")], "Uniek of breder, afgestemd met anderen", "ontbreekt",
                     id="the board alone is nobody else"),
        pytest.param([Contact(Party.ZORGKANTOOR, "gesprek")], "Uniek of breder, afgestemd met anderen", "goed",
                     id="another zorgkantoor"),
        pytest.param([Coordination("Kantoor", ())], "Regie", "goed", id="regie"),
        pytest.param([PlanOutcome(10, 8, ())], "Plan tot op cliëntgroep", "goed", id="a plan"),
        pytest.param([(on(1, 1), Opening("alert", "high", 50)), (on(2, 1), Contact(Party.BOARD, "gesprek"))],
                     "Tijdig gesprek met het bestuur", "zwak", id="a month to the first talk"),
    ],
)  # fmt: skip
def test_each_point(log, point, expected):
    case = case_of(*log) if log else case_of((TODAY, to(1)))
    assert verdict(case, point) == expected


@pytest.mark.parametrize(
    ("log", "due", "late"),
    [
        pytest.param([(on(11, 4), to(2))], None, None, id="nothing says that the NZa should know"),
        pytest.param([(on(11, 4), to(3))], on(11, 6), 17, id="two working days after stage 3"),
        pytest.param([(on(11, 4), to(3)), (on(11, 6), EWS)], on(11, 6), None, id="in time on the last day"),
        pytest.param([(on(11, 4), to(3)), (on(11, 9), EWS)], on(11, 6), 3, id="three days late"),
        pytest.param(
            [(on(10, 1), asked()), (on(10, 20), Answer(1, NO)), (on(11, 4), to(3))], on(10, 20), 34,
            id="the last alternative had closed before stage 3 began",
        ),
        pytest.param(
            [(on(2, 1), Opening("alert", "high", 50)), (on(11, 4), to(3))], on(8, 1), 114, id="half a year after the first signal",
        ),
        pytest.param(
            [(on(11, 4), to(2)), (on(11, 10), Decision(DecisionKind.OVERMACHT, "ja", foreseeable_on=on(11, 2)))],
            on(11, 2), 21, id="foreseeable since before it was decided",
        ),
    ],
)  # fmt: skip
def test_the_day_on_which_the_office_should_have_notified(log, due, late):
    sheet = as_nza(case_of(*log), POLICY, today=TODAY)
    assert (sheet.should_have_notified_on, sheet.days_late) == (due, late)


def test_the_review_afterwards():
    late = Entry(9, on(9, 1), datetime(2026, 9, 20, tzinfo=UTC), "officier", Contact(Party.IGJ, "gesprek"))
    found = afterwards(
        case_of(
            (on(5, 12), Opening("alert", "high", 50)),
            (on(5, 13), Task("t", "Doen", "analist", on(5, 20))),
            (on(6, 1), TaskDone(2)),
            (on(6, 11), Contact(Party.BOARD, "gesprek")),
            (on(10, 1), overmacht("nee")),
            (on(11, 1), to(6, 4)),
            (on(11, 5), Contact(Party.BOARD, "gesprek")),
            (on(11, 6), Lesson("gesprek", "teamleider", text="eerder bellen")),
            late,
        ),
        POLICY,
        today=TODAY,
    )
    assert [(lag.days, lag.target) for lag in found.lags] == [(30, 10)]
    assert found.late_tasks == (("Doen", 12),)
    assert found.recorded_late == ((9, 19),)
    assert found.took_part == ("bestuur",)
    assert found.absent == ("clientenraad",)
    assert [lesson.owner for _, lesson in found.lessons] == ["teamleider"]
