"""What befalls whom: shifts on top of each provider's own course, per quarter, and the end that some come to.

A shift is a line through points (step, value); step 0 is 2023-Q4 and step 11 is 2026-Q3. Outside its points
the first and last value hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

Line = tuple[tuple[int, float], ...]

WILGENHOF, AVONDROOD, KADE_TWAALF, BERKENSTEE = 19, 4, 34, 15
NOORDERLICHT = 22


@dataclass(frozen=True)
class Story:
    """Additions to a provider's own level of margin, absence and so on (fractions; cash in parts of turnover)."""

    margin: Line = ()
    absence: Line = ()
    pnil: Line = ()
    outflow: Line = ()
    vacancies: Line = ()
    clients: Line = ()
    """Factor on the number of clients."""
    fte: Line = ()
    """Factor on the number of fte."""
    experience: Line = ()
    """Points on a scale of ten."""
    complaints: Line = ()
    """Factor on the number of complaints."""
    cash: Line = ()
    """Extra cash in or out per quarter, as a part of a quarter's turnover."""
    investment: Line = ()
    temporary: Line = ()
    given_back: Line = ()
    """Part of the agreed production that the provider gives back each month."""
    long_debt: float = 0.0
    """Long debt at the start beyond what is usual, as a part of a year's turnover; paid off in forty years."""
    warns: frozenset[int] = frozenset()
    """Steps at which the provider itself says in its return that continuity is in danger."""
    silent_from: int = 99
    """First step without a return."""
    late: frozenset[int] = frozenset()


def at(line: Line, step: int, otherwise: float = 0.0) -> float:
    """Value of a line at a step, interpolated."""
    if not line:
        return otherwise
    if step <= line[0][0]:
        return line[0][1]
    for (left, low), (right, high) in pairwise(line):
        if step <= right:
            return low + (high - low) * (step - left) / (right - left)
    return line[-1][1]


STORIES: Mapping[int, Story] = {
    # slow financial decline: two bad years eat the buffer, the bank stops, surseance
    WILGENHOF: Story(
        margin=((3, 0.0), (5, -0.015), (7, -0.035), (10, -0.06), (11, -0.085)),
        cash=((3, 0.0), (5, 0.012), (9, 0.012), (10, -0.02), (11, -0.035)),
        investment=((4, 0.0), (8, -0.015)),
        pnil=((5, 0.0), (8, 0.025), (11, 0.08)),
        absence=((5, 0.0), (11, 0.014)),
        outflow=((6, 0.0), (11, 0.06)),
        vacancies=((6, 0.0), (11, 0.035)),
        late=frozenset({7, 9}),
        warns=frozenset({11}),
    ),
    # quality and staff: a merger of teams fails, people leave, hired staff take over, then the inspectorate
    AVONDROOD: Story(
        outflow=((5, 0.0), (8, 0.11), (10, 0.19), (11, 0.17)),
        absence=((5, 0.0), (8, 0.025), (10, 0.046), (11, 0.043)),
        pnil=((6, 0.0), (9, 0.12), (11, 0.19)),
        vacancies=((6, 0.0), (10, 0.09), (11, 0.08)),
        experience=((6, 0.0), (9, -0.7), (11, -1.3)),
        complaints=((6, 1.0), (9, 2.6), (11, 3.6)),
        clients=((8, 1.0), (11, 0.93)),
        margin=((7, 0.0), (11, -0.04)),
        temporary=((5, 0.0), (9, 0.16)),
    ),
    # nothing to see until the court decides: a fraud inside, books that looked sound
    KADE_TWAALF: Story(margin=((0, 0.012), (11, 0.009))),
    # the one nobody saw: owner stops, figures fine to the last
    BERKENSTEE: Story(margin=((0, 0.01), (8, 0.006)), silent_from=9),
    # --- healthy, but it does not look so for a while -----------------------------------------
    1: Story(investment=((4, 0.0), (5, 0.22), (6, 0.18), (7, 0.0)), cash=((4, 0.0), (5, -0.02), (7, 0.0))),
    5: Story(absence=((4, 0.0), (5, 0.034), (6, 0.03), (7, 0.0)), pnil=((4, 0.0), (6, 0.07), (8, 0.0))),
    NOORDERLICHT: Story(margin=((5, 0.0), (6, -0.085), (7, 0.0))),
    24: Story(pnil=((3, 0.0), (6, 0.1), (9, 0.0)), outflow=((3, 0.0), (6, 0.06), (9, 0.0))),
    32: Story(margin=((2, 0.0), (4, -0.05), (7, -0.01), (9, 0.01)), cash=((2, 0.0), (4, -0.03), (6, 0.0))),
    9: Story(experience=((7, 0.0), (8, -0.9), (10, 0.0)), complaints=((7, 1.0), (8, 2.4), (10, 1.0))),
    30: Story(clients=((5, 1.0), (7, 0.9), (10, 1.0)), outflow=((5, 0.0), (6, 0.09), (8, 0.0))),
    # a turnaround that worked out: looked worse than anyone, recovered
    11: Story(
        margin=((0, 0.0), (3, -0.07), (5, -0.03), (8, 0.012)),
        cash=((1, 0.0), (3, -0.05), (4, 0.03), (6, 0.0)),
        absence=((0, 0.0), (3, 0.03), (7, 0.0)),
    ),
    # an earlier ending: a sale to a neighbour, care goes on
    13: Story(
        margin=((0, -0.01), (5, -0.03)),
        fte=((1, 1.0), (4, 0.8)),
        silent_from=6,
    ),
    28: Story(margin=((0, 0.012), (11, 0.012)), cash=((0, 0.012), (11, 0.012))),
    29: Story(late=frozenset({2, 5, 8, 9, 10}), given_back=((8, 0.0), (9, 0.03), (11, 0.035))),
    # new buildings on borrowed money, with the revenue to carry them
    20: Story(long_debt=0.55, margin=((0, 0.015), (11, 0.015))),
}


@dataclass(frozen=True)
class Ending:
    """How it really went: the truth that only an evaluation reads."""

    number: int
    kind: str
    day: str
    what: str


ENDINGS = (
    Ending(
        WILGENHOF, "closed", "2026-11-03", "surseance van betaling na langdurige financiële achteruitgang"
    ),
    Ending(KADE_TWAALF, "insolvent", "2026-08-18", "faillissement zonder voorafgaand signaal"),
    Ending(BERKENSTEE, "closed", "2026-01-31", "eigenaar stopt; cijfers waren tot het laatst in orde"),
    Ending(13, "handed_over", "2025-04-01", "overgenomen door Stichting Peelzicht Wonen en Zorg (fictief)"),
)
"""Providers that stopped, and one that was handed over (no discontinuity of care)."""
