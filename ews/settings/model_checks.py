"""Faults in model.toml that only show between its keys."""

from ews.scoring.plan import ModelPlan
from ews.settings.checks import reference
from ews.settings.faults import ConfigFault

FILE = "model.toml"
UNITS = ("location", "provider")


def check_model(model: ModelPlan) -> list[ConfigFault]:
    """Choices name groups that exist, each unit has one, and a naive ranking has a direction."""
    faults = [
        fault
        for place, one in enumerate(model.chosen)
        for group in one.groups
        for fault in reference(FILE, f"chosen[{place}].groups", group, model.selection.groups)
    ]
    chosen = {one.unit for one in model.chosen}
    faults += [
        ConfigFault(
            FILE, "chosen", f"voor {unit} is niets gekozen", "Draai ews model select en zet het erin."
        )
        for unit in UNITS
        if unit not in chosen
    ]
    signs = model.signs()
    return faults + [
        ConfigFault(
            FILE,
            "replay.naive",
            f"{name} heeft geen bekende richting",
            "Zet het bij higher_is_riskier of lower_is_riskier.",
        )
        for name in model.replay.naive
        if name not in signs
    ]
