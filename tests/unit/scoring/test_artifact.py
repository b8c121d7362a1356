"""Faults M3 and M4: a model that is not what it says is refused, and nothing in a file can run."""

import ast
import copy
from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ews.scoring.artifact import ModelRefusedError, document, feature_hash, hazard_of, seal, unseal
from ews.scoring.calibration import QUARTERS
from ews.scoring.hazard import Band, Hazard
from ews.scoring.shapes import Shape

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
MADE_FROM = feature_hash(["cijfer", "personeel"], {"log": ["personeel"]})
MODEL = Hazard(
    shapes=(
        Shape("cijfer", (2.0, 3.0), (0.9, 0.1, -0.3), 0.2),
        Shape("personeel", (), (0.25,), 0.5, slope=-0.125, low=0.0, high=4.0),
    ),
    baseline=tuple(-5.0 + 0.1 * quarter for quarter in range(QUARTERS)),
    slope=0.75,
    bands=(Band(-0.5, 900, 3), Band(1e300, 100, 9)),
    boosting_share=0.5,
    unseen_auc=0.7,
)
CONTENT = document(MODEL, unit="location", made_from=MADE_FROM, card={"events": 12})


def sealed(content) -> bytes:
    return seal(content, KEY.sign, PUBLIC)


def test_a_model_comes_back_as_it_was_written():
    assert hazard_of(unseal(sealed(CONTENT), trusted=PUBLIC), unit="location", made_from=MADE_FROM) == MODEL


def test_the_same_model_gives_the_same_bytes():
    assert sealed(CONTENT) == sealed(copy.deepcopy(CONTENT))


def test_m4_every_flipped_bit_is_refused():
    data = sealed(CONTENT)
    places = np.random.default_rng(0).choice(len(data) * 8, size=200, replace=False)
    refused = 0
    for place in places:
        flipped = bytearray(data)
        flipped[place // 8] ^= 1 << (place % 8)
        try:
            unseal(bytes(flipped), trusted=PUBLIC)
        except ModelRefusedError:
            refused += 1
    assert refused == 200


def test_m4_an_unsigned_model_or_one_with_another_key_is_refused():
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    for data in (
        seal(CONTENT, stranger.sign, stranger.public_key().public_bytes_raw()),
        seal(CONTENT, stranger.sign, PUBLIC),
        seal(CONTENT, lambda _: b"", PUBLIC),
    ):
        with pytest.raises(ModelRefusedError, match=r"handtekening|sleutel"):
            unseal(data, trusted=PUBLIC)


def test_m4_nothing_in_the_product_reads_a_pickle():
    banned = {"pickle", "joblib", "cloudpickle", "dill", "skops", "marshal", "shelve"}
    root = Path(__file__).parents[3] / "ews"
    imported = {
        (path.name, name.split(".")[0])
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert {pair for pair in imported if pair[1] in banned} == set()


def test_m4_a_pickle_in_the_folder_is_text_that_is_refused():
    with pytest.raises(ModelRefusedError):
        unseal(
            b"\x80\x04\x95\x1a\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93.",
            trusted=PUBLIC,
        )


def _changed(**changes):
    return {**copy.deepcopy(CONTENT), **changes}


def _shape(place: int, **changes):
    content = copy.deepcopy(CONTENT)
    content["shapes"][place] |= changes
    return content


@pytest.mark.parametrize(
    "mutant",
    [
        pytest.param(_changed(format="ews-model/9"), id="1 another format"),
        pytest.param(_changed(shapes=list(reversed(CONTENT["shapes"]))), id="2 features in another order"),
        pytest.param(_changed(shapes=CONTENT["shapes"] * 2), id="3 a feature twice"),
        pytest.param(_changed(shapes=[]), id="4 no features"),
        pytest.param(_shape(0, values=[0.9, 0.1]), id="5 a step without a value"),
        pytest.param(_shape(0, edges=[3.0, 2.0]), id="6 edges out of order"),
        pytest.param(_shape(0, missing="0.2"), id="7 a number as text"),
        pytest.param(_shape(1, low=5.0), id="8 a line that ends before it begins"),
        pytest.param(_changed(baseline=[-5.0] * 4), id="9 a horizon missing"),
        pytest.param(_changed(slope=-0.75), id="10 upside down"),
        pytest.param(_changed(horizons=[3, 12]), id="11 other horizons"),
        pytest.param(_changed(extra=1), id="12 an unknown key"),
    ],
)
def test_m3_a_signed_model_that_is_not_well_formed_is_refused(mutant):
    with pytest.raises(ModelRefusedError):
        unseal(sealed(mutant), trusted=PUBLIC)


@pytest.mark.parametrize(
    ("unit", "made_from"),
    [
        pytest.param("provider", MADE_FROM, id="another unit"),
        pytest.param(
            "location", feature_hash(["personeel", "cijfer"], {"log": ["personeel"]}), id="another order"
        ),
        pytest.param("location", feature_hash(["cijfer", "staf"], {"log": ["personeel"]}), id="another name"),
        pytest.param(
            "location", feature_hash(["cijfer", "personeel"], {"log": []}), id="features made otherwise"
        ),
    ],
)
def test_m3_a_model_for_other_features_is_refused(unit, made_from):
    with pytest.raises(ModelRefusedError):
        hazard_of(unseal(sealed(CONTENT), trusted=PUBLIC), unit=unit, made_from=made_from)


def test_nan_cannot_be_written():
    with pytest.raises(ValueError, match="JSON compliant"):
        sealed(_changed(slope=float("nan")))
