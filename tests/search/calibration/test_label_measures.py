"""Measures over photos and labels, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from dinodesk.search.calibration import label_measures
from dinodesk.search.calibration.logistic import sigmoid

SCORES = np.array([[0.5, 0.1], [0.2, 0.3], [0.4, 0.35]])


def test_confusion_margins_and_ranks_by_hand() -> None:
    np.testing.assert_array_equal(label_measures.confusion(SCORES, [0, 0, 1]), [[1, 1], [1, 0]])
    np.testing.assert_allclose(label_measures.margins(SCORES), [0.4, 0.1, 0.05])
    flat, truth = label_measures.pairs(SCORES, [0, 0, 1])
    assert flat.tolist() == SCORES.ravel().tolist() and truth.tolist() == [1, 0, 1, 0, 0, 1]
    assert label_measures.own_ranks(SCORES, [0, 0, 1]).tolist() == [0, 1, 1]
    assert label_measures.own_ranks(np.ones((1, 3)), [2]).tolist() == [2]


def test_reliability_has_means_and_shares_of_the_bins_that_hold_pairs() -> None:
    low, high = label_measures.reliability(np.array([0.01, 0.03, 1.0]), np.array([0.0, 1.0, 1.0]))
    assert (low.low, low.high, low.count, low.share) == (0.0, 0.1, 2, 0.5)
    assert low.confidence == pytest.approx(0.02)
    assert (high.low, high.high, high.count, high.share, high.confidence) == (0.9, 1.0, 1, 1.0, 1.0)


def test_a_histogram_counts_every_value_once() -> None:
    values, right = np.array([0.1, 0.1, 0.2, 0.5]), np.array([True, False, True, True])
    found = label_measures.histogram(values, right)
    assert found.right.sum() == 3 and found.wrong.tolist()[0] == 1 and found.right[-1] == 1
    assert (found.edges[0], found.edges[-1]) == (0.1, 0.5)
    assert label_measures.histogram(values, right, low=0.0).edges[0] == 0.0
    same = label_measures.histogram(np.full(3, 0.2), np.array([True, True, False]))
    assert same.right.sum() == 2 and np.all(np.diff(same.edges) > 0)


def test_a_part_of_many_pairs_gives_nearly_the_line_of_all() -> None:
    random = np.random.default_rng(2)
    scores = random.normal(0.1, 0.05, 40_000)
    truth = (random.random(40_000) < sigmoid((scores - 0.2) * 40)).astype(float)
    rows, weights = label_measures.thinned(truth, most=8_000)
    assert len(rows) <= 8_000 + truth.sum() and np.isclose(weights.sum(), len(truth))
    assert truth[rows].sum() == truth.sum()
    few, all_rows = label_measures.thinned(truth[:10])
    assert few.tolist() == list(range(10)) and all_rows.tolist() == [1.0] * 10
    curve = label_measures.flat_curve(scores, truth)
    assert curve.threshold == pytest.approx(0.2, abs=0.01) and curve.temperature == pytest.approx(40, rel=0.1)
