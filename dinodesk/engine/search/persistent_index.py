"""The search index of one model over one library: read from the database, cached as a mapped file.

The database is the truth. The cache (`index/<fingerprint>.f16`, `.ids`, `.json`) is written to
temporary names and renamed, the header last; whatever does not fit is ignored and written anew.
"""

from __future__ import annotations

import json
import logging
import os
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import xxhash

from dinodesk import private_files
from dinodesk.library.library import LibraryStore
from dinodesk.library.store import vectors
from dinodesk.records import IntArray, ModelInfo
from dinodesk.search.index.hnsw_graph import available, load_graph
from dinodesk.search.index.projected_rows import PROJECT_FROM
from dinodesk.search.index.vector_index import GRAPH_FROM, HalfArray, ScanKernel, VectorIndex

_log = logging.getLogger(__name__)

FORMAT = 1
WORTH_CACHING = 2_000  # below, reading the rows is as quick as opening a cache


class PersistentIndex:
    """Vectors of `info`'s model in `library`, kept up to date by `refresh`.

    Attributes:
        vectors: the index to search.
        model_id: the model's id in the library.
    """

    def __init__(self, library: LibraryStore, info: ModelInfo, scanner: ScanKernel | None = None) -> None:
        self._library = library
        self._info = info
        self.model_id = vectors.register_model(library.database, info.fingerprint, info.title, info.dim)
        self.vectors = VectorIndex(info.dim, scanner)
        self._last_row = 0
        self._cached = 0
        self._stem = library.index / info.fingerprint[:32]

    @property
    def fingerprint(self) -> str:
        """Of the model whose vectors these are."""
        return self._info.fingerprint

    def load(self) -> None:
        """Fill the index from the cache, as far as it fits, and the rest from the database."""
        try:
            self._load_cache()
        except FileNotFoundError:
            pass  # no cache yet
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.info("the index cache was not used: %s", error)
        self.refresh()

    def refresh(self) -> int:
        """Append vectors that were stored since; returns how many."""
        added = 0
        while True:
            before = self._last_row
            self._last_row, contents, rows = vectors.read_vectors(
                self._library.database, self.model_id, self._info.dim, before
            )
            if self._last_row == before:
                break
            added += self.vectors.add_usable(contents, rows)  # others come from a damaged database only
        graph = self.vectors.graph
        if added and graph is not None and available():
            graph.add(self.vectors.matrix[len(self.vectors) - added :])
        return added

    @property
    def wants_graph(self) -> bool:
        """Whether there are so many vectors that a graph should be built."""
        return available() and self.vectors.graph is None and len(self.vectors) >= GRAPH_FROM

    @property
    def wants_projection(self) -> bool:
        """Whether there are so many vectors that scans should go over their principal components."""
        return self.vectors.projected is None and len(self.vectors) >= PROJECT_FROM

    @property
    def wants_saving(self) -> bool:
        """Whether the cache lacks enough vectors to be worth writing."""
        count = len(self.vectors)
        return count >= WORTH_CACHING and count > 1.05 * self._cached

    def save(self) -> None:
        """Write the cache. A disk that refuses costs nothing but time at the next start."""
        names = {part: self._stem.with_name(f"{self._stem.name}.{part}") for part in _PARTS}
        parts = {part: _part(file) for part, file in names.items()}
        graph = self.vectors.graph
        target = self._stem.with_name(f"{self._stem.name}.hnsw")
        links = _part(target)
        try:
            folder = self._stem.parent
            matrix = np.ascontiguousarray(self.vectors.matrix)
            private_files.write(parts["f16"], matrix.tobytes(), like=folder)
            with private_files.create(parts["ids"], like=folder) as file:
                np.save(file, self.vectors.contents, allow_pickle=False)
            if graph is not None:
                for made in (links, _basis(links)):
                    private_files.create(made, like=folder).close()  # hnswlib keeps the rights it finds
                graph.save(links)
            header = {
                "format": FORMAT,
                "fingerprint": self._info.fingerprint,
                "dim": self._info.dim,
                "rows": len(self.vectors),
                "hash": _hash_of(self.vectors.matrix, self.vectors.contents),
                "last_row": self._last_row,
                "graph": _graph_version() if graph else None,
                "graph_hash": _graph_hash(links) if graph else None,
                "recall": graph.recall if graph else None,
            }
            private_files.write(parts["json"], json.dumps(header).encode("ascii"), like=folder)
            names["json"].unlink(missing_ok=True)  # without a header the cache does not count
            if graph is not None:
                os.replace(_basis(links), _basis(target))
                os.replace(links, target)
            for part in _PARTS:
                os.replace(parts[part], names[part])
            self._cached = len(self.vectors)
        except (OSError, RuntimeError) as error:  # hnswlib has the second only
            _log.warning("the index cache could not be written: %s", error)
        finally:
            for file_ in (*parts.values(), links, _basis(links)):
                file_.unlink(missing_ok=True)

    def _load_cache(self) -> None:
        names = {part: self._stem.with_name(f"{self._stem.name}.{part}") for part in _PARTS}
        header = json.loads(names["json"].read_text(encoding="ascii"))
        rows, dim = int(header["rows"]), self._info.dim
        if (header["format"], header["fingerprint"], header["dim"]) != (FORMAT, self._info.fingerprint, dim):
            raise ValueError("of another model or format")
        stored = vectors.count_vectors(self._library.database, self.model_id, int(header["last_row"]))
        if stored != rows or names["f16"].stat().st_size != rows * dim * 2:
            raise ValueError("stale")
        ids = np.load(names["ids"], allow_pickle=False)
        # "c" maps copy-on-write: torch wants memory that could be written to, the file never is
        matrix = np.memmap(names["f16"], np.float16, "c", shape=(rows, dim))
        if _hash_of(matrix, ids) != header["hash"]:
            raise ValueError("damaged")
        self.vectors.adopt(ids, matrix)
        self._last_row, self._cached = int(header["last_row"]), rows
        file = self._stem.with_name(f"{self._stem.name}.hnsw")
        # hnswlib follows whatever numbers a damaged file holds, out of its memory
        if header["graph"] == _graph_version() and header.get("graph_hash") == _graph_hash(file):
            self.vectors.graph = load_graph(file, rows)
            if self.vectors.graph is not None:
                self.vectors.graph.recall = float(header["recall"])


_PARTS = ("f16", "ids", "json")


def _part(file: Path) -> Path:
    return file.with_name(f"{file.name}.{os.getpid()}.part")


def _basis(graph: Path) -> Path:
    return graph.with_suffix(".basis.npy")


def damaged_caches(library: LibraryStore) -> list[str]:
    """Names of the index caches whose files do not match their headers."""
    damaged = []
    for file in sorted(library.index.glob("*.json")):
        try:
            header = json.loads(file.read_text(encoding="ascii"))
            ids = np.load(file.with_suffix(".ids"), allow_pickle=False)
            shape = (int(header["rows"]), int(header["dim"]))
            matrix = np.memmap(file.with_suffix(".f16"), np.float16, "r", shape=shape)
            sound = _hash_of(matrix, ids) == header["hash"]
            if header.get("graph_hash"):
                sound &= header["graph_hash"] == _graph_hash(file.with_suffix(".hnsw"))
        except (OSError, ValueError, KeyError, TypeError):
            sound = False
        damaged += [] if sound else [file.stem]
    return damaged


def _hash_of(matrix: HalfArray, contents: IntArray) -> str:
    """xxh3 of both arrays' bytes: some 40 ms for 100,000 × 2,048."""
    state = xxhash.xxh3_128(np.ascontiguousarray(matrix).data)
    state.update(np.ascontiguousarray(contents).data)
    return state.hexdigest()


def _graph_hash(file: Path) -> str:
    """xxh3 of a saved graph and its basis; "" where they can't be read."""
    state = xxhash.xxh3_128()
    try:
        for each in (file, _basis(file)):
            with each.open("rb") as opened:
                while piece := opened.read(8 << 20):
                    state.update(piece)
    except OSError:
        return ""
    return state.hexdigest()


def _graph_version() -> str:
    try:
        return f"hnswlib {version('hnswlib')}"
    except PackageNotFoundError:
        return "hnswlib"
