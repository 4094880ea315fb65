"""Transformer blocks against plain formulas, and the properties of rotary positions."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor

from dinodesk.models.networks.blocks import Attention, Block, BlockShape, Mlp, SwiGLU, rotate
from dinodesk.models.networks.dinov3 import rope_angles, rope_periods

SHAPE: dict[str, Any] = {
    "dim": 16, "heads": 2, "hidden": 24, "ffn": "mlp", "qkv_bias": True, "proj_bias": True, "ffn_bias": True,
    "layer_scale": True, "eps": 1e-5,
}  # fmt: skip


def shape(**changes: object) -> BlockShape:
    return BlockShape(**{**SHAPE, **changes})


def filled(module: torch.nn.Module, seed: int = 0) -> torch.nn.Module:
    generator = torch.Generator().manual_seed(seed)
    for value in module.parameters():
        value.data = torch.randn(value.shape, generator=generator) / 4
    return module.eval()


def noise(*sizes: int, seed: int = 1) -> Tensor:
    return torch.randn(sizes, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("causal", [False, True])
def test_attention_is_softmax_of_scaled_products(causal: bool) -> None:
    attention, x = filled(Attention(shape())), noise(3, 5, 16)
    q, k, v = (part.view(3, 5, 2, 8).transpose(1, 2) for part in attention.qkv(x).chunk(3, -1))  # type: ignore[operator]
    scores = q @ k.transpose(2, 3) / math.sqrt(8)
    if causal:
        scores = scores.masked_fill(torch.ones(5, 5).triu(1).bool(), -torch.inf)
    mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(3, 5, 16)
    torch.testing.assert_close(attention(x, None, causal), attention.proj(mixed))  # type: ignore[operator]


def test_in_causal_attention_a_token_sees_none_behind_it() -> None:
    block, x = filled(Block(shape())), noise(1, 6, 16)
    changed = x.clone()
    changed[:, 4:] += 1
    before, after = block(x, None, True), block(changed, None, True)
    torch.testing.assert_close(before[:, :4], after[:, :4])
    assert (before[:, 4:] - after[:, 4:]).abs().min() > 1e-4


def test_feed_forward_layers_are_their_formulas() -> None:
    x = noise(2, 3, 16)
    mlp = filled(Mlp(shape()))
    inner = x @ mlp.fc1.weight.T + mlp.fc1.bias  # type: ignore[operator]
    exact = inner * 0.5 * (1 + torch.erf(inner / math.sqrt(2)))
    torch.testing.assert_close(mlp(x), exact @ mlp.fc2.weight.T + mlp.fc2.bias)  # type: ignore[operator]
    gated = filled(SwiGLU(shape(ffn="swiglu", ffn_bias=False)))
    one, two = x @ gated.w1.weight.T, x @ gated.w2.weight.T  # type: ignore[operator]
    torch.testing.assert_close(gated(x), (one * torch.sigmoid(one) * two) @ gated.w3.weight.T)  # type: ignore[operator]


def test_a_block_is_two_scaled_residual_branches() -> None:
    block, x = filled(Block(shape())), noise(2, 4, 16)
    middle = x + block.ls1.gamma * block.attn(block.norm1(x))  # type: ignore[operator]
    torch.testing.assert_close(block(x), middle + block.ls2.gamma * block.mlp(block.norm2(middle)))  # type: ignore[operator]
    for scale in (block.ls1, block.ls2):
        scale.gamma.data.zero_()  # type: ignore[union-attr]
    torch.testing.assert_close(block(x), x)


def test_a_tower_without_layer_scale_has_no_such_weights() -> None:
    assert not any("gamma" in name for name in Block(shape(layer_scale=False)).state_dict())


# ── rotary positions ────────────────────────────────────────────────────────────────────────────


def test_rotation_keeps_lengths_and_leaves_the_first_tokens() -> None:
    rope = rope_angles(3, 4, rope_periods(8))
    x = noise(2, 2, 5 + 12, 8)
    turned = rotate(x, rope)
    torch.testing.assert_close(turned[:, :, :5], x[:, :, :5])
    torch.testing.assert_close(turned.norm(dim=-1), x.norm(dim=-1))
    assert (turned[:, :, 5:] - x[:, :, 5:]).abs().max() > 0.1


def test_products_of_rotated_tokens_depend_on_their_distance_only() -> None:
    """Patches of a 5 × 5 grid that lie one row below and two columns right of each other."""
    rope = rope_angles(5, 5, rope_periods(8))
    query, key = noise(8), noise(8, seed=2)
    rows = rotate(torch.stack([query, key])[:, None, None].expand(2, 1, 25, 8).contiguous(), rope)
    queries, keys = rows[0, 0].view(5, 5, 8), rows[1, 0].view(5, 5, 8)
    products = (queries[:4, :3] * keys[1:, 2:]).sum(-1)
    torch.testing.assert_close(products, products[:1, :1].expand(4, 3), rtol=1e-4, atol=1e-4)


def test_the_centre_of_an_odd_grid_is_not_rotated() -> None:
    cosine, sine = rope_angles(5, 7, rope_periods(8))
    centre = 2 * 7 + 3
    torch.testing.assert_close(cosine[centre], torch.ones(8))
    torch.testing.assert_close(sine[centre], torch.zeros(8), atol=1e-6, rtol=0)


def test_periods_grow_geometrically_from_one() -> None:
    periods = rope_periods(64)
    assert periods.shape == (16,) and periods[0] == 1
    torch.testing.assert_close(periods[1:] / periods[:-1], torch.full((15,), 100 ** (1 / 16)))
