"""Transformer blocks shared by DINOv3, DINOv2 and dino.txt (pre-norm ViT, arXiv 2010.11929).

Parameter names are the official checkpoints' where these agree; `key_layouts` maps the others onto them.
Fused SwiGLU weights are split and masked key biases are multiplied out there, so one block serves all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

Rope = tuple[Tensor, Tensor]
"""Cosines and sines, each float32 (patches, head width)."""


@dataclass(frozen=True, slots=True)
class BlockShape:
    """Shape of every block of one tower.

    Attributes:
        dim: width of a token.
        heads: number of attention heads.
        hidden: width inside the feed-forward part.
        ffn: "mlp" (GELU) or "swiglu".
        qkv_bias, proj_bias, ffn_bias: which linear layers have a bias.
        layer_scale: whether both branches are scaled by a learned vector (arXiv 2103.17239).
        eps: of the layer norms.
    """

    dim: int
    heads: int
    hidden: int
    ffn: Literal["mlp", "swiglu"]
    qkv_bias: bool
    proj_bias: bool
    ffn_bias: bool
    layer_scale: bool
    eps: float


class Attention(nn.Module):
    """Multi-head self-attention with fused query, key, value; scale 1 / √(head width)."""

    def __init__(self, shape: BlockShape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.qkv = nn.Linear(shape.dim, 3 * shape.dim, bias=shape.qkv_bias)
        self.proj = nn.Linear(shape.dim, shape.dim, bias=shape.proj_bias)

    def forward(self, x: Tensor, rope: Rope | None = None, causal: bool = False) -> Tensor:
        """(B, N, D) → (B, N, D); `rope` turns queries and keys of the last tokens, the patches."""
        B, N, D = x.shape
        q, k, v = self.qkv(x).view(B, N, 3, self.heads, D // self.heads).permute(2, 0, 3, 1, 4)
        if rope is not None:
            q, k = rotate(q, rope), rotate(k, rope)
        y = functional.scaled_dot_product_attention(q, k, v, is_causal=causal)
        out: Tensor = self.proj(y.transpose(1, 2).reshape(B, N, D))
        return out


class Mlp(nn.Module):
    """Two linear layers with exact GELU between."""

    def __init__(self, shape: BlockShape) -> None:
        super().__init__()
        self.fc1 = nn.Linear(shape.dim, shape.hidden, bias=shape.ffn_bias)
        self.fc2 = nn.Linear(shape.hidden, shape.dim, bias=shape.ffn_bias)

    def forward(self, x: Tensor) -> Tensor:
        """(B, N, D) → (B, N, D)."""
        out: Tensor = self.fc2(functional.gelu(self.fc1(x)))
        return out


class SwiGLU(nn.Module):
    """w3(silu(w1 x) · w2 x) (Shazeer 2020, arXiv 2002.05202)."""

    def __init__(self, shape: BlockShape) -> None:
        super().__init__()
        self.w1 = nn.Linear(shape.dim, shape.hidden, bias=shape.ffn_bias)
        self.w2 = nn.Linear(shape.dim, shape.hidden, bias=shape.ffn_bias)
        self.w3 = nn.Linear(shape.hidden, shape.dim, bias=shape.ffn_bias)

    def forward(self, x: Tensor) -> Tensor:
        """(B, N, D) → (B, N, D)."""
        out: Tensor = self.w3(functional.silu(self.w1(x)) * self.w2(x))
        return out


class LayerScale(nn.Module):
    """Multiply by a learned vector."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        """(B, N, D) → (B, N, D)."""
        return x * self.gamma


class Block(nn.Module):
    """x + ls1(attention(norm1 x)), then x + ls2(feed-forward(norm2 x))."""

    def __init__(self, shape: BlockShape) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(shape.dim, eps=shape.eps)
        self.attn = Attention(shape)
        self.ls1: nn.Module = LayerScale(shape.dim) if shape.layer_scale else nn.Identity()
        self.norm2 = nn.LayerNorm(shape.dim, eps=shape.eps)
        self.mlp: nn.Module = SwiGLU(shape) if shape.ffn == "swiglu" else Mlp(shape)
        self.ls2: nn.Module = LayerScale(shape.dim) if shape.layer_scale else nn.Identity()

    def forward(self, x: Tensor, rope: Rope | None = None, causal: bool = False) -> Tensor:
        """(B, N, D) → (B, N, D)."""
        x = x + self.ls1(self.attn(self.norm1(x), rope, causal))
        out: Tensor = x + self.ls2(self.mlp(self.norm2(x)))
        return out


def rotate(x: Tensor, rope: Rope) -> Tensor:
    """Turn the last tokens of (B, heads, N, d) by the angles; computed in fp32, given back as it came.

    Rotary embedding (RoFormer, arXiv 2104.09864), pairing dimension j with j + d / 2.
    """
    cosine, sine = rope
    prefix = x.shape[2] - cosine.shape[0]
    turned = x[:, :, prefix:].float()
    first, second = turned.chunk(2, dim=-1)
    turned = turned * cosine + torch.cat([-second, first], -1) * sine
    return torch.cat([x[:, :, :prefix], turned.to(x.dtype)], dim=2)
