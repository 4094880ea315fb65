"""One model in many layouts gives the same tokens; layers, bias masks and stored periods are used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
import weights_fixtures as weights
from safetensors.torch import save_file
from weights_fixtures import Tensors

from dinodesk.models.loader import load_model
from dinodesk.models.networks.dinov3 import rope_angles, rope_periods


def save(folder: Path, tensors: Tensors, name: str = "model.pth") -> Path:
    file = folder / name
    if file.suffix == ".safetensors":
        save_file({key: value.contiguous().clone() for key, value in tensors.items()}, file)
    else:
        torch.save(tensors, file)
    return file


def tokens(file: Path, pixels: np.ndarray, layers: list[int] | None = None):
    return load_model(file, device="cpu", precision="fp32").tokens(pixels, layers)


@pytest.fixture(scope="module")
def v3_pixels() -> np.ndarray:
    return np.random.default_rng(0).standard_normal((2, 3, 48, 80)).astype(np.float32)


@pytest.fixture(scope="module")
def v2_pixels() -> np.ndarray:
    return np.random.default_rng(1).standard_normal((2, 3, 42, 98)).astype(np.float32)


def assert_same(left, right, atol: float = 1e-4) -> None:
    for name in ("cls", "registers", "patches"):
        np.testing.assert_allclose(getattr(left, name), getattr(right, name), atol=atol)


def prefixed(prefix: str) -> Callable[[Tensors], Tensors]:
    return lambda tensors: {prefix + key: value for key, value in tensors.items()}


V3_LAYOUTS: dict[str, Callable[[Tensors], Tensors]] = {
    "hub": weights.to_hugging_face,
    "memory": lambda t: weights.to_hugging_face(t, "model.layer"),
    "timm": weights.to_timm,
    "module": prefixed("module."),
    "backbone": prefixed("backbone."),
    "teacher.backbone": prefixed("teacher.backbone."),
    "training": lambda t: (
        prefixed("module.teacher.backbone.")(t) | {"module.teacher.dino_head.last.weight": torch.ones(2)}
    ),
    "wrapped": lambda t: {"teacher": prefixed("backbone.")(t)},  # type: ignore[dict-item]
    "local norm": lambda t: (
        t | {"local_cls_norm.weight": torch.ones(128), "local_cls_norm.bias": torch.ones(128)}
    ),
    "no periods": lambda t: {key: value for key, value in t.items() if key != "rope_embed.periods"},
}


@pytest.mark.parametrize("layout", V3_LAYOUTS)
@pytest.mark.parametrize("ffn", ["mlp", "swiglu"])
def test_dinov3_layouts_agree(tmp_path: Path, v3_pixels: np.ndarray, layout: str, ffn: str) -> None:
    official = weights.dinov3(ffn=ffn)
    plain = tokens(save(tmp_path, official, "official.pth"), v3_pixels)
    assert_same(tokens(save(tmp_path, V3_LAYOUTS[layout](official)), v3_pixels), plain)


def test_the_7b_kind_has_no_query_key_value_bias(tmp_path: Path, v3_pixels: np.ndarray) -> None:
    official = weights.dinov3(ffn="swiglu", bias=False)
    plain = tokens(save(tmp_path, official, "official.safetensors"), v3_pixels)
    assert_same(tokens(save(tmp_path, weights.to_hugging_face(official)), v3_pixels), plain)
    assert_same(tokens(save(tmp_path, weights.to_timm(official)), v3_pixels), plain)


def test_the_stored_bias_mask_is_applied(tmp_path: Path, v3_pixels: np.ndarray) -> None:
    official = weights.dinov3()
    plain = tokens(save(tmp_path, official, "official.pth"), v3_pixels)
    keys = [key for key in official if key.endswith("attn.qkv.bias")]
    moved = {key: value.clone() for key, value in official.items()}
    for key in keys:
        moved[key][128:256] = float("nan")  # the key third is masked: nothing may come of it
    assert_same(tokens(save(tmp_path, moved), v3_pixels), plain)
    released = {key: torch.zeros_like(v) if key.endswith("bias_mask") else v for key, v in official.items()}
    bare = {key: torch.zeros_like(v) if key.endswith("attn.qkv.bias") else v for key, v in official.items()}
    without = tokens(save(tmp_path, bare), v3_pixels)
    assert_same(tokens(save(tmp_path, released), v3_pixels), without)
    assert np.abs(without.patches - plain.patches).max() > 1e-2


def test_stored_periods_are_used_as_they_are(tmp_path: Path, v3_pixels: np.ndarray) -> None:
    official = weights.dinov3()
    plain = tokens(save(tmp_path, official, "official.pth"), v3_pixels)
    rounded = official | {"rope_embed.periods": official["rope_embed.periods"].bfloat16()}
    other = tokens(save(tmp_path, rounded), v3_pixels)
    assert 0 < np.abs(other.patches - plain.patches).max() < 0.05
    doubled = official | {"rope_embed.periods": 2 * official["rope_embed.periods"]}
    assert np.abs(tokens(save(tmp_path, doubled), v3_pixels).patches - plain.patches).max() > 0.05


def test_rope_periods_and_angles_are_the_published_ones() -> None:
    periods = rope_periods(64)
    expected = [1, 1.3359375, 1.78125, 2.375, 3.15625, 4.21875, 5.625, 7.5]
    expected += [10, 13.3125, 17.75, 23.75, 31.625, 42.25, 56.25, 75]
    assert periods.bfloat16().tolist() == expected
    cosine, sine = rope_angles(2, 3, periods)
    assert cosine.shape == sine.shape == (6, 64)
    torch.testing.assert_close(cosine[:, :32], cosine[:, 32:])
    # First patch: row coordinate -1/2, column coordinate -2/3; the shortest period is 1.
    angles = 2 * torch.pi * torch.tensor([-0.5, -2 / 3])
    torch.testing.assert_close(cosine[0, [0, 16]], angles.cos())
    torch.testing.assert_close(sine[0, [0, 16]], angles.sin(), atol=1e-6, rtol=0)


@pytest.mark.parametrize("ffn", ["mlp", "w12"])
@pytest.mark.parametrize("registers", [4, 0])
def test_dinov2_layouts_agree(tmp_path: Path, v2_pixels: np.ndarray, ffn: str, registers: int) -> None:
    official = weights.dinov2(ffn=ffn, registers=registers)
    plain = tokens(save(tmp_path, official, "official.pth"), v2_pixels)
    assert_same(tokens(save(tmp_path, weights.dinov2_to_hub(official)), v2_pixels), plain)
    if registers:
        assert_same(tokens(save(tmp_path, weights.dinov2_to_timm(official)), v2_pixels), plain)
    chunked = {key.replace("blocks.2.", "blocks.1.2."): value for key, value in official.items()}
    chunked = {
        k.replace("blocks.0.", "blocks.0.0.").replace("blocks.1.n", "blocks.0.1.n"): v
        for k, v in chunked.items()
    }
    for name in ("attn", "mlp", "ls1", "ls2"):
        chunked = {k.replace(f"blocks.1.{name}", f"blocks.0.1.{name}"): v for k, v in chunked.items()}
    assert_same(tokens(save(tmp_path, chunked), v2_pixels), plain)


def test_dinov2_positions_are_interpolated_in_two_ways(tmp_path: Path, v2_pixels: np.ndarray) -> None:
    """The official rule, computed here once more: size with antialias, or scale with an offset of 0.1."""
    for registers in (4, 0):
        official = weights.dinov2(registers=registers)
        model = load_model(save(tmp_path, official), device="cpu", precision="fp32")
        grid = official["pos_embed"][:, 1:].reshape(1, 5, 5, 128).permute(0, 3, 1, 2)
        if registers:
            wide = torch.nn.functional.interpolate(grid, (3, 7), mode="bicubic", antialias=True)
        else:
            wide = torch.nn.functional.interpolate(grid, scale_factor=(3.1 / 5, 7.1 / 5), mode="bicubic")
        positions = model._backbone._positions(3, 7)[1]
        torch.testing.assert_close(positions, wide.flatten(2).transpose(1, 2))


def test_convnext_layouts_agree(tmp_path: Path) -> None:
    official = weights.convnext()
    pixels = np.random.default_rng(2).standard_normal((1, 3, 64, 96)).astype(np.float32)
    plain = tokens(save(tmp_path, official, "official.pth"), pixels)
    timm: Tensors = {}
    for key, value in official.items():
        if key.startswith("downsample_layers.0."):
            timm[key.replace("downsample_layers.0", "stem")] = value
        elif key.startswith("downsample_layers."):
            _, stage, *rest = key.split(".")
            timm[".".join(["stages", stage, "downsample", *rest])] = value
        elif key.startswith("stages."):
            _, stage, block, *rest = key.split(".")
            name = ".".join(rest).replace("dwconv", "conv_dw").replace("pwconv", "mlp.fc")
            timm[f"stages.{stage}.blocks.{block}.{name}"] = value
        elif key.startswith("norm."):
            timm[f"head.{key}"] = value
    assert_same(tokens(save(tmp_path, timm), pixels), plain, 1e-5)


def test_layers_are_counted_from_zero_and_from_the_end(tmp_path: Path, v3_pixels: np.ndarray) -> None:
    model = load_model(save(tmp_path, weights.dinov3()), device="cpu", precision="fp32")
    assert model.info.layers == 3
    every = model.tokens(v3_pixels, [0, 1, 2])
    swapped = model.tokens(v3_pixels, [-1, 0])
    assert_same(swapped[0], every[2], 0)
    assert_same(swapped[1], every[0], 0)
    assert_same(model.tokens(v3_pixels), every[2], 0)
    assert np.abs(every[0].patches - every[1].patches).max() > 1e-3


def test_half_precision_weights_and_bf16_stay_close(tmp_path: Path, v3_pixels: np.ndarray) -> None:
    official = weights.dinov3()
    file = save(tmp_path, official, "official.pth")
    plain = tokens(file, v3_pixels)
    halved = {key: value.half() for key, value in official.items()}
    assert_same(tokens(save(tmp_path, halved), v3_pixels), plain, 0.02)
    low = load_model(file, device="cpu", precision="bf16")
    assert low.info.precision == "bf16"
    assert low.info.fingerprint == load_model(file, device="cpu", precision="fp32").info.fingerprint
    a, b = low.tokens(v3_pixels).patches, plain.patches
    cosine = (a * b).sum(-1) / np.linalg.norm(a, axis=-1) / np.linalg.norm(b, axis=-1)
    assert a.dtype == np.float32
    assert cosine.min() > 0.998


@pytest.mark.parametrize("kind", ["dinov2", "convnext"])
def test_the_other_families_run_in_bf16_too(tmp_path: Path, v2_pixels: np.ndarray, kind: str) -> None:
    tensors, pixels = (weights.dinov2(), v2_pixels) if kind == "dinov2" else (weights.convnext(), v2_pixels)
    file = save(tmp_path, tensors)
    low = load_model(file, device="cpu", precision="bf16").embed_pixels(pixels)
    high = load_model(file, device="cpu", precision="fp32").embed_pixels(pixels)
    assert (low * high).sum(1).min() > 0.99
