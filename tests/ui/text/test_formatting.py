"""Counts, sizes and times as people say them."""

from __future__ import annotations

from datetime import datetime

import pytest

from dinodesk.ui.text import formatting


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (5, "under a minute"), (50, "about a minute"), (80, "about a minute"), (231, "about 4 min"),
        (570, "about 10 min"), (2_280, "about 40 min"), (3_400, "about 55 min"), (3_600, "about an hour"),
        (5_400, "about 1.5 h"), (10_700, "about 3 h"), (100_000, "about 28 h"),
    ],
)  # fmt: skip
def test_a_guess_is_no_finer_than_it_can_be(seconds: float, words: str) -> None:
    assert formatting.about(seconds) == words


def test_times_and_sizes() -> None:
    assert [formatting.duration(s) for s in (0.2, 59, 60, 241.5, 3600, 7_805)] == [
        "1 s", "59 s", "1 min", "4 min", "1 h", "2 h 10 min",
    ]  # fmt: skip
    assert [formatting.size(b) for b in (0, 12, 1_500, 61_000_000, 2_200_000_000, 312_000_000_000)] == [
        "nothing", "12 bytes", "1.5 kB", "61 MB", "2.2 GB", "312 GB",
    ]  # fmt: skip
    assert formatting.size(480_000_000) == "480 MB" and formatting.size(960_000_000) == "1.0 GB"
    now = datetime(2026, 11, 21, 15, 0).timestamp()
    assert formatting.when(datetime(2026, 11, 21, 9, 5).timestamp(), now) == "today, 9:05"
    assert formatting.when(datetime(2026, 11, 20, 23, 59).timestamp(), now) == "yesterday, 23:59"
    assert formatting.when(datetime(2025, 5, 3, 9, 30).timestamp(), now) == "3 May 2025, 9:30"


def test_counts_have_their_noun() -> None:
    assert formatting.count(1) == "1 photo" and formatting.count(3_310) == "3,310 photos"
    assert formatting.count(0, "file") == "0 files" and formatting.count(2, "person", "people") == "2 people"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "nothing"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1_000, "1.0 kB"),
        (9_940, "9.9 kB"),
        (9_960, "10 kB"),
        (1.2e13, "12 TB"),
    ],
)
def test_a_size_has_three_digits_at_the_most(number: int, words: str) -> None:
    assert formatting.size(int(number)) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "1 s left"), (3, "5 s left"), (48, "50 s left"), (50, "1 min left"), (148, "2 min left"),
     (5_399, "90 min left"), (5_400, "1.5 h left")],
)  # fmt: skip
def test_time_to_come_is_rough(seconds: float, words: str) -> None:
    assert formatting.time_left(seconds) == words
