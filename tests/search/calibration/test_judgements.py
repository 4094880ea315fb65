import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinodesk.records import ConfidenceCurve
from dinodesk.search.calibration.judgements import (
    corrected,
    follow,
    spread_sample,
    wilson_interval,
)

CURVE = ConfidenceCurve(0.25, 25.0)


def test_the_interval_is_that_of_the_textbook():
    low, high = wilson_interval(8, 10)
    assert (round(low, 2), round(high, 2)) == (0.49, 0.94)  # "8 of 10 right: 49 to 94 %"
    assert wilson_interval(0, 10)[0] == 0.0 and wilson_interval(10, 10)[1] == 1.0


@pytest.mark.parametrize(("right", "count"), [(-1, 5), (6, 5), (0, 0)])
def test_what_is_no_share_is_refused(right, count):
    with pytest.raises(ValueError):
        wilson_interval(right, count)


@given(st.integers(0, 5000), st.integers(1, 20), st.integers(0, 99))
def test_the_sample_is_spread_over_all_hits(count, wanted, seed):
    ranks = spread_sample(count, wanted, seed)
    assert len(ranks) == min(count, wanted) and (np.diff(ranks) > 0).all()
    if len(ranks):
        assert ranks[0] >= 0 and ranks[-1] < count
        assert ranks[-1] - ranks[0] >= count - 2 * (count // len(ranks) + 1)


def test_no_answer_moves_nothing():
    assert follow(CURVE, [], []) == CURVE


def test_answers_move_the_line_to_where_they_are():
    scores = np.linspace(0.2, 0.5, 10)
    none, every = follow(CURVE, scores, np.zeros(10)), follow(CURVE, scores, np.ones(10))
    assert none.threshold > CURVE.threshold > every.threshold
    split = follow(CURVE, scores, scores > 0.35)
    assert CURVE.threshold < split.threshold < 0.4
    few, many = follow(CURVE, [0.3], [0]), follow(CURVE, [0.3] * 20, [0] * 20)
    assert CURVE.confidence(0.3) > few.confidence(0.3) > many.confidence(0.3)


@given(st.lists(st.tuples(st.floats(-1, 1), st.booleans()), max_size=30))
def test_a_better_score_never_becomes_less_sure(answers):
    scores, matches = [each[0] for each in answers], [each[1] for each in answers]
    found = follow(CURVE, scores, matches)
    assert found.temperature > 0 and np.isfinite(found.threshold)


def test_a_correction_is_one_of_log_odds():
    found = corrected(CURVE, -1.0, 0.5)
    scores = np.linspace(0, 0.6, 7)
    odds = (scores - CURVE.threshold) * CURVE.temperature
    np.testing.assert_allclose((scores - found.threshold) * found.temperature, -1.0 + 0.5 * odds)
