"""Numbers, times and sentences as people say them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from fake_engine import REPORT, STATISTICS

from dinodesk.engine import messages as m
from dinodesk.ui.text import formatting


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (5, "under a minute"), (50, "about a minute"), (80, "about a minute"), (231, "about 4 min"),
        (570, "about 10 min"), (2_280, "about 40 min"), (3_400, "about 55 min"), (3_600, "about an hour"),
        (5_400, "about 1.5 h"), (10_700, "about 3 h"), (100_000, "about 28 h"),
    ],
)  # fmt: skip
def test_a_guess_is_no_finer_than_it_can_be(seconds: float, said: str) -> None:
    assert formatting.about(seconds) == said


def test_times_and_sizes() -> None:
    assert [formatting.duration(s) for s in (0.2, 59, 60, 241.5, 3600, 7_805)] == [
        "1 s", "59 s", "1 min", "4 min", "1 h", "2 h 10 min",
    ]  # fmt: skip
    assert [formatting.size(b) for b in (0, 12, 1_500, 61_000_000, 2_200_000_000, 312_000_000_000)] == [
        "nothing", "under 1 KB", "1.5 KB", "61 MB", "2.2 GB", "312 GB",
    ]  # fmt: skip
    assert formatting.size(480_000_000) == "480 MB" and formatting.size(960_000_000) == "1.0 GB"
    now = datetime(2026, 11, 21, 15, 0).timestamp()
    assert formatting.when(datetime(2026, 11, 21, 9, 5).timestamp(), now) == "today, 9:05"
    assert formatting.when(datetime(2026, 11, 20, 23, 59).timestamp(), now) == "yesterday, 23:59"
    assert formatting.when(datetime(2025, 5, 3, 9, 30).timestamp(), now) == "3 May 2025, 9:30"


def test_sentences_on_jobs() -> None:
    told = m.JobEstimate(1, 3310, 231.0, 480_000_000)
    assert formatting.estimate(told) == "3,310 photos: about 4 min on this device, 480 MB of disk"
    done = m.JobDone(1, 3322, 3310, 0, 0, 0, 12, 241.5)
    assert formatting.added(done) == "3,310 photos added, 12 could not be read, in 4 min"
    assert formatting.deserves_report(done)
    assert not formatting.deserves_report(replace(done, skipped=0, seconds=59.0))
    assert formatting.deserves_report(replace(done, skipped=0, seconds=61.0))
    assert formatting.added(replace(done, stopped=True)).startswith("Stopped: ")
    assert formatting.left_the_library(replace(done, left_out=1, indexed=0)) == (
        "Saved. 1 photo left the library; the files stay where they are."
    )
    assert formatting.left_the_library(replace(done, indexed=2)) == (
        "Saved. No photo had to leave the library. 2 photos came in."
    )
    assert "press F5" in formatting.left_the_library(replace(done, stopped=True))


def test_missing_photos_are_told_with_their_time() -> None:
    def said(gone: int, overdue: int) -> str:
        return formatting.missing(replace(STATISTICS, states={"missing": gone}, overdue=overdue))

    assert said(0, 0) == "No photo is missing."
    assert said(1, 0) == "1 photo is missing."
    assert said(12, 3) == "12 photos are missing, 3 of them for over 30 days."
    assert said(12, 12) == "12 photos are missing, all of them for over 30 days."


def test_a_report_in_words() -> None:
    assert formatting.report_title(REPORT) == "Added Holiday 24"
    assert formatting.report_counts(REPORT) == "3,310 indexed, 2 skipped"
    assert ("Time", "4 min") in formatting.report_facts(REPORT)
    two = replace(REPORT, data={"folders": ["C:\\Photos\\", "/b", "/c"], "stopped": True, "indexed": "odd"})
    assert formatting.report_title(two) == "Added Photos and 2 more"
    assert formatting.report_counts(two) == "stopped"
    assert formatting.report_title(replace(REPORT, data={})) == "Looked through the folders"
    assert formatting.is_report_of(REPORT, m.JobDone(1, 3322, 3310, 0, 0, 0, 2, 241.53))
    assert not formatting.is_report_of(REPORT, m.JobDone(1, 3322, 3310, 0, 0, 0, 2, 250.0))


def test_a_report_of_verifying_in_words() -> None:
    data = {"done": 9, "sound": 6, "changed": 1, "away": 0, "damaged": ["/photos/a.jpg", "/photos/b.jpg"]}
    report = replace(REPORT, what="verify", data=data)
    assert formatting.report_title(report) == "Verified the library"
    assert formatting.report_counts(report) == "6 sound, 2 damaged, 1 edited"
    assert formatting.report_facts(report)[:3] == (("Verified", "9"), ("Sound", "6"), ("Damaged", "2"))
    assert formatting.report_counts(replace(report, data={})) == "nothing to verify"
    assert not formatting.is_report_of(report, m.JobDone(1, 0, 0, 0, 0, 0, 0, 0.0))


def test_what_a_look_through_the_folders_came_to() -> None:
    none = m.JobDone(0, 0, 0, 0, 0, 0, 0, 1.0)
    assert formatting.summed_up(none) == "No photos found"
    same = replace(none, found=42, unchanged=41, skipped=1)
    assert formatting.summed_up(same) == "Everything is up to date"
    assert formatting.summed_up(replace(same, offline=30)) == "Everything here is up to date · 30 photos away"
    assert formatting.summed_up(replace(none, offline=1)) == "1 photo away"
    assert formatting.summed_up(replace(same, offline=2), lost=True).endswith("2 photos not found")
    assert formatting.summed_up(replace(same, moved=2)) == "2 known photos at new places"
    assert formatting.summed_up(replace(same, indexed=1, missing=3)) == "1 photo indexed · 3 photos missing"
    assert formatting.left_the_library(replace(none, moved=20)).endswith("20 photos came in.")
    big = formatting.left_behind(replace(none, left_behind=369), "Big")
    assert big.startswith("369 photos wait for the drive “Big”")
    assert formatting.left_behind(replace(none, left_behind=1), "").startswith(
        "1 photo waits for the drive: "
    )
