"""The nearest city to a point on the earth, from a small table shipped with the program (GeoNames)."""

from __future__ import annotations

import csv
import gzip
from functools import lru_cache

import numpy as np

from dinodesk import paths
from dinodesk.records import FloatArray

EARTH_KM = 6371.0
NEAR_KM = 60.0


class Gazetteer:
    """Cities as unit vectors on the sphere, so that the nearest is one product and no pole is special."""

    def __init__(self, names: list[str], places: FloatArray) -> None:
        """`names` as they are shown; `places` float (N, 2), degrees of latitude and longitude."""
        self._names = names
        self._vectors = _vectors(places)

    def near(self, latitude: float, longitude: float) -> str:
        """The nearest city and its country within 60 km, else ""."""
        if not self._names:
            return ""
        here = _vectors(np.asarray([[latitude, longitude]], np.float32))[0]
        row = int(np.argmax(self._vectors @ here))
        # the chord, not the arc's cosine: float32 cannot tell cosines of near points apart
        chord = float(np.linalg.norm(self._vectors[row] - here))
        return self._names[row] if 2 * EARTH_KM * np.arcsin(min(1.0, chord / 2)) <= NEAR_KM else ""


@lru_cache(maxsize=1)
def shipped() -> Gazetteer:
    """The shipped table, read when first asked for; an empty one where the file is missing or damaged."""
    names: list[str] = []
    places: list[tuple[float, float]] = []
    try:
        with gzip.open(paths.resource("places", "cities.csv.gz"), "rt", encoding="utf-8", newline="") as file:
            for name, country, latitude, longitude in csv.reader(
                line for line in file if not line.startswith("#")
            ):
                names.append(f"{name}, {country}")
                places.append((float(latitude), float(longitude)))
    except (OSError, EOFError, ValueError):
        return Gazetteer([], np.zeros((0, 2), np.float32))
    return Gazetteer(names, np.asarray(places, np.float32))


def _vectors(places: FloatArray) -> FloatArray:
    latitude, longitude = np.radians(np.asarray(places, np.float64)).T
    flat = np.cos(latitude)
    return np.stack([flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)], axis=1)
