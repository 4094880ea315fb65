"""DINOv2 vision transformer (arXiv 2304.07193), with or without registers (arXiv 2309.16588)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from dinodesk.models.networks.blocks import Rope
from dinodesk.models.networks.vit import ViT, ViTShape

_OFFSET = 0.1
"""Added to the grid's sides before scaling, as in the official code."""


class DinoV2ViT(ViT):
    """DINOv2 ViT of any width and depth; learned positions, interpolated to the photo's grid."""

    def __init__(self, shape: ViTShape) -> None:
        super().__init__(shape)
        self.pos_embed = nn.Parameter(torch.empty(1, 1 + shape.positions**2, shape.block.dim))

    def tokenize(self, pixels: Tensor) -> tuple[Tensor, Rope | None]:
        """[CLS, registers, patches]; positions go to CLS and patches, registers have none."""
        patches = self.patch_embed(pixels)
        height, width = patches.shape[2:]
        B = pixels.shape[0]
        cls_position, positions = (p.to(patches.dtype) for p in self._positions(height, width))
        parts = [(self.cls_token + cls_position).expand(B, -1, -1)]
        if self.shape.registers:
            parts.append(self.registers.expand(B, -1, -1))
        parts.append(patches.flatten(2).transpose(1, 2) + positions)
        return torch.cat(parts, dim=1), None

    def _positions(self, height: int, width: int) -> tuple[Tensor, Tensor]:
        """Positions of CLS (1, 1, D) and of the patches (1, h·w, D), float32.

        The two kinds of official checkpoints were trained with two ways: without registers the grid is
        scaled by (h + 0.1) / side, without antialias; with registers resized to h × w, with antialias.
        """
        side = self.shape.positions
        cls_position, grid = self.pos_embed[:, :1], self.pos_embed[:, 1:]
        if height * width == side * side and height == width:
            return cls_position, grid
        square = grid.reshape(1, side, side, -1).permute(0, 3, 1, 2)
        if self.shape.registers:
            square = functional.interpolate(square, (height, width), mode="bicubic", antialias=True)
        else:
            scale = ((height + _OFFSET) / side, (width + _OFFSET) / side)
            square = functional.interpolate(square, scale_factor=scale, mode="bicubic")
        return cls_position, square.permute(0, 2, 3, 1).flatten(1, 2)
