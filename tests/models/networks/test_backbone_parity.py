"""Backbones against transformers' classes (a development-only oracle), in their own names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from dinodesk.models.loader import load_model

transformers = pytest.importorskip("transformers")


def randomise(module: torch.nn.Module) -> None:
    """Weights at which every part of a block matters."""
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if "lambda1" in name or "gamma" in name:
                parameter.copy_(1 + 0.1 * noise)
            elif "token" in name or "position" in name:
                parameter.copy_(noise)
            elif parameter.ndim == 1:
                parameter.add_(0.1 * noise)


def reference(oracle: torch.nn.Module, pixels: torch.Tensor) -> torch.Tensor:
    with torch.inference_mode():
        return oracle(pixel_values=pixels).last_hidden_state


def load(oracle: torch.nn.Module, folder: Path):
    randomise(oracle)
    file = folder / "model.safetensors"
    save_file({key: value.contiguous() for key, value in oracle.state_dict().items()}, file)
    return load_model(file, device="cpu", precision="fp32")


def worst(left: np.ndarray, right: torch.Tensor) -> float:
    a = torch.as_tensor(left).double().reshape(-1, left.shape[-1])
    b = right.double().reshape(-1, right.shape[-1])
    return float(torch.nn.functional.cosine_similarity(a, b).min())


@pytest.mark.parametrize("gated", [False, True])
def test_dinov3_vit_equals_transformers_on_a_photo_that_is_not_square(tmp_path: Path, gated: bool) -> None:
    config = transformers.DINOv3ViTConfig(
        hidden_size=128,
        num_hidden_layers=3,
        num_attention_heads=2,
        intermediate_size=384,
        num_register_tokens=4,
        use_gated_mlp=gated,
        hidden_act="silu" if gated else "gelu",
        layer_norm_eps=1e-5,
    )
    oracle = transformers.DINOv3ViTModel(config).eval()
    model = load(oracle, tmp_path)
    pixels = torch.randn(2, 3, 48, 80, generator=torch.Generator().manual_seed(6))
    expected = reference(oracle, pixels)
    found = model.tokens(pixels.numpy())
    assert found.patches.shape == (2, 3, 5, 128)
    assert worst(found.cls, expected[:, 0]) > 0.999999
    assert worst(found.registers, expected[:, 1:5]) > 0.999999
    assert worst(found.patches.reshape(2, 15, 128), expected[:, 5:]) > 0.999999


@pytest.mark.parametrize("gated", [False, True])
def test_dinov2_with_registers_equals_transformers_off_its_own_grid(tmp_path: Path, gated: bool) -> None:
    config = transformers.Dinov2WithRegistersConfig(
        hidden_size=128,
        num_hidden_layers=3,
        num_attention_heads=2,
        image_size=70,
        patch_size=14,
        use_swiglu_ffn=gated,
        num_register_tokens=4,
    )
    oracle = transformers.Dinov2WithRegistersModel(config).eval()
    model = load(oracle, tmp_path)
    pixels = torch.randn(2, 3, 42, 98, generator=torch.Generator().manual_seed(7))
    expected = reference(oracle, pixels)
    found = model.tokens(pixels.numpy())
    assert found.registers.shape == (2, 4, 128)
    assert worst(found.cls, expected[:, 0]) > 0.99999
    assert worst(found.patches.reshape(2, 21, 128), expected[:, 5:]) > 0.99999


def test_dinov2_without_registers_equals_transformers_on_its_own_grid(tmp_path: Path) -> None:
    # Off the grid transformers resizes without the official offset: no oracle there (docs/models.md).
    config = transformers.Dinov2Config(
        hidden_size=128, num_hidden_layers=3, num_attention_heads=2, image_size=70, patch_size=14
    )
    oracle = transformers.Dinov2Model(config).eval()
    model = load(oracle, tmp_path)
    pixels = torch.randn(2, 3, 70, 70, generator=torch.Generator().manual_seed(8))
    expected = reference(oracle, pixels)
    found = model.tokens(pixels.numpy())
    assert found.registers.shape == (2, 0, 128)
    assert worst(found.cls, expected[:, 0]) > 0.999999
    assert worst(found.patches.reshape(2, 25, 128), expected[:, 1:]) > 0.999999


def test_convnext_equals_transformers_and_dense_cells_contain_the_plain_ones(tmp_path: Path) -> None:
    config = transformers.DINOv3ConvNextConfig(hidden_sizes=[16, 32, 48, 64], depths=[1, 1, 2, 1])
    oracle = transformers.DINOv3ConvNextModel(config).eval()
    model = load(oracle, tmp_path)
    pixels = torch.randn(2, 3, 64, 96, generator=torch.Generator().manual_seed(9))
    expected = reference(oracle, pixels)
    found = model.tokens(pixels.numpy())
    assert worst(found.cls, expected[:, 0]) > 0.99999
    assert worst(found.patches.reshape(2, 6, 64), expected[:, 1:]) > 0.99999
    dense = model.tokens(pixels.numpy(), dense=True)
    assert dense.patches.shape == (2, 4, 6, 64)
    np.testing.assert_allclose(dense.patches[:, ::2, ::2], found.patches, atol=1e-5)
    four = model.tokens(pixels.numpy(), [0, 1, 2, -1])
    assert [grid.patches.shape[1:] for grid in four] == [(16, 24, 16), (8, 12, 32), (4, 6, 48), (2, 3, 64)]
    np.testing.assert_allclose(four[3].cls, found.cls, atol=1e-6)
