"""Backbones as a whole: positions, registers, chosen layers, dense maps of convolutional networks."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from weights_fixtures import convnext, dinov2, dinov3

from dinodesk.models.checkpoints import key_layouts, module_builder
from dinodesk.models.inference.time_slices import finish
from dinodesk.models.networks.dinov2 import DinoV2ViT
from dinodesk.models.networks.efficientnet_lite import STAGES, EfficientNetLite, same_padding
from dinodesk.models.networks.vit import Backbone, LayerTokens


def build(tensors: dict[str, Tensor]) -> Backbone:
    (part,) = key_layouts.split(tensors)
    return module_builder.backbone(part, torch.float32)


def noise(*sizes: int, seed: int = 0) -> Tensor:
    return torch.randn(sizes, generator=torch.Generator().manual_seed(seed))


def run(backbone: Backbone, pixels: Tensor, *layers: int, dense: bool = False) -> list[LayerTokens]:
    return finish(backbone.steps(pixels, layers or [backbone.layers - 1], dense))


VITS = {"v3": dinov3(), "v2": dinov2(), "v2 without registers": dinov2(registers=0)}


@pytest.mark.parametrize("name", VITS)
def test_tokens_have_the_photos_grid_and_the_registers(name: str) -> None:
    backbone = build(VITS[name])
    side = backbone.patch
    (tokens,) = run(backbone, noise(2, 3, 3 * side, 5 * side))
    registers = 0 if name.endswith("without registers") else 4
    assert tokens.cls.shape == (2, 128) and tokens.registers.shape == (2, registers, 128)
    assert tokens.patches.shape == (2, 3, 5, 128)
    sequence = tokens.sequence()
    assert sequence.shape == (2, 1 + registers + 15, 128)
    torch.testing.assert_close(sequence[:, -1], tokens.patches[:, 2, 4])


@pytest.mark.parametrize("name", VITS)
def test_layers_are_the_same_whether_asked_for_together_or_alone(name: str) -> None:
    backbone, pixels = build(VITS[name]), noise(1, 3, 70 if "v2" in name else 64, 80 if "v3" in name else 56)
    together = run(backbone, pixels, 2, 0)
    for tokens, number in zip(together, (2, 0), strict=True):
        (alone,) = run(backbone, pixels, number)
        torch.testing.assert_close(tokens.patches, alone.patches)
    steps = sum(1 for _ in backbone.steps(pixels, [0]))
    assert steps == 1  # later blocks are not run


def test_photos_of_a_batch_do_not_see_each_other() -> None:
    backbone, pixels = build(VITS["v3"]), noise(2, 3, 48, 48)
    (both,), (alone,) = run(backbone, pixels), run(backbone, pixels[1:])
    torch.testing.assert_close(both.cls[1:], alone.cls, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("registers", [0, 4])
def test_positions_at_the_stored_grid_are_the_stored_ones(registers: int) -> None:
    backbone = build(dinov2(registers=registers))
    assert isinstance(backbone, DinoV2ViT)
    cls, grid = backbone._positions(5, 5)
    torch.testing.assert_close(torch.cat([cls, grid], 1), backbone.pos_embed)
    for height, width in ((7, 7), (5, 9), (3, 4)):
        assert backbone._positions(height, width)[1].shape == (1, height * width, 128)


@pytest.mark.parametrize("registers", [0, 4])
def test_interpolated_positions_keep_a_constant_and_the_order(registers: int) -> None:
    backbone = build(dinov2(registers=registers))
    assert isinstance(backbone, DinoV2ViT)
    ramp = torch.arange(5.0).view(5, 1).expand(5, 5)
    backbone.pos_embed.data[0, 1:] = torch.stack([torch.ones(25), ramp.flatten()], -1).repeat(1, 64)
    grid = backbone._positions(9, 11)[1].view(9, 11, 128)
    torch.testing.assert_close(grid[..., 0], torch.ones(9, 11))
    assert (grid[1:, :, 1] > grid[:-1, :, 1]).all()
    torch.testing.assert_close(grid[:, 0, 1], grid[:, 7, 1], rtol=1e-3, atol=1e-3)


def test_every_second_cell_of_a_dense_convnext_map_is_the_plain_one() -> None:
    backbone, pixels = build(convnext()), noise(1, 3, 128, 192)
    (plain,), (dense,) = run(backbone, pixels), run(backbone, pixels, dense=True)
    assert dense.patches.shape == (1, 8, 12, 64) and plain.patches.shape == (1, 4, 6, 64)
    torch.testing.assert_close(dense.patches[:, ::2, ::2], plain.patches, rtol=1e-4, atol=1e-4)


def test_a_convnexts_cls_is_the_normed_mean_of_its_last_map() -> None:
    backbone, pixels = build(convnext()), noise(1, 3, 64, 64)
    first, last = run(backbone, pixels, 0, 3)
    assert first.patches.shape == (1, 16, 16, 16) and first.registers.shape[1] == 0
    torch.testing.assert_close(first.cls, first.patches.mean((1, 2)))
    assert (last.patches.mean((1, 2)) - last.cls).abs().max() > 1e-3  # the norm comes after the mean


# ── EfficientNet-Lite ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("dilation", [1, 2])
@pytest.mark.parametrize("kernel", [3, 5])
@pytest.mark.parametrize("stride", [1, 2])
def test_same_padding_gives_a_cell_for_each_stride(kernel: int, stride: int, dilation: int) -> None:
    for size in range(1, 40):
        before, after = same_padding(size, kernel, stride, dilation)
        assert 0 <= before <= after <= before + 1
        assert (size + before + after - dilation * (kernel - 1) - 1) // stride + 1 == -(-size // stride)


def lite(width: int = 8) -> EfficientNetLite:
    generator = torch.Generator().manual_seed(0)
    weights: dict[str, Tensor] = {}

    def conv(name: str, out: int, into: int, kernel: int) -> None:
        weights[f"{name}.weight"] = torch.randn(out, into, kernel, kernel, generator=generator) / 3
        weights[f"{name}.bias"] = torch.randn(out, generator=generator) / 10

    conv("stem", width, 3, 3)
    index = 0
    for count, kernel, _ in STAGES:
        for _ in range(count):
            conv(f"blocks.{index}.expand", 2 * width, width, 1)
            conv(f"blocks.{index}.depthwise", 2 * width, 1, kernel)
            conv(f"blocks.{index}.project", width, 2 * width, 1)
            index += 1
    conv("head", 16, width, 1)
    weights["classifier.weight"] = torch.randn(10, 16, generator=generator)
    weights["classifier.bias"] = torch.randn(10, generator=generator)
    return EfficientNetLite(weights).eval()


@pytest.mark.parametrize(("side", "cells", "first"), [(128, 8, 1), (112, 7, 0)])
def test_every_second_cell_of_a_dense_efficientnet_map_is_the_plain_one(
    side: int, cells: int, first: int
) -> None:
    """From the second cell on where their number is even: SAME padding puts the odd zero at the end."""
    net, pixels = lite(), noise(1, 3, side, side)
    plain, dense = net.layers(pixels), net.layers(pixels, dense=True)
    assert dense[-1].shape == (1, 16, cells, cells) and len(plain) == len(STAGES) + 1
    torch.testing.assert_close(dense[-1][:, :, first::2, first::2], plain[-1], rtol=1e-4, atol=1e-4)


def test_steps_of_an_efficientnet_end_with_its_last_layer() -> None:
    net, pixels = lite(), noise(1, 3, 64, 64)
    torch.testing.assert_close(finish(net.layer_steps(pixels))[-1], net.layers(pixels)[-1])
    features = net.layers(pixels)[-1].permute(0, 2, 3, 1)
    logits = net.classify(features)
    torch.testing.assert_close(logits, features @ net.classifier_weight.T + net.classifier_bias)
