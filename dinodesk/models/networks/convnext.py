"""DINOv3's ConvNeXt backbones (ConvNeXt, arXiv 2201.03545, as released with DINOv3)."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from dinodesk.models.networks.vit import Backbone, LayerTokens

_EPS = 1e-6
STRIDE = 32
"""Pixels between two cells of the last map."""


@dataclass(frozen=True, slots=True)
class ConvNeXtShape:
    """Blocks and widths of the four stages."""

    depths: tuple[int, ...]
    dims: tuple[int, ...]


class ChannelNorm(nn.LayerNorm):
    """LayerNorm over the channels of (B, C, H, W)."""

    def forward(self, x: Tensor) -> Tensor:
        """Same shape."""
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class ConvNeXtBlock(nn.Module):
    """Depthwise 7 × 7, norm, widen fourfold, GELU, narrow, scale, residual."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.dwconv = nn.Conv2d(dim, dim, 7, padding=3, groups=dim)
        self.norm = nn.LayerNorm(dim, eps=_EPS)
        self.pwconv1 = nn.Linear(dim, 4 * dim)
        self.pwconv2 = nn.Linear(4 * dim, dim)
        self.gamma = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor, dilation: int = 1) -> Tensor:
        """(B, C, H, W) → the same; `dilation` spreads the depthwise kernel for dense maps."""
        conv = self.dwconv
        y = functional.conv2d(x, conv.weight, conv.bias, 1, 3 * dilation, dilation, conv.groups).permute(
            0, 2, 3, 1
        )
        y = self.gamma * self.pwconv2(functional.gelu(self.pwconv1(self.norm(y))))
        return x + y.permute(0, 3, 1, 2)


class ConvNeXt(Backbone):
    """DINOv3 ConvNeXt; its CLS is the normed mean of the last map, its layers are the four stages."""

    def __init__(self, shape: ConvNeXtShape) -> None:
        super().__init__()
        self.patch = STRIDE
        self.dim = shape.dims[-1]
        self.layers = len(shape.dims)
        first = shape.dims[0]
        downsample: list[nn.Module] = [
            nn.Sequential(nn.Conv2d(3, first, 4, stride=4), ChannelNorm(first, eps=_EPS))
        ]
        for before, after in zip(shape.dims[:-1], shape.dims[1:], strict=True):
            downsample.append(
                nn.Sequential(ChannelNorm(before, eps=_EPS), nn.Conv2d(before, after, 2, stride=2))
            )
        self.downsample_layers = nn.ModuleList(downsample)
        self._last_downsample = cast(tuple[ChannelNorm, nn.Conv2d], tuple(downsample[-1].children()))
        self.stages = nn.ModuleList(
            nn.ModuleList(ConvNeXtBlock(dim) for _ in range(depth))
            for depth, dim in zip(shape.depths, shape.dims, strict=True)
        )
        self.norm = nn.LayerNorm(self.dim, eps=_EPS)

    def steps(
        self, pixels: Tensor, layers: Sequence[int], dense: bool = False
    ) -> Generator[None, None, list[LayerTokens]]:
        """See Backbone; only the last stage is normed. `dense` halves the last stride (16 px cells)."""
        x = pixels
        found: dict[int, LayerTokens] = {}
        last = self.layers - 1
        for number in range(max(layers) + 1):
            spread = dense and number == last
            x = self._downsample_dense(x) if spread else self.downsample_layers[number](x)
            for block in cast(nn.ModuleList, self.stages[number]):
                x = block(x, 2 if spread else 1)
                yield
            if number in layers:
                found[number] = self._tokens(x, number == last)
        return [found[number] for number in layers]

    def _downsample_dense(self, x: Tensor) -> Tensor:
        """The last 2 × 2 stride-2 convolution with stride 1; every second cell is the plain one."""
        norm, conv = self._last_downsample
        return functional.conv2d(functional.pad(norm(x), (0, 1, 0, 1)), conv.weight, conv.bias)

    def _tokens(self, x: Tensor, normed: bool) -> LayerTokens:
        patches = x.permute(0, 2, 3, 1)
        cls = x.mean((2, 3))
        if normed:
            patches, cls = self.norm(patches), self.norm(cls)
        return LayerTokens(cls, cls.new_zeros(cls.shape[0], 0, cls.shape[1]), patches)
