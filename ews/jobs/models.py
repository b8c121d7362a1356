"""Models of the office: fitted on its own past, sealed as signed numbers, shown with what they rest on."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import sklearn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import ews
from ews.errors import NotFoundError, RefusedError
from ews.identifiers import parse_subject
from ews.jobs.model_round import roles_of
from ews.jobs.past import Past, read_outcomes, read_past
from ews.jobs.replay import past_cube
from ews.jobs.replay_model import features_of, rows_known, signs_of
from ews.jobs.run import Context
from ews.scoring.artifact import ModelRefusedError, canonical, document, feature_hash, hazard_of, seal, unseal
from ews.scoring.evaluation import proportion
from ews.scoring.hazard import Band, Hazard, TooFewEventsError, band_of, known_enough, probability, score
from ews.scoring.outcomes import Exit
from ews.scoring.person_periods import Rows
from ews.scoring.plan import ModelPlan
from ews.scoring.shapes import contributions
from ews.scoring.standing import ShadowPlan, Standing, standing
from ews.scoring.training import Cut, fit_as_of
from ews.scoring.watch import binned, tenths
from ews.settings.secrets import site_key
from ews.store import audit
from ews.store.engine import reading, writing
from ews.store.models import activations

FOLDER = "models"
SIGNING_KEY = "signing_key"
FEWEST_BEHIND = 5
"""Fewer failures than this behind a chance: too few to say anything."""
_BEGIN = date(1990, 1, 1)


@dataclass(frozen=True, slots=True)
class Kept:
    """A model file that was found: its content, or why it is refused."""

    name: str
    sha256: str
    content: dict[str, Any] | None
    refused: str


def train(context: Context, outcomes: Path, *, unit: str, until: date) -> dict[str, Any]:
    """Fit on what was known at `until`, seal it in the site's folder of models, and put that on the record.

    The same inputs give the same bytes. Raises RefusedError when too few failures are known.
    """
    settings = context.settings
    exits = read_outcomes(outcomes)
    with reading(context.engine) as connection:
        past = read_past(connection, settings, since=_BEGIN, until=until)
    features, members = features_of(past_cube(past, settings), settings.model, unit=unit)
    rows = rows_known(features, members, exits, Cut(until, settings.model.known_after_days), unit=unit)
    signs = signs_of(settings.model, unit=unit)
    today = features[features["as_of"] == features["as_of"].max()]
    try:
        model = fit_as_of(rows, settings.model, unit=unit, on=until, signs=signs, today=today)
    except TooFewEventsError as error:
        raise RefusedError(
            f"Te weinig gevallen om iets te zeggen ({error}). De scorekaart blijft gelden; verzamel meer uitkomsten."
        ) from None
    names = [shape.feature for shape in model.shapes]
    choice = asdict(settings.model.choice(unit=unit, on=until))
    choice["known_until"] = str(choice["known_until"])
    card = _card(past, rows, exits, until, names) | {"config": settings.hash, "choice": choice}
    content = document(model, unit=unit, made_from=_made_from(settings.model, names), card=card)
    key = Ed25519PrivateKey.from_private_bytes(site_key(context.folder, SIGNING_KEY))
    data = seal(content, key.sign, key.public_key().public_bytes_raw())
    name = f"{unit}-{until}-{hashlib.sha256(canonical(content)).hexdigest()[:8]}"
    path = context.folder / FOLDER / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    with writing(context.engine) as connection:
        audit.append(
            connection, context.actor, "model.trained", name, {"events": card["events"]}, now=context.now
        )
    return {"model": name, "path": str(path), **_summary(content)}


def _made_from(plan: ModelPlan, names: Sequence[str]) -> str:
    return feature_hash(names, asdict(plan.panel))


def _reference(values: np.ndarray) -> dict[str, Any]:
    """Tenths of a feature and how many rows fell in each, missing last: what later rounds are held against."""
    edges = tenths(values)
    return {"edges": list(edges), "counts": list(binned(values, edges))}


def _card(past: Past, rows: Rows, exits: Sequence[Exit], until: date, names: Sequence[str]) -> dict[str, Any]:
    data = pd.util.hash_pandas_object(rows.features, index=False).to_numpy().tobytes()
    data += np.ascontiguousarray(rows.months).tobytes() + rows.failed.tobytes()
    return {
        "since": str(min([*past.earlier, *past.dates])),
        "until": str(until),
        "rows": len(rows.failed),
        "events": int((rows.failed & (rows.months < 12)).sum()),
        "providers": int(rows.groups.max()) + 1,
        "schemes": sorted({found.subject.partition(":")[0] for found in exits}),
        "reference": {name: _reference(rows.features[name].to_numpy(dtype=np.float64)) for name in names},
        "data_sha256": hashlib.sha256(data).hexdigest(),
        "versions": {"ews": ews.__version__, "scikit-learn": sklearn.__version__, "numpy": np.__version__},
    }


def kept_models(context: Context) -> list[Kept]:
    """Every file in the folder of models, refused ones with the reason."""
    folder = context.folder / FOLDER
    if not folder.is_dir():
        return []
    key = Ed25519PrivateKey.from_private_bytes(site_key(context.folder, SIGNING_KEY))
    trusted = key.public_key().public_bytes_raw()
    return [_kept(path, trusted) for path in sorted(folder.iterdir())]


def _kept(path: Path, trusted: bytes) -> Kept:
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    if path.suffix != ".json":
        return Kept(path.name, digest, None, "Geen modelbestand: alleen .json wordt gelezen.")
    try:
        return Kept(path.stem, digest, unseal(data, trusted=trusted), "")
    except ModelRefusedError as error:
        return Kept(path.stem, digest, None, str(error))


def listed(context: Context) -> list[dict[str, Any]]:
    """Every model with its role and state: in shadow unless its outcomes are of this kind of register, and enough."""
    with reading(context.engine) as connection:
        roles = roles_of(activations(connection, as_of=context.now))
    named = {role.model: "champion" if role.is_champion else "challenger" for role in roles}
    return [
        {
            "model": one.name,
            "sha256": one.sha256,
            "role": named.get(one.name, ""),
            "state": "refused" if one.content is None else _state(context, one.content),
            "why": one.refused,
            **(_summary(one.content) if one.content else {}),
        }
        for one in kept_models(context)
    ]


def _state(context: Context, content: dict[str, Any]) -> str:
    card, plan = content["card"], context.settings.model.shadow
    standings = {
        standing(scheme, learned_from=card["schemes"], events=card["events"], plan=plan)
        for scheme in card["schemes"]
    }
    return "speaks" if standings == {Standing.SPEAKS} else "shadow"


def _summary(content: dict[str, Any]) -> dict[str, Any]:
    card = content["card"]
    named = ("since", "until", "rows", "events", "providers", "schemes", "data_sha256")
    return {"unit": content["unit"], "features": len(content["shapes"]), **{key: card[key] for key in named}}


def opened(context: Context, name: str) -> tuple[dict[str, Any], Hazard]:
    """A model by name, checked against how features are made now.

    Raises NotFoundError for a stranger, ModelRefusedError for one that is not what it says.
    """
    found = next((one for one in kept_models(context) if one.name == name), None)
    if found is None:
        known = ", ".join(one.name for one in kept_models(context)) or "nog geen"
        raise NotFoundError(f"Model {name} bestaat niet. Er is: {known}.")
    if found.content is None:
        raise ModelRefusedError(f"Model {name} wordt geweigerd. {found.refused}")
    names = [shape["feature"] for shape in found.content["shapes"]]
    unit = found.content["unit"]
    model = hazard_of(found.content, unit=unit, made_from=_made_from(context.settings.model, names))
    return found.content, model


def shown(context: Context, name: str) -> dict[str, Any]:
    """The card of a model: what it rests on, what came true in folds that it did not see, how far features reach."""
    content, model = opened(context, name)
    reach = {
        s.feature: round(float(np.ptp([*s.at(np.array(s.points() or [0.0])), s.missing])), 4)
        for s in model.shapes
    }
    bands = []
    for band in model.bands:
        share = round(band.events / band.rows, 5)
        bands.append({"rows": band.rows, "events": band.events, "share": share, "interval": _interval(band)})
    return {
        "model": name,
        "state": _state(context, content),
        **_summary(content),
        "unseen_auc": content["unseen_auc"],
        "bands": bands,
        "reach": dict(sorted(reach.items(), key=lambda pair: (-pair[1], pair[0]))),
        "card": content["card"],
    }


def chances(context: Context, name: str, subject: str, as_of: date) -> dict[str, Any]:
    """One subject by one model: chance per horizon with what stands behind it, and what each feature adds.

    Probability is null where the model may not speak, and `held_back` says why: its outcomes are of another kind of
    register than the subject's (a foreign one certifies nothing about Wlz), or too few, or too little is known.
    """
    content, model = opened(context, name)
    with reading(context.engine) as connection:
        past = read_past(connection, context.settings, since=_BEGIN, until=as_of)
    features, _ = features_of(past_cube(past, context.settings), context.settings.model, unit=content["unit"])
    now = features[(features["subject"] == subject) & (features["as_of"] == past.dates[-1])]
    if now.empty:
        raise NotFoundError(f"{subject} liep niet op {past.dates[-1]}, of is geen {content['unit']}.")
    total = score(model, now)
    band = band_of(model, float(total[0]))
    plan = context.settings.model.shadow
    held_back = _held_back(content["card"], parse_subject(subject).scheme, band, plan)
    if not len(known_enough(model, now, plan.minimum_known)):
        held_back = "onbekend: te weinig van wat het model bekijkt is bekend"
    added = contributions(model.shapes, now).iloc[0]
    return {
        "subject": subject,
        "as_of": str(past.dates[-1]),
        "score": round(float(total[0]), 9),
        "probability": {
            str(months): round(float(probability(model, total, months=months)[0]), 6)
            if not held_back
            else None
            for months in content["horizons"]
        },
        "held_back": held_back,
        "like_this": {"rows": band.rows, "events": band.events, "interval": _interval(band)},
        "contributions": {key: round(float(value), 9) for key, value in added.items() if value},
    }


def _held_back(card: Mapping[str, Any], scheme: str, band: Band, plan: ShadowPlan) -> str:
    found = standing(scheme, learned_from=card["schemes"], events=card["events"], plan=plan)
    if found is Standing.FOREIGN:
        return "schaduw: geleerd van een ander soort register"
    if found is Standing.FEW:
        return f"schaduw: {card['events']} uitkomsten, nodig zijn er {plan.minimum_events}"
    return "te weinig gevallen om iets te zeggen" if band.events < FEWEST_BEHIND else ""


def _interval(band: Band) -> list[float]:
    rate = proportion(band.events, band.rows)
    return [round(rate.low, 5), round(rate.high, 5)]
