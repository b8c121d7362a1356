"""Faults in retention.toml: a class without a term, data that no class covers, a kind that does not exist."""

from collections.abc import Iterator, Mapping
from typing import get_args

from ews.cases.entries import What
from ews.cases.retention import WITH_KINDS, Part, RetentionClass
from ews.settings.faults import ConfigFault

FILE = "retention.toml"
ENTRY_KINDS = frozenset(kind.__name__ for kind in get_args(What))


def check_retention(classes: Mapping[str, RetentionClass]) -> list[ConfigFault]:
    """Every part has exactly one class for what no other names, and a term where the product destroys."""
    return [*_parts(classes), *(fault for one in classes.values() for fault in _class(one, classes))]


def _parts(classes: Mapping[str, RetentionClass]) -> Iterator[ConfigFault]:
    for part in Part:
        rest = [one.id for one in classes.values() if one.part is part and not one.kinds]
        if not rest or (len(rest) > 1 and part is not Part.SITE):
            problem = f"deel '{part}' heeft {len(rest)} klassen zonder kinds"
            yield ConfigFault(FILE, "class", problem, "Geef elk deel precies één klasse voor al het overige.")


def _class(one: RetentionClass, classes: Mapping[str, RetentionClass]) -> Iterator[ConfigFault]:
    key = f"class.{one.id}"
    if (one.part is not Part.SITE) != (one.destroyed_by == "twee_mensen"):
        yield ConfigFault(
            FILE,
            f"{key}.destroyed_by",
            f"'{one.destroyed_by}' past niet bij deel '{one.part}'",
            "Kies twee_mensen voor wat het product vernietigt, en anders met_de_hand of nooit.",
        )
    if one.part is not Part.SITE and (one.years is None or one.years < 1):
        yield ConfigFault(FILE, f"{key}.years", "ontbreekt", "Geef een termijn van ten minste 1 jaar.")
    if one.kinds and one.part not in WITH_KINDS:
        yield ConfigFault(FILE, f"{key}.kinds", f"deel '{one.part}' kent geen soorten", "Laat kinds weg.")
    for kind in one.kinds:
        if one.part is Part.ENTRIES and kind not in ENTRY_KINDS:
            known = ", ".join(sorted(ENTRY_KINDS))
            yield ConfigFault(FILE, f"{key}.kinds", f"'{kind}' bestaat niet", f"Kies uit: {known}.")
        if any(kind in other.kinds for other in classes.values() if other.id != one.id):
            yield ConfigFault(
                FILE, f"{key}.kinds", f"'{kind}' staat in twee klassen", "Noem elke soort één keer."
            )
