"""Kept reports of jobs in words."""

from __future__ import annotations

from dataclasses import replace

from fake_engine import REPORT, job_done

from dinodesk.ui.text.report_text import is_report_of, report_counts, report_facts, report_title


def test_a_report_in_words() -> None:
    assert report_title(REPORT) == "Added Holiday 24"
    assert report_counts(REPORT) == "3,310 indexed, 2 skipped"
    assert ("Time", "4 min") in report_facts(REPORT)
    two = replace(REPORT, data={"folders": ["C:\\Photos\\", "/b", "/c"], "stopped": True, "indexed": "odd"})
    assert report_title(two) == "Added Photos and 2 more"
    assert report_counts(two) == "stopped"
    assert report_title(replace(REPORT, data={})) == "Looked through the folders"
    assert is_report_of(
        REPORT,
        job_done(found=3322, indexed=3310, skipped=2, seconds=241.53),
    )
    assert not is_report_of(
        REPORT,
        job_done(found=3322, indexed=3310, skipped=2, seconds=250.0),
    )


def test_a_report_of_verifying_in_words() -> None:
    data = {"done": 9, "sound": 6, "changed": 1, "away": 0, "damaged": ["/photos/a.jpg", "/photos/b.jpg"]}
    report = replace(REPORT, what="verify", data=data)
    assert report_title(report) == "Verified the library"
    assert report_counts(report) == "6 sound, 2 damaged, 1 edited"
    assert report_facts(report)[:3] == (("Files verified", "9"), ("Sound", "6"), ("Damaged", "2"))
    assert report_counts(replace(report, data={})) == "nothing to verify"
    assert not is_report_of(report, job_done(seconds=0.0))


def test_a_report_with_other_counts_is_not_that_of_the_job() -> None:
    done = job_done(241.5, found=3322, indexed=3310, skipped=2)
    assert is_report_of(REPORT, done)
    for other in ("found", "indexed", "moved", "skipped"):
        assert not is_report_of(REPORT, replace(done, **{other: 99}))


def test_only_what_happened_is_counted_and_the_basics_always() -> None:
    report = replace(REPORT, data={"found": 3, "moved": 2, "seconds": 7_805.0, "stopped": True})
    assert report_facts(report) == (
        ("Found", "3"),
        ("Indexed", "0"),
        ("Recognised, not indexed again", "2"),
        ("Could not be read", "0"),
        ("Time", "2 h 10 min"),
        ("Ended", "stopped before its end"),
    )
    assert report_counts(report) == "2 recognised, stopped"
    assert report_counts(replace(REPORT, data={})) == "nothing new"
