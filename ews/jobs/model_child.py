"""Score one moment with some models and print it: run by `model_round` as a process that may fail or hang.

python -m ews.jobs.model_child SITE MOMENT MODEL…
"""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from ews.identifiers import PATTERNS
from ews.jobs.model_panel import panel_at
from ews.jobs.models import opened
from ews.jobs.run import Context, open_site
from ews.scoring.hazard import Hazard, known_enough, probability, score
from ews.scoring.standing import standing
from ews.store.engine import reading

MONTHS = 12


def scored(context: Context, moment: datetime, names: list[str]) -> dict[str, Any]:
    """Per model what it says of everybody, and of which schemes it may speak."""
    found: dict[str, Any] = {}
    plan = context.settings.model.shadow
    for name in names:
        content, model = opened(context, name)
        card = content["card"]
        with reading(context.engine) as connection:
            panel = panel_at(connection, context.settings, moment, unit=content["unit"])
        found[name] = {
            "scores": _said(model, known_enough(model, panel, plan.minimum_known)) if len(panel) else {},
            "standings": {
                scheme: standing(
                    scheme,
                    learned_from=card["schemes"],
                    events=card["events"],
                    plan=plan,
                )
                for scheme in PATTERNS
            },
        }
    return found


def _said(model: Hazard, panel: pd.DataFrame) -> dict[str, list[float]]:
    scores = score(model, panel)
    chances = probability(model, scores, months=MONTHS)
    return {
        str(subject): [round(float(one), 9), round(float(chance), 9)]
        for subject, one, chance in zip(panel["subject"], scores, chances, strict=True)
    }


def main(words: list[str]) -> None:
    """Read the arguments, print one JSON document."""
    site, moment, *names = words
    told = scored(open_site(Path(site)), datetime.fromisoformat(moment), names)
    sys.stdout.write(json.dumps(told, allow_nan=False))


if __name__ == "__main__":
    main(sys.argv[1:])
