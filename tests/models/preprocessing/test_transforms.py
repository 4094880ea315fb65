"""Preprocessing: the official sizes, offsets, resizing and constants."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from torch.nn import functional

from dinodesk.models.preprocessing import transforms

RNG = np.random.default_rng(0)


def photo(height: int, width: int) -> np.ndarray:
    coarse = RNG.integers(0, 256, (max(height // 8, 2), max(width // 8, 2), 3), np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BILINEAR))


@pytest.mark.parametrize(("height", "width"), [(300, 501), (501, 300), (256, 256), (100, 133), (1000, 257)])
def test_dinov3_is_the_official_transform_written_out(height: int, width: int) -> None:
    rgb = photo(height, width)
    short = min(height, width)
    size = [256 if side == short else int(256 * side / short) for side in (height, width)]
    if height == width:
        size = [256, 256]
    chw = torch.from_numpy(rgb.copy()).permute(2, 0, 1)[None]
    small = functional.interpolate(chw, size, mode="bicubic", antialias=True)[0]
    top, left = round((size[0] - 224) / 2), round((size[1] - 224) / 2)
    crop = small[:, top : top + 224, left : left + 224].float() / 255
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    expected = (crop - mean[:, None, None]) / std[:, None, None]
    found = transforms.DINOV3(rgb)
    assert found.dtype == np.float32
    assert found.flags["C_CONTIGUOUS"]
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-6)


def test_dinov2_resizes_with_pillow_and_stays_close_to_dinov3() -> None:
    rgb = photo(333, 444)
    small = np.asarray(Image.fromarray(rgb).resize((341, 256), Image.Resampling.BICUBIC))
    left = round((341 - 224) / 2)
    crop = small[16:240, left : left + 224].astype(np.float32) / 255
    expected = (crop - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])
    np.testing.assert_allclose(transforms.DINOV2(rgb), expected.transpose(2, 0, 1), atol=1e-5)
    assert np.abs(transforms.DINOV2(rgb) - transforms.DINOV3(rgb)).max() < 2.5 / 255 / 0.22


def test_other_constants() -> None:
    grey = np.full((300, 300, 3), 127, np.uint8)
    np.testing.assert_allclose(transforms.BUILTIN(grey), np.zeros((3, 260, 260)), atol=1e-6)
    white = np.full((300, 300, 3), 255, np.uint8)
    np.testing.assert_allclose(transforms.BUILTIN(white), np.ones((3, 260, 260)), atol=1e-6)
    satellite = transforms.DINOV3_SAT(white)[:, 0, 0]
    np.testing.assert_allclose(
        satellite, [(1 - 0.43) / 0.213, (1 - 0.411) / 0.156, (1 - 0.296) / 0.143], rtol=1e-5
    )


@given(st.integers(1, 400), st.integers(1, 400))
@settings(max_examples=60, deadline=None)
def test_any_size_gives_the_square(height: int, width: int) -> None:
    rgb = np.full((height, width, 3), 100, np.uint8)
    for transform in (transforms.DINOV3, transforms.DINOV2, transforms.BUILTIN):
        found = transform(rgb)
        assert found.shape == (3, transform.crop, transform.crop)
        assert np.ptp(found[0]) < 1e-5  # an even photo stays even


@given(st.integers(1, 4000), st.integers(1, 4000), st.sampled_from([14, 16, 32]), st.integers(32, 1024))
@settings(max_examples=100, deadline=None)
def test_whole_sizes_are_multiples_in_proportion(height: int, width: int, patch: int, short: int) -> None:
    found = transforms.whole_size(height, width, short, patch)
    assert all(side >= patch and side % patch == 0 for side in found)
    assert abs(min(found) - max(short, patch)) <= patch / 2 + 1
    assert abs(max(found) - short * max(height, width) / min(height, width)) <= patch / 2 + patch


def test_the_whole_photo_for_maps() -> None:
    rgb = photo(300, 500)
    assert transforms.DINOV3.whole(rgb, 512, 16).shape == (3, 512, 848)
    assert transforms.DINOV2.whole(rgb, 518, 14).shape == (3, 518, 868)
    assert transforms.BUILTIN.whole(rgb, 384, 32).shape == (3, 384, 640)


def test_a_long_panorama_is_official_for_embedding_and_bounded_for_maps() -> None:
    line = np.random.default_rng(0).integers(0, 255, (100, 6000, 3), np.uint8)
    middle = transforms.DINOV3(line[:, 2900:3100])
    assert transforms.DINOV3(line).shape == (3, 224, 224)
    np.testing.assert_allclose(transforms.DINOV3(line)[:, :, 60:160], middle[:, :, 60:160], atol=0.1)
    _, height, width = transforms.BUILTIN.whole(line.transpose(1, 0, 2), 384, 32).shape
    assert height <= 9 * 384 and width % 32 == height % 32 == 0


@pytest.mark.parametrize("name", ["DINOV3", "DINOV3_SAT", "DINOV2", "BUILTIN"])
@pytest.mark.parametrize(("height", "width"), [(600, 800), (1500, 1000), (257, 2000)])
def test_what_decoder_processes_prepare_is_the_transform_within_a_level(
    name: str, height: int, width: int
) -> None:
    transform = getattr(transforms, name)
    rgb = photo(height, width)
    squash = name == "BUILTIN"
    exact = transform.squashed(rgb) if squash else transform(rgb)
    found = pickle.loads(pickle.dumps(transform.preparation(squash=squash)))(rgb)
    assert found.shape == exact.shape and found.dtype == np.float32 and found.flags["C_CONTIGUOUS"]
    levels = np.abs(found - exact) * 255 * np.array(transform.std, np.float32)[:, None, None]
    if transform.resize == "pil":
        assert levels.max() == 0
    else:
        assert levels.max() < 2.01 and np.quantile(levels, 0.999) < 1.01 and levels.mean() < 0.05
