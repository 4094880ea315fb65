"""Zones of clocks without one: by coordinates, and by the photos nearest in folder and time."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinodesk.library.metadata.time_zones import (
    BY_DAYS,
    BY_FOLDER,
    BY_LIBRARY,
    TRIP,
    UNKNOWN,
    infer_offsets,
    offset_at_place,
)


@pytest.mark.parametrize(
    ("place", "day", "offset"),
    [
        ((41.9, 12.45), "2024-07-01", 120),
        ((41.9, 12.45), "2024-01-01", 60),
        ((27.7, 85.3), "2024-07-01", 345),
        ((40.7, -74.0), "2024-07-01", -240),
        ((-27.15, -109.43), "2024-07-01", -360),  # Easter Island
        ((78.2, 15.6), "2024-07-01", 120),  # Svalbard
        ((51.88, -176.65), "2024-07-01", -540),  # Adak
        ((-43.95, -176.55), "2024-01-01", 825),  # Chatham
        ((-25.34, 131.03), "2024-07-01", 570),  # Uluru
        ((0.0, -30.0), "2024-07-01", -120),  # the open sea
    ],
)
def test_zones_of_places_with_summer_time(place: tuple[float, float], day: str, offset: int) -> None:
    clock = (datetime.fromisoformat(day) - datetime(1970, 1, 1)).total_seconds()
    assert offset_at_place(*place, clock) == offset


def infer(*photos: tuple[float, int | None, int]) -> tuple[list[int], list[int]]:
    clocks = np.asarray([clock for clock, _, _ in photos], np.float64)
    offsets = np.asarray([UNKNOWN if zone is None else zone for _, zone, _ in photos], np.int64)
    filled, basis = infer_offsets(clocks, offsets, np.asarray([each for _, _, each in photos], np.int64))
    return filled.tolist(), basis.tolist()


def test_the_nearest_of_the_same_folder_goes_before_the_nearest_of_another() -> None:
    trip = 3600.0
    assert infer((0.0, 120, 1), (trip, None, 1), (trip + 1, 60, 2)) == ([120, 120, 60], [0, BY_FOLDER, 0])
    assert infer((0.0, 120, 1), (trip, None, 3)) == ([120, 120], [0, BY_DAYS])
    far = 2 * TRIP
    assert infer((0.0, 120, 1), (far, None, 1)) == ([120, 120], [0, BY_LIBRARY])
    assert infer((0.0, 120, 1), (far, None, 1), (far + 5, 60, 2))[1] == [0, BY_DAYS, 0]


def test_without_any_zone_nothing_is_inferred() -> None:
    assert infer((0.0, None, 1), (9.0, None, 1)) == ([UNKNOWN, UNKNOWN], [0, 0])
    assert infer((0.0, 60, 1)) == ([60], [0]) and infer() == ([], [])


@given(
    st.lists(
        st.tuples(st.floats(-1e9, 2e9), st.none() | st.sampled_from([-600, 0, 345]), st.integers(0, 3)),
        max_size=12,
    )
)
def test_the_nearest_is_found_as_a_plain_search_finds_it(photos: list[tuple[float, int | None, int]]) -> None:
    filled, basis = infer(*photos)
    zoned = [photo for photo in photos if photo[1] is not None]
    for (clock, zone, folder), found, reason in zip(photos, filled, basis, strict=True):
        if zone is not None:
            assert (found, reason) == (zone, 0)
        elif not zoned:
            assert (found, reason) == (UNKNOWN, 0)
        else:
            near = [each for each in zoned if each[2] == folder and abs(each[0] - clock) <= TRIP - 1e-3]
            assert reason == BY_FOLDER if near else reason in (BY_FOLDER, BY_DAYS, BY_LIBRARY)
            rows = near or zoned
            least = min(abs(each[0] - clock) for each in rows)
            assert any(each[1] == found and abs(abs(each[0] - clock) - least) < 1e-3 for each in rows)
