"""What the NZa criticised, watched before sending: silent on a good case, speaking on a bad one, rarely blocking."""

from dataclasses import replace
from datetime import date

import pytest
from dossier_cases import ENTRIES, EWS, PROVIDER, draft, entry, facts, statement, unproved, without

from ews.cases.entries import Contact
from ews.cases.kinds import Party
from ews.dossier.conditions import Outcome, weigh
from ews.dossier.guards import Guard, Sending, guards, last_quarter_end
from ews.dossier.record import CaseFacts, Stated

CALL = entry(80, Contact(Party.NZA, "telefoon", function="secretariaat"), date(2026, 11, 23))
GOOD = (*ENTRIES, CALL)
AGREED = Sending(approvers=("teamleider",))


def spoken(given: CaseFacts, sending: Sending = AGREED, obligation=None) -> set[Guard]:
    dossier = draft(obligation, given) if obligation else draft(given=given)
    return {one.guard for one in guards(given, dossier, sending)}


def old_figures() -> CaseFacts:
    told = Stated("212", PROVIDER.stated["personeelsleden"][0].refs, date(2026, 6, 30))
    return facts(GOOD, replace(PROVIDER, stated={**PROVIDER.stated, "personeelsleden": (told,)}))


def expired() -> CaseFacts:
    given = facts(GOOD)
    lines = tuple(
        replace(line, expires_on=date(2026, 11, 22)) if line.number == 12 else line for line in given.evidence
    )
    return replace(given, evidence=lines)


def kept(*numbers: int) -> tuple:
    return tuple(one for one in GOOD if one.id not in numbers)


@pytest.mark.parametrize(
    ("guard", "given", "sending"),
    [
        pytest.param(Guard.NO_EARLIER_EWS, facts(kept(5)), AGREED, id="no EWS-melding came before"),
        pytest.param(Guard.EXHAUSTED_UNDECIDED, facts(kept(21)), AGREED, id="exhausted, nothing decided"),
        pytest.param(Guard.ONLY_FINANCIAL, facts(kept(9, 10, *range(11, 21))), AGREED, id="money only"),
        pytest.param(Guard.UNANSWERED, facts(kept(14)), AGREED, id="an alternative without an answer"),
        pytest.param(
            Guard.UNPROVED, facts((*unproved(13, 14), CALL)), AGREED, id="an alternative without proof"
        ),
        pytest.param(Guard.OLD_FIGURES, old_figures(), AGREED, id="staff number of two quarters ago"),
        pytest.param(Guard.NO_HEARING, facts(kept(6)), AGREED, id="the provider was not heard"),
        pytest.param(Guard.NO_PHONE_CALL, facts(kept(80)), AGREED, id="nobody phoned"),
        pytest.param(Guard.EXPIRED, expired(), AGREED, id="evidence past its day"),
        pytest.param(Guard.NOT_AGREED, facts(GOOD), Sending(), id="one person alone"),
    ],
)
def test_a_guard_speaks_alone_with_its_reason_and_does_not_block(guard, given, sending):
    found = guards(given, draft(given=given), sending)
    assert [one.guard for one in found] == [guard]
    assert found[0].why
    assert not found[0].blocks


@pytest.mark.parametrize(
    ("guard", "given", "sending"),
    [
        pytest.param(
            Guard.NO_MANDATE,
            facts(GOOD),
            Sending(("teamleider",), has_mandate=False),
            id="nobody has the mandate",
        ),
        pytest.param(
            Guard.CLIENT_DATA,
            facts((*without(25), CALL, statement(25, "einddatum", "cliënt 111222333, 1 januari", (14,)))),
            AGREED,
            id="a BSN in a sentence",
        ),
        pytest.param(
            Guard.BROKEN_HASH, facts(GOOD), Sending(("teamleider",), broken=("B4",)), id="evidence changed"
        ),
    ],
)
def test_three_things_block(guard, given, sending):
    found = guards(given, draft(given=given), sending)
    assert [one.guard for one in found if one.blocks] == [guard]


def test_a_good_case_raises_nothing():
    assert spoken(facts(GOOD)) == set()


def test_an_ews_melding_is_not_held_to_what_only_overmacht_asks():
    given = facts(kept(5, 9, 10, *range(11, 21)))
    assert spoken(given, obligation=EWS) == set()


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        pytest.param(date(2026, 11, 23), date(2026, 9, 30), id="in the fourth quarter"),
        pytest.param(date(2026, 1, 1), date(2025, 12, 31), id="new year's day"),
        pytest.param(date(2026, 3, 31), date(2025, 12, 31), id="the last day of a quarter is not over"),
    ],
)
def test_the_last_whole_quarter(today, expected):
    assert last_quarter_end(today) == expected


@pytest.mark.parametrize(
    ("entries", "outcome"),
    [
        pytest.param(ENTRIES, Outcome.OVERMACHT, id="both limbs hold"),
        pytest.param(without(13, 14), Outcome.NOT_YET, id="takeover, other region and other form untried"),
        pytest.param(without(14), Outcome.NOT_YET, id="an answer is still to come"),
        pytest.param(without(*range(15, 21)), Outcome.NOT_YET, id="own provision never weighed"),
        pytest.param(without(21), Outcome.UNDECIDED, id="all tried, nobody decided"),
        pytest.param(without(21, 13, 14), Outcome.NOT_YET, id="undecided and untried"),
    ],
)
def test_the_two_limbs(entries, outcome):
    assert weigh(facts(entries)).outcome is outcome


@pytest.mark.parametrize(
    ("entries", "question", "says"),
    [
        pytest.param(
            without(*range(7, 21)), "niet-financiële", "geen middelen vastgelegd", id="nothing was done"
        ),
        pytest.param(
            without(*range(9, 21)), "niet-financiële", "alleen financiële middelen", id="money alone"
        ),
        pytest.param(ENTRIES, "8b", "beoordeeld", id="each way of providing care oneself"),
        pytest.param(
            without(*range(17, 21)),
            "8b",
            "beoordeeld: participeren; niet: investeren, zelf verlenen",
            id="one way of three",
        ),
        pytest.param(
            without(*range(15, 21)),
            "8b",
            "niet beoordeeld: participeren, investeren, zelf verlenen",
            id="no way",
        ),
    ],
)
def test_a_point_of_the_checklist_says_what_is_there_and_no_more(entries, question, says):
    assert next(one.why for one in weigh(facts(entries)).checks if question in one.question) == says


def test_not_yet_overmacht_gives_the_advice_to_send_an_ews_melding():
    assert weigh(facts(without(13, 14))).advice == "Nog geen overmacht, doe een EWS-melding."


def test_the_clock_of_terstond_runs_from_foreseeable_and_counts_no_days_of_its_own():
    weighed = weigh(facts())
    assert weighed.clock.foreseeable_on == date(2026, 11, 17)
    assert [check.on for check in weighed.checks if check.limb == 1] == [date(2026, 11, 17)]


def test_a_sudden_stop_is_marked_not_barred():
    weighed = weigh(facts(without(5)))
    assert weighed.sudden
    assert weighed.outcome is Outcome.OVERMACHT
