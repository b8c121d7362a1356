"""When an alert opens, goes up, is repeated, goes down and is cleared: each row is one rule."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from ews.alerts.decide import decide, observed
from ews.alerts.model import AlertState, ChangeReason
from ews.alerts.policy import AlertPolicy
from ews.alerts.silence import Silence, silence_of
from ews.scoring.card import Card, CutOff
from ews.scoring.model import Assessment, Confidence, Horizon, Level, Reason, ReasonKind, SourceRow

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
POLICY = AlertPolicy(date(2026, 1, 1), "test", hold_off_days=14, remind_every_days=28, clear_after_days=7)
CARD = Card(
    id="test",
    name="test",
    schemes=("kvk",),
    lines=(),
    tripwires=(),
    cutoffs=(CutOff(Level.ELEVATED, 20, 15), CutOff(Level.HIGH, 40, 32), CutOff(Level.ACUTE, 70, 60)),
    minimum_coverage=0.3,
    confidence_high=0.8,
    confidence_medium=0.5,
    peers_minimum=5,
    size="x",
    size_bounds=(),
    priority={},
)


def days(count: float) -> datetime:
    return NOW - timedelta(days=count)


def at(points: int, level: Level | None = None) -> Assessment:
    made = CARD.level_of(points) if level is None else level
    return Assessment(
        "kvk:00000001", NOW, made, dict.fromkeys(Horizon, made), dict.fromkeys(Horizon, points), points, None, (),
        Confidence.HIGH, 1.0, {},
    )  # fmt: skip


def open_at(held: Level, **changes) -> AlertState:
    state = AlertState(
        alert=5,
        subject="kvk:00000001",
        family="continuity",
        held=held,
        opened_at=days(20),
        last_change_at=days(20),
        last_told_at=days(20),
        below_since=None,
    )
    # what was told last was the last change, unless a row says otherwise
    same = {"last_told_at", "last_change_at"}
    for given in same & changes.keys():
        changes = dict.fromkeys(same, changes[given]) | changes
    return replace(state, **changes)


R = ChangeReason


@pytest.mark.parametrize(
    ("state", "assessment", "reason", "after"),
    [
        pytest.param(None, at(19), None, None, id="onder de grens: niets"),
        pytest.param(None, at(20), R.OPENED, Level.ELEVATED, id="op de grens: meteen"),
        pytest.param(None, at(75), R.OPENED, Level.ACUTE, id="meteen acuut"),
        pytest.param(None, at(0, Level.UNKNOWN), None, None, id="onbekend opent niets"),
        pytest.param(open_at(Level.ELEVATED), at(40), R.RAISED, Level.HIGH, id="omhoog gaat meteen"),
        pytest.param(
            open_at(Level.ELEVATED, last_change_at=days(0.1)),
            at(70),
            R.RAISED,
            Level.ACUTE,
            id="ook vlak na de vorige",
        ),
        pytest.param(
            open_at(Level.HIGH), at(39), None, None, id="onder de bovengrens, boven de ondergrens: blijft"
        ),
        pytest.param(
            open_at(Level.HIGH), at(31), None, None, id="eerste keer onder de ondergrens: de klok gaat lopen"
        ),
        pytest.param(
            open_at(Level.HIGH, below_since=days(6.9)),
            at(31),
            None,
            None,
            id="nog geen zeven dagen onder de ondergrens",
        ),
        pytest.param(
            open_at(Level.HIGH, below_since=days(7)),
            at(31),
            R.LOWERED,
            Level.ELEVATED,
            id="zeven dagen eronder: omlaag",
        ),
        pytest.param(
            open_at(Level.HIGH, below_since=days(7)),
            at(16),
            R.LOWERED,
            Level.ELEVATED,
            id="niet verder dan de ondergrens eronder",
        ),
        pytest.param(
            open_at(Level.HIGH, below_since=days(7)),
            at(14),
            R.CLEARED,
            Level.LOW,
            id="onder alle ondergrenzen: voorbij",
        ),
        pytest.param(
            open_at(Level.HIGH, below_since=days(9), last_change_at=days(13)),
            at(5),
            None,
            None,
            id="binnen veertien dagen na een verhoging",
        ),
        pytest.param(
            open_at(Level.HIGH, below_since=days(30)),
            at(0, Level.UNKNOWN),
            None,
            None,
            id="onbekend verlaagt nooit",
        ),
        pytest.param(
            open_at(Level.HIGH, last_told_at=days(28)),
            at(45),
            R.REPEATED,
            Level.HIGH,
            id="vier weken stil: herhaald",
        ),
        pytest.param(
            open_at(Level.HIGH, last_told_at=days(28)),
            at(0, Level.UNKNOWN),
            R.REPEATED,
            Level.HIGH,
            id="ook als het nu onbekend is",
        ),
        pytest.param(
            open_at(Level.HIGH, last_told_at=days(28), acknowledged_until=NOW + timedelta(days=1)),
            at(45),
            None,
            None,
            id="bevestigd: stil",
        ),
        pytest.param(
            open_at(Level.HIGH, acknowledged_until=NOW),
            at(45),
            R.REESCALATED,
            Level.HIGH,
            id="de bevestiging is om: opnieuw omhoog",
        ),
        pytest.param(
            open_at(Level.HIGH, acknowledged_until=NOW + timedelta(days=9)),
            at(70),
            R.RAISED,
            Level.ACUTE,
            id="erger breekt door een bevestiging",
        ),
    ],
)
def test_decisions(state, assessment, reason, after):
    seen = None if state is None else observed(state, assessment, CARD, now=NOW)
    change = decide(seen, assessment, CARD, POLICY, now=NOW)
    assert (change and change.reason, change and change.after) == (reason, after)


def struck(known_at: datetime) -> Assessment:
    """Acute, with an insolvency that became known at a moment."""
    row = SourceRow(1, "insolventieregister", 2, known_at)
    fired = Reason(
        "faillissement", ReasonKind.TRIPWIRE, 100, (Horizon.SHORT,), None, "", "", "failliet", (row,)
    )
    return replace(at(100), reasons=(fired,))


@pytest.mark.parametrize(
    ("state", "known_at", "reason"),
    [
        pytest.param(open_at(Level.ACUTE), days(1), R.REPEATED, id="failliet terwijl het al acuut was: meteen verteld"),
        pytest.param(
            open_at(Level.ACUTE, acknowledged_until=NOW + timedelta(days=5)), days(1), R.REPEATED, id="ook aan wie de waarschuwing draagt"
        ),
        pytest.param(open_at(Level.ACUTE), days(21), None, id="bekend toen het werd verteld: niet nog eens"),
        pytest.param(open_at(Level.HIGH), days(1), R.RAISED, id="omhoog gaat voor"),
    ],
)  # fmt: skip
def test_what_happens_after_an_alert_was_told_is_told_too(state, known_at, reason):
    change = decide(observed(state, struck(known_at), CARD, now=NOW), struck(known_at), CARD, POLICY, now=NOW)
    assert (change and change.reason) == reason


@pytest.mark.parametrize(
    ("state", "assessment", "reason"),
    [
        pytest.param(None, at(45), None, id="opent niet naast de aanbieder"),
        pytest.param(open_at(Level.ELEVATED), at(45), None, id="gaat niet omhoog"),
        pytest.param(open_at(Level.HIGH, last_told_at=days(40)), at(45), None, id="wordt niet herhaald"),
        pytest.param(
            open_at(Level.HIGH, below_since=days(8)),
            at(3),
            R.CLEARED,
            id="maar wie het hoorde, hoort dat het voorbij is",
        ),
    ],
)
def test_an_open_alert_of_the_provider_speaks_for_its_locations(state, assessment, reason):
    seen = None if state is None else observed(state, assessment, CARD, now=NOW)
    change = decide(seen, assessment, CARD, POLICY, now=NOW, inhibited=True)
    assert (change and change.reason) == reason


TOLD_HIGH = {"kvk:00000002": Level.HIGH}


@pytest.mark.parametrize(
    ("state", "assessment", "concern", "reason", "speaker"),
    [
        pytest.param(None, at(45), TOLD_HIGH, R.OPENED, "kvk:00000002", id="opent stil: een lid op hoog spreekt"),
        pytest.param(None, at(45), {"kvk:00000002": Level.ELEVATED}, R.OPENED, "", id="een lager lid spreekt niet"),
        pytest.param(None, at(45), {}, R.OPENED, "", id="niemand anders in het concern: gewoon verteld"),
        pytest.param(None, at(75), {"kvk:00000002": Level.ACUTE}, R.OPENED, "", id="acuut wordt altijd verteld"),
        pytest.param(
            open_at(Level.ELEVATED), at(45), TOLD_HIGH, R.RAISED, "kvk:00000002", id="stil omhoog tot het niveau dat sprak"
        ),
        pytest.param(
            open_at(Level.HIGH, last_told_at=days(28)), at(45), TOLD_HIGH, None, "", id="geen herinnering naast die van het concern"
        ),
        pytest.param(
            open_at(Level.HIGH, last_change_at=days(3), last_told_at=None), at(45), TOLD_HIGH, None, "", id="stil zolang er wordt gesproken"
        ),
        pytest.param(
            open_at(Level.HIGH, last_change_at=days(3), last_told_at=None), at(45), {}, R.REPEATED, "", id="niemand spreekt meer: nu verteld"
        ),
        pytest.param(
            open_at(Level.HIGH, last_change_at=days(3), last_told_at=days(9)), at(45), {}, R.REPEATED, "",
            id="verhoogd terwijl het concern sprak: nu verteld",
        ),
        pytest.param(
            open_at(Level.HIGH, acknowledged_until=NOW), at(45), TOLD_HIGH, R.REESCALATED, "", id="wie het droeg, hoort dat het om is"
        ),
        pytest.param(
            open_at(Level.HIGH, below_since=days(8)), at(3), TOLD_HIGH, R.CLEARED, "", id="wie het hoorde, hoort dat het voorbij is"
        ),
    ],
)  # fmt: skip
def test_the_worst_told_member_speaks_for_its_concern(state, assessment, concern, reason, speaker):
    seen = None if state is None else observed(state, assessment, CARD, now=NOW)
    change = decide(seen, assessment, CARD, POLICY, now=NOW, concern=concern)
    assert (change and change.reason, change.speaker if change else "") == (reason, speaker)


@pytest.mark.parametrize(
    ("state", "assessment", "since"),
    [
        pytest.param(open_at(Level.HIGH), at(31), NOW, id="de klok begint"),
        pytest.param(open_at(Level.HIGH, below_since=days(3)), at(31), days(3), id="de klok loopt door"),
        pytest.param(
            open_at(Level.HIGH, below_since=days(3)), at(33), None, id="boven de ondergrens: de klok stopt"
        ),
        pytest.param(
            open_at(Level.HIGH, below_since=days(3)), at(0, Level.UNKNOWN), None, id="onbekend onderbreekt"
        ),
    ],
)
def test_the_clock_below_the_clear_threshold(state, assessment, since):
    assert observed(state, assessment, CARD, now=NOW).below_since == since


@pytest.mark.parametrize(
    ("state", "assessment", "reason"),
    [
        pytest.param(None, at(45), None, id="opent niet"),
        pytest.param(None, at(75), R.OPENED, id="acuut breekt door de stilte"),
        pytest.param(open_at(Level.ELEVATED), at(45), None, id="gaat niet omhoog"),
        pytest.param(open_at(Level.HIGH), at(75), R.RAISED, id="tot het acuut wordt"),
        pytest.param(
            open_at(Level.ACUTE, last_told_at=days(40)),
            at(75),
            None,
            id="wat al acuut was wordt niet herhaald",
        ),
        pytest.param(
            open_at(Level.HIGH, below_since=days(8)),
            at(3),
            R.CLEARED,
            id="wie het hoorde, hoort dat het voorbij is",
        ),
    ],
)
def test_people_may_ask_for_silence(state, assessment, reason):
    seen = None if state is None else observed(state, assessment, CARD, now=NOW)
    change = decide(seen, assessment, CARD, POLICY, now=NOW, muted=True)
    assert (change and change.reason) == reason


@pytest.mark.parametrize(
    ("state", "assessment", "hushed", "silence"),
    [
        pytest.param(None, None, {}, Silence.NOT_ASSESSED, id="nooit beoordeeld"),
        pytest.param(None, at(19), {}, Silence.BELOW, id="onder de eerste grens"),
        pytest.param(None, at(0, Level.UNKNOWN), {}, Silence.UNKNOWN, id="te weinig bekend"),
        pytest.param(None, at(25), {}, None, id="er was een waarschuwing"),
        pytest.param(None, at(25), {"inhibited": True}, Silence.INHIBITED, id="de aanbieder spreekt ervoor"),
        pytest.param(None, at(25), {"muted": True}, Silence.MUTED, id="om stilte gevraagd"),
        pytest.param(None, at(75), {"muted": True}, None, id="acuut breekt door de stilte"),
        pytest.param(
            None, at(45), {"concern": TOLD_HIGH}, Silence.CONCERN, id="een lid van het concern spreekt ervoor"
        ),
        pytest.param(open_at(Level.HIGH), at(45), {}, Silence.UNCHANGED, id="al verteld"),
        pytest.param(open_at(Level.HIGH), at(33), {}, Silence.HELD, id="nog boven de ondergrens"),
        pytest.param(
            open_at(Level.HIGH), at(0, Level.UNKNOWN), {}, Silence.HELD, id="onbekend verlaagt niet"
        ),
        pytest.param(
            open_at(Level.HIGH, acknowledged_until=NOW + timedelta(days=2)),
            at(45),
            {},
            Silence.ACKNOWLEDGED,
            id="bevestigd",
        ),
    ],
)
def test_every_silence_has_a_reason(state, assessment, hushed, silence):
    asked = {"inhibited": False, "muted": False} | hushed
    assert silence_of(state, assessment, CARD, POLICY, now=NOW, **asked) == silence
