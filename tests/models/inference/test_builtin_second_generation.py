"""Files of the second generation: last layers that lie twice, early features that the head reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from dinodesk.errors import ModelError
from dinodesk.models.inference import builtin_model
from dinodesk.models.inference.builtin_model import BuiltinModel
from dinodesk.models.inference.devices import DeviceChoice

FP32 = DeviceChoice("cpu", "fp32")
EARLY = 16 + 24 + 48 + 88 + 120
"""Widths of the five stages before stride 32."""


@pytest.fixture(scope="module")
def first() -> dict[str, Tensor]:
    return load_file(builtin_model.path())


def second(first: dict[str, Tensor]) -> dict[str, Tensor]:
    """The last layers twice, with the same weights, and an early part that adds nothing."""
    found = dict(first)
    for key, value in first.items():
        kind, _, rest = key.partition(".")
        number = int(rest.split(".")[1]) if rest.startswith("layer.") else -1
        if kind == "text" and number >= 4:
            found[f"tuned.text.{rest}"] = value.clone()
    found["head.image.early.mean"] = torch.zeros(EARLY, dtype=torch.float16)
    found["head.image.early.deviation"] = torch.ones(EARLY, dtype=torch.float16)
    found["head.image.early.linear.weight"] = torch.zeros(384, EARLY, dtype=torch.float16)
    return found


def pixels() -> np.ndarray:
    return np.random.default_rng(0).standard_normal((2, 3, 260, 260)).astype(np.float32)


TEXTS = ["a dog", "two boys laugh while they run from a wave"]
CLASS = [*range(384), *range(768, 1152)]
"""Where the class part lies in a vector."""


def ratio(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Cosines of class parts: unit over the whole, so the trained part scales them."""
    a, b = one[:, CLASS], other[:, CLASS]
    return (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)


def test_the_same_weights_twice_give_what_they_give_once(first: dict[str, Tensor]) -> None:
    once, twice = BuiltinModel(dict(first), FP32, "1"), BuiltinModel(second(first), FP32, "2")
    np.testing.assert_allclose(twice.embed_pixels(pixels()), once.embed_pixels(pixels()), atol=1e-5)
    np.testing.assert_allclose(twice.embed_texts(TEXTS), once.embed_texts(TEXTS), atol=1e-5)
    whole = pixels()[:, :, :256, :192]
    for dense in (False, True):
        expected = once.head_patches(whole, dense=dense)
        np.testing.assert_allclose(twice.head_patches(whole, dense=dense), expected, atol=1e-4)


def test_early_features_act_on_the_trained_part_alone(first: dict[str, Tensor]) -> None:
    part, tensors = "head.image.early.linear.weight", second(first)
    before = BuiltinModel(dict(tensors), FP32, "1")
    tensors[part] = tensors[part] + 0.02 * torch.randn_like(tensors[part].float()).half()
    after = BuiltinModel(tensors, FP32, "2")
    one, other = before.embed_pixels(pixels()), after.embed_pixels(pixels())
    assert ratio(one, other).min() > 0.9999 and (one * other).sum(1).max() < 0.999
    cells, changed = before.head_patches(pixels()), after.head_patches(pixels())
    np.testing.assert_allclose(changed[..., :384], cells[..., :384], atol=1e-5)
    assert np.abs(changed[..., 384:] - cells[..., 384:]).max() > 1e-3
    np.testing.assert_array_equal(after.embed_texts(TEXTS), before.embed_texts(TEXTS))
    np.testing.assert_array_equal(after.tokens(pixels()).patches, before.tokens(pixels()).patches)


def test_fine_tuned_layers_act_on_the_trained_part_of_texts_alone(first: dict[str, Tensor]) -> None:
    tensors = second(first)
    before = BuiltinModel(dict(tensors), FP32, "1")
    tensors["tuned.text.layer.5.fc2.weight"] = 2 * tensors["tuned.text.layer.5.fc2.weight"]
    after = BuiltinModel(tensors, FP32, "2")
    one, other = before.embed_texts(TEXTS), after.embed_texts(TEXTS)
    assert ratio(one, other).min() > 0.9999 and (one * other).sum(1).max() < 0.999
    assert after.query_kind("tench") == before.query_kind("tench") == "name"
    np.testing.assert_array_equal(after.embed_pixels(pixels()), before.embed_pixels(pixels()))


def test_such_a_file_has_a_fingerprint_of_its_own_and_must_be_whole(
    first: dict[str, Tensor], tmp_path: Path
) -> None:
    file = tmp_path / "second.safetensors"
    tensors = second(first)
    save_file(tensors, file)
    model = builtin_model.load(FP32, file)
    assert model.info.fingerprint != builtin_model.load(FP32).info.fingerprint
    assert model.info.dim == 1536 and model.embed_pixels(pixels()).shape == (2, 1536)
    for key in ("tuned.text.layer.5.fc1.bias", "head.image.early.linear.weight"):
        save_file({name: value for name, value in tensors.items() if name != key}, file)
        with pytest.raises(ModelError, match="damaged"):
            builtin_model.load(FP32, file)
