"""What reading and writing sidecars have in common: progress, and what the command ends with."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import asdict

from dinodesk.cli.exit_codes import DONE, SKIPPED, Outcome
from dinodesk.cli.progress import Progress
from dinodesk.engine.user_data.sidecar_exchange import ExchangeReport
from dinodesk.wording import count


def follow(steps: Generator[tuple[int, int], None, None]) -> None:
    """Run the steps to their end and show how many photos of how many are done."""
    progress = Progress()
    for done, total in steps:
        progress.show(f"{done:,} of {count(total)}")
    progress.end()


def sidecar_outcome(report: ExchangeReport, one: str, several: str) -> Outcome:
    """The outcome of a command that read or wrote sidecars; `one` or `several` follows
    the number of photos changed."""
    document = {
        "written": report.written,
        "unchanged": report.unchanged,
        "skipped": [asdict(each) for each in report.skipped],
    }
    lines = [
        f"{count(report.written, one, several)}, {report.unchanged:,} with nothing new, "
        f"{len(report.skipped):,} skipped"
    ]
    lines += [f"skipped {each.path}: {each.reason}" for each in report.skipped]
    return (SKIPPED if report.skipped else DONE), document, lines
