"""Numbers, times and sentences as people say them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from fake_engine import REPORT, STATISTICS, job_done

from dinodesk.engine.messages import (
    JobEstimate,
)
from dinodesk.ui.text import formatting, job_messages, report_text


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
    told = JobEstimate(photos=3310, seconds=231.0, bytes=480_000_000)
    assert job_messages.estimate_sentence(told) == "3,310 photos: about 4 min on this device, 480 MB of disk"
    done = job_done(found=3322, indexed=3310, skipped=12, seconds=241.5)
    assert job_messages.added_sentence(done) == "3,310 photos added, 12 could not be read, in 4 min"
    assert job_messages.deserves_report(done)
    assert not job_messages.deserves_report(replace(done, skipped=0, seconds=59.0))
    assert job_messages.deserves_report(replace(done, skipped=0, seconds=61.0))
    assert job_messages.added_sentence(replace(done, stopped=True)).startswith("Stopped: ")
    assert job_messages.rules_applied_sentence(replace(done, left_out=1, indexed=0)) == (
        "Saved. 1 photo left the library; the files stay where they are."
    )
    assert job_messages.rules_applied_sentence(replace(done, indexed=2)) == (
        "Saved. No photo had to leave the library. 2 photos came in."
    )
    assert "press F5" in job_messages.rules_applied_sentence(replace(done, stopped=True))


def test_missing_photos_are_told_with_their_time() -> None:
    def said(gone: int, overdue: int) -> str:
        return job_messages.missing_sentence(replace(STATISTICS, states={"missing": gone}, overdue=overdue))

    assert said(0, 0) == "No photo is missing."
    assert said(1, 0) == "1 photo is missing."
    assert said(12, 3) == "12 photos are missing, 3 of them for over 30 days."
    assert said(12, 12) == "12 photos are missing, all of them for over 30 days."


def test_a_report_in_words() -> None:
    assert report_text.report_title(REPORT) == "Added Holiday 24"
    assert report_text.report_counts(REPORT) == "3,310 indexed, 2 skipped"
    assert ("Time", "4 min") in report_text.report_facts(REPORT)
    two = replace(REPORT, data={"folders": ["C:\\Photos\\", "/b", "/c"], "stopped": True, "indexed": "odd"})
    assert report_text.report_title(two) == "Added Photos and 2 more"
    assert report_text.report_counts(two) == "stopped"
    assert report_text.report_title(replace(REPORT, data={})) == "Looked through the folders"
    assert report_text.is_report_of(
        REPORT,
        job_done(found=3322, indexed=3310, skipped=2, seconds=241.53),
    )
    assert not report_text.is_report_of(
        REPORT,
        job_done(found=3322, indexed=3310, skipped=2, seconds=250.0),
    )


def test_a_report_of_verifying_in_words() -> None:
    data = {"done": 9, "sound": 6, "changed": 1, "away": 0, "damaged": ["/photos/a.jpg", "/photos/b.jpg"]}
    report = replace(REPORT, what="verify", data=data)
    assert report_text.report_title(report) == "Verified the library"
    assert report_text.report_counts(report) == "6 sound, 2 damaged, 1 edited"
    assert report_text.report_facts(report)[:3] == (("Verified", "9"), ("Sound", "6"), ("Damaged", "2"))
    assert report_text.report_counts(replace(report, data={})) == "nothing to verify"
    assert not report_text.is_report_of(report, job_done(seconds=0.0))


def test_what_a_look_through_the_folders_came_to() -> None:
    none = job_done(seconds=1.0)
    assert job_messages.scan_sentence(none) == "No photos found"
    same = replace(none, found=42, unchanged=41, skipped=1)
    assert job_messages.scan_sentence(same) == "Everything is up to date"
    assert (
        job_messages.scan_sentence(replace(same, offline=30))
        == "Everything here is up to date · 30 photos away"
    )
    assert job_messages.scan_sentence(replace(none, offline=1)) == "1 photo away"
    assert job_messages.scan_sentence(replace(same, offline=2), lost=True).endswith("2 photos not found")
    assert job_messages.scan_sentence(replace(same, moved=2)) == "2 known photos at new places"
    assert (
        job_messages.scan_sentence(replace(same, indexed=1, missing=3))
        == "1 photo indexed · 3 photos missing"
    )
    assert job_messages.rules_applied_sentence(replace(none, moved=20)).endswith("20 photos came in.")
    big = job_messages.left_behind_sentence(replace(none, left_behind=369), "Big")
    assert big.startswith("369 photos wait for the drive “Big”")
    assert job_messages.left_behind_sentence(replace(none, left_behind=1), "").startswith(
        "1 photo waits for the drive: "
    )
