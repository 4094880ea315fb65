"""All rows on the first principal components: scores of a whole library at an eighth of the memory traffic.

The scores are estimates: what of a row lies outside the components is left out. The best rows are scored
again exactly by the index; counts, medians and tails come from the estimates, whose error is measured. The
mean is not removed, so that a reduced inner product stays an estimate of the full one. Components are found
by subspace iteration with random starts (Halko, Martinsson and Tropp 2011, arXiv 0909.4061), in steps that a
search need not wait for.
"""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import numpy.typing as npt

from dinodesk.records import FloatArray

HalfArray = npt.NDArray[np.float16]

PROJECT_FROM = 20_000
"""Rows from which on they are projected; fewer are scanned as they are in a few milliseconds."""
COMPONENTS = 256
FIT_ON = 4_000
"""Rows that the components are fitted on."""
_SPARE = 32
"""Directions beyond the components that the iteration follows, so that the last ones are found well."""
_ROUNDS = 3
_AT_ONCE = 1_000
"""Rows that are projected in one step."""
_MEASURED = 16
"""Queries, and thousands of rows, that the error is measured on."""


class ProjectedRows:
    """The rows of a matrix on its components; rows are only ever appended.

    Attributes:
        basis: float32 (D, K), orthonormal columns.
        error: standard deviation of estimated less exact scores, for queries that are rows; NaN before that
            is measured.
    """

    def __init__(self, basis: FloatArray) -> None:
        self.basis = basis
        self.error = float("nan")
        self._rows: HalfArray = np.zeros((0, basis.shape[1]), np.float16)
        self._norms: FloatArray = np.zeros(0, np.float32)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def rows(self) -> HalfArray:
        """All projected rows, float16 (N, K)."""
        return self._rows[: self._count]

    @property
    def norms(self) -> FloatArray:
        """Lengths of the rows before they were projected, float32 (N,): an exact score divides by them."""
        return self._norms[: self._count]

    def reduced(self, query: FloatArray) -> FloatArray:
        """A query, float32 (D,), on the components, (K,).

        Not by BLAS: it would wake its threads, which spin a while afterwards and take a core from a scan by
        torch's.
        """
        return np.asarray(np.einsum("d,dk->k", query, self.basis), np.float32)

    def add(self, vectors: HalfArray) -> None:
        """Append rows (M, D)."""
        end = self._count + len(vectors)
        if end > len(self._rows):
            grown = np.zeros((max(end, len(self._rows) * 5 // 4), self.basis.shape[1]), np.float16)
            grown[: self._count] = self._rows[: self._count]
            longer = np.zeros(len(grown), np.float32)
            longer[: self._count] = self._norms[: self._count]
            self._rows, self._norms = grown, longer
        for start in range(0, len(vectors), _AT_ONCE):
            some = vectors[start : start + _AT_ONCE].astype(np.float32)
            place = slice(self._count + start, self._count + start + len(some))
            self._rows[place], self._norms[place] = some @ self.basis, row_norms(some)
        self._count = end

    def measure(self, matrix: HalfArray, seed: int = 0) -> None:
        """Set `error` from some rows of the matrix (N, D) that was projected, asked of others."""
        random = np.random.default_rng(seed)
        asked = np.sort(random.choice(len(matrix), min(len(matrix), _MEASURED), replace=False))
        seen = np.sort(random.choice(len(matrix), min(len(matrix), 1000 * _MEASURED), replace=False))
        queries = matrix[asked].astype(np.float32)
        exact = matrix[seen].astype(np.float32) @ queries.T
        estimate = self._rows[seen].astype(np.float32) @ (queries @ self.basis).T
        self.error = float(np.std((estimate - exact)[seen[:, None] != asked]))


def row_norms(rows: FloatArray) -> FloatArray:
    """Lengths of rows, float32 (M, D) → (M,); a row's is the same whatever stands beside it."""
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", rows, rows)), np.float32)


def project_steps(matrix: HalfArray, seed: int = 0) -> Generator[None, None, ProjectedRows]:
    """Project all rows of a matrix (N, D), N at least 1, in steps of some 50 ms, seven of some 200."""
    count, dim = matrix.shape
    random = np.random.default_rng(seed)
    pick = np.sort(random.choice(count, min(count, FIT_ON), replace=False))
    sample = matrix[pick].astype(np.float32)
    yield
    width = min(dim, len(sample), COMPONENTS + _SPARE)
    directions = random.standard_normal((dim, width)).astype(np.float32)
    for _ in range(_ROUNDS):
        directions = np.linalg.qr(directions)[0]
        yield
        images = sample @ directions
        yield
        directions = sample.T @ images
        yield
    directions = np.linalg.qr(directions)[0]
    yield
    images = sample @ directions
    _, turns = np.linalg.eigh(images.T @ images)
    basis = directions @ turns[:, ::-1][:, : min(width, COMPONENTS)]
    projected = ProjectedRows(np.ascontiguousarray(basis, np.float32))
    yield
    for start in range(0, count, _AT_ONCE):
        projected.add(matrix[start : start + _AT_ONCE])
        yield
    projected.measure(matrix, seed)
    return projected
