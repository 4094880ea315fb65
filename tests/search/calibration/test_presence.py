import numpy as np
import pytest

from dinodesk.search.calibration.presence import BEST, FIRST_TEN, SIZES, stands_out


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
