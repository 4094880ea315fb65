"""Crops and masks for self-distillation: inside the photo, of the share asked for, by the seed alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dinodesk.training import crops


@given(st.integers(0, 2**32), st.floats(0.05, 0.9), st.floats(0.0, 0.1))
def test_a_box_lies_inside_the_photo_and_has_its_share(seed: int, least: float, span: float) -> None:
    top, left, height, width = crops.box(np.random.default_rng(seed), (least, least + span))
    assert 0 <= top <= 1 - height and 0 <= left <= 1 - width
    assert height * width <= least + span + 1e-9
    if max(height, width) < 1:
        assert height * width >= least - 1e-9 and 3 / 4 - 1e-9 <= height / width <= 4 / 3 + 1e-9


def test_a_cut_of_the_whole_photo_at_its_size_is_the_photo() -> None:
    rgb = np.random.default_rng(0).integers(0, 255, (24, 24, 3), np.uint8)
    rgb.flags.writeable = False
    whole = crops.cut(rgb, (0, 0, 1, 1), 24)
    torch.testing.assert_close(whole, torch.from_numpy(rgb.copy()).permute(2, 0, 1) / 255)
    part = crops.cut(rgb, (0.5, 0.0, 0.5, 0.5), 12)
    torch.testing.assert_close(part, whole[:, 12:, :12])


@pytest.mark.parametrize(
    ("size", "expected"), [((40, 80), (20, 40)), ((90, 30), (60, 20)), ((10, 12), (10, 12))]
)
def test_a_photo_is_reduced_to_a_short_side_and_never_enlarged(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert crops.reduced(np.zeros((*size, 3), np.uint8), 20).shape == (*expected, 3)


def test_colours_depend_on_the_seed_alone_and_keep_the_range() -> None:
    pixels = torch.rand(3, 8, 8, generator=torch.Generator().manual_seed(0))
    views = [crops.colours(pixels, np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert torch.equal(views[0], views[1]) and not torch.equal(views[0], views[2])
    low, high = (crops.normalised(torch.full((3, 1, 1), value)) for value in (0.0, 1.0))
    assert all(((low <= view) & (view <= high)).all() for view in views)


@pytest.mark.parametrize("count", [1, 5, 8])
def test_half_of_the_images_hide_a_share_of_their_patches(count: int) -> None:
    masks = crops.masks(count, 49, np.random.default_rng(3), share=(0.1, 0.5))
    hidden = masks.sum(1)
    assert masks.shape == (count, 49) and int((hidden > 0).sum()) == (count + 1) // 2
    assert all(4 <= number <= 24 for number in hidden[hidden > 0])
    assert crops.masks(2, 3, np.random.default_rng(0), share=(0.0, 0.0)).sum() == 1  # never none at all
