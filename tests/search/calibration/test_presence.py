import numpy as np
import pytest

from dinodesk.search.calibration.presence import BEST, FIRST_TEN, SIZES, may_match, stands_out


@pytest.mark.parametrize(("size", "best", "ten"), list(zip(SIZES, BEST, FIRST_TEN, strict=True)))
def test_one_sure_photo_or_ten_likely_ones_are_enough(size, best, ten):
    assert stands_out(np.array([best * 1.01, 0.0]), size)
    assert not stands_out(np.array([best * 0.99] * 2), size)
    assert stands_out(np.full(10, ten * 1.01), size)
    assert not stands_out(np.full(10, ten * 0.99), size)


def test_in_a_larger_library_less_is_enough():
    likely = np.array([0.1])
    assert not stands_out(likely, 500) and stands_out(likely, 30_000) and stands_out(likely, 10**7)
    assert not stands_out(np.zeros(0), 500)


@pytest.mark.parametrize("size", SIZES)
def test_several_terms_together_need_less_than_one_but_not_nothing(size):
    limit = min(0.05, 0.4 * BEST[SIZES.index(size)])
    assert may_match(np.array([limit * 1.01, 0.0]), size)
    assert not may_match(np.array([limit * 0.99, 0.0]), size)
    assert not may_match(np.zeros(0), size)
