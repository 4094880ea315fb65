"""What a job will take, what it came to, what it left to do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_engine import STATISTICS, job_done

from dinodesk.engine.messages import JobEstimate, MaintenanceDone, SidecarsDone
from dinodesk.records import Folder, Skipped, VerifyCounts
from dinodesk.ui.text.job_messages import (
    added_sentence,
    deserves_report,
    estimate_sentence,
    folder_lost_sentence,
    forgotten_sentence,
    left_behind_sentence,
    maintenance_sentence,
    missing_sentence,
    rules_applied_sentence,
    scan_sentence,
    sidecars_sentence,
    skipped_sentence,
)


def test_sentences_on_jobs() -> None:
    estimate = JobEstimate(photos=3310, seconds=231.0, bytes=480_000_000)
    assert estimate_sentence(estimate) == "3,310 photos: about 4 min on this device, 480 MB of disk"
    done = job_done(found=3322, indexed=3310, skipped=12, seconds=241.5)
    assert added_sentence(done) == "3,310 photos added, 12 could not be read, in 4 min"
    assert deserves_report(done)
    assert not deserves_report(replace(done, skipped=0, seconds=59.0))
    assert deserves_report(replace(done, skipped=0, seconds=61.0))
    assert added_sentence(replace(done, stopped=True)).startswith("Stopped: ")
    assert rules_applied_sentence(replace(done, left_out=1, indexed=0)) == (
        "Saved. 1 photo left the library; the files stay where they are."
    )
    assert rules_applied_sentence(replace(done, indexed=2)) == (
        "Saved. No photo had to leave the library. 2 photos came in."
    )
    assert "press F5" in rules_applied_sentence(replace(done, stopped=True))


def test_missing_photos_are_told_with_their_time() -> None:
    def missing_line(gone: int, overdue: int) -> str:
        return missing_sentence(replace(STATISTICS, states={"missing": gone}, overdue=overdue))

    assert missing_line(0, 0) == "No photo is missing."
    assert missing_line(1, 0) == "1 photo is missing."
    assert missing_line(12, 3) == "12 photos are missing, 3 of them for over 30 days."
    assert missing_line(12, 12) == "12 photos are missing, all of them for over 30 days."


def test_what_a_look_through_the_folders_came_to() -> None:
    none = job_done(seconds=1.0)
    assert scan_sentence(none) == "No photos found"
    same = replace(none, found=42, unchanged=41, skipped=1)
    assert scan_sentence(same) == "Everything is up to date"
    assert scan_sentence(replace(same, offline=30)) == "Everything here is up to date · 30 photos away"
    assert scan_sentence(replace(none, offline=1)) == "1 photo away"
    assert scan_sentence(replace(same, offline=2), lost=True).endswith("2 photos not found")
    assert scan_sentence(replace(same, moved=2)) == "2 photos recognised, not indexed again"
    assert scan_sentence(replace(same, indexed=1, missing=3)) == "1 photo indexed · 3 photos missing"
    read = replace(same, indexed=376, moved=22, unreadable=2)  # the counts of a progress to 400
    assert scan_sentence(read, total=376) == (
        "376 photos indexed · 22 photos recognised, not indexed again · 2 files can't be read"
    )
    assert scan_sentence(replace(same, indexed=144), total=400) == (
        "144 photos indexed (400 in the library now)"
    )
    assert rules_applied_sentence(replace(none, moved=20)).endswith("20 photos came in.")
    big = left_behind_sentence(replace(none, left_behind=369), "Big")
    assert big.startswith("369 photos wait for the drive “Big”")
    assert left_behind_sentence(replace(none, left_behind=1), "").startswith("1 photo waits for the drive: ")


def test_what_was_known_before_is_counted() -> None:
    done = job_done(3.0, indexed=1, unchanged=1_200, moved=2)
    assert added_sentence(done) == (
        "1 photo added, 1,200 known before, 2 recognised and not indexed again, in 3 s"
    )


def test_a_stopped_job_says_what_is_left() -> None:
    done = job_done(3.0, found=184, indexed=184, stopped=True, left=216)
    assert scan_sentence(done) == ("Stopped: 184 photos indexed. 216 photos still to be indexed; F5 goes on.")
    assert added_sentence(done) == (
        "Stopped: 184 photos added, in 3 s. 216 photos still to be indexed; F5 goes on."
    )
    early = job_done(1.0, stopped=True, left=-1)
    assert scan_sentence(early) == "Stopped. Not all folders were looked through; F5 goes on."
    assert scan_sentence(job_done(1.0, stopped=True, found=9, unchanged=9)) == "Stopped"


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (VerifyCounts(9, 9, 0, 0, 0), "9 files verified: 9 are sound."),
        (VerifyCounts(1, 1, 0, 0, 0), "1 file verified: 1 is sound."),
        (VerifyCounts(9, 8, 1, 0, 0), "9 files verified: 8 are sound, 1 is damaged."),
        (
            VerifyCounts(1_500, 1_200, 2, 1, 297),
            "1,500 files verified: 1,200 are sound, 2 are damaged, 1 was edited since, 297 are away.",
        ),
        (VerifyCounts(4, 1, 0, 2, 1), "4 files verified: 1 is sound, 2 were edited since, 1 is away."),
    ],
)
def test_what_verifying_found(counts: VerifyCounts, sentence: str) -> None:
    assert maintenance_sentence(MaintenanceDone(what="verify", counts=counts)) == sentence


def test_backing_up_and_moving_name_the_place() -> None:
    backup = MaintenanceDone(what="backup", path="/l/backups/1.db", bytes=61_000_000)
    assert maintenance_sentence(backup) == "The library was backed up to /l/backups/1.db (61 MB)."
    assert maintenance_sentence(MaintenanceDone(what="move", path="/new")) == "The library is in /new now."


@pytest.mark.parametrize(
    ("what", "part"),
    [("verify", "goes on from there"), ("backup", "the older ones are"), ("move", "is where it was")],
)
def test_stopped_maintenance_says_what_that_means(what, part: str) -> None:
    sentence = maintenance_sentence(MaintenanceDone(what=what, stopped=True))
    assert "stopped" in sentence and part in sentence


def test_forgotten_photos_are_counted() -> None:
    assert forgotten_sentence(1) == "One photo was forgotten."
    assert forgotten_sentence(1_200) == "1,200 photos were forgotten."


@pytest.mark.parametrize(
    ("done", "sentence"),
    [
        (SidecarsDone(way="export", written=1, unchanged=2), "1 sidecar written · 2 with nothing new"),
        (
            SidecarsDone(way="export", written=1_200, unchanged=0, stopped=True),
            "Stopped: 1,200 sidecars written · 0 with nothing new",
        ),
        (
            SidecarsDone(way="import", written=1, unchanged=5),
            "1 photo takes over what the sidecars say · 5 with nothing new",
        ),
        (
            SidecarsDone(way="import", written=3, unchanged=0),
            "3 photos take over what the sidecars say · 0 with nothing new",
        ),
    ],
)
def test_what_sidecars_came_to(done: SidecarsDone, sentence: str) -> None:
    assert sidecars_sentence(done) == sentence


def test_skipped_files_are_told_by_their_commonest_reasons() -> None:
    files = [Skipped(f"/{n}.jpg", "It is gone.") for n in range(3)]
    files += [Skipped(f"/x{n}.jpg", f"Reason {n}") for n in range(4)]
    assert skipped_sentence(files) == (
        "7 files were skipped: 3 “It is gone”, 1 “Reason 0”, 1 “Reason 1”, 2 for other reasons."
    )
    assert skipped_sentence(files[:1]) == "1 file was skipped: 1 “It is gone”."


def test_a_lost_folder_is_named_with_what_is_kept() -> None:
    folder = Folder("/home/me/sea\n24", "sea\n24", "", 1, 7, "missing")
    expected = "The folder sea↵24 is not where it was (/home/me/sea↵24). Its one photo is kept."
    assert folder_lost_sentence(folder) == expected
    assert folder_lost_sentence(replace(folder, count=1_200)).endswith("Its 1,200 photos are kept.")
