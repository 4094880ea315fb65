"""What is remembered of indexing runs beyond the end of the program: pauses, paces, reports, paths to add."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from dataclasses import dataclass

from dinodesk.engine.indexing.report import IndexReport
from dinodesk.engine.messages import AddPhotos, JobDone, Request
from dinodesk.errors import LibraryError
from dinodesk.library.files.path_utils import lies_in
from dinodesk.library.folders import root_folders
from dinodesk.library.library import LibraryStore
from dinodesk.library.store import job_reports, key_values
from dinodesk.models.inference.model import Model
from dinodesk.records import ModelInfo

_log = logging.getLogger(__name__)

_PAUSED = "paused"
_PACE = "pace"
_TO_ADD = "to add"
_ENOUGH = 20  # photos that give a pace
_LISTED = 200  # skipped files that a report names


@dataclass(frozen=True, slots=True)
class Pace:
    """What a photo takes: seconds (0 when nothing is known yet), and bytes of its vector in the database."""

    seconds: float
    vector_bytes: int


class RunHistory:
    """The indexing runs of one open library, noted in its database."""

    def __init__(self, library: LibraryStore) -> None:
        self._library = library
        self._database = library.database
        self._to_add: tuple[str, ...] = ()

    # ── pauses ──────────────────────────────────────────────────────────────────────────────────

    @property
    def is_paused(self) -> bool:
        """Whether indexing was paused, perhaps before the program was closed."""
        return bool(key_values.read(self._database, _PAUSED, 0))

    @property
    def left_paused(self) -> int:
        """Files that were still to be done when indexing was paused; 0 when that is not known."""
        left = key_values.read(self._database, _PAUSED, 0)
        return 0 if left is True else max(0, int(left))

    def note_pause(self, paused: bool, left: int = 0) -> None:
        """Remember a pause beyond the end of the program, with the files that were `left`."""
        if (self.is_paused or paused) and not self._database.read_only:
            key_values.write(self._database, _PAUSED, (left or True) if paused else None)

    # ── paces and reports ───────────────────────────────────────────────────────────────────────

    def pace(self, model: Model | None) -> Pace:
        """What a photo took in earlier runs of this model on this device."""
        if model is None:
            return Pace(0.0, 0)
        known = key_values.read(self._database, _PACE, {}).get(_pace_key(model.info))
        seconds = known if isinstance(known, float) and 0 < known < 3600 else 0.0
        return Pace(seconds, 2 * model.info.dim)

    def note_pace(self, model: ModelInfo, report: IndexReport) -> None:
        """Note how fast an indexing run was."""
        if report.indexed >= _ENOUGH and not self._database.read_only:
            known = key_values.read(self._database, _PACE, {})
            pace = {_pace_key(model): report.seconds / report.indexed}
            key_values.write(self._database, _PACE, known | pace)

    def keep_report(
        self, request: Request[JobDone], report: IndexReport, stopped: bool, *, even_if_idle: bool
    ) -> None:
        """Note what an indexing run did; of one that did nothing only if a person added photos by it, and
        `even_if_idle`."""
        added = even_if_idle and isinstance(request, AddPhotos)
        did = added or report.indexed or report.moved or report.lost or report.left_out
        if did and not self._database.read_only:
            job_reports.add_report(self._database, "index", _figures(request, report, stopped))

    # ── paths that are still to be added ────────────────────────────────────────────────────────

    def expect(self, paths: tuple[str, ...]) -> None:
        """Folders that are to be added stand in the tree at once; what is wrong with them the job reports."""
        for path in filter(os.path.isdir, paths):
            with suppress(LibraryError):
                root_folders.add_root(self._database, path)

    def note_to_add(self, paths: tuple[str, ...]) -> None:
        """Remember beyond the end of the program what is still to be added."""
        if paths == self._to_add or self._database.read_only:
            return
        try:
            key_values.write(self._database, _TO_ADD, list(paths) or None)
            self._to_add = paths
        except LibraryError:  # the jobs themselves meet a full disk as well, and report it
            _log.warning("what is still to be added could not be noted", exc_info=True)

    def left_to_add(self) -> tuple[str, ...]:
        """What was to be added when the library was closed, but for what lies in folders that it knows.

        A notice of the library names what is not there any more.
        """
        noted = key_values.read(self._database, _TO_ADD, [])
        self._to_add = tuple(each for each in noted if isinstance(each, str))
        if not self._to_add:
            return ()
        known = [each.path for each in root_folders.list_roots(self._database) if each.recursive]
        left = [path for path in self._to_add if not any(lies_in(path, root) for root in known)]
        here = tuple(path for path in left if os.path.lexists(path))
        gone = [path for path in left if path not in here]
        if gone:
            more = f" and {len(gone) - 1:,} more" if len(gone) > 1 else ""
            words = f"{gone[0]}{more} was to be added, and is not there now. Add it again when it is back."
            self._library.notices.append(words)
        return here


def _figures(request: Request[JobDone], report: IndexReport, stopped: bool) -> dict[str, object]:
    """What is kept of an indexing run's report, as JSON."""
    counts = ("found", "indexed", "unchanged", "moved", "offline", "left_out")
    return {
        **{name: getattr(report, name) for name in counts},
        "missing": report.lost,
        "folders": list(request.paths)[:20] if isinstance(request, AddPhotos) else [],
        "skipped": [[each.path, each.reason] for each in report.skipped[:_LISTED]],
        "skipped_count": len(report.skipped),
        "slowest": [[path, round(seconds, 2)] for seconds, path in report.slowest],
        "seconds": round(report.seconds, 1),
        "stopped": stopped,
    }


def _pace_key(model: ModelInfo) -> str:
    return f"{model.fingerprint} {model.device} {model.precision}"
