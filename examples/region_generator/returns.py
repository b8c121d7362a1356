"""The quarterly return: one workbook a quarter, a row per provider, amounts with a decimal comma.

What came late or was corrected arrives in a second workbook of the same quarter.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from region_generator.cast import Provider
from region_generator.course import Figures
from region_generator.files import Arrival, Cell, comma, workbook
from region_generator.lists import ENDED, Courses
from region_generator.quarters import SHOWN, TODAY, Quarter, workday
from region_generator.stories import NOORDERLICHT, STORIES, WILGENHOF, Story

HEADER = (
    "KvK-nummer", "Naam zorgaanbieder", "Kwartaal", "Eigen vermogen", "Balanstotaal", "Liquide middelen",
    "Vlottende activa", "Kortlopende schulden", "Langlopende schulden", "Som der bedrijfsopbrengsten (kwartaal)",
    "Waarvan Wlz (kwartaal)", "Resultaat (kwartaal)", "EBITDA (kwartaal)", "Rentelasten (kwartaal)", "Aflossingen (kwartaal)",
    "Investeringen (kwartaal)", "Personeelskosten (kwartaal)", "Kosten PNIL (kwartaal)",
    "Maandelijkse uitgaven (gemiddeld)", "Personeelsleden", "Fte", "Vacatures (fte)", "Instroom personeel % (12 mnd)",
    "Uitstroom personeel % (12 mnd)", "Tijdelijk contract %", "Ziekteverzuim %", "PNIL % van de uren",
    "Bezettingsgraad %", "Cliënten", "Klachten in het kwartaal", "Cliëntervaring (1-10)",
    "Verwacht u dat de continuïteit in gevaar komt?",
)  # fmt: skip

# A return that says something else first and is put right in the second workbook of the quarter.
_MISTAKES = {
    (NOORDERLICHT, 6): {"result": -3.0},
    (24, 8): {"cash": 0.1},
    (3, 4): {"pnil_cost": 2.0},
    (36, 9): {"equity": 0.94, "result": 0.4},
}


def arrivals(courses: Courses) -> Iterator[Arrival]:
    for step, quarter in enumerate(SHOWN):
        first = workday(quarter.end + timedelta(days=43))
        second = workday(first + timedelta(days=35))
        on_time, later = _split(courses, step, quarter)
        yield _arrival(quarter, first, "", on_time)
        if later and second <= TODAY:
            yield _arrival(quarter, second, "_nalevering", later)


def _arrival(quarter: Quarter, day: date, suffix: str, rows: list[list[Cell]]) -> Arrival:
    content = workbook(((f"Opgave {quarter} (fictief)", [list(HEADER), *rows]),))
    at = datetime.combine(day, time(8, 15))
    return Arrival(at, "kwartaalopgave", f"kwartaalopgave/kwartaalopgave_{quarter}{suffix}.xlsx", content)


def _split(courses: Courses, step: int, quarter: Quarter) -> tuple[list[list[Cell]], list[list[Cell]]]:
    on_time, later = [], []
    for provider, course in courses.items():
        story = STORIES.get(provider.number, Story())
        if step >= story.silent_from or ENDED.get(provider.number, date.max) < quarter.end + timedelta(
            days=20
        ):
            continue
        chance = random.Random(f"return-{provider.number}-{step}")
        right = _row(provider, course, step, story=story)
        late = step in story.late or chance.random() < 0.05
        if late:
            later.append(right)
            continue
        mistake = _MISTAKES.get((provider.number, step))
        restated = mistake is not None or chance.random() < 0.04
        on_time.append(_mistaken(provider, course, step, mistake, story) if restated else right)
        if restated:
            later.append(right)
    return on_time, later


def _mistaken(
    provider: Provider, course: tuple[Figures, ...], step: int, mistake: dict[str, float] | None, story: Story
) -> list[Cell]:
    factors = mistake or {"personnel": 1.012, "equity": 0.993}
    wrong = list(course)
    now = wrong[step + 4]
    wrong[step + 4] = replace(now, **{name: getattr(now, name) * factor for name, factor in factors.items()})
    return _row(provider, tuple(wrong), step, story=story)


def _row(provider: Provider, course: tuple[Figures, ...], step: int, *, story: Story) -> list[Cell]:
    now = course[step + 4]
    cells: list[Cell] = [provider.kvk, provider.name, str(now.quarter)]
    cells += [comma(getattr(now, name), 2) for name in (*_BALANCE, *_FLOWS)]
    spent = (now.turnover - now.ebitda + now.interest + now.repayment + now.investment) / 3
    cells += [comma(spent, 2), now.heads, comma(now.fte, 1), now.vacancies]
    cells += [comma(100 * getattr(now, name), 1) for name in _SHARES]
    cells += [now.clients, now.complaints, comma(now.experience, 1), "ja" if step in story.warns else "nee"]
    return _flaws(provider, step, cells)


_BALANCE = ("equity", "total", "cash", "current_assets", "short_debt", "long_debt")
_FLOWS = (
    "turnover", "wlz", "result", "ebitda", "interest", "repayment", "investment", "personnel", "pnil_cost",
)  # fmt: skip
_SHARES = ("inflow", "outflow", "temporary", "absence", "pnil", "occupancy")


def _flaws(provider: Provider, step: int, cells: list[Cell]) -> list[Cell]:
    """What people do to forms: a decimal point, an empty cell, a word where a number belongs."""
    if (provider.number, step) == (12, 3):
        cells[HEADER.index("Liquide middelen")] = "1,234,567.89"
    if (provider.number, step) == (26, 7):
        cells[HEADER.index("Ziekteverzuim %")] = "volgt"
    chance = random.Random(f"flaws-{provider.number}-{step}")
    if chance.random() < 0.05 and provider.number != WILGENHOF:
        cells[chance.choice((21, 22, 24, 30))] = None
    return cells
