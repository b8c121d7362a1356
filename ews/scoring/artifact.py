"""A model as a file: canonical JSON with its hash and signature. Numbers only: nothing in it can run.

    {"model": {…}, "sha256": "…", "signature": "…", "public_key": "…"}

The hash and the signature are over the canonical text of `model`.
"""

import hashlib
import itertools
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ews.errors import FileRefusedError
from ews.scoring.calibration import QUARTERS
from ews.scoring.hazard import Band, Hazard
from ews.scoring.shapes import Shape

FORMAT = "ews-model/2"
HORIZONS = (3, 12, 36)
_ENVELOPE = {"model", "sha256", "signature", "public_key"}
_KEYS = {
    "format", "unit", "horizons", "feature_hash", "shapes", "baseline", "slope", "bands", "boosting_share", "unseen_auc",
    "card",
}  # fmt: skip


class ModelRefusedError(FileRefusedError):
    """A model file that is not what it says, or not made for these features."""


def canonical(value: Any) -> bytes:
    """The one text of a document: sorted keys, no blanks, no NaN."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


def feature_hash(names: Sequence[str], panel: Any) -> str:
    """What ties a model to the way its features are made: their names in order, and the plan they come from."""
    return hashlib.sha256(canonical({"names": list(names), "panel": panel})).hexdigest()


def document(model: Hazard, *, unit: str, made_from: str, card: Mapping[str, Any]) -> dict[str, Any]:
    """The content of the file. `made_from` is the feature hash; `card` is what people read."""
    return {
        "format": FORMAT,
        "unit": unit,
        "horizons": list(HORIZONS),
        "feature_hash": made_from,
        "shapes": [asdict(shape) for shape in model.shapes],
        "baseline": list(model.baseline),
        "slope": model.slope,
        "bands": [asdict(band) for band in model.bands],
        "boosting_share": model.boosting_share,
        "unseen_auc": model.unseen_auc,
        "card": dict(card),
    }


def seal(content: Mapping[str, Any], sign: Callable[[bytes], bytes], public_key: bytes) -> bytes:
    """The file: content with hash and Ed25519 signature."""
    body = canonical(content)
    envelope = {
        "model": content,
        "sha256": hashlib.sha256(body).hexdigest(),
        "signature": sign(body).hex(),
        "public_key": public_key.hex(),
    }
    return canonical(envelope) + b"\n"


def unseal(data: bytes, *, trusted: bytes) -> dict[str, Any]:
    """The content, when it is canonical, unchanged, well-formed and signed with the trusted key.

    Raises ModelRefusedError that says what is wrong.
    """
    try:
        envelope = json.loads(data.decode("utf-8"), parse_constant=_no_constant)
    except (UnicodeDecodeError, ValueError):
        raise ModelRefusedError("Dit is geen modelbestand: de tekst is niet te lezen als JSON.") from None
    if not isinstance(envelope, dict) or set(envelope) != _ENVELOPE:
        raise ModelRefusedError("Dit is geen modelbestand: de omslag heeft andere sleutels.")
    if canonical(envelope) + b"\n" != data:
        raise ModelRefusedError("Het modelbestand is herschreven: het staat niet in de vaste schrijfwijze.")
    body = canonical(envelope["model"])
    if hashlib.sha256(body).hexdigest() != envelope["sha256"]:
        raise ModelRefusedError("Het model is veranderd nadat het is gemaakt: de controlesom klopt niet.")
    _check_signature(envelope, body, trusted)
    content: dict[str, Any] = envelope["model"]
    _check_shape(content)
    return content


def hazard_of(content: Mapping[str, Any], *, unit: str, made_from: str) -> Hazard:
    """The model inside. Raises ModelRefusedError when it was made for another unit or other features."""
    if content["unit"] != unit:
        raise ModelRefusedError(f"Dit model is voor {content['unit']}, niet voor {unit}.")
    if content["feature_hash"] != made_from:
        raise ModelRefusedError(
            "Dit model is gemaakt met andere kenmerken dan config/model.toml nu noemt. "
            "Maak een nieuw model met: ews model train"
        )
    return Hazard(
        shapes=tuple(_shape(shape) for shape in content["shapes"]),
        baseline=tuple(content["baseline"]),
        slope=content["slope"],
        bands=tuple(Band(**band) for band in content["bands"]),
        boosting_share=content["boosting_share"],
        unseen_auc=content["unseen_auc"],
    )


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _check_signature(envelope: Mapping[str, Any], body: bytes, trusted: bytes) -> None:
    try:
        # compared as text: bytes.fromhex would take other spellings of the same bytes
        is_ours = envelope["public_key"] == trusted.hex()
        is_canonical = bytes.fromhex(envelope["signature"]).hex() == envelope["signature"]
        Ed25519PublicKey.from_public_bytes(trusted).verify(bytes.fromhex(envelope["signature"]), body)
    except (InvalidSignature, ValueError, TypeError):
        raise ModelRefusedError("De handtekening van het model klopt niet.") from None
    if not (is_ours and is_canonical):
        raise ModelRefusedError(
            "De sleutel in het modelbestand is niet zo geschreven als die van dit kantoor."
        )


def _check_shape(content: Mapping[str, Any]) -> None:
    if set(content) != _KEYS or content["format"] != FORMAT or content["horizons"] != list(HORIZONS):
        raise ModelRefusedError("Dit model heeft een andere indeling dan deze versie van ews kent.")
    names = [shape.get("feature") for shape in content["shapes"]]
    if names != sorted(set(names)) or not names:
        raise ModelRefusedError("De kenmerken van het model staan dubbel of niet op volgorde.")
    if any(not _is_curve(shape) for shape in content["shapes"]):
        raise ModelRefusedError("Een kromme van het model is niet compleet.")
    numbers = [*content["baseline"], content["slope"], content["unseen_auc"]]
    if len(content["baseline"]) != QUARTERS or not all(map(_is_number, numbers)) or content["slope"] < 0:
        raise ModelRefusedError("De basiskansen van het model zijn niet compleet.")


def _is_curve(shape: Mapping[str, Any]) -> bool:
    if set(shape) != {"feature", "edges", "values", "missing", "slope", "low", "high"}:
        return False
    edges, values = shape["edges"], shape["values"]
    numbers = [*edges, *values, shape["missing"], shape["slope"], shape["low"], shape["high"]]
    rises = all(one < other for one, other in itertools.pairwise(edges))
    return (
        all(map(_is_number, numbers))
        and rises
        and len(values) == len(edges) + 1
        and shape["low"] <= shape["high"]
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _shape(content: Mapping[str, Any]) -> Shape:
    return Shape(**{**content, "edges": tuple(content["edges"]), "values": tuple(content["values"])})
