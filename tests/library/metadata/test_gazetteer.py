"""The nearest city: on the sphere, within 60 km, from the shipped table."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinodesk import paths
from dinodesk.library.metadata import gazetteer
from dinodesk.library.metadata.gazetteer import Gazetteer
from dinodesk.text_folding import words_of


@pytest.mark.parametrize(
    ("latitude", "longitude", "name"),
    [
        (48.86, 2.35, "Paris, France"),
        (-33.86, 151.2, "Sydney, Australia"),
        (35.68, 139.7, "Tokyo, Japan"),
        (0.0, -30.0, ""),
        (90.0, 0.0, ""),
        (-90.0, 77.0, ""),
    ],
)
def test_known_cities(latitude: float, longitude: float, name: str) -> None:
    assert gazetteer.shipped().near(latitude, longitude) == name


def test_the_date_line_and_the_sixty_kilometres() -> None:
    zones = ["Pacific/Fiji", "Europe/Rome"]
    here = Gazetteer(["East", "West"], zones, np.asarray([[0.0, 179.9], [40.0, 10.0]], np.float32))
    assert here.near(0.0, -179.9) == "East"
    assert here.near(40.53, 10.0) == "West" and here.near(40.55, 10.0) == ""
    assert here.time_zone(45.3, 10.0) == "Europe/Rome" and here.time_zone(45.5, 10.0) == ""


def test_without_the_table_there_are_no_names(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr(paths, "resource", lambda *parts: tmp_path / "cities.csv.gz")
    (tmp_path / "cities.csv.gz").write_bytes(b"damaged")
    assert gazetteer.shipped.__wrapped__().near(48.86, 2.35) == ""


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_what_is_named_is_near(latitude: float, longitude: float) -> None:
    cities = np.asarray([[10.0, 20.0], [-45.0, 179.0], [89.0, 0.0]])
    name = Gazetteer(["0", "1", "2"], [""] * 3, cities).near(latitude, longitude)
    angles = []
    for city in np.radians(cities):
        a, o = math.radians(latitude), math.radians(longitude)
        half = (
            math.sin((a - city[0]) / 2) ** 2
            + math.cos(a) * math.cos(city[0]) * math.sin((o - city[1]) / 2) ** 2
        )
        angles.append(2 * 6371 * math.asin(math.sqrt(min(1.0, half))))
    best = int(np.argmin(angles))
    assert name == (str(best) if angles[best] <= 60 else "") or abs(angles[best] - 60) < 1e-6


CITIES = (
    "Malmö, Sweden",
    "São Paulo, Brazil",
    "Doğubayazıt, Turkey",
    "Ho Chi Minh City, Vietnam",
    "Val-d'Or, Canada",
    "Łódź, Poland",
    "Paris, France",
)
WORDS = ("malmo", "sao", "dog", "dogubayazit", "val", "or", "lodz", "par", "paris", "city", "o", "")


@given(st.lists(st.sampled_from(CITIES), max_size=4), st.lists(st.sampled_from(WORDS), max_size=3))
def test_words_of_names_are_found_whole(names: list[str], words: list[str]) -> None:
    table = Gazetteer(names, [""] * len(names), np.zeros((len(names), 2), np.float32))
    known = {word for name in names for word in words_of(name)}
    assert table.names_any(words) == any(word in known for word in words)
