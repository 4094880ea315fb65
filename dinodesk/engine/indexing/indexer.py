"""Indexing as a resumable generator: scan, read ahead, embed, write down, a step at a time.

What is written is a whole number of photos in one transaction, so stopping or killing loses at most
the step under way; the next run finds what is left by itself.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Generator, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from heapq import nlargest
from itertools import chain

import numpy as np

from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.decoding.decoders import Decoders
from dinodesk.engine.decoding.photo_reader import ReadAhead, ReadPhoto, read_photo
from dinodesk.engine.indexing.change_scan import ChangeScan, FileToRead
from dinodesk.engine.indexing.metadata_backfill import read_changed_sidecars, read_missing_metadata
from dinodesk.engine.indexing.report import IndexReport
from dinodesk.engine.messages import JobPhase
from dinodesk.errors import DeviceMemoryError, DinoDeskError, LibraryError
from dinodesk.library.files.scanner import is_gone
from dinodesk.library.folders import root_folders, root_paths
from dinodesk.library.images.decoder import DECODER
from dinodesk.library.library import LibraryStore
from dinodesk.library.photos import asset_matching, photo_locations, photo_writer
from dinodesk.library.store import vectors
from dinodesk.models.inference.model import Model
from dinodesk.records import FloatArray, Skipped
from dinodesk.search.index.vector_index import usable

MOST, MOST_ON_CUDA = 4, 16
"""Photos of a batch."""
_SLOWEST = 10
_ASK_EVERY = 1.0  # seconds between two questions whether a drive is still there
_WRITE_AT_ONCE = 200  # renamed photos written in one transaction: some 30 ms


def batch_after(size: int, slowest: float, budget: float, most: int) -> int:
    """Photos of the next batch, after one of `size` whose slowest step took so many seconds.

    It doubles until steps take half as long again as the `budget`: a pass has many steps, and between any two
    a query is answered. Where one takes more than twice the budget, it shrinks to what takes that.
    """
    if slowest <= 1.5 * budget:
        return min(2 * size, most)
    return max(1, min(size, most, int(size * 2.0 * budget / slowest)))


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the run: phase, files done and to do, and the assets that were stored in it."""

    phase: JobPhase
    title: str
    done: int
    total: int
    stored: tuple[int, ...] = ()


class Indexer:
    """One run over some folders.

    `add`, `rescan` and `rescan_folders` give its generator; `report` is filled while it goes.
    """

    def __init__(
        self,
        library: LibraryStore,
        model: Model,
        *,
        budget: float = 0.05,
        decoders: Decoders | None = None,
        believe: Collection[int] | None = (),
    ) -> None:
        """`budget` is the time in seconds that one step of the model should take: batches grow while its
        steps, of which a pass has many, take not much more.

        Photos are read by `decoders`, which stay the caller's; without them the run has its own. With
        `believe` a great loss of photos is noted as it is found in these roots (ids; None for all).
        """
        self.report = IndexReport()
        self._library = library
        self._database = library.database
        self._model = model
        self._model_id = vectors.register_model(
            library.database, model.info.fingerprint, model.info.title, model.info.dim
        )
        self._budget = budget
        self._decoders = decoders
        # halved when the device's memory does not hold so many
        self._most = MOST_ON_CUDA if model.info.device == "cuda" else MOST
        self._scan = ChangeScan(library.database, self._model_id, self.report, believe=believe)
        self._departed = photo_writer.DepartedLocations()
        self._todo: list[FileToRead] = []
        self._here: dict[int, tuple[float, bool]] = {}
        self._title = ""
        self._done = 0

    # ── what to index ───────────────────────────────────────────────────────────────────────────

    def add(self, paths: Sequence[str]) -> Generator[Step, None, IndexReport]:
        """Add folders or files (absolute paths) to the library and index them.

        Raises DinoDeskError for a path that does not exist.
        """
        for path in paths:
            if not path or not os.path.lexists(path):
                raise DinoDeskError(f"There is no {path}.", "Check the name; a drive may not be plugged in.")
        folders = [path for path in paths if os.path.isdir(path)]
        files = [path for path in paths if path not in set(folders)]
        self._title = os.path.basename((folders or files or [""])[0].rstrip(os.sep)) or "photos"
        chosen = [root_folders.add_root(self._database, folder) for folder in dict.fromkeys(folders)]
        return self._run(
            chain(
                self._scan.scan_roots(root_paths.top_roots(chosen)),
                self._scan.scan_files(list(dict.fromkeys(files))),
            )
        )

    def rescan(self) -> Generator[Step, None, IndexReport]:
        """Look through all folders of the library again."""
        self._title = "library"
        return self._run(self._scan.scan_roots(root_paths.top_roots(root_folders.list_roots(self._database))))

    def rescan_folders(self, folders: Sequence[str]) -> Generator[Step, None, IndexReport]:
        """Look through these folders (absolute paths) only: something in them has changed."""
        self._title = os.path.basename(folders[0].rstrip(os.sep)) if len(folders) == 1 else "changes"
        return self._run(self._scan.scan_folders(folders), whole=False)

    def _run(self, scanning: Iterator[None], *, whole: bool = True) -> Generator[Step, None, IndexReport]:
        started = time.perf_counter()
        try:
            photo_locations.retry_skipped_once(self._database, DECODER)
            for _ in scanning:
                yield Step("scanning", self._title, 0, 0)
            yield from self._store_renamed()
            self._todo = self._scan.todo
            yield from self._embed()
            # only what moves can leave a twin, in this run or in one that was stopped
            if (whole or self.report.moved) and (united := asset_matching.merge_twins(self._database)):
                yield self._step(tuple(united))
            yield from self._backfill_metadata()
            for _ in self._scan.conclude():
                yield Step("scanning", self._title, 0, 0)
        finally:
            self.report.seconds = time.perf_counter() - started
        return self.report

    def _store_renamed(self) -> Iterator[Step]:
        """Write down what only changed its name."""
        steps = self._scan.find_renamed()
        while True:
            try:
                next(steps)
            except StopIteration as end:
                same: list[photo_writer.ScannedPhoto] = end.value
                break
            yield Step("scanning", self._title, 0, 0)
        for start in range(0, len(same), _WRITE_AT_ONCE):
            stored = self._store(same[start : start + _WRITE_AT_ONCE], [])
            yield Step("scanning", self._title, 0, 0, stored)

    # ── embedding ───────────────────────────────────────────────────────────────────────────────

    def _embed(self) -> Iterator[Step]:
        if not self._todo:
            return
        known = photo_locations.embedded_hashes(self._database, self._model_id)
        decoders = self._decoders or DecoderPool()
        side, prepare = 2 * self._model.decode_side, self._model.preparation

        def begin(path: str) -> Future[ReadPhoto]:
            return decoders.submit(read_photo, path, side, self._library.thumbnails, prepare, known=known)

        by_path = {todo.found.path: todo.root for todo in self._todo}
        ahead = ReadAhead(begin)
        size = 2
        batch: list[ReadPhoto] = []
        try:
            for result in ahead.results(todo.found.path for todo in self._todo):
                if result is not None:
                    batch.append(result)
                    if result.full:
                        raise LibraryError(
                            f"The disk that holds the library {self._library.folder} is full.",
                            "Make room and index again; everything indexed so far is kept.",
                        )
                if len(batch) < size and (result is not None or not batch):
                    yield self._step()
                    continue
                slowest, embedded = yield from self._store_batch(batch, by_path, known)
                if embedded:
                    size = batch_after(embedded, slowest, self._budget, self._most)
                batch = []
            if batch:
                yield from self._store_batch(batch, by_path, known)
        finally:
            self.report.waited += ahead.waited
            ahead.close()
            if self._decoders is None:
                decoders.close()

    def _store_batch(
        self, batch: list[ReadPhoto], by_path: dict[str, root_paths.RootFolder], known: set[bytes]
    ) -> Generator[Step, None, tuple[float, int]]:
        """Embed what has pixels, write everything down; returns the seconds of the model's slowest step, and
        its photos."""
        # equal files may have been read side by side: their bytes are embedded once
        new = {photo.hash: photo for photo in reversed(batch) if photo.pixels is not None}
        fresh = [photo for digest, photo in new.items() if digest not in known]
        times = [*self.report.slowest, *((photo.seconds, photo.path) for photo in batch)]
        self.report.slowest = nlargest(_SLOWEST, times)
        kept = [photo.kept for photo in batch if photo.kept]
        self.report.thumbnails += len(kept)
        self.report.thumbnail_bytes += sum(kept)
        slowest = 0.0
        embedded: dict[str, bytes] = {}
        if fresh:
            pixels = np.stack([photo.pixels for photo in fresh if photo.pixels is not None])
            vectors, slowest = yield from self._embed_within_memory(pixels)
            embedded = _usable(fresh, vectors)
        useless = {photo.hash for photo in fresh if photo.path not in embedded}
        good, bad = [], []
        for photo in batch:
            root = by_path[photo.path]
            reason, opened = photo.reason, photo.opened
            if reason is None and photo.hash in useless:
                # the model's fault, not the file's: it is tried again at the next scan
                reason, opened = "The model gave no usable vector for it.", False
            if reason is not None and not opened and (is_gone(photo.path) or not self._is_here(root)):
                # deleted since it was found, or its drive was pulled: it is read when it is back
                self.report.found -= 1
                self.report.left_behind += not self._is_here(root)
                continue
            if reason is not None:
                bad.append(_bad_file(root, photo, reason, opened))
                self.report.unreadable += 1
                self._skip(Skipped(photo.path, reason))
            else:
                good.append(_scanned_photo(root, photo, embedded.get(photo.path)))
        stored = self._store(good, bad)
        known.update(photo.hash for photo in good)
        self._done += len(batch)
        yield self._step(stored)
        return slowest, len(fresh)

    def _embed_within_memory(self, pixels: FloatArray) -> Generator[Step, None, tuple[FloatArray, float]]:
        """Vectors, and the seconds of the slowest step; one too large for the device is halved."""
        steps = self._model.embed_steps(pixels)
        slowest = 0.0
        while True:
            started = time.perf_counter()
            try:
                next(steps)
            except StopIteration as end:
                return end.value, max(slowest, time.perf_counter() - started)
            except Exception as error:
                if not self._model.is_out_of_memory(error):
                    raise
                break
            slowest = max(slowest, time.perf_counter() - started)
            yield self._step()
        if len(pixels) == 1:
            raise DeviceMemoryError(
                f"The device has too little memory for the model {self._model.info.title}.",
                "Close other programs, or use the CPU (--device cpu).",
            )
        half = len(pixels) // 2
        self._most = half
        first, one = yield from self._embed_within_memory(pixels[:half])
        second, two = yield from self._embed_within_memory(pixels[half:])
        return np.concatenate([first, second]), max(slowest, one, two)

    def _is_here(self, root: root_paths.RootFolder) -> bool:
        """Whether the root can still be listed, asked at most once a second."""
        now = time.monotonic()
        asked, here = self._here.get(root.id, (0.0, True))
        if now - asked > _ASK_EVERY:
            here = any(each.id == root.id and each.online for each in root_folders.list_roots(self._database))
            self._here[root.id] = now, here
        return here

    def _store(
        self, good: list[photo_writer.ScannedPhoto], bad: list[photo_writer.BadFile]
    ) -> tuple[int, ...]:
        if bad:
            photo_writer.store_bad_files(self._database, bad)
        if not good:
            return ()
        outcomes = photo_writer.store_photos(self._database, self._model_id, good, self._departed)
        for outcome, _ in outcomes:
            if outcome == "removed":
                self.report.found -= 1  # it is none of the library's
            else:
                setattr(self.report, outcome, getattr(self.report, outcome) + 1)
        return tuple(asset for outcome, asset in outcomes if outcome != "removed")

    def _step(self, stored: tuple[int, ...] = ()) -> Step:
        return Step("indexing", self._title, self._done, len(self._todo), stored)

    def _skip(self, skipped: Skipped) -> None:
        self.report.skipped.append(skipped)

    # ── metadata ───────────────────────────────────────────────────────────────────────────────

    def _backfill_metadata(self) -> Iterator[Step]:
        for root, sidecars in self._scan.sidecars.values():
            for steps in (
                read_missing_metadata(self._database, root),
                read_changed_sidecars(self._database, root, sidecars, self._scan.seen),
            ):
                before = self.report.refreshed
                for done, total in steps:
                    self.report.refreshed = before + done
                    yield Step("reading", self._title, done, total)


def _bad_file(
    root: root_paths.RootFolder, photo: ReadPhoto, reason: str, opened: bool
) -> photo_writer.BadFile:
    return photo_writer.BadFile(
        root=root,
        path=photo.path,
        size=photo.size,
        mtime_ns=photo.mtime_ns,
        inode=photo.inode,
        reason=reason,
        opened=opened,
    )


def _scanned_photo(
    root: root_paths.RootFolder, photo: ReadPhoto, vector: bytes | None
) -> photo_writer.ScannedPhoto:
    return photo_writer.ScannedPhoto(
        root=root,
        path=photo.path,
        size=photo.size,
        mtime_ns=photo.mtime_ns,
        inode=photo.inode,
        hash=photo.hash,
        width=photo.width,
        height=photo.height,
        vector=vector,
        quick=photo.quick,
        metadata=photo.metadata,
    )


def _usable(photos: Sequence[ReadPhoto], embedded: FloatArray) -> dict[str, bytes]:
    """Vectors as float16 bytes by path; NaN, infinite, zero and far too long ones are left out."""
    with np.errstate(over="ignore"):  # what does not fit becomes infinite, and is left out
        halves = embedded.astype("<f2")
        sound = usable(halves)
    return {photo.path: halves[row].tobytes() for row, photo in enumerate(photos) if sound[row]}
