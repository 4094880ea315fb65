import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dinodesk.search.calibration.logistic import fit_logistic


def made_up(seed: int, wanted: np.ndarray, count: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    columns = np.column_stack([np.ones(count), random.normal(size=(count, len(wanted) - 1))])
    chance = 1 / (1 + np.exp(-columns @ wanted))
    return columns, chance


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.lists(st.floats(-2, 2), min_size=2, max_size=4))
def test_it_finds_the_coefficients_that_made_the_chances(seed, wanted):
    columns, chance = made_up(seed, np.array(wanted))
    weights, ridge = np.ones(len(columns)), np.full(len(wanted), 1e-6)
    np.testing.assert_allclose(fit_logistic(columns, chance, weights, ridge), wanted, atol=1e-3)


def test_a_weight_of_two_is_the_row_twice():
    columns, chance = made_up(1, np.array([0.5, -1.0]), 60)
    truth = (np.random.default_rng(2).random(60) < chance).astype(float)
    ridge = np.full(2, 0.5)
    weighed = fit_logistic(columns, truth, np.where(np.arange(60) < 20, 2.0, 1.0), ridge)
    rows = np.concatenate([np.arange(60), np.arange(20)])
    twice = fit_logistic(columns[rows], truth[rows], np.ones(80), ridge)
    np.testing.assert_allclose(weighed, twice, atol=1e-6)


def test_without_rows_that_say_otherwise_it_stays_where_it_started():
    start = np.array([0.3, 2.0])
    found = fit_logistic(np.zeros((0, 2)), np.zeros(0), np.zeros(0), np.ones(2), start)
    np.testing.assert_allclose(found, start)


def test_separated_rows_end_at_finite_coefficients():
    columns = np.column_stack([np.ones(10), np.arange(10.0)])
    found = fit_logistic(columns, (np.arange(10) > 4).astype(float), np.ones(10), np.full(2, 1e-3))
    assert np.isfinite(found).all() and found[1] > 1
