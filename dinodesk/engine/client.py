"""The window's end of the engine: posts requests to the one engine thread, hands answers out as signals.

Lives in the GUI thread. Imports neither torch nor SQLAlchemy nor hnswlib: `worker.py` does that on the
engine thread, after the window is on the screen.
"""

from __future__ import annotations

import itertools
import logging
from typing import Any, Literal

from PySide6.QtCore import QObject, QThread, Signal, Slot

from dinodesk.engine import messages as m
from dinodesk.engine.runtime.worker import Worker

_log = logging.getLogger(__name__)

_NEWEST_ONLY: tuple[type[m.Request], ...] = (m.Search, m.Browse, m.ShowPreview, m.ShowMap, m.ShowDetails)
"""Kinds of which only the newest request counts; Search and Browse share one lane."""


def _lane(request: m.Request) -> str:
    return "Ranking" if isinstance(request, m.Search | m.Browse) else type(request).__name__


class Engine(QObject):
    """Handle of the engine thread.

    Every asking method returns the request's id at once; the answer arrives later as a signal in the
    GUI thread. Call `close()` exactly once, it cancels, quits and waits.
    """

    _posted = Signal(object)

    modelChanged = Signal(object)  # ModelState
    libraryChanged = Signal(object)  # LibraryState
    catalogReset = Signal(object)  # CatalogReset
    catalogGrown = Signal(object)  # CatalogGrown
    ranked = Signal(object)  # Ranking
    progressed = Signal(object)  # JobProgress
    jobDone = Signal(object)  # JobDone
    previewed = Signal(object)  # Preview
    mapped = Signal(object)  # MapAnswer
    thumbnailReady = Signal(object)  # ThumbnailReady
    detailed = Signal(object)  # Details
    skippedListed = Signal(object)  # SkippedList
    modelsListed = Signal(object)  # ModelList
    photosChanged = Signal(object)  # PhotosChanged
    userDataChanged = Signal(object)  # UserDataChanged
    labelsShown = Signal(object)  # LabelsShown
    exchanged = Signal(object)  # ExchangeDone
    estimated = Signal(object)  # JobEstimate
    caredFor = Signal(object)  # CareDone
    statisticsShown = Signal(object)  # StatisticsShown
    rulesShown = Signal(object)  # RulesShown
    problem = Signal(object)  # Problem

    def __init__(self, parent: QObject | None = None, *, thumbnail_bytes: int | None = None) -> None:
        """`thumbnail_bytes` limits a library's thumbnail cache (20 GB by default)."""
        super().__init__(parent)
        self._ids = itertools.count(1)
        self._newest: dict[str, m.Request] = {}
        self._signals: dict[type[m.Answer], Any] = {
            m.ModelState: self.modelChanged,
            m.LibraryState: self.libraryChanged,
            m.CatalogReset: self.catalogReset,
            m.CatalogGrown: self.catalogGrown,
            m.Ranking: self.ranked,
            m.JobProgress: self.progressed,
            m.JobDone: self.jobDone,
            m.Preview: self.previewed,
            m.MapAnswer: self.mapped,
            m.ThumbnailReady: self.thumbnailReady,
            m.Details: self.detailed,
            m.SkippedList: self.skippedListed,
            m.ModelList: self.modelsListed,
            m.PhotosChanged: self.photosChanged,
            m.UserDataChanged: self.userDataChanged,
            m.LabelsShown: self.labelsShown,
            m.ExchangeDone: self.exchanged,
            m.JobEstimate: self.estimated,
            m.CareDone: self.caredFor,
            m.StatisticsShown: self.statisticsShown,
            m.RulesShown: self.rulesShown,
            m.Problem: self.problem,
        }
        self._thread = QThread()
        self._thread.setObjectName("dinodesk-engine")
        self._worker = Worker(thumbnail_bytes)
        self._worker.moveToThread(self._thread)
        self._posted.connect(self._worker.receive)
        self._worker.answered.connect(self._receive)
        self._thread.started.connect(self._worker.start)
        self._thread.finished.connect(self._worker.deleteLater)
        self._closed = False

    def start(self) -> None:
        """Start the engine thread; requests posted before are kept in order."""
        self._thread.start()

    def close(self, timeout_ms: int = 30_000) -> bool:
        """Cancel everything, let the thread finish its step, wait. True when it ended in time."""
        if self._closed:
            return True
        self._closed = True
        for request in self._newest.values():
            request.token.cancel()
        self._worker.quitting.cancel()
        if not self._thread.isRunning():
            return True
        self._worker.closing.emit()
        ended = self._thread.wait(timeout_ms)
        if not ended:
            _log.error("the engine thread did not end within %d ms", timeout_ms)
        return bool(ended)

    # ── asking ──────────────────────────────────────────────────────────────────────────────────

    def open_library(self, path: str, *, make: bool = True) -> int:
        """Answers: libraryChanged, catalogReset; problem when it can't be opened, or be made."""
        return self._post(m.OpenLibrary(next(self._ids), path=path, make=make))

    def load_model(self, name: str, device: str = "auto", precision: str = "auto") -> int:
        """Answers: modelChanged (loading, then ready or error)."""
        return self._post(m.LoadModel(next(self._ids), name=name, device=device, precision=precision))

    def add_photos(self, paths: tuple[str, ...]) -> int:
        """Answers: progressed, catalogGrown, libraryChanged, at the end jobDone."""
        return self._post(m.AddPhotos(next(self._ids), paths=paths))

    def rescan(self, *, believe: tuple[int, ...] = ()) -> int:
        """Answers as `add_photos`; `believe`: roots whose missing photos were deleted on purpose."""
        return self._post(m.Rescan(next(self._ids), believe=believe))

    def look_again(self, folders: tuple[str, ...]) -> int:
        """Look through some folders only; answers as `add_photos`."""
        return self._post(m.LookAgain(next(self._ids), folders=folders))

    def care_for(self, what: Literal["verify", "backup", "move"], target: str = "") -> int:
        """Answers: progressed, caredFor; after a move also libraryChanged, catalogReset."""
        return self._post(m.CareFor(next(self._ids), what=what, target=target))

    def show_statistics(self) -> int:
        """Answers: statisticsShown."""
        return self._post(m.ShowStatistics(next(self._ids)))

    def forget(self, what: Literal["missing", "overdue", "leftovers"]) -> int:
        """Forget photos for good; answers: catalogReset, libraryChanged, statisticsShown."""
        return self._post(m.Forget(next(self._ids), what=what))

    def show_rules(self) -> int:
        """Answers: rulesShown."""
        return self._post(m.ShowRules(next(self._ids)))

    def set_rules(self, patterns: tuple[str, ...], hidden: bool, smallest: int, watch: bool) -> int:
        """Answers: rulesShown, then as `rescan`."""
        return self._post(
            m.SetRules(next(self._ids), patterns=patterns, hidden=hidden, smallest=smallest, watch=watch)
        )

    def mark_drive(self, root: int) -> int:
        """Answers: libraryChanged, or problem."""
        return self._post(m.MarkDrive(next(self._ids), root=root))

    def control_job(self, action: Literal["pause", "resume", "stop"]) -> int:
        """Pause, resume or stop the indexing job; answers: progressed or jobDone."""
        return self._post(m.ControlJob(next(self._ids), action=action))

    def remove_folder(self, root: int) -> int:
        """Answers: libraryChanged, catalogReset."""
        return self._post(m.RemoveFolder(next(self._ids), root=root))

    def browse(self, place: str = "") -> int:
        """Answers: ranked, with scores None."""
        return self._post(m.Browse(next(self._ids), place=place))

    def search(self, text: str, images: tuple[str, ...] = (), place: str = "") -> int:
        """Answers: ranked. Asked before the model is ready, it is answered when it is."""
        return self._post(m.Search(next(self._ids), text=text, images=images, place=place))

    def show_preview(self, asset: int, path: str, longest: int = 1600) -> int:
        """Answers: previewed; problem when the file can't be read any more."""
        return self._post(m.ShowPreview(next(self._ids), asset=asset, path=path, longest=longest))

    def show_map(
        self,
        asset: int,
        path: str,
        kind: m.MapKind,
        *,
        layer: int = -1,
        patch: tuple[int, int] | None = None,
        text: str = "",
    ) -> int:
        """Answers: mapped."""
        request = m.ShowMap(
            next(self._ids), asset=asset, path=path, kind=kind, layer=layer, patch=patch, text=text
        )
        return self._post(request)

    def make_thumbnail(self, content: str, path: str) -> int:
        """Answers: thumbnailReady, or nothing when the photo is away."""
        return self._post(m.MakeThumbnail(next(self._ids), content=content, path=path))

    def show_details(self, asset: int) -> int:
        """Answers: detailed."""
        return self._post(m.ShowDetails(next(self._ids), asset=asset))

    def list_skipped(self) -> int:
        """Answers: skippedListed."""
        return self._post(m.ListSkipped(next(self._ids)))

    def retry_skipped(self) -> int:
        """Answers as `add_photos`."""
        return self._post(m.RetrySkipped(next(self._ids)))

    def list_models(self) -> int:
        """Answers: modelsListed."""
        return self._post(m.ListModels(next(self._ids)))

    def import_model(self, files: tuple[str, ...]) -> int:
        """Answers: modelsListed with a sentence, or problem."""
        return self._post(m.ImportModel(next(self._ids), files=files))

    def rate(self, assets: tuple[int, ...], rating: int) -> int:
        """Answers: photosChanged, userDataChanged."""
        return self._post(m.Rate(next(self._ids), assets=assets, rating=rating))

    def put_on(self, kind: Literal["label", "album"], assets: tuple[int, ...], name: str) -> int:
        """Label photos or add them to an album; answers: photosChanged, userDataChanged."""
        return self._post(m.PutOn(next(self._ids), kind=kind, assets=assets, name=name))

    def take_off(self, kind: Literal["label", "album"], assets: tuple[int, ...], name: str) -> int:
        """The opposite; answers: photosChanged, userDataChanged."""
        return self._post(m.TakeOff(next(self._ids), kind=kind, assets=assets, name=name))

    def rename_tag(self, kind: Literal["label", "album"], name: str, new: str) -> int:
        """Answers: photosChanged, userDataChanged."""
        return self._post(m.RenameTag(next(self._ids), kind=kind, name=name, new=new))

    def drop_tag(self, kind: Literal["label", "album"], name: str) -> int:
        """Take a label off all photos, or end an album; answers: photosChanged, userDataChanged."""
        return self._post(m.DropTag(next(self._ids), kind=kind, name=name))

    def show_labels(self, assets: tuple[int, ...]) -> int:
        """Answers: labelsShown."""
        return self._post(m.ShowLabels(next(self._ids), assets=assets))

    def undo(self) -> int:
        """Undo the last change of user data; answers: photosChanged, userDataChanged."""
        return self._post(m.Undo(next(self._ids)))

    def redo(self) -> int:
        """Do again what was undone; answers: photosChanged, userDataChanged."""
        return self._post(m.Redo(next(self._ids)))

    def exchange_sidecars(self, way: Literal["export", "import"], assets: tuple[int, ...] = ()) -> int:
        """Write or read sidecars; answers: progressed, exchanged."""
        return self._post(m.ExchangeSidecars(next(self._ids), way=way, assets=assets))

    # ── posting and receiving ───────────────────────────────────────────────────────────────────

    def _post(self, request: m.Request) -> int:
        if isinstance(request, _NEWEST_ONLY):
            older = self._newest.get(_lane(request))
            if older is not None:
                older.token.cancel()
            self._newest[_lane(request)] = request
        self._posted.emit(request)
        return request.id

    @Slot(object)
    def _receive(self, message: tuple[m.Request | None, m.Answer]) -> None:
        request, answer = message
        if self._closed or (request is not None and request.token.cancelled):
            return
        self._signals[type(answer)].emit(answer)
