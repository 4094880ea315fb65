"""Shared by the vision transformers of DINOv3 and DINOv2: tokens, blocks, one final norm."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from dinodesk.models.networks.blocks import Block, BlockShape, Rope


@dataclass(frozen=True, slots=True)
class ViTShape:
    """Architecture of a backbone, as read from a checkpoint.

    Attributes:
        patch: side of a patch in pixels.
        depth: number of blocks.
        registers: number of register (storage) tokens.
        block: shape of the blocks.
        positions: side of the square grid of stored position embeddings (DINOv2), 0 without.
        periods: number of RoPE periods (DINOv3), 0 without.
    """

    patch: int
    depth: int
    registers: int
    block: BlockShape
    positions: int = 0
    periods: int = 0


@dataclass(frozen=True, slots=True)
class LayerTokens:
    """Normed tokens of one layer: cls (B, D), registers (B, R, D), patches (B, h, w, D)."""

    cls: Tensor
    registers: Tensor
    patches: Tensor

    def sequence(self) -> Tensor:
        """All tokens as the backbone orders them, (B, 1 + R + h·w, D)."""
        return torch.cat([self.cls[:, None], self.registers, self.patches.flatten(1, 2)], dim=1)


class Backbone(nn.Module):
    """An image backbone that can be run in steps.

    Attributes:
        patch: the stride of its grid in pixels.
        dim: width of its last layer's tokens.
        layers: number of layers that give tokens.
    """

    patch: int
    dim: int
    layers: int

    @abstractmethod
    def steps(
        self, pixels: Tensor, layers: Sequence[int], dense: bool = False
    ) -> Generator[None, None, list[LayerTokens]]:
        """Normalised (B, 3, H, W) → tokens of the chosen layers (0-based), yielding after each block."""


class ViT(Backbone):
    """Base of both generations; a subclass makes tokens of pixels."""

    def __init__(self, shape: ViTShape) -> None:
        super().__init__()
        D = shape.block.dim
        self.shape = shape
        self.patch = shape.patch
        self.dim = D
        self.layers = shape.depth
        self.cls_token = nn.Parameter(torch.empty(1, 1, D))
        if shape.registers:
            self.registers = nn.Parameter(torch.empty(1, shape.registers, D))
        self.patch_embed = nn.Conv2d(3, D, shape.patch, stride=shape.patch)
        self.blocks = nn.ModuleList([Block(shape.block) for _ in range(shape.depth)])
        self.norm = nn.LayerNorm(D, eps=shape.block.eps)

    @abstractmethod
    def tokenize(self, pixels: Tensor) -> tuple[Tensor, Rope | None]:
        """Normalised (B, 3, H, W) → [CLS, registers, patches row-major] and the rotation, if any."""

    def steps(
        self, pixels: Tensor, layers: Sequence[int], dense: bool = False
    ) -> Generator[None, None, list[LayerTokens]]:
        """See Backbone; the final norm is applied to every chosen layer. `dense` changes nothing."""
        x, rope = self.tokenize(pixels)
        grid = (pixels.shape[2] // self.patch, pixels.shape[3] // self.patch)
        found: dict[int, LayerTokens] = {}
        for number, block in enumerate(self.blocks[: max(layers) + 1]):
            x = block(x, rope)
            if number in layers:
                found[number] = self._split(self.norm(x), grid)
            yield
        return [found[number] for number in layers]

    def _split(self, x: Tensor, grid: tuple[int, int]) -> LayerTokens:
        first = 1 + self.shape.registers
        return LayerTokens(x[:, 0], x[:, 1:first], x[:, first:].reshape(x.shape[0], *grid, -1))
