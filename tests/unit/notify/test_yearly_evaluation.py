"""The yearly evaluation as sentences and pictures."""

from datetime import UTC, date, datetime

from ews.notify.evaluation import Ended, InVain, Raised, YearFacts, apart, ended_rows, headline
from ews.notify.evaluation_render import evaluation_html, evaluation_pdf
from ews.notify.plots import lead_lines, stacked_bars
from ews.scoring.model import Level
from ews.scoring.outcomes import Outcome

HOSTILE = "</title><script>alert(1)</script> #panic() \u202e"


def ended(name: str, outcome: Outcome, told: date | None, why: str = "") -> Ended:
    return Ended(name, date(2026, 11, 3), outcome, told, why)


def facts(*happened: Ended, in_vain: tuple[InVain, ...] = ()) -> YearFacts:
    return YearFacts(
        year=2026,
        as_of=datetime(2026, 12, 31, 22, tzinfo=UTC),
        office="Zorgkantoor Voorbeeld",
        fictitious=True,
        providers=40,
        ended=happened,
        in_vain=in_vain,
        raised=(Raised(date(2026, 1, 1), ((Level.ELEVATED, 3), (Level.HIGH, 1), (Level.ACUTE, 0))),),
        overrides=(),
        lessons=(),
        rules=(),
        replay=None,
        answers=(),
        source="handvatten",
        audit_seq=12,
        audit_hash="ab" * 32,
    )


FOUND = ended("Wilgenhof", Outcome.INSOLVENT, date(2025, 11, 3))
MISSED = ended("Kade", Outcome.CLOSED, None, "below_threshold")
VAIN = InVain("Linde", date(2026, 2, 1), date(2026, 5, 1))


def test_one_sentence_says_what_was_found_how_early_and_how_often_in_vain():
    assert headline(facts(FOUND, MISSED, in_vain=(VAIN,))) == (
        "In 2026 was voor 1 van 2 discontinuïteiten vooraf gewaarschuwd (mediaan 12 maanden vooraf); "
        "1 waarschuwing eindigde zonder discontinuïteit."
    )


def test_a_year_in_which_nobody_stopped_proves_nothing():
    assert headline(facts()).endswith("Over gemiste gevallen is niets te zeggen.")


def test_averted_and_taken_over_stand_apart():
    both = facts(
        ended("A", Outcome.AVERTED, date(2026, 1, 1)), ended("B", Outcome.HANDED_OVER, None, "no_data")
    )
    assert apart(both).startswith("Apart geteld: 1 afgewend door een maatregel, 1 overgenomen.")
    assert headline(both).startswith("In 2026 stopte geen aanbieder")


def test_a_miss_carries_its_reason():
    assert ended_rows(facts(MISSED)) == [
        ("Kade", "3 november 2026", "gestopt", "niemand", "gemist: onder de drempel")
    ]


def test_a_hostile_name_stays_text_on_page_and_paper():
    made = facts(ended(HOSTILE, Outcome.CLOSED, None, "muted"))
    page = evaluation_html(made)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "\u202e" not in page
    assert evaluation_pdf(made).startswith(b"%PDF")


def test_the_same_year_gives_the_same_bytes():
    made = facts(FOUND, MISSED)
    assert evaluation_pdf(made) == evaluation_pdf(made)


def test_a_plot_says_in_words_what_it_shows():
    plot = stacked_bars([("januari", (3, 1, 0)), ("februari", (0, 0, 0))], ("a", "b", "c"), title="Per maand")
    assert 'aria-label="Per maand: januari 4; februari 0"' in plot
    assert "niemand wist het" in lead_lines([("Kade", None)], title="Vooraf")
