"""Cached features: computed once for each weights and photo, in the order asked for, safe to interrupt."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor

from dinodesk.generators import run_to_end
from dinodesk.training import feature_cache
from dinodesk.training.photo_dataset import TrainingPhoto


class ColourParts:
    """Frozen parts whose features are the mean colours of a photo's cells."""

    def __init__(self) -> None:
        self.photos = self.texts = 0
        self.net = self

    def pixels(self, batch: np.ndarray) -> Tensor:
        self.photos += len(batch)
        return torch.from_numpy(np.ascontiguousarray(batch))

    def layers(self, pixels: Tensor) -> list[Tensor]:
        return [torch.nn.functional.adaptive_avg_pool2d(pixels, 6)]

    def sentences(self, texts: list[str]) -> Tensor:
        self.texts += len(texts)
        return torch.tensor([[float(len(text)), float(text.count("a"))] for text in texts])


@pytest.fixture
def photos(tmp_path: Path) -> list[TrainingPhoto]:
    for number in range(5):
        rgb = np.zeros((30, 30, 3), np.uint8)
        rgb[:, :15] = 40 * number
        Image.fromarray(rgb).save(tmp_path / f"{number}.png")
    return [TrainingPhoto(f"{number}.png", (), (), "train") for number in range(5)]


def features(parts: ColourParts, folder: Path, photos: list[TrainingPhoto], mark: str = "m") -> np.ndarray:
    return run_to_end(feature_cache.photo_features(parts, folder, photos, folder / "cache", mark))  # type: ignore[arg-type]


def test_photos_are_computed_once_for_each_weights(tmp_path: Path, photos: list[TrainingPhoto]) -> None:
    parts = ColourParts()
    first = features(parts, tmp_path, photos[:3])
    assert first.shape == (3, feature_cache.VIEWS, 9, 3) and first.dtype == np.float16
    assert parts.photos == 2 * 3  # each with its mirror image
    both = features(parts, tmp_path, [photos[4], photos[1]])
    assert parts.photos == 2 * 4  # one of them is known
    np.testing.assert_array_equal(both[1], first[1])
    features(parts, tmp_path, photos[:3], mark="other weights")
    assert parts.photos == 2 * 7


def test_the_second_view_is_the_mirror_image(tmp_path: Path, photos: list[TrainingPhoto]) -> None:
    (photo,) = features(ColourParts(), tmp_path, photos[3:4])
    grid = photo.reshape(2, 3, 3, 3)
    np.testing.assert_allclose(grid[1], grid[0][:, ::-1], atol=1e-3)
    assert grid[0][0, 0, 0] > grid[0][0, 2, 0]


def test_an_interrupted_run_keeps_the_blocks_that_were_written(
    tmp_path: Path, photos: list[TrainingPhoto], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feature_cache, "_STORED", 2)
    parts = ColourParts()
    steps = feature_cache.photo_features(parts, tmp_path, photos, tmp_path / "cache", "m")  # type: ignore[arg-type]
    for _ in range(3):  # the third block has begun
        next(steps)
    steps.close()
    assert parts.photos == 2 * 5
    features(parts, tmp_path, photos)
    assert parts.photos == 2 * 6


def test_an_index_without_its_rows_is_no_cache(tmp_path: Path, photos: list[TrainingPhoto]) -> None:
    parts = ColourParts()
    features(parts, tmp_path, photos[:1])
    (tmp_path / "cache" / "photos.npy").unlink()
    features(parts, tmp_path, photos[:1])
    assert parts.photos == 2 * 2


def test_sentences_are_encoded_once_whatever_the_order(tmp_path: Path) -> None:
    parts = ColourParts()
    ask = feature_cache.sentence_vectors
    rows, where = run_to_end(ask(parts, ["bb", "a", "bb"], tmp_path, "m"))  # type: ignore[arg-type]
    assert parts.texts == 2 and rows[where["a"]].tolist() == [1, 1] and rows[where["bb"]].tolist() == [2, 0]
    rows, where = run_to_end(ask(parts, ["ccc", "a"], tmp_path, "m"))  # type: ignore[arg-type]
    assert parts.texts == 3 and set(where) == {"a", "bb", "ccc"} and rows[where["ccc"]].tolist() == [3, 0]


def test_the_mark_follows_the_frozen_weights_alone(tmp_path: Path) -> None:
    def mark(**tensors: Tensor) -> str:
        save_file({key.replace("_", "."): value for key, value in tensors.items()}, tmp_path / "model")
        return feature_cache.mark_of(tmp_path / "model")

    first = mark(image_a=torch.ones(2), head_a=torch.ones(2))
    assert mark(image_a=torch.ones(2), head_a=torch.zeros(3)) == first
    assert mark(image_a=torch.zeros(2), head_a=torch.ones(2)) != first
    assert mark(image_b=torch.ones(2)) != first
