"""Kept reports of jobs in words: titles, counts on one line, facts."""

from __future__ import annotations

from typing import Any

from dinodesk.engine.messages import JobDone
from dinodesk.records import StoredReport
from dinodesk.ui.text.formatting import duration

_COUNTS = (
    ("found", "Found"),
    ("indexed", "Indexed"),
    ("unchanged", "As before"),
    ("moved", "Recognised, not indexed again"),
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
        ("moved", "recognised"),
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
        ("Files verified", _number(data, "done")),
        ("Sound", _number(data, "sound")),
        ("Damaged", len(data.get("damaged", ()))),
        ("Edited", _number(data, "changed")),
        ("Away", _number(data, "away")),
    )


def is_report_of(report: StoredReport, done: JobDone) -> bool:
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
