"""What became of whom: read by an evaluation, never by the engine."""

from region_generator.cast import Provider
from region_generator.files import table
from region_generator.stories import AVONDROOD, ENDINGS, STORIES

_STILL_HERE = {
    AVONDROOD: "levert nog zorg, onder verscherpt toezicht",
    28: "krap maar gezond",
    29: "levert altijd laat aan",
}


def truth(providers: tuple[Provider, ...]) -> bytes:
    """Endings, and the providers that only looked bad (`kind` none)."""
    by_number = {p.number: p for p in providers}
    rows = [
        (by_number[e.number].kvk, by_number[e.number].name, e.day, e.kind, e.what)
        for e in sorted(ENDINGS, key=lambda ending: ending.day)
    ]
    ended = {ending.number for ending in ENDINGS}
    rows += [
        (by_number[number].kvk, by_number[number].name, "", "none", _STILL_HERE.get(number, "herstelde zich"))
        for number in sorted(STORIES)
        if number not in ended
    ]
    return table(("kvk", "naam", "last_seen", "kind", "toelichting"), rows, delimiter=",")
