"""Indexing as a resumable generator: scan, read ahead, embed, write down, a step at a time.

What is written is a whole number of photos in one transaction, so stopping or killing loses at most
the step under way; the next run finds what is left by itself.
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np

from dinodesk.engine.decoder_pool import DecoderPool
from dinodesk.engine.decoding import ReadAhead, ReadPhoto, read_photo
from dinodesk.errors import DinoDeskError, LibraryError, ModelError
from dinodesk.library import places, roots, scan, vectors
from dinodesk.library.library import Library
from dinodesk.models.model import Model
from dinodesk.records import FloatArray, Skipped

LOST_SHARE = 0.2
"""A scan that misses more than this share of a folder's photos asks instead of believing it."""


@dataclass(slots=True)
class Report:
    """What a run did; the counts are the command line's JSON.

    `waited` is how many of the `seconds` the model had no pixels to work on.
    """

    found: int = 0
    indexed: int = 0
    unchanged: int = 0
    moved: int = 0
    missing: int = 0
    offline: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    seconds: float = 0.0
    waited: float = 0.0


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the run: phase, files done and to do, and the assets that were stored in it."""

    phase: str
    title: str
    done: int
    total: int
    stored: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Todo:
    root: roots.RootFolder
    found: scan.Found


@dataclass(slots=True)
class _Scanned:
    """What the scan of one root leaves for the end of the run."""

    root: roots.RootFolder
    known: dict[str, places.KnownPlace]
    seen: set[str] = field(default_factory=set)
    unreadable: list[str] = field(default_factory=list)


class Indexer:
    """One run over some folders. `add` and `rescan` give its generator; `report` is filled while it goes."""

    def __init__(
        self, library: Library, model: Model, *, budget: float = 0.05, decoders: DecoderPool | None = None
    ) -> None:
        """`budget` is the time in seconds that one step of the model may take, which sets the batch.

        Photos are read by `decoders`, which stay the caller's; without them the run has its own.
        """
        self.report = Report()
        self._library = library
        self._database = library.database
        self._model = model
        self._model_id = vectors.register_model(
            library.database, model.info.fingerprint, model.info.title, model.info.dim
        )
        self._budget = budget
        self._decoders = decoders
        self._most = 16  # photos a batch; halved when the device's memory does not hold them
        self._todo: list[_Todo] = []
        self._scans: list[_Scanned] = []
        self._handled: set[str] = set()
        self._title = ""
        self._done = 0

    # ── what to index ───────────────────────────────────────────────────────────────────────────

    def add(self, paths: Sequence[str]) -> Generator[Step, None, Report]:
        """Add folders or files (absolute paths) to the library and index them.

        Raises DinoDeskError for a path that does not exist.
        """
        for path in paths:
            if not path or not os.path.lexists(path):
                raise DinoDeskError(f"There is no {path}.", "Check the name; a drive may not be plugged in.")
        folders = [path for path in paths if os.path.isdir(path)]
        files = [path for path in paths if path not in set(folders)]
        self._title = os.path.basename((folders or files or [""])[0].rstrip(os.sep)) or "photos"
        chosen = [roots.add_root(self._database, folder) for folder in dict.fromkeys(folders)]
        return self._run(roots.top_roots(chosen), list(dict.fromkeys(files)))

    def rescan(self) -> Generator[Step, None, Report]:
        """Look through all folders of the library again."""
        self._title = "library"
        return self._run(roots.top_roots(roots.list_roots(self._database)), [])

    def _run(self, chosen: Sequence[roots.RootFolder], files: Sequence[str]) -> Generator[Step, None, Report]:
        started = time.perf_counter()
        try:
            for root in chosen:
                yield from self._scan(root)
            self._take_files(files)
            yield from self._embed()
            for scanned in self._scans:
                self._look_for_missing(scanned)
            self.report.offline = self._count_offline()
        finally:
            self.report.seconds = time.perf_counter() - started
        return self.report

    # ── scanning ────────────────────────────────────────────────────────────────────────────────

    def _scan(self, root: roots.RootFolder) -> Iterator[Step]:
        if not root.online:
            return  # offline is not deleted: nothing is concluded
        scanned = _Scanned(root, places.known_places(self._database, root, self._model_id))
        entries = scan.walk(root.path) if root.recursive else _look_at_known(scanned.known)
        last = time.perf_counter()
        for entry in entries:
            if isinstance(entry, Skipped):
                scanned.unreadable.append(entry.path)
                self._skip(entry)
                self.report.found += 1
                continue
            scanned.seen.add(entry.path)
            self._consider(root, entry, scanned.known.get(entry.path))
            if time.perf_counter() - last > 0.03:
                yield Step("scanning", self._title, 0, 0)
                last = time.perf_counter()
        back = [place.id for path, place in scanned.known.items() if place.missing and path in scanned.seen]
        if back:
            places.mark_seen(self._database, back)
        self._scans.append(scanned)
        yield Step("scanning", self._title, 0, 0)

    def _consider(self, root: roots.RootFolder, found: scan.Found, known: places.KnownPlace | None) -> None:
        if found.path in self._handled:
            return
        self._handled.add(found.path)
        self.report.found += 1
        if known is not None and known.looks_like(found):
            if known.reason is not None:
                self._skip(Skipped(found.path, known.reason))
                return
            if known.embedded:
                self.report.unchanged += 1
                return
        self._todo.append(_Todo(root, found))

    def _take_files(self, files: Sequence[str]) -> None:
        folders: dict[str, tuple[roots.RootFolder, dict[str, places.KnownPlace]]] = {}
        for path in files:
            found = scan.look_at(path)
            if found is None:
                words = f"{path} is not a photo DinoDesk can read."
                if os.path.isfile(path):
                    self.report.found += 1
                    self._skip(Skipped(path, "It is not a photo DinoDesk can read."))
                else:  # a pipe, a device, a link to nowhere: never opened, never counted
                    self.report.questions.append(words)
                continue
            folder = os.path.dirname(path)
            if folder not in folders:
                root = roots.add_root(self._database, folder, recursive=False)
                folders[folder] = root, places.known_places(self._database, root, self._model_id)
            root, known = folders[folder]
            self._consider(root, found, known.get(path))

    # ── embedding ───────────────────────────────────────────────────────────────────────────────

    def _embed(self) -> Iterator[Step]:
        if not self._todo:
            return
        known = places.embedded_hashes(self._database, self._model_id)
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
                took, embedded = yield from self._store_batch(batch, by_path, known)
                if embedded:
                    size = int(np.clip(self._budget / max(took / embedded, 1e-4), 1, self._most))
                batch = []
            if batch:
                yield from self._store_batch(batch, by_path, known)
        finally:
            self.report.waited += ahead.waited
            ahead.close()
            if self._decoders is None:
                decoders.close()

    def _store_batch(
        self, batch: list[ReadPhoto], by_path: dict[str, roots.RootFolder], known: set[bytes]
    ) -> Generator[Step, None, tuple[float, int]]:
        """Embed what has pixels, write everything down; returns the model's seconds and its photos."""
        fresh = [photo for photo in batch if photo.pixels is not None]
        took = 0.0
        embedded: dict[str, bytes] = {}
        if fresh:
            pixels = np.stack([photo.pixels for photo in fresh if photo.pixels is not None])
            vectors, took = yield from self._embed_within_memory(pixels)
            embedded = _usable(fresh, vectors)
        good, bad = [], []
        for photo in batch:
            root = by_path[photo.path]
            reason, opened = photo.reason, photo.opened
            if reason is None and photo.pixels is not None and photo.path not in embedded:
                # the model's fault, not the file's: it is tried again at the next scan
                reason, opened = "The model gave no usable vector for it.", False
            if reason is not None:
                bad.append(
                    places.BadFile(root, photo.path, photo.size, photo.mtime_ns, photo.inode, reason, opened)
                )
                self._skip(Skipped(photo.path, reason))
            else:
                good.append(
                    places.ScannedPhoto(
                        root, photo.path, photo.size, photo.mtime_ns, photo.inode, photo.hash,
                        photo.width, photo.height, photo.taken, embedded.get(photo.path),
                    )
                )  # fmt: skip
        stored = self._write(good, bad)
        known.update(photo.hash for photo in good)
        self._done += len(batch)
        yield self._step(stored)
        return took, len(fresh)

    def _embed_within_memory(self, pixels: FloatArray) -> Generator[Step, None, tuple[FloatArray, float]]:
        """Vectors and the model's seconds; a batch too large for the device's memory is halved."""
        steps = self._model.embed_steps(pixels)
        took = 0.0
        while True:
            started = time.perf_counter()
            try:
                next(steps)
            except StopIteration as end:
                return end.value, took + time.perf_counter() - started
            except Exception as error:
                if not self._model.is_out_of_memory(error):
                    raise
                break
            took += time.perf_counter() - started
            yield self._step()
        if len(pixels) == 1:
            raise ModelError(
                f"The device has too little memory for the model {self._model.info.title}.",
                "Close other programs, or use the CPU (--device cpu).",
            )
        half = len(pixels) // 2
        self._most = half
        first, one = yield from self._embed_within_memory(pixels[:half])
        second, two = yield from self._embed_within_memory(pixels[half:])
        return np.concatenate([first, second]), took + one + two

    def _write(self, good: list[places.ScannedPhoto], bad: list[places.BadFile]) -> tuple[int, ...]:
        if bad:
            places.store_bad_files(self._database, bad)
        if not good:
            return ()
        outcomes = places.store_photos(self._database, self._model_id, good)
        for outcome, _ in outcomes:
            setattr(self.report, outcome, getattr(self.report, outcome) + 1)
        return tuple(asset for _, asset in outcomes)

    def _step(self, stored: tuple[int, ...] = ()) -> Step:
        return Step("indexing", self._title, self._done, len(self._todo), stored)

    def _skip(self, skipped: Skipped) -> None:
        self.report.skipped.append(skipped)

    # ── what is gone ────────────────────────────────────────────────────────────────────────────

    def _look_for_missing(self, scanned: _Scanned) -> None:
        hidden = tuple(folder + os.sep for folder in scanned.unreadable)
        unseen = [
            place
            for path, place in scanned.known.items()
            if path not in scanned.seen and not (hidden and path.startswith(hidden))
        ]
        if scanned.root.path in scanned.unreadable or not unseen:
            return
        gone = set(places.still_at(self._database, [place.id for place in unseen], scanned.root))
        newly = [place.id for place in unseen if place.id in gone and place.is_present_photo]
        before = sum(place.is_present_photo for place in scanned.known.values())
        if newly and (not scanned.seen or len(newly) > LOST_SHARE * before):
            self.report.questions.append(
                f"{len(newly)} of {before} photos of {scanned.root.path} are suddenly gone. "
                "Nothing was forgotten; if a drive is missing, plug it in, and if they were deleted on "
                "purpose, remove the folder from the library and add it again."
            )
            return
        self.report.missing += places.mark_missing(self._database, [p.id for p in unseen if p.id in gone])

    def _count_offline(self) -> int:
        away = [root for root in roots.list_roots(self._database) if not root.online]
        return len(places.photos_in(self._database, away))


def _look_at_known(known: dict[str, places.KnownPlace]) -> Iterator[scan.Found | Skipped]:
    for path in known:
        found = scan.look_at(path)
        if found is not None:
            yield found


def _usable(photos: Sequence[ReadPhoto], embedded: FloatArray) -> dict[str, bytes]:
    """Vectors as float16 bytes by path; NaN, infinite and zero ones are left out."""
    sound = np.isfinite(embedded).all(axis=1) & (np.linalg.norm(embedded, axis=1) > 0.5)
    halves = embedded.astype("<f2")
    return {photo.path: halves[row].tobytes() for row, photo in enumerate(photos) if sound[row]}
