"""Cached views: what they hold, and that an interrupted run goes on where it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from dinodesk.generators import run_to_end
from dinodesk.training.tuning import view_cache
from dinodesk.training.tuning.photo_views import view
from dinodesk.training.tuning.view_cache import Key, ViewCache, cached_views


class HalvingParts:
    """A backbone whose two early stages and last one average over cells, twice as large each time."""

    def __init__(self) -> None:
        self.views = 0
        self.net = self

    def pixels(self, batch: np.ndarray) -> Tensor:
        self.views += len(batch)
        return torch.from_numpy(batch)

    def early_steps(self, pixels: Tensor):  # type: ignore[no-untyped-def]
        yield
        return [torch.nn.functional.adaptive_avg_pool2d(pixels, side) for side in (12, 6)]

    def last(self, x: Tensor) -> Tensor:
        return torch.nn.functional.adaptive_avg_pool2d(x, 3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    random = np.random.default_rng(0)
    for number in range(6):
        noise = Image.fromarray(random.integers(0, 255, (6, 8, 3), np.uint8))
        noise.resize((64, 48)).save(tmp_path / f"{number}.png")
    return tmp_path


KEYS: list[Key] = [(f"{number}.png", n) for number in range(6) for n in range(3 if number % 2 else 1)]


def made(parts: HalvingParts, folder: Path, keys: list[Key] = KEYS, mark: str = "m") -> ViewCache:
    return run_to_end(cached_views(parts, folder, keys, folder / "cache", mark))  # type: ignore[arg-type]


def test_rows_hold_what_the_stages_give(folder: Path) -> None:
    cache = made(HalvingParts(), folder)
    assert cache.trunk.shape == (12, 6, 6, 3) and cache.regions.shape == (12, 9, 3)
    assert cache.early.shape == (12, 9, 6)  # both stages
    row = cache.rows()["3.png", 2]
    pixels = torch.from_numpy(view(np.asarray(Image.open(folder / "3.png")), "3.png", 2))[None]
    batch = cache.batch([0, row])
    expected = torch.nn.functional.adaptive_avg_pool2d(pixels, 12)
    expected = torch.nn.functional.adaptive_avg_pool2d(expected, 3).flatten(2).transpose(1, 2)
    torch.testing.assert_close(batch.early[1:, :, :3], expected, rtol=2e-3, atol=2e-3)
    torch.testing.assert_close(batch.trunk[1:].shape, torch.Size([1, 3, 6, 6]))


def test_an_interrupted_run_goes_on_after_the_rows_that_were_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = made(HalvingParts(), folder)
    kept = [np.array(array) for array in (whole.trunk, whole.regions, whole.early)]
    made(HalvingParts(), folder, mark="other")  # leaves nothing of the first
    monkeypatch.setattr(view_cache, "_STORED", 2)
    monkeypatch.setattr(view_cache, "_BATCH", 2)
    parts = HalvingParts()
    steps = cached_views(parts, folder, KEYS, folder / "cache", "m")  # type: ignore[arg-type]
    while next(steps) != f"views 6 of {len(KEYS)}":
        pass
    steps.close()
    resumed = made(parts, folder)
    assert parts.views == len(KEYS)
    for array, expected in zip((resumed.trunk, resumed.regions, resumed.early), kept, strict=True):
        np.testing.assert_array_equal(array, expected)
    made(parts, folder)
    assert parts.views == len(KEYS)
    made(parts, folder, KEYS[:5])
    assert parts.views == len(KEYS) + 5


def test_views_differ_and_come_again_the_same(folder: Path) -> None:
    rgb = np.asarray(Image.open(folder / "0.png"))
    views = [view(rgb, "0.png", number) for number in range(5)]
    np.testing.assert_array_equal(views[1], views[0][:, :, ::-1])
    for number, one in enumerate(views):
        assert one.shape == (3, 260, 260) and one.dtype == np.float32
        np.testing.assert_array_equal(view(rgb, "0.png", number), one)
        assert all(not np.array_equal(one, other) for other in views[:number])
    assert not np.array_equal(view(rgb, "1.png", 2), views[2])
