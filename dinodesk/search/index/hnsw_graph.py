"""The HNSW graph (arXiv 1603.09320) over principal components; without hnswlib every search is exact."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dinodesk.generators import run_to_end
from dinodesk.records import FloatArray, IntArray

try:
    import hnswlib
except ImportError:  # no compiler was there at installation; `doctor` notes it
    hnswlib = None

HalfArray = npt.NDArray[np.float16]

COMPONENTS = 256
"""Principal components that the graph's inner products are computed on."""
FIT_ON = 20_000
"""Rows that the components are fitted on."""
LINKS = 16
BUILD_EF = 100
SEARCH_EF = 1600
"""HNSW's M, ef_construction and ef (docs/performance.md)."""
CANDIDATES = 1000
"""Rows that the graph proposes for exact ranking."""
MEASURED = 10
"""Rows whose neighbours are also computed exactly, for the recall."""


def available() -> bool:
    """Whether hnswlib can be imported here."""
    return hnswlib is not None


class HnswGraph:
    """Approximate neighbours by inner product on PCA-reduced vectors.

    The mean is not removed: for a given query it shifts all scores alike, and without it a reduced
    inner product stays an estimate of the full one.

    Attributes:
        recall: recall@50 against exact search, measured on rows of this index when it was built.
    """

    def __init__(self, basis: FloatArray, links: Any) -> None:
        self._basis = basis
        self._links = links
        self.recall = float("nan")

    def propose(self, query: FloatArray, matrix: HalfArray, count: int, k: int = CANDIDATES) -> IntArray:
        """Rows that are likely among the nearest, int64 (≤ k,), later rows that the graph lacks included."""
        held = int(self._links.get_current_count())
        self._links.set_ef(max(SEARCH_EF, k))
        rows, _ = self._links.knn_query((query @ self._basis)[None], k=min(k, held))
        found = rows[0].astype(np.int64)
        return np.concatenate([found, np.arange(held, count, dtype=np.int64)])

    def __len__(self) -> int:
        return int(self._links.get_current_count())

    def add(self, vectors: HalfArray) -> None:
        """Append rows, in the index's order."""
        held = int(self._links.get_current_count())
        if held + len(vectors) > self._links.get_max_elements():
            self._links.resize_index(2 * (held + len(vectors)))
        self._links.add_items(vectors.astype(np.float32) @ self._basis, np.arange(held, held + len(vectors)))

    def save(self, file: Path) -> None:
        """Write the graph and its basis; the caller renames."""
        self._links.save_index(str(file))
        np.save(file.with_suffix(".basis.npy"), self._basis, allow_pickle=False)


def load_graph(file: Path, rows: int) -> HnswGraph | None:
    """Read a saved graph of `rows` rows back; None when it does not fit."""
    if hnswlib is None:
        return None
    try:
        basis = np.load(file.with_suffix(".basis.npy"), allow_pickle=False)
        links = hnswlib.Index(space="ip", dim=basis.shape[1])
        links.load_index(str(file), max_elements=rows)
    except (OSError, RuntimeError, ValueError):
        return None
    if links.get_current_count() > rows:
        return None
    return HnswGraph(basis, links)


def principal_basis(sample: FloatArray, components: int = COMPONENTS) -> FloatArray:
    """Leading eigenvectors of the second-moment matrix, float32 (D, k), by `eigh`."""
    moment = sample.T.astype(np.float64) @ sample
    _, vectors = np.linalg.eigh(moment)
    return np.ascontiguousarray(vectors[:, ::-1][:, :components], np.float32)


def build_steps(
    matrix: HalfArray, seed: int = 0, chunk: int = 250
) -> Generator[None, None, HnswGraph | None]:
    """Build a graph over all rows of `matrix` (N, D), `chunk` rows a step (some 40 ms).

    Its result is None without hnswlib or with too few rows.
    """
    count, dim = matrix.shape
    if hnswlib is None or count < 100:
        return None
    pick = np.random.default_rng(seed).choice(count, min(count, FIT_ON), replace=False)
    basis = principal_basis(matrix[np.sort(pick)].astype(np.float32), min(COMPONENTS, dim))
    yield
    links = hnswlib.Index(space="ip", dim=basis.shape[1])
    links.init_index(max_elements=count, M=LINKS, ef_construction=BUILD_EF, random_seed=seed)
    graph = HnswGraph(basis, links)
    for start in range(0, count, chunk):
        graph.add(matrix[start : start + chunk])
        yield
    found = []
    for row in pick[:MEASURED]:
        found.append(_recall(graph, matrix, int(row)))
        yield
    graph.recall = float(np.mean(found))
    return graph


def make_graph(matrix: HalfArray, seed: int = 0) -> HnswGraph | None:
    """`build_steps` in one go."""
    return run_to_end(build_steps(matrix, seed, chunk=10_000))


def _recall(graph: HnswGraph, matrix: HalfArray, row: int, top: int = 50) -> float:
    query = matrix[row].astype(np.float32)
    scores = np.concatenate(
        [matrix[at : at + 20_000].astype(np.float32) @ query for at in range(0, len(matrix), 20_000)]
    )
    best = np.argpartition(-scores, min(top, len(scores) - 1))[:top]
    proposed = graph.propose(query, matrix, len(matrix))
    refined = proposed[np.argsort(-scores[proposed])][:top]
    return len(np.intersect1d(best, refined)) / len(best)
