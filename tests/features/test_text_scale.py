"""One scale a sentence: its ends, what is transparent on it, and what stands out."""

from __future__ import annotations

import numpy as np
import pytest

from dinodesk.features import maps, text_scale
from dinodesk.records import MapScale

SCALE = MapScale(-0.1, 0.3)
DIRECTION = np.array([1, 0], np.float32)


def photo(*cosines: float) -> np.ndarray:
    """Patches (1, n, 2) with these cosines with `DIRECTION`."""
    c = np.array(cosines, np.float32)
    return np.stack([c, np.sqrt(1 - c**2)], axis=-1)[None]


def test_a_scale_runs_from_the_5th_to_the_99_5th_percentile() -> None:
    cosines = np.linspace(0, 1, 1001, dtype=np.float32)
    found = text_scale.scale_of(np.random.default_rng(0).permutation(cosines))
    assert (found.low, found.high, found.middle) == pytest.approx((0.05, 0.995, 0.5225), abs=1e-6)


def test_nothing_is_seen_below_the_middle() -> None:
    cosines = np.array([[-0.5, 0.0, 0.1, 0.2, 0.3, 0.9]], np.float32)
    assert text_scale.opacity(cosines, SCALE).tolist() == [[0, 0, 0, 128, 255, 255]]
    flat = MapScale(0.2, 0.2)
    assert text_scale.opacity(cosines, flat).max() == 0


@pytest.mark.parametrize(("strong", "stands"), [(0, False), (1, False), (20, True)])
def test_a_hundredth_of_the_patches_must_reach_seven_tenths(strong: int, stands: bool) -> None:
    cosines = np.full(1000, 0.1, np.float32)
    cosines[:strong] = 0.19
    assert text_scale.stands_out(cosines.reshape(20, 50), SCALE) is stands


def test_maps_of_one_sentence_are_drawn_on_one_scale() -> None:
    weak, strong = (maps.text_map(photo(*values), DIRECTION, scale=SCALE) for values in ((0, 0.09), (0, 0.3)))
    assert (weak.low, weak.high) == (strong.low, strong.high) == (SCALE.low, SCALE.high)
    assert (weak.colours[0, 0] == strong.colours[0, 0]).all() and weak.shared and strong.shared
    assert weak.alpha is not None and weak.alpha.max() == 0 and weak.stands_out is False
    assert strong.alpha is not None and strong.alpha.tolist() == [[0, 255]] and strong.stands_out is True
    assert weak.bar is not None and (weak.bar == strong.bar).all()
    assert weak.bar[0, 3] == weak.bar[16, 3] == 0 and weak.bar[-1, 3] == 255
    assert (strong.colours[0, 1] == strong.bar[-1, :3]).all()


def test_without_a_scale_a_map_has_that_of_its_photo() -> None:
    own = maps.text_map(photo(0.0, 0.09), DIRECTION)
    assert (own.low, own.high) == pytest.approx((0.0, 0.09), abs=1e-6)
    assert own.alpha is None and own.stands_out is None and not own.shared
    assert own.bar is not None and own.bar[:, 3].min() == 255 and (own.bar[-1, :3] == own.colours[0, 1]).all()
    assert maps.text_map(photo(0.2, 0.2), DIRECTION).bar is None
