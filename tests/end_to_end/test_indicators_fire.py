"""Every indicator does something: those of the Wlz give points in the example region, the others are read by contract."""

from datetime import date

import numpy as np
import pytest

from ews.jobs.run import end_of_day, open_site
from ews.jobs.scoring import score_at
from ews.store.engine import reading
from tests.score_frames import shipped, shipped_card

MOMENTS = (
    date(2024, 9, 22), date(2025, 1, 22), date(2025, 4, 22), date(2025, 9, 22), date(2026, 1, 22), date(2026, 6, 22),
    date(2026, 9, 22), date(2026, 11, 21),
)  # fmt: skip
# Not judged on the card: shown beside it.
SHOWN_ONLY = {"aantal_locaties", "vertrokken_locaties", "capaciteit"}


def of_card(name: str) -> set[str]:
    return {line.indicator for line in shipped_card(name).lines}


def test_every_indicator_is_on_a_card_or_shown_beside_one():
    tripped = {
        wire.indicator for name in ("wlz", "care_inspectorate") for wire in shipped_card(name).tripwires
    }
    known = of_card("wlz") | of_card("care_inspectorate") | tripped | SHOWN_ONLY
    assert set(shipped().indicators) - known <= {"toezichtrisico", "beoordeling_personeel"}


def test_what_the_region_has_no_figures_of_is_read_by_the_contract_of_the_register():
    read = {figure.name for figure in shipped().sources["care_inspectorate_datastore"].figure}
    counted = {"aantal_locaties", "vertrokken_locaties"}
    for name in of_card("care_inspectorate") - of_card("wlz"):
        formula = shipped().indicators[name].parsed()
        raw = {figure.partition("[")[0] for figure in formula.figures}
        assert raw <= read | counted, name


@pytest.mark.slow
def test_the_example_region_fires_each_indicator_at_least_once(played_demo):
    context = open_site(played_demo.site)
    fired: set[str] = set()
    with reading(context.engine) as connection:
        for day in MOMENTS:
            round_ = score_at(connection, shipped(), end_of_day(day))
            sums = next(one for one in round_.scored if one.card.id == "wlz")
            given = np.flatnonzero(sums.points[:, : len(sums.card.lines)].any(axis=0))
            fired |= {sums.card.lines[column].indicator for column in given}
    assert of_card("wlz") - fired == set()
    assert len(fired) >= 45
