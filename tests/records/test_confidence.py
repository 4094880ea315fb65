"""Confidence: words and hits agree with the curve."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinodesk.records import BANDS, HIT, ConfidenceCurve, band


def test_words_begin_at_their_own_confidence() -> None:
    for least, word in BANDS:
        assert band(least) == word != band(np.nextafter(least, 0))
    assert band(0.0) == band(HIT) == "weak"


@given(st.floats(-1, 1), st.floats(0.1, 500), st.floats(-1, 1), st.floats(-1, 1))
def test_a_better_score_is_never_less_sure(threshold: float, slope: float, one: float, two: float) -> None:
    curve = ConfidenceCurve(threshold, slope)
    low, high = curve.confidence(sorted([one, two]))
    assert 0 <= low <= high <= 1
    assert curve.confidence(threshold) == pytest.approx(0.5)


def test_scores_that_are_no_numbers_are_no_hits() -> None:
    scores = np.array([0.9, 0.5, np.nan, -np.inf], np.float32)
    assert ConfidenceCurve(0.5, 20.0).hits(scores) == 2
