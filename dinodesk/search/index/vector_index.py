"""The search index: all unit vectors of one model, scanned exactly or through an HNSW graph.

Up to `GRAPH_FROM` vectors every row is scored: the scan is as fast as a graph there, and text queries, which
lie outside the photos' distribution, lose nothing (docs/performance.md). From `PROJECT_FROM` on it goes over
their principal components, and the best are scored again exactly. Above `GRAPH_FROM`, an HNSW graph over the
first principal components proposes candidates that are re-ranked exactly; the scores of a sample stand for
the rest. Not safe for several threads: one owner.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from dinodesk.records import LEAST_DIVISOR, FloatArray, IntArray
from dinodesk.search.index.hnsw_graph import HnswGraph, build_steps
from dinodesk.search.index.projected_rows import ProjectedRows, project_steps, row_norms

HalfArray = npt.NDArray[np.float16]

_Item = TypeVar("_Item", bound=np.generic)

_AT_ONCE = 4096
"""Rows that are converted to float32 at once."""
GRAPH_FROM = 200_000
"""Vectors from which on a graph is built."""
RERANK = 1_000
"""Best rows of a scan that are scored again in float32."""
EXACT_OF_EACH = 300
"""Best rows of each of several queries whose estimates are replaced by exact scores."""
SAMPLE = 20_000
"""Rows that stand for the whole library when not every score is computed."""


class ScanKernel(Protocol):
    """Computes all scores of a float16 matrix; may keep a copy of it in the form that it needs."""

    def scores(self, matrix: HalfArray, query: FloatArray) -> FloatArray:
        """float16 (N, D) and float32 (D,) → float32 (N,), close to the exact dot products."""

    def scores_of_all(self, matrix: HalfArray, queries: FloatArray) -> FloatArray:
        """The same of several queries, float32 (Q, D) → (Q, N), reading the matrix once."""

    def widened(self, rows: HalfArray) -> FloatArray:
        """Some rows as float32, a copy."""


class NumpyKernel:
    """The plain kernel: float32 copies of the rows, made once and kept as long as the matrix grows."""

    def __init__(self) -> None:
        self._rows = np.zeros((0, 0), np.float32)
        self._count = 0

    def scores(self, matrix: HalfArray, query: FloatArray) -> FloatArray:
        """See `ScanKernel`; exact to float32."""
        return np.asarray(self._as_floats(matrix) @ query)

    def widened(self, rows: HalfArray) -> FloatArray:
        """See `ScanKernel`."""
        return rows.astype(np.float32)

    def scores_of_all(self, matrix: HalfArray, queries: FloatArray) -> FloatArray:
        """See `ScanKernel`; exact to float32."""
        return np.asarray((self._as_floats(matrix) @ queries.T).T)

    def _as_floats(self, matrix: HalfArray) -> FloatArray:
        count, dim = matrix.shape
        if self._rows.shape[1] != dim or self._count > count:
            self._rows, self._count = np.zeros((count, dim), np.float32), 0
        if len(self._rows) < count:
            grown = np.zeros((max(count, 2 * len(self._rows)), dim), np.float32)
            grown[: self._count] = self._rows[: self._count]
            self._rows = grown
        self._rows[self._count : count] = matrix[self._count :]
        self._count = count
        return self._rows[:count]


@dataclass(frozen=True, slots=True, eq=False)
class NearestRows:
    """The answer of an index.

    Attributes:
        rows: int64 (K,), best first.
        scores: float32 (K,), exact cosines for the first ones, never rising.
        background: float32, scores that stand for the whole library (all of them after a scan).
        exact: whether every row was scored, be it by an estimate.
    """

    rows: IntArray
    scores: FloatArray
    background: FloatArray
    exact: bool


def usable(vectors: npt.NDArray[np.floating]) -> npt.NDArray[np.bool_]:
    """Which rows of (N, D) are finite and not far from unit length."""
    sound = np.empty(len(vectors), np.bool_)
    for start in range(0, len(vectors), _AT_ONCE):
        some = vectors[start : start + _AT_ONCE].astype(np.float32)
        squares = np.einsum("ij,ij->i", some, some)
        sound[start : start + _AT_ONCE] = np.isfinite(squares) & (squares >= 0.25)
    return sound


class VectorIndex:
    """Vectors in rows, each with the id of its content. Rows are only ever appended."""

    def __init__(self, dim: int, scanner: ScanKernel | None = None) -> None:
        self.dim = dim
        self._scanner: ScanKernel = scanner or NumpyKernel()
        self._components_scanner = self._scanner
        self._matrix: HalfArray = np.zeros((0, dim), np.float16)
        self._contents: IntArray = np.zeros(0, np.int64)
        self._count = 0
        self.graph: HnswGraph | None = None
        self.projected: ProjectedRows | None = None
        self._sample: HalfArray | None = None
        self._sampled_at = 0
        self._half_squares: FloatArray = np.zeros((0, 2), np.float32)

    def __len__(self) -> int:
        return self._count

    @property
    def matrix(self) -> HalfArray:
        """All vectors, float16 (N, dim), read-only."""
        return _read_only(self._matrix[: self._count])

    @property
    def contents(self) -> IntArray:
        """Content ids, int64 (N,), read-only."""
        return _read_only(self._contents[: self._count])

    def adopt(self, contents: IntArray, matrix: HalfArray) -> None:
        """Start from a matrix, for example a memory-mapped file, without copying it."""
        if matrix.shape[1] != self.dim or len(matrix) != len(contents):
            raise ValueError(f"a matrix {matrix.shape} does not fit {len(contents)} contents × {self.dim}")
        self._matrix, self._contents, self._count = matrix, contents, len(contents)
        self.graph = self._sample = self.projected = None
        self._half_squares = np.zeros((0, 2), np.float32)

    def add(self, contents: IntArray, vectors: npt.NDArray[np.floating]) -> None:
        """Append unit vectors (N, dim). Raises ValueError for NaN, infinite or zero rows."""
        if vectors.ndim != 2 or vectors.shape[1] != self.dim:
            raise ValueError(f"vectors {vectors.shape} do not fit an index of width {self.dim}")
        if not usable(vectors).all():
            raise ValueError("a vector is not finite or not of unit length")
        self._append(contents, vectors)

    def add_usable(self, contents: IntArray, vectors: HalfArray) -> int:
        """Append those of the vectors (N, dim) that can be searched; returns how many."""
        sound = usable(vectors)
        if not sound.all():
            contents, vectors = contents[sound], vectors[sound]
        self._append(contents, vectors)
        return len(vectors)

    def _append(self, contents: IntArray, vectors: npt.NDArray[np.floating]) -> None:
        end = self._count + len(vectors)
        if end > len(self._matrix) or not self._matrix.flags.writeable:
            capacity = max(end, 2 * self._count, 1024)
            matrix = np.zeros((capacity, self.dim), np.float16)
            matrix[: self._count] = self._matrix[: self._count]
            ids = np.zeros(capacity, np.int64)
            ids[: self._count] = self._contents[: self._count]
            self._matrix, self._contents = matrix, ids
        self._matrix[self._count : end] = vectors
        self._contents[self._count : end] = contents
        if self.projected is not None:
            self.projected.add(self._matrix[self._count : end])
        self._count = end

    def all_scores(self, query: npt.ArrayLike, *, scene: float = 0.5, exact: bool = False) -> FloatArray:
        """Scores of every row, float32 (N,). The query is forced to float32: float64 would cost seconds.

        They are estimates where the rows have been projected, unless asked to be `exact`. `scene`, 0 to 1,
        weighs the first half of each row by 2 · scene and the second by 2 · (1 − scene), the row made unit
        again; 0.5 keeps the rows as they are.
        """
        vector = np.ascontiguousarray(query, np.float32).reshape(-1)
        if vector.shape != (self.dim,):
            raise ValueError(f"a query of width {vector.shape} does not fit an index of width {self.dim}")
        if not self._count:
            return np.zeros(0, np.float32)
        weighed = vector if scene == 0.5 else _half_weights(scene, self.dim) * vector
        if self.projected is not None and not exact:
            scores = self._components_scanner.scores(self.projected.rows, self.projected.reduced(weighed))
        else:
            scores = self._scanner.scores(self._matrix[: self._count], weighed)
        return scores if scene == 0.5 else np.asarray(scores / self._weighed_norms(scene), np.float32)

    def scores_of_all(self, queries: FloatArray, *, scene: float = 0.5) -> FloatArray:
        """Scores of every row for several queries, float32 (Q, dim) → (Q, N); one scan for all of them. For
        `scene`, and estimates, see `all_scores`; the best `EXACT_OF_EACH` are no estimates."""
        if queries.ndim != 2 or queries.shape[1] != self.dim:
            raise ValueError(f"queries {queries.shape} do not fit an index of width {self.dim}")
        if not self._count or not len(queries):
            return np.zeros((len(queries), self._count), np.float32)
        weighed = queries if scene == 0.5 else queries * _half_weights(scene, self.dim)
        projected = self.projected
        if projected is None:
            scores = self._scanner.scores_of_all(self._matrix[: self._count], weighed)
        else:
            reduced = np.stack([projected.reduced(each) for each in weighed])
            scores = self._components_scanner.scores_of_all(projected.rows, reduced)
        if scene != 0.5:
            scores = np.asarray(scores / self._weighed_norms(scene), np.float32)
        if projected is not None:
            for own, query in zip(scores, queries, strict=True):
                best = np.argpartition(own, -min(EXACT_OF_EACH, len(own)))[-EXACT_OF_EACH:]
                own[best] = self._exact(best.astype(np.int64), query, scene)
        return scores

    def search(
        self,
        query: npt.ArrayLike,
        *,
        exact: bool = False,
        scene: float = 0.5,
        among: npt.NDArray[np.bool_] | None = None,
    ) -> NearestRows:
        """Rank the rows by cosine, or those `among` them, bool (N,); the same query has the same answer each
        time. The first `RERANK` scores are exact, all with `exact`. For `scene` see `all_scores`."""
        vector = np.ascontiguousarray(query, np.float32).reshape(-1)
        if exact or self.graph is None or scene != 0.5 or among is not None:
            scores = self.all_scores(vector, scene=scene, exact=exact)
            order, ranked = falling(scores if among is None else scores[among])
            if among is not None:
                order = np.flatnonzero(among)[order]
            if not len(order):
                return NearestRows(order, ranked, scores, True)
            head = order[:RERANK].copy()
            refined = self._exact(head, vector, scene)
            scores[head] = refined
            best_first = np.lexsort((head, -refined))
            order[:RERANK], ranked[:RERANK] = head[best_first], refined[best_first]
            ranked[RERANK:] = np.minimum(ranked[RERANK:], ranked[len(head) - 1])  # estimates may lie above
            return NearestRows(order, np.clip(ranked, -1.0, 1.0, out=ranked), scores, True)
        candidates = self.graph.propose(vector, self._matrix, self._count)
        refined = self._exact(candidates, vector)
        order = np.lexsort((candidates, -refined))
        background = self._scanner.scores(self._sampled_rows(), vector)
        return NearestRows(candidates[order], refined[order], background, False)

    def projection_steps(self, scanner: ScanKernel | None = None) -> Generator[None, None, None]:
        """Project the rows, in steps of some 50 ms; rows may be added meanwhile. `scanner` scans them then,
        by default the index's own."""
        projected = yield from project_steps(self._matrix[: self._count])
        if len(projected) < self._count:
            projected.add(self._matrix[len(projected) : self._count])
        self.projected, self._components_scanner = projected, scanner or self._scanner

    def graph_steps(self) -> Generator[None, None, None]:
        """Build the HNSW graph, a step of some 40 ms at a time; rows may be added meanwhile."""
        graph = yield from build_steps(self._matrix[: self._count])
        if graph is not None and len(graph) < self._count:
            graph.add(self._matrix[len(graph) : self._count])
        self.graph = graph

    def _sampled_rows(self) -> HalfArray:
        """Every n-th row, some `SAMPLE` of them; chosen again when the index has grown by a tenth."""
        if self._sample is None or self._count > 1.1 * self._sampled_at:
            step = max(1, self._count // SAMPLE)
            self._sample = np.ascontiguousarray(self._matrix[: self._count : step])
            self._sampled_at = self._count
        return self._sample

    def _weighed_norms(self, scene: float) -> FloatArray:
        """Lengths of the rows with their halves weighed, float32 (N,), never 0."""
        known = len(self._half_squares)
        if known > self._count:
            known = 0
        if known < self._count:
            fresh = np.zeros((self._count, 2), np.float32)
            fresh[:known] = self._half_squares[:known]
            middle = self.dim // 2
            for start in range(known, self._count, _AT_ONCE):
                some = self._matrix[start : min(start + _AT_ONCE, self._count)].astype(np.float32)
                for half, part in enumerate((some[:, :middle], some[:, middle:])):
                    fresh[start : start + len(some), half] = np.einsum("ij,ij->i", part, part)
            self._half_squares = fresh
        squares = self._half_squares[: self._count]
        length = np.sqrt((2 * scene) ** 2 * squares[:, 0] + (2 * (1 - scene)) ** 2 * squares[:, 1])
        return np.asarray(np.maximum(length, LEAST_DIVISOR), np.float32)

    def _exact(self, rows: IntArray, query: FloatArray, scene: float = 0.5) -> FloatArray:
        chosen = self._scanner.widened(self._matrix[rows])
        if scene != 0.5:
            chosen *= _half_weights(scene, self.dim)
        # float16 rows are a little off unit length. Not by BLAS: its threads would wait for those of torch,
        # which spin a while after a scan, and take ten times as long as one thread alone
        if scene == 0.5 and self.projected is not None:
            norms = self.projected.norms[rows]
        else:
            norms = row_norms(chosen)
        scores = np.einsum("ij,j->i", chosen, query) / np.maximum(norms, LEAST_DIVISOR)
        return np.asarray(np.clip(scores, -1.0, 1.0), np.float32)


def _half_weights(scene: float, dim: int) -> FloatArray:
    """What the numbers of a row are multiplied with, float32 (dim,)."""
    return np.repeat(np.array([2 * scene, 2 * (1 - scene)], np.float32), [dim // 2, dim - dim // 2])


def falling(scores: FloatArray) -> tuple[IntArray, FloatArray]:
    """Finite scores (N,), N below 2³¹, best first, equal ones by their place: int64 (N,) places, and float32
    (N,) scores in that order.

    Both come out of one sort of 64-bit numbers, the score in the upper half and the place in the lower: numpy
    sorts these by vector instructions, in two thirds of the time of `argsort`, which must be followed by
    fetching the scores.
    """
    bits = (scores.astype(np.float32, copy=False) + np.float32(0.0)).view(np.int32)  # + 0.0: no negative zero
    keys = (~_as_ordered(bits)).astype(np.int64)
    keys <<= 32
    keys |= np.arange(len(keys))
    keys.sort()
    fallen = _as_ordered(~(keys >> 32).astype(np.int32))
    keys &= 0xFFFFFFFF
    return keys, fallen.view(np.float32)


def _as_ordered(bits: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """The bits of floats as whole numbers in the same order; and back."""
    return bits ^ ((bits >> 31) & 0x7FFFFFFF)


def _read_only(array: npt.NDArray[_Item]) -> npt.NDArray[_Item]:
    view = array.view()
    view.flags.writeable = False
    return view
