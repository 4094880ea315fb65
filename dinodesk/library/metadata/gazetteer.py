"""GPS places: the nearest city to coordinates, from a small table shipped with the program (GeoNames)."""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

import numpy as np

from dinodesk import paths
from dinodesk.records import FloatArray
from dinodesk.text_folding import folded, words_of

EARTH_KM = 6371.0
"""Mean radius of the earth."""
NEAR_KM = 60.0
"""Largest distance of a city that is named."""
ZONE_KM = 600.0
"""Largest distance of a city whose time zone is taken for the place's own."""
_COLUMNS = 5


class Gazetteer:
    """Cities as unit vectors on the sphere, so that the nearest is one product and no pole is special."""

    def __init__(self, names: list[str], zones: list[str], coordinates: FloatArray) -> None:
        """`names` as they are shown; `zones`: IANA names of the cities' time zones; `coordinates` float32
        (N, 2), degrees of latitude and longitude."""
        self._names, self._zones = names, zones
        self._folded: str | None = None
        self._vectors = _unit_vectors(coordinates)
        self._zone_vectors = self._vectors

    def add_zones(self, zones: list[str], coordinates: FloatArray) -> None:
        """Further points whose time zones are known: `coordinates` float32 (N, 2), in degrees."""
        self._zones = [*self._zones, *zones]
        self._zone_vectors = np.concatenate([self._zone_vectors, _unit_vectors(coordinates)])

    def near(self, latitude: float, longitude: float) -> str:
        """The nearest city and its country within 60 km, else ""."""
        row, distance = _nearest(self._vectors, latitude, longitude)
        return self._names[row] if distance <= NEAR_KM else ""

    def names_any(self, words: Iterable[str]) -> bool:
        """Whether any of the words, folded, is one of a city's or country's name."""
        if self._folded is None:
            plain = "\n".join(name for name in self._names if name.isascii())
            others = "\n".join(name for name in self._names if not name.isascii())
            self._folded = f"\n{plain.lower()}\n{folded(others)}\n"
        return any(_has_word(self._folded, word) for word in words if word)

    def time_zone(self, latitude: float, longitude: float) -> str:
        """IANA name of the time zone of the nearest city or main point of a zone within 600 km, else ""."""
        row, distance = _nearest(self._zone_vectors, latitude, longitude)
        return self._zones[row] if distance <= ZONE_KM else ""


def _nearest(vectors: FloatArray, latitude: float, longitude: float) -> tuple[int, float]:
    """Row of the nearest point and its distance in kilometres; an infinite one where there is none."""
    if not len(vectors):
        return 0, float("inf")
    point = _unit_vectors(np.asarray([[latitude, longitude]], np.float32))[0]
    row = int(np.argmax(vectors @ point))
    # the chord, not the arc's cosine: float32 cannot tell cosines of near points apart
    chord = float(np.linalg.norm(vectors[row] - point))
    return row, 2 * EARTH_KM * float(np.arcsin(min(1.0, chord / 2)))


def _has_word(lines: str, word: str) -> bool:
    """Whether a line, folded, has this word. Only those that have its letters in a row are taken apart."""
    at = lines.find(word)
    while at >= 0:
        start, end = lines.rindex("\n", 0, at) + 1, lines.index("\n", at)
        if word in words_of(lines[start:end]):
            return True
        at = lines.find(word, end)
    return False


def city_near(latitude: float | None, longitude: float | None) -> str:
    """The nearest city of the shipped table, as `Gazetteer.near` names it; "" without coordinates."""
    return "" if latitude is None or longitude is None else shipped().near(latitude, longitude)


@lru_cache(maxsize=1)
def shipped() -> Gazetteer:
    """The shipped table, read when first asked for; an empty one where the file is missing or damaged."""
    try:
        text = gzip.decompress(paths.resource("places", "cities.csv.gz").read_bytes()).decode("utf-8")
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        # not a list a row: the garbage collector would go through everything several times on the way
        plain = [line for line in lines if '"' not in line]
        cells = ",".join(plain).split(",")
        if len(cells) != _COLUMNS * len(plain):
            raise ValueError("a row of another length")
        for row in csv.reader(line for line in lines if '"' in line):
            cells += row
        cities, countries, latitudes, longitudes, zones = (cells[at::_COLUMNS] for at in range(_COLUMNS))
        coordinates = np.array([list(map(float, latitudes)), list(map(float, longitudes))], np.float32).T
        names = list(map("{}, {}".format, cities, countries))
    except (OSError, EOFError, ValueError, zlib.error):
        return Gazetteer([], [], np.zeros((0, 2), np.float32))
    table = Gazetteer(names, zones, coordinates)
    table.add_zones(*_main_points())
    return table


def _main_points() -> tuple[list[str], FloatArray]:
    """The zones of the IANA database and the coordinates of their main points, float32 (N, 2): of islands and
    deserts without a larger city."""
    found: list[tuple[str, float, float]] = []
    try:
        table = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8")
    except (ModuleNotFoundError, OSError):
        table = ""
    for line in table.splitlines():
        parts = line.split("\t")
        if not line.startswith("#") and len(parts) >= 3 and (point := _ISO_6709.fullmatch(parts[1])):
            found.append((parts[2], _decimal(point[1]), _decimal(point[2])))
    coordinates = np.asarray([each[1:] for each in found], np.float32).reshape(-1, 2)
    return [each[0] for each in found], coordinates


_ISO_6709 = re.compile(r"([-+]\d{4}(?:\d\d)?)([-+]\d{5}(?:\d\d)?)")


def _decimal(written: str) -> float:
    """Degrees of "±DDMM[SS]" or "±DDDMM[SS]" (ISO 6709)."""
    sign, digits = (-1.0 if written[0] == "-" else 1.0), written[1:]
    long = len(digits) in (5, 7)
    whole, rest = digits[: 2 + long], digits[2 + long :].ljust(4, "0")
    return sign * (int(whole) + int(rest[:2]) / 60 + int(rest[2:]) / 3600)


def _unit_vectors(coordinates: FloatArray) -> FloatArray:
    """Degrees (N, 2) of latitude and longitude as points (N, 3) on the unit sphere."""
    latitude, longitude = np.radians(np.asarray(coordinates, np.float64)).T
    flat = np.cos(latitude)
    return np.stack([flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)], axis=1)
