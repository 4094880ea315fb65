"""`bench library`: what a large library costs without a model: looking through it, writing, opening."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from dinodesk import api
from dinodesk.cli.bench.pipeline import CostlessModel
from dinodesk.cli.bench.rows import SEED, Row, row
from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.engine.search.scan_kernels import scan_kernel
from dinodesk.errors import DinoDeskError
from dinodesk.generators import run_to_end
from dinodesk.library.folders import root_folders, root_paths
from dinodesk.library.library import LibraryStore
from dinodesk.library.photos import photo_writer
from dinodesk.library.store import vectors
from dinodesk.records import DateClaim, FloatArray, PhotoMetadata

WIDTH = 1536
TURNS = 5
BATCH = 200
"""Photos written in one transaction."""
ALONE = 20
"""One in so many is written once more with a commit of its own, to compare with."""
IN_A_FOLDER = 500
TERMS = 10
FILTERS = 3


class WideModel(CostlessModel):
    """The costless model with vectors as wide as a large one's, and a sentence's at no cost."""

    def __init__(self) -> None:
        super().__init__()
        self.info = replace(self.info, dim=WIDTH, fingerprint="e" * 32)

    def embed_texts(self, texts: Sequence[str]) -> FloatArray:
        """Unit (M, 1536), always the same."""
        return np.repeat(_vectors(1, SEED).astype(np.float32), len(texts), axis=0)


def library(count: int) -> list[Row]:
    """All measurements, over `count` files and photos."""
    with tempfile.TemporaryDirectory(prefix="dinodesk-bench-") as name:
        folder = Path(name)
        photos = folder / "photos"
        _make_files(photos, count)
        store = LibraryStore(folder / "library")
        try:
            rows = [_inserting(store, photos, LibraryStore(folder / "alone"))]
            rows += _looking_again(store, photos)
        finally:
            store.close()
        return [*rows, *_opening(folder / "library"), *_composed(folder / "library")]


def _make_files(folder: Path, count: int) -> None:
    """Files of a few bytes: nothing here reads them."""
    for start in range(0, count, IN_A_FOLDER):
        inner = folder / f"{start // IN_A_FOLDER:05}"
        inner.mkdir(parents=True)
        for number in range(start, min(start + IN_A_FOLDER, count)):
            (inner / f"IMG_{number:07}.jpg").write_bytes(b"\xff\xd8\xff")


def _vectors(count: int, seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float16]]:
    made = np.random.default_rng(seed).standard_normal((count, WIDTH), np.float32)
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float16)


def _inserting(store: LibraryStore, photos: Path, other: LibraryStore) -> Row:
    """New photos with vectors and metadata written down a second, against a commit for each."""
    model, spare = (_registered(each) for each in (store, other))
    root, elsewhere = (root_folders.add_root(each.database, str(photos)) for each in (store, other))
    files = sorted(photos.rglob("*.jpg"))
    ours, plain = [], []
    for start in range(0, len(files), BATCH):
        some = files[start : start + BATCH]
        batch = _scanned(root, some, start)
        began = time.perf_counter()
        photo_writer.store_photos(store.database, model, batch)
        ours.append(len(batch) / (time.perf_counter() - began))
        alone = [replace(photo, root=elsewhere) for photo in batch[::ALONE]]
        began = time.perf_counter()
        for photo in alone:
            photo_writer.store_photos(other.database, spare, [photo])
        plain.append(len(alone) / (time.perf_counter() - began))
    other.close()
    return row(f"write {len(files):,} photos, {WIDTH:,} wide", ours, plain, "photos/s", faster_is="more")


def _registered(store: LibraryStore) -> int:
    info = WideModel().info
    return vectors.register_model(store.database, info.fingerprint, info.title, info.dim)


def _scanned(
    root: root_paths.RootFolder, files: Sequence[Path], start: int
) -> list[photo_writer.ScannedPhoto]:
    made = []
    data = _vectors(len(files), start)
    for number, file in enumerate(files):
        about = file.stat()
        key = start + number + 1
        made.append(
            photo_writer.ScannedPhoto(
                root=root,
                path=str(file),
                size=about.st_size,
                mtime_ns=about.st_mtime_ns,
                inode=about.st_ino,
                hash=key.to_bytes(16, "big"),
                width=4000,
                height=3000,
                vector=data[number].tobytes(),
                quick=key.to_bytes(8, "big"),
                metadata=PhotoMetadata(dates=(DateClaim(float(key), None, "second", "EXIF", 2),)),
            )
        )
    return made


def _looking_again(store: LibraryStore, photos: Path) -> list[Row]:
    """A rescan of unchanged files against a walk that calls `stat` on each file, alternated;
    and the most memory that the program takes while it runs, against before (where Linux tells it)."""
    ours, plain, most, before = [], [], [], []
    pool = DecoderPool(processes=False)
    count = 0
    for _ in range(TURNS):
        began = time.perf_counter()
        count = _walk_plainly(photos)
        plain.append(1000 * (time.perf_counter() - began))
        before.append(_memory("VmRSS"))
        _forget_peak()
        began = time.perf_counter()
        indexer = Indexer(store, WideModel(), decoders=pool)
        for _step in indexer.rescan():
            pass
        ours.append(1000 * (time.perf_counter() - began))
        most.append(_memory("VmHWM"))
        if indexer.report.unchanged != count:
            raise DinoDeskError("Files changed while they were measured.", "Measure again.")
    pool.close()
    rows = [row(f"rescan of {count:,} unchanged files", ours, plain, "ms", faster_is="less")]
    if most[0] and before[0]:
        rows.append(row("memory in that rescan, and before", most[:1], before[:1], "MB", faster_is="less"))
    return rows


def _walk_plainly(folder: Path) -> int:
    known = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(parent, name)
            about = os.stat(path)
            known[path] = about.st_size, about.st_mtime_ns, about.st_ino
    return len(known)


def _memory(what: str) -> float:
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0.0
    return int(status.split(f"{what}:")[1].split()[0]) / 1000


def _forget_peak() -> None:
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return  # the peak is then that of the program's life


def _opening(folder: Path) -> list[Row]:
    """From nothing to the first answer, a sentence's vector given, against reading all vectors from
    the database by plain sqlite3: without the index's cache, which is written then, and with it."""
    times: dict[str, list[float]] = {"without a cache": [], "with its cache": []}
    plain = []
    for turn in range(TURNS):
        for kind, taken in times.items():
            if kind == "without a cache":
                for file in (folder / "index").iterdir():
                    file.unlink()
            began = time.perf_counter()
            opened = api.open_library(folder)
            answer = opened.search("a sentence", api.Model(WideModel()), top=50)
            taken.append(1000 * (time.perf_counter() - began))
            opened.close()
        began = time.perf_counter()
        count = _read_plainly(folder / "library.db")
        plain.append(1000 * (time.perf_counter() - began))
        if answer.searched != count:
            raise DinoDeskError(f"The library answered of {answer.searched:,} photos only.", f"Turn {turn}.")
    name = f"open {count:,} photos and search"
    return [row(f"{name}, {kind}", taken, plain, "ms", faster_is="less") for kind, taken in times.items()]


def _composed(folder: Path) -> list[Row]:
    """Ten terms under three filters, all of the answer but the encoding, against ten scans by numpy in
    float32 without filters: with filters that were never asked for, and again with the same."""
    times: dict[str, list[float]] = {"new": [], "known": []}
    plain = []
    opened, model = api.open_library(folder), api.Model(WideModel())
    try:
        vectors = opened.refresh(model).vectors
        run_to_end(vectors.projection_steps(scan_kernel().make()))  # as the window does when it is idle
        matrix = vectors.matrix.astype(np.float32)
        scanned = model.embed_texts(["a sentence"])[0]
        terms = " | ".join(f'"thing {number}"' for number in range(TERMS))
        for turn in range(TURNS + 1):
            query = f"({terms}) after:{1900 + turn} width>{1000 + turn} size<{turn + 5}MB"
            for taken in times.values():
                began = time.perf_counter()
                answer = opened.search(query, model, top=50)
                taken.append(1000 * (time.perf_counter() - began) - answer.encode_ms)
                if len(answer.terms) != TERMS or len(answer.filters) != FILTERS:
                    raise DinoDeskError(f"It was not read as it should be: {query}.", f"Turn {turn}.")
            began = time.perf_counter()
            for _ in range(TERMS):
                _ = matrix @ scanned
            plain.append(1000 * (time.perf_counter() - began))
    finally:
        opened.close()
    name = f"{TERMS} terms, {FILTERS} filters, {len(matrix):,} photos"
    return [
        row(f"{name}, {kind} ones", taken[1:], plain[1:], "ms", faster_is="less")
        for kind, taken in times.items()
    ]


def _read_plainly(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT data FROM vectors").fetchall()
    return len(np.frombuffer(b"".join(data for (data,) in rows), "<f2").reshape(-1, WIDTH))
