"""Whatever people try in whatever order, no path skips a decision and no step that needs two takes one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from case_files import PEOPLE, POLICY, case_of
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ews.cases import log, rules
from ews.cases.duties import DutyKind, duties
from ews.cases.entries import Decision, Lesson, Notice, StageChange, What
from ews.cases.kinds import DecisionKind, NoticeKind, Stage
from ews.cases.model import Entry
from ews.cases.rules import READERS, Signers

PERSONS = st.sampled_from(sorted(PEOPLE.values(), key=lambda one: one.id))
MAYBE = st.none() | PERSONS
START = date(2026, 1, 5)


class Office(RuleBasedStateMachine):
    """People act at random; the machine keeps what the rules let through."""

    def __init__(self):
        super().__init__()
        self.case = case_of()
        self.today = START
        self.signed: dict[int, Signers] = {}

    def keep(self, what: What, signers: Signers) -> None:
        number = len(self.case.entries) + 1
        noon = datetime(self.today.year, self.today.month, self.today.day, 12, tzinfo=UTC)
        second = signers.second.id if signers.second else None
        entry = Entry(number, self.today, noon, signers.first.id, what, second)
        self.case = replace(self.case, entries=(*self.case.entries, entry))
        self.signed[number] = signers

    def attempt(self, what: What, signers: Signers) -> None:
        found = rules.obstacles(
            self.case, what, signers=signers, evidence=(), happened_on=self.today, today=self.today
        )
        if not found:
            self.keep(what, signers)

    @rule(days=st.integers(1, 60))
    def time_passes(self, days):
        self.today += timedelta(days=days)

    @rule(stage=st.sampled_from(Stage), first=PERSONS, second=MAYBE)
    def change_stage(self, stage, first, second):
        before = log.stage(self.case)
        self.attempt(StageChange(before.value, stage.value, reason="omdat"), Signers(first, second))

    @rule(
        first=PERSONS,
        second=MAYBE,
        outcome=st.sampled_from(["melden", "niet_melden"]),
        days=st.integers(0, 40),
    )
    def decide_on_the_melding(self, first, second, outcome, days):
        until = self.today + timedelta(days=days)
        decision = Decision(DecisionKind.EWS_MELDING, outcome, next_on=until, reason="omdat")
        self.attempt(decision, Signers(first, second))

    @rule(first=PERSONS, outcome=st.sampled_from(["ja", "nee"]))
    def answer_overmacht(self, first, outcome):
        self.attempt(Decision(DecisionKind.OVERMACHT, outcome, reason="omdat"), Signers(first))

    @rule(first=PERSONS)
    def send_overmachtsmelding(self, first):
        self.attempt(Notice(NoticeKind.OVERMACHTSMELDING, "K"), Signers(first))

    @rule(first=PERSONS)
    def learn(self, first):
        self.attempt(Lesson("melding", "teamleider"), Signers(first))

    @rule(first=PERSONS, second=MAYBE)
    def close(self, first, second):
        signers = Signers(first, second)
        found = rules.act_obstacles(self.case, signers, happened_on=self.today, today=self.today)
        found += rules.close_obstacles(self.case, POLICY, signers=signers, reason="klaar", today=self.today)
        if not found:
            before = log.stage(self.case)
            assert before not in {Stage.CRISIS, Stage.OVERMACHT}
            if before >= Stage.THREATENED:
                assert second is not None
                assert second.id != first.id
            self.keep(Decision(DecisionKind.CLOSE, "sluiten", reason="klaar"), signers)
            self.case = replace(self.case, closed_at=self.case.opened_at)

    def decisions_before(self, number: int, kind: DecisionKind) -> list[Entry]:
        return [
            entry
            for entry in self.case.entries
            if entry.id < number and isinstance(entry.what, Decision) and entry.what.kind is kind
        ]

    @invariant()
    def nobody_entered_crisis_without_a_decision_on_the_melding(self):
        for entry in self.case.entries:
            if isinstance(entry.what, StageChange) and entry.what.after >= Stage.CRISIS:
                taken = self.decisions_before(entry.id, DecisionKind.EWS_MELDING)
                assert taken
                last = taken[-1].what
                assert last.outcome == "melden" or last.next_on >= entry.happened_on

    @invariant()
    def nobody_entered_overmacht_without_deciding_it(self):
        for entry in self.case.entries:
            if isinstance(entry.what, StageChange) and entry.what.after == Stage.OVERMACHT:
                assert self.decisions_before(entry.id, DecisionKind.OVERMACHT)[-1].what.outcome == "ja"

    @invariant()
    def every_step_that_needs_two_had_two_who_differ(self):
        for entry in self.case.entries:
            signers = self.signed[entry.id]
            assert signers.first.role not in READERS
            if self.needs_two(entry.what):
                assert signers.second is not None
                assert signers.second.id != signers.first.id
                assert signers.second.role not in READERS

    def needs_two(self, what: What) -> bool:
        if isinstance(what, StageChange):
            return not rules.goes_up(Stage(what.before), Stage(what.after))
        return isinstance(what, Decision) and what.outcome == "niet_melden"

    @invariant()
    def a_threat_without_a_standing_decision_is_owed_one(self):
        threatened = log.stage(self.case) in {Stage.THREATENED, Stage.CRISIS, Stage.OVERMACHT}
        if threatened and self.case.closed_at is None and not rules.ews_decision_holds(self.case, self.today):
            owed = {duty.kind for duty in duties(self.case, POLICY, today=self.today)}
            assert DutyKind.EWS_DECISION in owed

    @invariant()
    def not_notifying_never_holds_for_more_than_thirty_days(self):
        for entry in self.case.entries:
            if isinstance(entry.what, Decision) and entry.what.outcome == "niet_melden":
                assert 0 < (entry.what.next_on - entry.happened_on).days <= 30

    @invariant()
    def nothing_is_added_to_a_closed_case(self):
        if self.case.closed_at is not None:
            last = self.case.entries[-1].what
            assert isinstance(last, Decision)
            assert last.kind is DecisionKind.CLOSE


Office.TestCase.settings = settings(max_examples=80, stateful_step_count=50, deadline=None)
TestOffice = Office.TestCase
