"""What a case still owes, by when, and what is wrong with it: a sentence per row."""

from datetime import UTC, date, datetime

import pytest
from case_files import NOW, POLICY, TODAY, case_of, notify, overmacht, to

from ews.cases.clock import melding_clock
from ews.cases.duties import DutyKind, WarningKind, duties, warnings
from ews.cases.entries import (
    Acknowledgement,
    Agreement,
    AgreementOutcome,
    Alternative,
    Answer,
    Contact,
    Coordination,
    CrisisRole,
    Decision,
    Measure,
    Notice,
    Opening,
    Places,
    SituationReport,
)
from ews.cases.kinds import (
    AlternativeKind,
    AnswerOutcome,
    DecisionKind,
    Means,
    NoticeKind,
    Party,
    TransferState,
)
from ews.cases.moves import PlanOutcome, TransferCount, TransferGroup

ASKED = Alternative(AlternativeKind.PROCUREMENT, (Places("VG7", 10),), date(2026, 11, 30))
NO = AnswerOutcome.NO


def on(month: int, day: int) -> date:
    return date(2026, month, day)


def payment() -> Decision:
    return Decision(DecisionKind.BETALING, "doorbetalen", location="vestiging:1", reason="omdat")


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        pytest.param([(on(11, 2), to(1))], [], id="a young case in stage 1 owes nothing but its tasks"),
        pytest.param(
            [(on(11, 19), to(3)), (on(11, 19), overmacht("nee"))],
            [(DutyKind.EWS_DECISION, on(11, 23)), (DutyKind.OVERMACHT, on(12, 3))],
            id="stage 3 forces the EWS-melding within two working days, and overmacht again in two weeks",
        ),
        pytest.param(
            [(on(11, 19), to(3)), (on(11, 20), notify("niet_melden", on(12, 10))), (on(11, 20), overmacht("nee"))],
            [(DutyKind.OVERMACHT, on(12, 4)), (DutyKind.EWS_DECISION, on(12, 10))],
            id="not notifying is decided again on its date",
        ),
        pytest.param(
            [(on(10, 1), to(3)), (on(10, 2), notify("niet_melden", on(10, 30))), (on(11, 20), overmacht("nee"))],
            [(DutyKind.EWS_DECISION, on(10, 30)), (DutyKind.OVERMACHT, on(12, 4))],
            id="and is late once that date has passed",
        ),
        pytest.param(
            [(on(11, 19), to(3)), (on(11, 20), notify()), (on(11, 20), overmacht("nee"))],
            [(DutyKind.EWS_MELDING, on(11, 23)), (DutyKind.OVERMACHT, on(12, 4))],
            id="decided to notify, so it is sent on the next working day",
        ),
        pytest.param(
            [
                (on(11, 19), to(3)),
                (on(11, 20), notify()),
                (on(11, 20), Notice(NoticeKind.EWS_MELDING, "K1")),
                (on(11, 20), overmacht("nee")),
            ],
            [(DutyKind.OVERMACHT, on(12, 4))],
            id="sent",
        ),
        pytest.param(
            [(on(11, 2), to(2)), (on(11, 5), ASKED), (on(11, 16), Answer(2, NO))],
            [(DutyKind.OVERMACHT, on(11, 23))],
            id="the last alternative closed in stage 2: overmacht is asked within five working days",
        ),
        pytest.param(
            [(on(11, 2), to(2)), (on(11, 5), ASKED), (on(11, 6), ASKED), (on(11, 16), Answer(2, NO))],
            [],
            id="while one alternative is open nothing is asked",
        ),
        pytest.param(
            [(on(11, 2), to(2)), (on(11, 5), ASKED), (on(11, 16), Answer(2, NO)), (on(11, 18), overmacht("nee"))],
            [],
            id="answered after it closed",
        ),
        pytest.param(
            [(on(11, 2), to(2)), (on(11, 20), PlanOutcome(30, 26, (("VG7", 4, "geen plek"),)))],
            [(DutyKind.OVERMACHT, on(11, 20))],
            id="a plan that leaves clients unplaced asks it at once, whatever the stage",
        ),
        pytest.param(
            [(on(11, 2), to(2)), (on(11, 20), PlanOutcome(30, 30, ()))], [], id="a plan that places everyone doesn't",
        ),
        pytest.param(
            [(on(11, 2), to(2)), (on(11, 20), overmacht("ja"))],
            [(DutyKind.OVERMACHTSMELDING, on(11, 20))],
            id="overmacht foreseen in stage 2: terstond means that day",
        ),
        pytest.param(
            [(on(5, 20), to(1))],
            [(DutyKind.COMMITTEE, on(11, 20)), (DutyKind.EWS_DECISION, on(11, 20))],
            id="six months in stage 1-2 force the committee and the decision, however busy the log",
        ),
        pytest.param(
            [(on(5, 20), to(1)), (on(8, 1), to(2, 1)), (on(11, 1), Contact(Party.BOARD, "gesprek"))],
            [(DutyKind.COMMITTEE, on(11, 20)), (DutyKind.EWS_DECISION, on(11, 20))],
            id="going from 1 to 2 doesn't restart the six months",
        ),
        pytest.param(
            [
                (on(5, 20), to(1)),
                (on(11, 20), notify()),
                (on(11, 20), Notice(NoticeKind.EWS_MELDING, "K1")),
                (on(11, 20), Decision(DecisionKind.COMMITTEE, "bekrachtigd", reason="omdat")),
            ],
            [],
            id="both done: six months more",
        ),
        pytest.param(
            [(on(11, 20), Measure(Means.FINANCIAL, 1, on(11, 10)))],
            [(DutyKind.NECESSITY, on(11, 10))],
            id="a rescue runs without a noodzakelijkheidsbesluit",
        ),
        pytest.param(
            [
                (on(11, 20), to(4)),
                (on(11, 20), notify()),
                (on(11, 20), Notice(NoticeKind.EWS_MELDING, "K1")),
                (on(11, 20), overmacht("nee")),
            ],
            [
                (DutyKind.PAYMENT, on(11, 20)),
                (DutyKind.CRISIS_ORGANISATION, on(11, 20)),
                (DutyKind.COORDINATION, on(11, 20)),
                (DutyKind.SITUATION, on(11, 20)),
                (DutyKind.OVERMACHT, on(12, 4)),
            ],
            id="a crisis asks for its organisation, for regie, for reports and for payment decisions",
        ),
        pytest.param(
            [
                (on(11, 18), to(4)),
                (on(11, 18), notify()),
                (on(11, 18), Notice(NoticeKind.EWS_MELDING, "K1")),
                (on(11, 18), overmacht("nee")),
                (on(11, 18), CrisisRole("voorzitter", "kantoor", on(11, 18), deputy="B")),
                (on(11, 18), Coordination("5505", (("5505", 1.0),))),
                (on(11, 18), Decision(DecisionKind.BETALING, "doorbetalen", location="vestiging:1")),
                (on(11, 21), SituationReport("alle cliënten hebben zorg")),
            ],
            [(DutyKind.SITUATION, on(11, 24)), (DutyKind.OVERMACHT, on(12, 2))],
            id="organised: the next situation report three days after the last",
        ),
    ],
)  # fmt: skip
def test_duties(log, expected):
    found = duties(case_of(*log), POLICY, today=TODAY)
    assert sorted((duty.due_on, duty.kind) for duty in found) == sorted((due, kind) for kind, due in expected)


def test_a_closed_case_owes_nothing():
    assert duties(case_of((on(1, 5), to(3)), closed=True), POLICY, today=TODAY) == []


MONEY = Measure(Means.FINANCIAL, 2, on(11, 20))
CARE = Measure(Means.NON_FINANCIAL, 2, on(11, 20))
PROMISE = Agreement(Party.BOARD, on(11, 20), figures=True)
GROUP = TransferGroup("VG7", "verblijf", 12, "lijst 3")
OLD_NUMBER = CrisisRole("curator", "kantoor", on(8, 22), deputy="mr. B", phone="06")
NO_DEPUTY = CrisisRole("curator", "kantoor", on(8, 24), phone="06")


def counted(moved: int, planned: int) -> TransferCount:
    return TransferCount(1, ((TransferState.MOVED, moved), (TransferState.PLANNED, planned)))


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        pytest.param([(on(11, 20), to(2))], [], id="nothing wrong"),
        pytest.param([MONEY], [WarningKind.ONLY_MONEY], id="every measure is money"),
        pytest.param([MONEY, CARE], [], id="money and something else"),
        pytest.param(
            [(on(11, 20), to(5)), (on(11, 20), CrisisRole("voorzitter", "kantoor", on(11, 20), deputy="B"))],
            [WarningKind.NO_EWS_MELDING], id="stage 5 without an EWS-melding",
        ),
        pytest.param([(on(11, 8), to(2))], [WarningKind.STALLED], id="fifteen days nothing recorded"),
        pytest.param([(on(11, 9), to(2))], [], id="fourteen days is the norm"),
        pytest.param([PROMISE], [WarningKind.FIGURES_MISSING], id="promised figures didn't come"),
        pytest.param([PROMISE, AgreementOutcome(1, kept=True)], [], id="they came"),
        pytest.param(
            [Agreement(Party.BOARD, on(12, 20)), AgreementOutcome(1, kept=False)],
            [WarningKind.AGREEMENT_BROKEN], id="broken before its date",
        ),
        pytest.param(
            [Alternative(AlternativeKind.PROCUREMENT, (), on(11, 20))], [WarningKind.ANSWER_LATE],
            id="a provider that was asked doesn't answer",
        ),
        pytest.param([GROUP, counted(4, 8)], [], id="twelve are twelve"),
        pytest.param(
            [GROUP, (on(11, 15), counted(4, 8)), (on(11, 20), to(2))], [WarningKind.COUNT_DUE], id="not counted for eight days"
        ),
        pytest.param([GROUP, (on(11, 16), counted(4, 8)), (on(11, 20), to(2))], [], id="counted a week ago is in time"),
        pytest.param([(on(11, 1), GROUP), (on(11, 20), to(2))], [WarningKind.COUNT_DUE], id="a group that nobody ever counted"),
        pytest.param([OLD_NUMBER], [WarningKind.PHONE_STALE], id="a number that nobody tried for ninety-three days"),
        pytest.param([NO_DEPUTY], [], id="tried within the quarter; outside a crisis a deputy may come later"),
        pytest.param(
            [to(4), Notice(NoticeKind.EWS_MELDING, "K1"), NO_DEPUTY], [WarningKind.NO_DEPUTY], id="in a crisis every part has a deputy"
        ),
        pytest.param([GROUP, counted(4, 7)], [WarningKind.COUNTS_DIFFER], id="one client is missing from the count"),
        pytest.param(
            [GROUP, TransferCount(1, ((TransferState.STUCK, 2), (TransferState.CHECKED, 10)))], [WarningKind.STUCK],
            id="two clients are stuck",
        ),
        pytest.param(
            [GROUP, (on(10, 25), counted(12, 0)), (on(11, 20), to(2))], [WarningKind.NOT_CHECKED],
            id="moved twenty-nine days ago and not looked at since",
        ),
        pytest.param([GROUP, (on(10, 26), counted(12, 0)), (on(11, 20), to(2))], [], id="four weeks ago is in time"),
        pytest.param(
            [Acknowledgement("officier", datetime(2026, 11, 22, tzinfo=UTC))],
            [WarningKind.ACKNOWLEDGEMENT_ENDED], id="an acknowledgement that nobody renewed",
        ),
    ],
)  # fmt: skip
def test_warnings(log, expected):
    assert [warning.kind for warning in warnings(case_of(*log), POLICY, now=NOW)] == expected


def test_the_melding_clock_is_read_from_the_log():
    clock = melding_clock(
        case_of(
            (on(5, 12), Opening("alert", "high", 50)),
            (on(6, 20), Contact(Party.PROVIDER, "telefoon")),
            (on(6, 30), Contact(Party.BOARD, "gesprek")),
            (on(11, 5), ASKED),
            (on(11, 16), Answer(4, AnswerOutcome.PARTLY, (Places("VG7", 2),))),
            (on(11, 17), Notice(NoticeKind.EWS_MELDING, "K1")),
            (on(11, 18), Decision(DecisionKind.OVERMACHT, "ja", foreseeable_on=on(11, 16), reason="omdat")),
            (on(11, 20), Notice(NoticeKind.OVERMACHTSMELDING, "K2")),
        )
    )
    assert clock.first_signal_on == on(5, 12)
    assert clock.first_board_talk_on == on(6, 30)
    assert clock.alternatives_closed_on == on(11, 16)
    assert clock.ews_melding_sent_on == on(11, 17)
    assert clock.foreseeable_on == on(11, 16)
    assert clock.overmachtsmelding_sent_on == on(11, 20)


def test_an_alternative_that_was_accepted_is_not_exhausted():
    clock = melding_clock(case_of((on(11, 5), ASKED), (on(11, 6), Answer(1, AnswerOutcome.YES))))
    assert clock.alternatives_closed_on is None
