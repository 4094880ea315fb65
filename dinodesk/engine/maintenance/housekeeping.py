"""Looking after the open library: verifying, backing up, moving, counting, forgetting, rules, drives.

What the worker's jobs and the session call; no Qt in here.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from dinodesk.engine import messages as m
from dinodesk.engine.indexing.change_scan import Report
from dinodesk.engine.maintenance.folder_monitor import FolderEvents, FolderMonitor
from dinodesk.errors import DinoDeskError, LibraryError
from dinodesk.library.files import volumes
from dinodesk.library.files.exclude_rules import ExcludeRules
from dinodesk.library.files.path_utils import lies_in
from dinodesk.library.folders import root_folders, volume_registry
from dinodesk.library.images.thumbnail_cache import drop_thumbnails
from dinodesk.library.library import LibraryStore
from dinodesk.library.maintenance import purge, statistics
from dinodesk.library.maintenance.move_library import move_library
from dinodesk.library.maintenance.verify import Verified, verify
from dinodesk.library.store import backups, job_reports, key_values
from dinodesk.library.store.database import mark_suspect
from dinodesk.models.inference.model import Model
from dinodesk.records import ModelInfo, Skipped

_log = logging.getLogger(__name__)

_WATCH = "watch"
_PAUSED = "paused"
_PACE = "pace"
_TO_ADD = "to add"
_ENOUGH = 20  # photos that tell a pace
_LISTED = 200  # skipped files that a report names
_SLICE = 0.02  # seconds one step waits for a thread


@dataclass(slots=True)
class MaintenanceReport:
    """What a run of care came to; filled while it goes."""

    sentence: str = ""
    problems: list[Skipped] = field(default_factory=list)
    moved_to: str = ""


Steps = Generator[tuple[int, int], None, None]
"""Done and to do, after each step."""


def care_steps(library: LibraryStore, request: m.CareFor, report: MaintenanceReport) -> Steps:
    """One run of care, in slices. Raises LibraryError with the reason."""
    if request.what == "verify":
        return _verify(library, report)
    if request.what == "backup":
        return _back_up(library, report)
    return _move(library, Path(request.target), report)


def _verify(library: LibraryStore, report: MaintenanceReport) -> Steps:
    steps = verify(library.database)
    while True:
        try:
            found = next(steps)
        except StopIteration as end:
            found = end.value
            break
        report.problems = found.damaged
        yield found.done, found.total
    report.problems = found.damaged
    report.sentence = verified_in_words(found)


def verified_in_words(found: Verified) -> str:
    """What verifying found, as a sentence."""
    parts = [f"{found.sound:,} {'is' if found.sound == 1 else 'are'} sound"]
    for number, one, many in (
        (len(found.damaged), "is damaged", "are damaged"),
        (found.changed, "was edited since", "were edited since"),
        (found.away, "is away", "are away"),
    ):
        if number:
            parts.append(f"{number:,} {one if number == 1 else many}")
    return f"{found.done:,} {'photo' if found.done == 1 else 'photos'} verified: {', '.join(parts)}."


def _back_up(library: LibraryStore, report: MaintenanceReport) -> Steps:
    made: list[Path] = []
    yield from _beside(lambda: made.append(backups.back_up(library.database)))
    report.sentence = f"The library was backed up to {made[0]} ({made[0].stat().st_size / 1e6:,.1f} MB)."


def _move(library: LibraryStore, target: Path, report: MaintenanceReport) -> Steps:
    yield from move_library(library, target)
    report.moved_to = str(target)
    report.sentence = f"The library is in {target} now."


def automatic_backup(library: LibraryStore) -> Generator[None, None, None]:
    """A backup when one is due, in slices; trouble with it is a notice of the library, not an error."""
    database = library.database

    def work() -> None:
        damage = backups.problem_of(database.file)
        if damage:  # never a damaged database over a sound backup
            mark_suspect(library.folder)
            raise LibraryError(
                "The library's database is damaged.", "Open the library again to restore its backup."
            )
        backups.back_up(database)

    trouble = ""
    try:
        for _ in _beside(work):
            yield
    except DinoDeskError as error:
        trouble = str(error)
    if trouble != library.trouble:
        library.notices[:] = [each for each in library.notices if each != library.trouble]
        library.notices += [trouble] if trouble else []
        library.trouble = trouble


def _beside(work: Callable[[], object]) -> Steps:
    """Run `work` on a thread of its own and wait for it in slices; its error is raised here."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)

    thread = Thread(target=run, name="dinodesk-care")
    thread.start()
    try:
        while thread.is_alive():
            thread.join(_SLICE)
            yield 0, 0
    finally:
        thread.join()
    if failed:
        raise failed[0]


def wants_backup(library: LibraryStore) -> bool:
    """Whether an automatic backup is due."""
    database = library.database
    return (
        not database.read_only and backups.is_due(library.folder) and bool(root_folders.list_roots(database))
    )


@dataclass(frozen=True, slots=True)
class Pace:
    """What a photo takes: seconds (0 when nothing is known yet), and bytes of its vector in the database."""

    seconds: float
    vector_bytes: int


class Care:
    """Looking after one open library, for as long as it is open: its watch, its pause, its reports."""

    def __init__(self, library: LibraryStore) -> None:
        self.library = library
        self.unwatched = ""
        self._attendant: FolderMonitor | None = None
        self._to_add: tuple[str, ...] = ()

    def attend(self) -> None:
        """Watch the folders that the library has now, if the person wants that."""
        self.leave()
        if self._is_watching:
            self._attendant = FolderMonitor(self.library)

    def leave(self) -> None:
        """Watch no longer."""
        if self._attendant is not None:
            self._attendant.close()
        self._attendant, self.unwatched = None, ""

    def tick(self) -> FolderEvents:
        """What was heard of the folders; called about once a second."""
        news = self._attendant.tick() if self._attendant is not None else FolderEvents()
        if news.trouble:
            self.unwatched = news.trouble
        return news

    def run(self, request: m.CareFor) -> tuple[Steps, MaintenanceReport]:
        """A run of care, and the report that it fills."""
        report = MaintenanceReport()
        return care_steps(self.library, request, report), report

    def statistics(self, request: m.ShowStatistics) -> m.StatisticsShown:
        """What the library holds, and the reports of earlier jobs."""
        return self._shown(request.id)

    def _shown(self, request: int, sentence: str = "") -> m.StatisticsShown:
        reports = tuple(job_reports.list_reports(self.library.database))
        return m.StatisticsShown(request, statistics.collect_statistics(self.library), reports, sentence)

    def rules(self, request: m.ShowRules | m.SetRules) -> m.RulesShown:
        """What scans leave out, and whether folders are watched."""
        now = key_values.read_rules(self.library.database)
        return m.RulesShown(request.id, now.patterns, now.hidden, now.smallest, self._is_watching)

    def set_rules(self, request: m.SetRules) -> m.RulesShown:
        """Keep the rules; the next scan goes by them."""
        database = self.library.database
        key_values.write_rules(database, ExcludeRules(request.patterns, request.hidden, request.smallest))
        key_values.write(database, _WATCH, None if request.watch else False)
        self.attend()
        return self.rules(request)

    @property
    def _is_watching(self) -> bool:
        """Whether the person wants folders watched."""
        return bool(key_values.read(self.library.database, _WATCH, True))

    def forget(self, request: m.Forget) -> m.StatisticsShown:
        """Forget photos on purpose; says how many."""
        database = self.library.database
        if request.what == "leftovers":
            purged = purge.purge_leftovers(database)
        else:
            purged = purge.purge_missing(database, 0.0 if request.what == "missing" else purge.GRACE)
        drop_thumbnails(self.library.thumbnails, purged.contents)
        one = purged.photos == 1
        return self._shown(
            request.id, "One photo was forgotten." if one else f"{purged.photos:,} photos were forgotten."
        )

    def mark_drive(self, request: m.MarkDrive) -> None:
        """Leave a marker on the drive of a root, so that it is known wherever it is mounted.

        Raises LibraryError when that is not possible.
        """
        database = self.library.database
        root = next((each for each in root_folders.list_roots(database) if each.id == request.root), None)
        if root is None or not root.online:
            raise LibraryError("That folder is not there now.", "Plug its drive in first.")
        mount = volumes.mount_point(root.path)
        try:
            identity = volumes.write_marker(mount)
        except OSError as error:
            raise LibraryError(
                f"No marker could be written to {mount} ({(error.strerror or str(error)).lower()}).",
                "The drive stays known by the place it is mounted at.",
            ) from error
        volume_registry.set_identity(database, root.volume, identity)

    @property
    def is_paused(self) -> bool:
        """Whether indexing was paused, perhaps before the program was closed."""
        return bool(key_values.read(self.library.database, _PAUSED, 0))

    @property
    def left_paused(self) -> int:
        """Files that were still to be done when indexing was paused; 0 when that is not known."""
        left = key_values.read(self.library.database, _PAUSED, 0)
        return 0 if left is True else max(0, int(left))

    def note_pause(self, paused: bool, left: int = 0) -> None:
        """Remember a pause beyond the end of the program, with the files that were `left`."""
        if (self.is_paused or paused) and not self.library.database.read_only:
            key_values.write(self.library.database, _PAUSED, (left or True) if paused else None)

    def pace(self, model: Model | None) -> Pace:
        """What a photo took in earlier runs of this model on this device."""
        if model is None:
            return Pace(0.0, 0)
        known = key_values.read(self.library.database, _PACE, {}).get(_pace_key(model.info))
        seconds = known if isinstance(known, float) and 0 < known < 3600 else 0.0
        return Pace(seconds, 2 * model.info.dim)

    def note_run(self, model: ModelInfo, report: Report) -> None:
        """Note how fast an indexing run was. Files that are still being written are looked at later."""
        if self._attendant is not None:
            self._attendant.again(report.resting)
        database = self.library.database
        if report.indexed >= _ENOUGH and not database.read_only:
            known = key_values.read(database, _PACE, {})
            key_values.write(database, _PACE, known | {_pace_key(model): report.seconds / report.indexed})

    def keep_report(self, request: m.Request, report: Report, stopped: bool) -> None:
        """Note what an indexing run did, where it did something."""
        database = self.library.database
        added = isinstance(request, m.AddPhotos)
        did = added or report.indexed or report.moved or report.newly_missing or report.left_out
        if did and not database.read_only:
            job_reports.add_report(database, "index", _told(request, report, stopped))

    def expect(self, paths: tuple[str, ...]) -> None:
        """Folders that are to be added stand in the tree at once; what is wrong with them the job tells."""
        for path in filter(os.path.isdir, paths):
            with suppress(LibraryError):
                root_folders.add_root(self.library.database, path)

    def note_to_add(self, paths: tuple[str, ...]) -> None:
        """Remember beyond the end of the program what is still to be added."""
        database = self.library.database
        if paths == self._to_add or database.read_only:
            return
        try:
            key_values.write(database, _TO_ADD, list(paths) or None)
            self._to_add = paths
        except LibraryError:  # the jobs themselves meet a full disk as well, and say so
            _log.warning("what is still to be added could not be noted", exc_info=True)

    def left_to_add(self) -> tuple[str, ...]:
        """What was to be added when the library was closed, but for what lies in folders that it knows.

        A notice names what is not there any more.
        """
        self._to_add = tuple(
            each for each in key_values.read(self.library.database, _TO_ADD, []) if isinstance(each, str)
        )
        if not self._to_add:
            return ()
        known = [each.path for each in root_folders.list_roots(self.library.database) if each.recursive]
        left = [path for path in self._to_add if not any(lies_in(path, root) for root in known)]
        here = tuple(path for path in left if os.path.lexists(path))
        gone = [path for path in left if path not in here]
        if gone:
            more = f" and {len(gone) - 1:,} more" if len(gone) > 1 else ""
            words = f"{gone[0]}{more} was to be added, and is not there now. Add it again when it is back."
            self.library.notices.append(words)
        return here


def _told(request: m.Request, report: Report, stopped: bool) -> dict[str, object]:
    """What is kept of an indexing run's report."""
    counts = ("found", "indexed", "unchanged", "moved", "offline", "left_out")
    return {
        **{name: getattr(report, name) for name in counts},
        "missing": report.newly_missing,
        "folders": list(request.paths)[:20] if isinstance(request, m.AddPhotos) else [],
        "skipped": [[each.path, each.reason] for each in report.skipped[:_LISTED]],
        "skipped_count": len(report.skipped),
        "slowest": [[path, round(seconds, 2)] for seconds, path in report.slowest],
        "seconds": round(report.seconds, 1),
        "stopped": stopped,
    }


def _pace_key(model: ModelInfo) -> str:
    return f"{model.fingerprint} {model.device} {model.precision}"
