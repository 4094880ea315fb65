import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinodesk.search.calibration.background import (
    FEATURES,
    TOP,
    background_of,
    features,
    null_tail,
)


def scores(count: int = 5000, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0.02, 0.08, count)


def test_location_and_spread_are_those_of_the_many_whatever_the_few_score():
    plain, few = scores(), np.full(150, 0.6)
    alone, joined = background_of(plain), background_of(np.concatenate([plain, few]))
    assert alone.location == pytest.approx(0.02, abs=0.005) and alone.spread == pytest.approx(0.08, rel=0.05)
    assert joined.location == pytest.approx(alone.location, abs=0.004)
    assert joined.spread == pytest.approx(alone.spread, rel=0.05)
    assert len(joined.top) == TOP and (joined.top == 0.6).all()


@given(st.floats(0.1, 3.0), st.floats(-0.5, 0.5))
def test_robust_z_does_not_depend_on_the_scale_of_a_model(scale, shift):
    plain = scores(800)
    one, other = background_of(plain), background_of(plain * scale + shift)
    np.testing.assert_allclose(other.standard(plain * scale + shift), one.standard(plain), atol=1e-6)


def test_scores_that_are_not_finite_are_left_out_and_none_is_an_error():
    assert background_of([0.1, np.nan, 0.3, np.inf]).count == 2
    with pytest.raises(ValueError):
        background_of([np.nan])


def test_a_sample_stands_for_a_library_whose_best_scores_are_given():
    found = background_of(scores(2000), count=500_000, top=[0.5, 0.7])
    assert found.count == 500_000 and found.top.tolist() == [0.7, 0.5]


def test_the_tail_of_a_normal_distribution_is_found_again():
    tail = null_tail(np.random.default_rng(1).normal(size=200_000))
    assert float(np.exp(tail.log_share(0.0))) == pytest.approx(0.5, abs=0.01)
    assert float(np.exp(tail.log_share(2.0))) == pytest.approx(0.0228, abs=0.003)
    beyond = np.diff(tail.log_share([3.0, 4.0, 5.0]))
    np.testing.assert_allclose(beyond, -tail.rate)  # exponential


def test_features_see_what_stands_out_and_the_size_of_the_library():
    plain = scores()
    tail = null_tail(background_of(plain).standard(plain))
    usual = features(background_of(plain), tail)
    found = features(background_of(np.append(plain, [0.5, 0.55, 0.6])), tail)
    large = features(background_of(scores(100_000)), tail)
    assert len(usual) == FEATURES
    assert found[3] > usual[3] + 0.5 and found[4] > usual[4]  # at the first and third rank
    assert large[2] > usual[2] > 0 and usual[1] == large[1] == 0
    assert features(background_of(plain[:60]), tail)[1] > 0
