"""Rows on their principal components."""

from __future__ import annotations

import numpy as np
import pytest

from dinodesk.generators import run_to_end
from dinodesk.search.index.projected_rows import COMPONENTS, project_steps, row_norms
from dinodesk.search.index.vector_index import EXACT_OF_EACH, RERANK, VectorIndex


def clustered(count: int, dim: int = 400, seed: int = 0) -> np.ndarray:
    """Unit rows whose variance falls from one direction to the next, as that of photos does."""
    random = np.random.default_rng(seed)
    turned = np.linalg.qr(random.standard_normal((dim, dim)))[0]
    rows = (random.standard_normal((count, dim)) / np.arange(1, dim + 1)) @ turned
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def filled(rows: np.ndarray) -> VectorIndex:
    index = VectorIndex(rows.shape[1])
    index.add(np.arange(len(rows)), rows)
    return index


def test_components_are_orthonormal_and_as_good_as_those_of_an_exact_decomposition() -> None:
    rows = clustered(3000)
    found = run_to_end(project_steps(rows.astype(np.float16)))
    np.testing.assert_allclose(found.basis.T @ found.basis, np.eye(COMPONENTS), atol=1e-3)
    _, _, exact = np.linalg.svd(rows, full_matrices=False)
    kept = np.linalg.norm(rows @ found.basis) ** 2
    best = np.linalg.norm(rows @ exact[:COMPONENTS].T) ** 2
    assert kept > 0.9999 * best


def test_the_error_that_is_told_is_that_of_the_scores() -> None:
    rows = clustered(3000)
    index = filled(rows)
    run_to_end(index.projection_steps())
    assert index.projected is not None
    asked = rows[5]
    error = np.delete(index.all_scores(asked) - index.all_scores(asked, exact=True), 5)
    assert 0 < error.std() < 3 * index.projected.error < 0.02


def test_the_first_rows_are_ranked_exactly() -> None:
    rows = clustered(5000)
    index, asked = filled(rows), clustered(1, seed=3)[0]
    exact = index.search(asked, exact=True)
    run_to_end(index.projection_steps())
    found = index.search(asked)
    np.testing.assert_array_equal(found.rows[:50], exact.rows[:50])
    np.testing.assert_allclose(found.scores[:50], exact.scores[:50], atol=1e-6)
    assert len(found.rows) == 5000 and np.all(np.diff(found.scores) <= 0)
    np.testing.assert_allclose(np.median(found.background), np.median(exact.background), atol=0.01)


def test_exact_scores_divide_by_the_lengths_that_were_kept_of_the_rows() -> None:
    rows = clustered(2000)
    index, asked = filled(rows[:1500]), rows[3]
    run_to_end(index.projection_steps())
    index.add(np.arange(1500, 2000), rows[1500:])
    assert index.projected is not None
    np.testing.assert_array_equal(index.projected.norms, row_norms(index.matrix.astype(np.float32)))
    found = index.search(asked)
    index.projected = None
    exact = index.search(asked)
    np.testing.assert_array_equal(found.scores[:50], exact.scores[:50])


def test_rows_that_come_later_are_projected_too() -> None:
    rows = clustered(2000)
    index = filled(rows[:1500])
    steps = index.projection_steps()
    next(steps)
    index.add(np.arange(1500, 1700), rows[1500:1700])  # while it runs
    run_to_end(steps)
    index.add(np.arange(1700, 2000), rows[1700:])
    assert index.projected is not None and len(index.projected) == 2000
    assert index.search(rows[1999]).rows[0] == 1999 and index.search(rows[1600]).rows[0] == 1600


@pytest.mark.parametrize("projected", [False, True])
def test_some_of_the_rows_are_ranked_as_among_all(projected: bool) -> None:
    rows = clustered(2500)
    index, asked = filled(rows), clustered(1, seed=9)[0]
    if projected:
        run_to_end(index.projection_steps())
    among = np.arange(2500) % 3 == 0
    found, every = index.search(asked, among=among), index.search(asked)
    wanted = every.rows[among[every.rows]]
    count = RERANK // 4  # behind the exact ones estimates are ordered
    np.testing.assert_array_equal(found.rows[:count], wanted[:count])
    assert sorted(found.rows.tolist()) == np.flatnonzero(among).tolist() and len(found.background) == 2500


def test_several_queries_are_scored_as_each_alone_and_the_best_exactly() -> None:
    rows = clustered(2000)
    index = filled(rows)
    run_to_end(index.projection_steps())
    together = index.scores_of_all(rows[:3], scene=0.7)
    for row, scores in zip(rows[:3], together, strict=True):
        estimates, exact = index.all_scores(row, scene=0.7), index.all_scores(row, scene=0.7, exact=True)
        best = np.argsort(-estimates)[:EXACT_OF_EACH]
        np.testing.assert_allclose(scores[best], exact[best], atol=1e-5)
        rest = np.setdiff1d(np.arange(2000), best)
        np.testing.assert_allclose(scores[rest], estimates[rest], atol=1e-5)


def test_fewer_rows_than_components_are_kept_whole() -> None:
    rows = clustered(40, 30)
    index = filled(rows)
    run_to_end(index.projection_steps())
    np.testing.assert_allclose(index.all_scores(rows[3]), rows @ rows[3], atol=5e-3)
