"""How far two places lie apart."""

from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6371.0


def haversine(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres between two points (latitude, longitude in degrees) over a round earth."""
    (lat, lon), (lat2, lon2) = ((radians(value) for value in point) for point in (one, other))
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))
