"""Libraries of many sizes made of judged photos."""

from __future__ import annotations

import numpy as np
import pytest

from dinodesk.training.calibration.line_samples import RARE, JudgedScores, pooled_tail, samples_of


@pytest.fixture
def judged() -> JudgedScores:
    random = np.random.default_rng(0)
    scores = np.concatenate([random.normal(0.5, 0.05, 20), random.normal(0, 0.1, 380)])
    matches = np.zeros(400)
    matches[:20] = 1
    return JudgedScores(scores.astype(np.float32), matches, random.normal(0, 0.1, 3000).astype(np.float32))


def test_photos_that_do_not_match_are_added_and_weights_stand_for_all(judged: JudgedScores) -> None:
    random = np.random.default_rng(1)
    samples = list(samples_of([judged], random, (0, 600, 50_000), parts=(60,), absent=0, rare=0))
    assert [sample.background.count for sample in samples] == [400, 1000, 50_400, 60]
    for sample in samples:
        assert sample.weights.sum() == pytest.approx(sample.background.count)
        assert sample.truth @ sample.weights == pytest.approx(
            20 if sample.background.count > 60 else sample.truth.sum()
        )


def test_some_are_asked_where_nothing_and_where_little_matches(judged: JudgedScores) -> None:
    random = np.random.default_rng(2)
    none = [s for s in samples_of([judged], random, (0,), parts=(), absent=1, rare=0) if not s.truth.any()]
    assert len(none) == 1 and none[0].background.count == 380
    rare = next(iter(samples_of([judged], random, (0,), parts=(), absent=0, rare=1)))
    assert 1 <= rare.truth.sum() <= RARE


def test_the_pooled_tail_knows_no_matches(judged: JudgedScores) -> None:
    tail = pooled_tail([judged])
    assert float(np.exp(tail.log_share(4.0))) < 0.001
