"""The HNSW graph: its recall, rows it has not seen, saving and loading, and doing without hnswlib."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dinodesk.search.index import hnsw_graph
from dinodesk.search.index.hnsw_graph import load_graph, make_graph, principal_basis


def rows(count: int, dim: int = 24, seed: int = 0) -> np.ndarray:
    found = np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float16)


def test_the_nearest_rows_are_among_the_proposed_ones() -> None:
    matrix = rows(3000)
    graph = make_graph(matrix)
    assert graph is not None and len(graph) == 3000 and graph.recall > 0.95
    query = rows(1, seed=9)[0].astype(np.float32)
    best = np.argsort(-(matrix.astype(np.float32) @ query))[:20]
    assert set(best) <= set(graph.propose(query, matrix, 3000).tolist())


def test_rows_that_the_graph_lacks_are_always_proposed() -> None:
    matrix = rows(300)
    graph = make_graph(matrix[:200])
    assert graph is not None
    proposed = graph.propose(matrix[0].astype(np.float32), matrix, 300, k=5)
    assert set(range(200, 300)) <= set(proposed.tolist()) and len(proposed) == 105
    graph.add(matrix[200:])  # beyond what it was made for
    proposed = graph.propose(matrix[250].astype(np.float32), matrix, 300, k=5)
    assert len(graph) == 300 and 250 in proposed and len(proposed) == 5


def test_a_saved_graph_answers_as_before(tmp_path: Path) -> None:
    matrix = rows(400)
    graph = make_graph(matrix)
    assert graph is not None
    graph.save(tmp_path / "graph")
    loaded = load_graph(tmp_path / "graph", 400)
    query = matrix[7].astype(np.float32)
    assert loaded is not None
    np.testing.assert_array_equal(loaded.propose(query, matrix, 400), graph.propose(query, matrix, 400))
    assert load_graph(tmp_path / "graph", 399) is None  # of more rows than there are vectors
    (tmp_path / "graph.basis.npy").write_bytes(b"damaged")
    assert load_graph(tmp_path / "graph", 400) is None is load_graph(tmp_path / "none", 400)


@pytest.mark.parametrize("count", [0, 1, 99])
def test_few_rows_need_no_graph(count: int) -> None:
    assert make_graph(rows(count) if count else np.zeros((0, 8), np.float16)) is None


def test_without_hnswlib_there_is_no_graph(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(hnsw_graph, "hnswlib", None)
    assert not hnsw_graph.available() and make_graph(rows(200)) is None
    assert load_graph(tmp_path / "graph", 200) is None


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 40), st.integers(1, 40), st.integers(0, 100))
def test_the_basis_is_orthonormal_and_keeps_most_of_the_squares(dim: int, kept: int, seed: int) -> None:
    sample = np.random.default_rng(seed).standard_normal((60, dim)).astype(np.float32)
    basis = principal_basis(sample, kept)
    assert basis.shape == (dim, min(kept, dim))
    np.testing.assert_allclose(basis.T @ basis, np.eye(basis.shape[1]), atol=1e-4)
    singular = np.linalg.svd(sample, compute_uv=False)
    np.testing.assert_allclose(
        ((sample @ basis) ** 2).sum(), (singular[: basis.shape[1]] ** 2).sum(), rtol=1e-3
    )
