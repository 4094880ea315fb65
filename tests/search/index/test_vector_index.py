"""The index: exactness, growth, refusals, the graph's recall."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dinodesk.search.index.hnsw_graph import load_graph, make_graph
from dinodesk.search.index.vector_index import VectorIndex, falling


def unit_rows(count: int, dim: int, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def filled(rows: np.ndarray) -> VectorIndex:
    index = VectorIndex(rows.shape[1])
    index.add(np.arange(len(rows)), rows)
    return index


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 300), st.integers(2, 40), st.integers(0, 10_000))
def test_ranking_is_the_exact_one(count: int, dim: int, seed: int) -> None:
    rows = unit_rows(count, dim, seed)
    index, query = filled(rows), unit_rows(1, dim, seed + 1)[0]
    hits = index.search(query)
    stored = rows.astype(np.float16).astype(np.float32)
    exact = stored @ query / np.linalg.norm(stored, axis=1)
    assert sorted(hits.rows.tolist()) == list(range(count)) and hits.exact
    assert np.all(np.diff(hits.scores) <= 0)
    np.testing.assert_allclose(exact[hits.rows], hits.scores, atol=1e-5)


def test_rows_may_come_in_pieces() -> None:
    rows = unit_rows(1000, 16)
    whole, pieces = filled(rows), VectorIndex(16)
    for start in range(0, 1000, 37):
        pieces.add(np.arange(start, min(start + 37, 1000)), rows[start : start + 37])
        pieces.search(rows[0])
    assert np.array_equal(whole.search(rows[3]).rows, pieces.search(rows[3]).rows)
    assert np.array_equal(pieces.contents, np.arange(1000))
    with pytest.raises(ValueError):
        pieces.matrix[0] = 0


def test_a_double_query_is_searched_in_single_precision() -> None:
    rows = unit_rows(50, 8)
    index = filled(rows)
    assert index.all_scores(rows[0].astype(np.float64)).dtype == np.float32


@pytest.mark.parametrize(
    "bad", [np.full((1, 8), np.nan), np.full((1, 8), np.inf), np.zeros((1, 8)), np.ones((1, 7))]
)
def test_unusable_vectors_are_refused(bad: np.ndarray) -> None:
    with pytest.raises(ValueError):
        filled(unit_rows(5, 8)).add(np.array([9]), bad)


def test_empty_index_and_wrong_query() -> None:
    index = VectorIndex(8)
    assert len(index.search(np.ones(8)).rows) == 0
    with pytest.raises(ValueError):
        filled(unit_rows(5, 8)).search(np.ones(9))
    with pytest.raises(ValueError):
        index.adopt(np.arange(3), np.zeros((2, 8), np.float16))


def test_several_queries_are_scored_at_once() -> None:
    rows = np.random.default_rng(1).standard_normal((50, 8)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    index = VectorIndex(8)
    index.add(np.arange(50), rows)
    every = index.scores_of_all(rows[:3])
    np.testing.assert_allclose(every, [index.all_scores(row) for row in rows[:3]], atol=1e-6)
    assert index.scores_of_all(rows[:0]).shape == (0, 50) and VectorIndex(8).scores_of_all(rows).shape == (
        50,
        0,
    )
    with pytest.raises(ValueError):
        index.scores_of_all(np.zeros((2, 7), np.float32))


def test_graph_finds_what_the_scan_finds(tmp_path) -> None:
    random = np.random.default_rng(1)
    centres = unit_rows(30, 64, 2)
    rows = centres[random.integers(0, 30, 3000)] + 0.1 * random.standard_normal((3000, 64)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    index = filled(rows)
    truth = [index.search(rows[n]).rows[:20] for n in range(0, 3000, 300)]
    steps = index.graph_steps()
    next(steps)
    index.add(np.array([3000]), -rows[:1])  # a photo stored meanwhile
    assert list(steps) and len(index.graph) == 3001
    assert index.graph is not None and index.graph.recall > 0.95
    found = [index.search(rows[n]) for n in range(0, 3000, 300)]
    shares = [len(np.intersect1d(a, b.rows[:20])) / 20 for a, b in zip(truth, found, strict=True)]
    assert np.mean(shares) > 0.95 and not found[0].exact
    assert np.array_equal(index.search(rows[0], exact=True).rows[:20], truth[0])
    index.graph.save(tmp_path / "g")
    again = load_graph(tmp_path / "g", 3001)
    assert again is not None
    index.graph = again
    assert np.array_equal(index.search(rows[0]).rows[:20], found[0].rows[:20])
    (tmp_path / "g").write_bytes(b"broken")
    assert load_graph(tmp_path / "g", 3001) is None
    assert make_graph(np.zeros((5, 8), np.float16)) is None


@given(arrays(np.float32, (6, 4), elements=st.floats(-1, 1, width=32)))
@settings(max_examples=50, deadline=None)
def test_only_unit_rows_get_in(rows: np.ndarray) -> None:
    norms = np.linalg.norm(rows, axis=1)
    index = VectorIndex(4)
    if np.all(norms >= 0.5):
        index.add(np.arange(6), rows)
        assert len(index) == 6
    else:
        with pytest.raises(ValueError):
            index.add(np.arange(6), rows)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 200), st.integers(1, 20), st.floats(0.0, 1.0), st.integers(0, 10_000))
def test_scene_weighs_the_halves_of_each_row_and_makes_it_unit_again(
    count: int, half: int, scene: float, seed: int
) -> None:
    rows = unit_rows(count, 2 * half, seed)
    index, query = filled(rows), unit_rows(1, 2 * half, seed + 1)[0]
    weighed = rows.astype(np.float16).astype(np.float64)
    weighed *= np.repeat([2 * scene, 2 * (1 - scene)], half)
    lengths = np.linalg.norm(weighed, axis=1)
    exact = weighed @ query.astype(np.float64) / np.maximum(lengths, 1e-9)
    hits = index.search(query, scene=scene)
    sound = lengths[hits.rows] > 1e-3  # a row all in the half that does not count has no direction
    np.testing.assert_allclose(hits.scores[sound], exact[hits.rows][sound], atol=2e-3)


def test_half_a_scene_is_the_stored_vector_exactly_and_rows_that_come_later_are_weighed_too() -> None:
    rows = unit_rows(300, 16)
    index, query = filled(rows[:100]), unit_rows(1, 16, 7)[0]
    index.all_scores(query, scene=0.8)
    index.add(np.arange(100, 300), rows[100:])
    np.testing.assert_array_equal(index.all_scores(query, scene=0.5), index.all_scores(query))
    np.testing.assert_allclose(
        index.all_scores(query, scene=0.8), filled(rows).all_scores(query, scene=0.8), atol=1e-6
    )


@settings(max_examples=60, deadline=None)
@given(
    arrays(
        np.float32, st.integers(0, 200), elements=st.sampled_from([-1.5, -0.25, -0.0, 0.0, 1e-40, 0.25, 1.5])
    )
)
def test_scores_fall_and_equal_ones_keep_their_order(scores: np.ndarray) -> None:
    order, fallen = falling(scores)
    np.testing.assert_array_equal(order, np.argsort(-scores, kind="stable"))
    np.testing.assert_array_equal(fallen, scores[order])
    assert fallen.dtype == np.float32 and order.dtype == np.int64


def test_of_some_rows_the_answer_is_the_whole_answer_without_the_others() -> None:
    rows = unit_rows(3000, 16)
    index, among = filled(rows), np.arange(3000) % 3 == 0
    whole, some = index.search(rows[7]), index.search(rows[7], among=among)
    np.testing.assert_array_equal(some.rows[:300], whole.rows[among[whole.rows]][:300])
    np.testing.assert_allclose(some.scores, whole.scores[among[whole.rows]], atol=1e-3)
    assert not len(index.search(rows[7], among=np.zeros(3000, bool)).rows)
