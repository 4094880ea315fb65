"""GPS places: the nearest city to coordinates, from a small table shipped with the program (GeoNames)."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Iterable
from functools import lru_cache

import numpy as np

from dinodesk import paths
from dinodesk.records import FloatArray

EARTH_KM = 6371.0
"""Mean radius of the earth."""
NEAR_KM = 60.0
"""Largest distance of a city that is named."""
ZONE_KM = 300.0
"""Largest distance of a city whose time zone is taken for the place's own."""


class Gazetteer:
    """Cities as unit vectors on the sphere, so that the nearest is one product and no pole is special."""

    def __init__(self, names: list[str], zones: list[str], coordinates: FloatArray) -> None:
        """`names` as they are shown; `zones`: IANA names of the cities' time zones; `coordinates` float32
        (N, 2), degrees of latitude and longitude."""
        self._names, self._zones = names, zones
        self._words: frozenset[str] | None = None
        self._vectors = _unit_vectors(coordinates)

    def near(self, latitude: float, longitude: float) -> str:
        """The nearest city and its country within 60 km, else ""."""
        row, distance = self._nearest(latitude, longitude)
        return self._names[row] if distance <= NEAR_KM else ""

    def names_any(self, words: Iterable[str], words_of: Callable[[str], Iterable[str]]) -> bool:
        """Whether any of the words is one of a city's or country's name, as `words_of` takes names apart."""
        if self._words is None:
            self._words = frozenset(word for name in self._names for word in words_of(name))
        return any(word in self._words for word in words)

    def time_zone(self, latitude: float, longitude: float) -> str:
        """IANA name of the time zone of the nearest city within 300 km, else ""."""
        row, distance = self._nearest(latitude, longitude)
        return self._zones[row] if distance <= ZONE_KM else ""

    def _nearest(self, latitude: float, longitude: float) -> tuple[int, float]:
        """Row of the nearest city and its distance in kilometres; an infinite one in an empty table."""
        if not self._names:
            return 0, float("inf")
        point = _unit_vectors(np.asarray([[latitude, longitude]], np.float32))[0]
        row = int(np.argmax(self._vectors @ point))
        # the chord, not the arc's cosine: float32 cannot tell cosines of near points apart
        chord = float(np.linalg.norm(self._vectors[row] - point))
        return row, 2 * EARTH_KM * float(np.arcsin(min(1.0, chord / 2)))


@lru_cache(maxsize=1)
def shipped() -> Gazetteer:
    """The shipped table, read when first asked for; an empty one where the file is missing or damaged."""
    names: list[str] = []
    zones: list[str] = []
    coordinates: list[tuple[float, float]] = []
    try:
        with gzip.open(paths.resource("places", "cities.csv.gz"), "rt", encoding="utf-8", newline="") as file:
            for name, country, latitude, longitude, zone in csv.reader(
                line for line in file if not line.startswith("#")
            ):
                names.append(f"{name}, {country}")
                zones.append(zone)
                coordinates.append((float(latitude), float(longitude)))
    except (OSError, EOFError, ValueError):
        return Gazetteer([], [], np.zeros((0, 2), np.float32))
    return Gazetteer(names, zones, np.asarray(coordinates, np.float32))


def _unit_vectors(coordinates: FloatArray) -> FloatArray:
    """Degrees (N, 2) of latitude and longitude as points (N, 3) on the unit sphere."""
    latitude, longitude = np.radians(np.asarray(coordinates, np.float64)).T
    flat = np.cos(latitude)
    return np.stack([flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)], axis=1)
