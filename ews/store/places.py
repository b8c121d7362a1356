"""Where places lie: a table that comes with the product, and says from where and when."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("places.csv")


@cache
def places() -> Mapping[str, tuple[float, float]]:
    """Latitude and longitude by name; a name that several places bear is absent."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = (line.split(";") for line in lines if not line.startswith(("#", "plaats;")))
    return {name: (float(latitude), float(longitude)) for name, latitude, longitude in rows}
