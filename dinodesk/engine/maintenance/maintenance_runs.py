"""Verifying, backing up, moving and closing the open library, each as a generator of short steps."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from dinodesk.engine.messages import RunMaintenance
from dinodesk.library.library import LibraryStore
from dinodesk.library.maintenance import privacy
from dinodesk.library.maintenance.move_library import move_library
from dinodesk.library.maintenance.verify import Verified, verify
from dinodesk.library.store import backups
from dinodesk.records import Skipped, VerifyCounts

_SLICE = 0.02  # seconds one step waits for a thread

Steps = Generator[tuple[int, int], None, None]
"""Done and to do, after each step."""


@dataclass(slots=True)
class MaintenanceReport:
    """What a run came to; filled while it goes.

    Attributes:
        counts: what verifying found.
        problems: the damaged files.
        backup: the file that was written.
        moved_to: the library's new folder.
        refused: files that could not be closed to others.
    """

    counts: VerifyCounts | None = None
    problems: list[Skipped] = field(default_factory=list)
    backup: Path | None = None
    moved_to: Path | None = None
    refused: int = 0


def maintenance_steps(library: LibraryStore, request: RunMaintenance, report: MaintenanceReport) -> Steps:
    """One run, in slices. Raises LibraryError with the reason."""
    if request.what == "verify":
        return _verify(library, report)
    if request.what == "backup":
        return _back_up(library, report)
    if request.what == "private":
        return _make_private(library, report)
    return _move(library, Path(request.target), report)


def _verify(library: LibraryStore, report: MaintenanceReport) -> Steps:
    steps = verify(library.database)
    while True:
        try:
            found = next(steps)
        except StopIteration as end:
            _note(report, end.value)
            return
        _note(report, found)
        yield found.done, found.total


def _note(report: MaintenanceReport, found: Verified) -> None:
    report.problems = found.damaged
    report.counts = VerifyCounts(
        done=found.done,
        sound=found.sound,
        damaged=len(found.damaged),
        changed=found.changed,
        away=found.away,
    )


def _back_up(library: LibraryStore, report: MaintenanceReport) -> Steps:
    made: list[Path] = []
    yield from on_a_thread(lambda: made.append(backups.back_up(library.database)))
    report.backup = made[0]


def _move(library: LibraryStore, target: Path, report: MaintenanceReport) -> Steps:
    yield from move_library(library, target)
    report.moved_to = target


def _make_private(library: LibraryStore, report: MaintenanceReport) -> Steps:
    report.refused = yield from privacy.make_private_steps(library)


def on_a_thread(work: Callable[[], object]) -> Steps:
    """Run `work` on a thread of its own and wait for it in slices; its error is raised here."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)

    thread = Thread(target=run, name="dinodesk-maintenance")
    thread.start()
    try:
        while thread.is_alive():
            thread.join(_SLICE)
            yield 0, 0
    finally:
        thread.join()
    if failed:
        raise failed[0]
