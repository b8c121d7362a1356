"""When a model may speak: only of the kind of register it learned from, and after enough outcomes of it."""

import pytest

from ews.scoring.standing import ShadowPlan, Standing, standing

PLAN = ShadowPlan(
    registers=(("kvk", "agb", "vestiging"), ("cs", "sp")),
    minimum_events=100,
    minimum_known=0.5,
    claim_auc=0.8,
    seconds=300.0,
)


@pytest.mark.parametrize(
    ("scheme", "learned_from", "events", "expected"),
    [
        pytest.param(
            "kvk", ["cs"], 5000, Standing.FOREIGN, id="a foreign register certifies nothing about Wlz"
        ),
        pytest.param("kvk", ["cs", "kvk"], 5000, Standing.FOREIGN, id="nor does it when mixed in"),
        pytest.param("kvk", ["kvk"], 99, Standing.FEW, id="own outcomes, but too few"),
        pytest.param("kvk", ["kvk", "vestiging"], 100, Standing.SPEAKS, id="own outcomes, and enough"),
        pytest.param("vestiging", ["agb"], 100, Standing.SPEAKS, id="another number of the same register"),
        pytest.param("cs", ["cs"], 100, Standing.SPEAKS, id="a Scottish model of a Scottish service"),
        pytest.param("cs", ["kvk"], 5000, Standing.FOREIGN, id="the other way round"),
        pytest.param("kvk", [], 5000, Standing.FOREIGN, id="of nobody knows what"),
    ],
)
def test_standing(scheme, learned_from, events, expected):
    assert standing(scheme, learned_from=learned_from, events=events, plan=PLAN) is expected
