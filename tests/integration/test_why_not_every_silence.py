"""`ews why-not`: each row is a silence, how it came to be on a real store, and the sentence that answers it.

The reasons themselves are decided in tests/spec/test_alert_decisions.py; here they are asked for at past moments.
"""

from datetime import timedelta

import pytest
from sqlalchemy import update
from test_assess import AS_OF, HOUSE, ONE, TWO, context, quarter, trouble  # noqa: F401 - a fixture

from ews.cli.why_not_page import _SKIPPED, _STATE, page
from ews.jobs.assess import assess
from ews.jobs.run import Context, at
from ews.jobs.why_not import why_not
from ews.notify.model import State
from ews.notify.routing import SkipReason
from ews.store import escalations
from ews.store.engine import writing
from ews.store.schema import outbox
from tests.score_frames import row
from tests.score_store import keep

DAY = timedelta(days=1)


def nothing(context: Context) -> None:  # noqa: F811
    assess(context)


def opened(context: Context) -> None:  # noqa: F811
    trouble(context)
    assess(context)


def acknowledged(context: Context) -> None:  # noqa: F811
    """Carried for a week; the week is over long before anybody asks."""
    opened(context)
    with writing(context.engine) as connection:
        later = context.now + timedelta(hours=2)
        escalations.carry(connection, ONE, by="officier", until=later + 7 * DAY, now=later)
    assess(at(context, context.now + DAY))


def muted(context: Context, ews) -> None:  # noqa: F811
    day = (AS_OF + 5 * DAY).date()
    words = ("--until", f"{day}", "--reason", "overleg loopt")
    assert (
        ews("--now", (AS_OF - DAY).isoformat(), "--user", "officier", "mute", "add", "Een", *words).code == 0
    )
    opened(context)


def concern(context: Context) -> None:  # noqa: F811
    keep(context.engine, [row(who, "concern", "Koepel", None, source="zorgaanbieders") for who in (ONE, TWO)])
    keep(context.engine, quarter(TWO, "2026-Q3", liquide_middelen=5, resultaat=-6, kosten_pnil=10))
    opened(context)


@pytest.mark.parametrize(
    ("happens", "asked", "after", "sentence"),
    [
        pytest.param(None, ONE, 0, "nog niet beoordeeld op dat moment", id="nog nooit beoordeeld"),
        pytest.param(nothing, TWO, 0, "halen de eerste grens niet", id="onder de drempel"),
        pytest.param(nothing, HOUSE, 0, "te weinig cijfers", id="geen gegevens"),
        pytest.param(opened, ONE, 0, "er was die dag wel een verandering", id="het werd wel verteld"),
        pytest.param(acknowledged, ONE, 1, "draagt de waarschuwing tot 28 november 2026", id="bevestigd, en dat is al lang voorbij"),
        pytest.param(muted, ONE, 0, "stilte 1: overleg loopt", id="om stilte gevraagd, en dat is al lang voorbij"),
        pytest.param(concern, TWO, 0, "spreekt voor dit concern", id="een ander lid spreekt"),
    ],
)  # fmt: skip
def test_asked_a_year_later_the_answer_is_that_of_the_day(context, ews, happens, asked, after, sentence):  # noqa: F811
    if happens is muted:
        muted(context, ews)
    elif happens is not None:
        happens(context)
    late = at(context, AS_OF + 365 * DAY)
    found = why_not(late, asked, person=None, as_of=AS_OF + after * DAY + timedelta(hours=1))
    assert sentence in page(found)


@pytest.mark.parametrize("state", [one for one in State if one is not State.SENDING])
def test_what_became_of_each_message_is_said(context, state):  # noqa: F811
    opened(context)
    with writing(context.engine) as connection:
        connection.execute(update(outbox).values(state=state.value, last_reply=""))
    assert f"{_STATE[state]}, klaargezet" in page(why_not(context, ONE, person="officier", as_of=None))


def test_told_in_a_list_is_told(context):  # noqa: F811
    opened(context)
    with writing(context.engine) as connection:
        connection.execute(update(outbox).values(state="cancelled", last_reply="in verzamelbericht <a@b>"))
    assert "verteld in een verzamelbericht" in page(why_not(context, ONE, person="officier", as_of=None))


def test_who_is_not_told_hears_why(context):  # noqa: F811
    opened(context)
    said = page(why_not(context, ONE, person="auditor", as_of=None))
    assert any(sentence in said for sentence in _SKIPPED.values())


def test_every_reason_has_its_sentence():
    assert set(_SKIPPED) == set(SkipReason)
    assert set(_STATE) == set(State)
