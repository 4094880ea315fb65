import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinodesk.search.calibration.cuts import best_count, cut_after, zones

chances = st.lists(st.floats(0.001, 0.999), min_size=1, max_size=60).map(
    lambda each: np.sort(np.array(each))[::-1]
)


@given(chances, st.floats(0.3, 4.0))
def test_no_other_count_has_a_higher_expected_f_measure(falling, beta):
    def measure(count):
        return (1 + beta**2) * falling[:count].sum() / (count + beta**2 * falling.sum())

    best = best_count(falling, beta)
    assert all(measure(best) >= measure(count) - 1e-12 for count in range(1, len(falling) + 1))


@given(chances)
def test_stops_let_more_in_one_after_the_other(falling):
    (sure, balanced, more), possible = zones(falling)
    assert 0 < possible <= more <= balanced <= sure < 1


@given(chances)
def test_the_cut_lies_between_two_photos(falling):
    count = best_count(falling)
    cut = cut_after(falling, count)
    assert np.count_nonzero(falling >= cut) >= count
    assert count == len(falling) or falling[count] <= cut <= falling[count - 1]


def test_the_rest_of_a_large_library_makes_the_set_larger_never_smaller():
    falling = np.array([0.9, 0.8, 0.3, 0.2, 0.1])
    assert best_count(falling, 1.0, total=20.0) > best_count(falling, 1.0)
    assert best_count(falling, 1.0, total=0.0) == best_count(falling, 1.0)


def test_nothing_has_no_hits():
    assert best_count(np.zeros(0)) == 0
    assert zones(np.zeros(0)) == ((0.5, 0.5, 0.5), 0.5)


def test_two_sure_photos_among_many_bad_ones_are_the_hits():
    falling = np.concatenate([[0.95, 0.9], np.full(300, 0.002)])
    assert best_count(falling) == 2
    assert zones(falling)[0][1] == pytest.approx(0.12, abs=0.05)
