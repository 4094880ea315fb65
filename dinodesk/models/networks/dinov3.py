"""DINOv3 vision transformer (arXiv 2508.10104): rotary positions, storage tokens, LayerScale."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from dinodesk.models.networks.blocks import Rope
from dinodesk.models.networks.vit import ViT, ViTShape

ROPE_BASE = 100.0
"""Base of the rotary periods (the official value)."""


def rope_periods(head_width: int) -> Tensor:
    """Periods of the rotation, float32 (head_width / 4,): 100^(2k / (head_width / 2))."""
    k = torch.arange(head_width // 4, dtype=torch.float32)
    return ROPE_BASE ** (2 * k / (head_width // 2))


def rope_angles(height: int, width: int, periods: Tensor) -> Rope:
    """Cosines and sines for a grid of height × width patches, each float32 (h·w, 4 · periods).

    Patch centres are scaled to -1 … 1 on each axis by itself; angle = 2π · coordinate / period, first the
    rows' angles, then the columns', and the whole twice, for the pairing of j with j + d / 2.
    """
    periods = periods.float()
    rows = 2 * (torch.arange(height, device=periods.device) + 0.5) / height - 1
    columns = 2 * (torch.arange(width, device=periods.device) + 0.5) / width - 1
    grid = torch.stack(torch.meshgrid(rows, columns, indexing="ij"), dim=-1).flatten(0, 1)
    angles = (2 * math.pi * grid[:, :, None] / periods).flatten(1).tile(2)
    return angles.cos(), angles.sin()


class DinoV3ViT(ViT):
    """DINOv3 ViT of any width and depth."""

    periods: Tensor

    def __init__(self, shape: ViTShape) -> None:
        super().__init__(shape)
        self.register_buffer("periods", torch.empty(shape.periods))

    def tokenize(self, pixels: Tensor) -> tuple[Tensor, Rope | None]:
        """[CLS, storage, patches]; no position is added, the rotation carries it."""
        patches = self.patch_embed(pixels)
        height, width = patches.shape[2:]
        B = pixels.shape[0]
        parts = [self.cls_token.expand(B, -1, -1)]
        if self.shape.registers:
            parts.append(self.registers.expand(B, -1, -1))
        parts.append(patches.flatten(2).transpose(1, 2))
        return torch.cat(parts, dim=1), rope_angles(height, width, self.periods)
