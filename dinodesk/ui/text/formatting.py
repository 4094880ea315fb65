"""Counts, times and sizes as people say them, and the sentences on jobs that are made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dinodesk.engine import messages as m
from dinodesk.records import Folder, Skipped, Statistics, StoredReport
from dinodesk.ui.text.plain_text import one_line

REASONS = 3
"""So many reasons why files were skipped are named in a sentence."""
LONG_IMPORT = 60.0
"""Seconds from which on adding photos deserves a line of its own."""


def count(number: int, noun: str = "photo", plural: str = "") -> str:
    """ "1 photo", "3,310 photos"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def skipped(files: Sequence[Skipped]) -> str:
    """How many files were skipped, by the reasons that most of them have."""
    counts = Counter(one_line(each.reason).removesuffix(".") for each in files)
    named = [f"{number:,} “{reason}”" for reason, number in counts.most_common(REASONS)]
    others = len(files) - sum(number for _, number in counts.most_common(REASONS))
    named += [f"{others:,} for other reasons"] if others else []
    return f"{count(len(files), 'file')} {'was' if len(files) == 1 else 'were'} skipped: {', '.join(named)}."


def size(number: int) -> str:
    """Bytes as MB or GB, two figures at the most."""
    for unit, least in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("KB", 1e3)):
        if number >= least * 0.95:
            value = number / least
            return f"{value:,.1f} {unit}" if value < 9.95 else f"{value:,.0f} {unit}"
    return "nothing" if number <= 0 else "under 1 KB"


def duration(seconds: float) -> str:
    """A time that is over: "8 s", "4 min", "2 h 10 min"."""
    if seconds < 59.5:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" + (f" {minutes % 60} min" if minutes % 60 else "")


def about(seconds: float) -> str:
    """A time that is guessed, no finer than the guess: "about a minute", "about 40 min", "about 3 h"."""
    minutes = seconds / 60
    if minutes < 0.75:
        return "under a minute"
    if minutes < 1.5:
        return "about a minute"
    if minutes < 9.5:
        return f"about {round(minutes)} min"
    if minutes < 57.5:
        return f"about {round(minutes / 5) * 5} min"
    hours = minutes / 60
    if hours < 1.25:
        return "about an hour"
    if hours < 9.75:
        half = round(hours * 2) / 2
        return f"about {half:g} h"
    return f"about {round(hours)} h"


def when(at: float, now: float | None = None) -> str:
    """A moment: "today, 14:05", "yesterday, 9:30", "3 Sep 2026, 9:30"."""
    then = datetime.fromtimestamp(at)
    today = datetime.fromtimestamp(now) if now is not None else datetime.now()
    days = (today.date() - then.date()).days
    day = {0: "today", 1: "yesterday"}.get(days, f"{then.day} {then:%b %Y}")
    return f"{day}, {then.hour}:{then:%M}"


def estimate(told: m.JobEstimate) -> str:
    """What a long job will take."""
    return f"{count(told.photos)}: {about(told.seconds)} on this device, {size(told.bytes)} of disk"


def deserves_report(done: m.JobDone) -> bool:
    """Whether adding these photos took long, or left files out."""
    return done.skipped > 0 or done.seconds > LONG_IMPORT


def added(done: m.JobDone) -> str:
    """One sentence on photos that a person added."""
    parts = [f"{count(done.indexed)} added"]
    if done.unchanged:
        parts.append(f"{done.unchanged:,} known before")
    if done.moved:
        parts.append(f"{done.moved:,} known, at new places")
    if done.skipped:
        parts.append(f"{done.skipped:,} could not be read")
    return ("Stopped: " if done.stopped else "") + ", ".join(parts) + f", in {duration(done.seconds)}"


def summed_up(done: m.JobDone, *, lost: bool = False) -> str:
    """One sentence on any indexing job; skipped files are counted by their button.

    With `lost`, what can't be read is not with a drive that is away: its folder is gone.
    """
    parts = [f"{count(done.indexed)} indexed"] if done.indexed else []
    if done.moved:  # renamed, copied, or added again
        where = "a new place" if done.moved == 1 else "new places"
        parts.append(f"{count(done.moved, 'known photo')} at {where}")
    for number, word in ((done.missing, "missing"), (done.left_out, "left out")):
        if number:
            parts.append(f"{count(number)} {word}")
    if not parts and (done.found or done.unchanged):
        parts = ["Everything here is up to date" if done.offline else "Everything is up to date"]
    if done.offline:
        parts.append(f"{count(done.offline)} {'not found' if lost else 'away'}")
    parts = parts or ["No photos found"]
    return ("Stopped: " if done.stopped else "") + " · ".join(parts)


def left_the_library(done: m.JobDone) -> str:
    """What changed rules came to, after the look through the folders."""
    if done.stopped:
        return "Saved. The look through the folders was stopped; press F5 to look through them."
    words = f"{count(done.left_out)} left the library; the files stay where they are."
    if not done.left_out:
        words = "No photo had to leave the library."
    came = done.indexed + done.moved
    return "Saved. " + words + (f" {count(came)} came in." if came else "")


def left_behind(done: m.JobDone, drive: str) -> str:
    """What a drive that was pulled while it was indexed left to do."""
    waits = "photo waits" if done.left_behind == 1 else "photos wait"
    where = f" “{drive}”" if drive else ""
    return f"{done.left_behind:,} {waits} for the drive{where}: plug it in, and indexing goes on"


def missing(shown: Statistics) -> str:
    """How many photos are missing, and for how long."""
    number = shown.states.get("missing", 0)
    if not number:
        return "No photo is missing."
    if number == 1:
        return "1 photo is missing" + (", for over 30 days." if shown.overdue else ".")
    words = f"{number:,} photos are missing"
    if shown.overdue:
        words += ", all of them" if shown.overdue == number else f", {shown.overdue:,} of them"
        words += " for over 30 days"
    return words + "."


# ── reports ─────────────────────────────────────────────────────────────────────────────────────

_COUNTS = (
    ("found", "Found"),
    ("indexed", "Indexed"),
    ("unchanged", "As before"),
    ("moved", "Known, at new places"),
    ("missing", "Missing"),
    ("offline", "Away"),
    ("left_out", "Left out by the rules"),
    ("skipped_count", "Could not be read"),
)


def report_title(report: StoredReport) -> str:
    """What a job was: "Added Holiday 24", "Looked through the folders", "Verified the library"."""
    if report.what == "verify":
        return "Verified the library"
    folders = [str(each) for each in report.data.get("folders", ())]
    if not folders:
        return "Looked through the folders"
    name = folders[0].rstrip("/\\").replace("\\", "/").rsplit("/", 1)[-1] or folders[0]
    return f"Added {name}" + (f" and {len(folders) - 1:,} more" if len(folders) > 1 else "")


def report_counts(report: StoredReport) -> str:
    """The counts of a job that are not zero, on one line."""
    data = report.data
    if report.what == "verify":
        return ", ".join(
            f"{number:,} {name.lower()}" for name, number in _verified(report)[1:] if number
        ) or ("nothing to verify")
    words = (
        ("indexed", "indexed"),
        ("moved", "at new places"),
        ("missing", "missing"),
        ("left_out", "left out"),
        ("skipped_count", "skipped"),
    )
    parts = [f"{_number(data, key):,} {word}" for key, word in words if _number(data, key)]
    if data.get("stopped"):
        parts.append("stopped")
    return ", ".join(parts) or "nothing new"


def report_facts(report: StoredReport) -> tuple[tuple[str, str], ...]:
    """Name and value of all that is known of a job."""
    data = report.data
    if report.what == "verify":
        return tuple((name, f"{number:,}") for name, number in _verified(report))
    facts = [
        (name, f"{_number(data, key):,}")
        for key, name in _COUNTS
        if _number(data, key) or key in ("found", "indexed", "skipped_count")
    ]
    facts.append(("Time", duration(float(data.get("seconds", 0.0)))))
    if data.get("stopped"):
        facts.append(("Ended", "stopped before its end"))
    return tuple(facts)


def _verified(report: StoredReport) -> tuple[tuple[str, int], ...]:
    data = report.data
    return (
        ("Verified", _number(data, "done")),
        ("Sound", _number(data, "sound")),
        ("Damaged", len(data.get("damaged", ()))),
        ("Edited", _number(data, "changed")),
        ("Away", _number(data, "away")),
    )


def is_report_of(report: StoredReport, done: m.JobDone) -> bool:
    """Whether a kept report is that of a job that just ended."""
    if report.what != "index":
        return False
    data = report.data
    kept = tuple(_number(data, key) for key in ("found", "indexed", "moved", "skipped_count"))
    return kept == (done.found, done.indexed, done.moved, done.skipped) and (
        abs(float(data.get("seconds", 0.0)) - done.seconds) < 0.1
    )


def _number(data: dict[str, Any], key: str) -> int:
    value = data.get(key, 0)
    return value if isinstance(value, int) else 0


def folder_lost(folder: Folder) -> str:
    """What is said of a root folder that is gone while its drive is here."""
    kept = "Its one photo is kept" if folder.count == 1 else f"Its {folder.count:,} photos are kept"
    return f"The folder {one_line(folder.name)} is not where it was ({one_line(folder.path)}). {kept}."
