"""A small DINOv3-shaped vision transformer that can be trained, and the heads that go with it."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from dinodesk.models.networks.blocks import BlockShape, Rope
from dinodesk.models.networks.dinov3 import DinoV3ViT, rope_angles, rope_periods
from dinodesk.models.networks.vit import LayerTokens, ViTShape

PATCH = 16
"""Side of a patch in pixels, as in DINOv3."""

_WEIGHT_STD = 0.02
"""Standard deviation of new weights and tokens, as in DINO (arXiv 2104.14294), DINOv2 and timm."""
_LAYER_SCALE = 0.1
"""LayerScale at the start: 0.1 for networks of up to 18 blocks (CaiT, arXiv 2103.17239)."""


def small_shape(dim: int = 192, depth: int = 10, heads: int = 3) -> ViTShape:
    """Patch 16, RoPE, 4 registers; about 4.5 M parameters at the default width."""
    block = BlockShape(
        dim=dim,
        heads=heads,
        hidden=4 * dim,
        ffn="mlp",
        qkv_bias=True,
        proj_bias=True,
        ffn_bias=True,
        layer_scale=True,
        eps=1e-5,
    )
    return ViTShape(patch=PATCH, depth=depth, registers=4, block=block, periods=dim // heads // 4)


class Student(DinoV3ViT):
    """DINOv3's ViT with a mask token and jittered rotations while it trains.

    Attributes:
        jitter: most the coordinates are stretched or shrunk by, as a factor (DINOv3 uses 2).
    """

    def __init__(self, shape: ViTShape, jitter: float = 2.0) -> None:
        super().__init__(shape)
        self.jitter = jitter
        self.mask_token = nn.Parameter(torch.zeros(shape.block.dim))
        self.periods.copy_(rope_periods(shape.block.dim // shape.block.heads))
        self._initialise()

    def _initialise(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.trunc_normal_(module.weight, std=_WEIGHT_STD)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        for name, value in self.named_parameters():
            if name.endswith("gamma"):
                nn.init.constant_(value, _LAYER_SCALE)
        nn.init.normal_(self.cls_token, std=_WEIGHT_STD)
        nn.init.normal_(self.registers, std=_WEIGHT_STD)

    def forward(self, pixels: Tensor, masks: Tensor | None = None) -> LayerTokens:
        """Normalised (B, 3, H, W) → normed tokens; patches where `masks`, bool (B, h·w), are hidden."""
        grid = (pixels.shape[2] // self.patch, pixels.shape[3] // self.patch)
        x = self.patch_embed(pixels).flatten(2).transpose(1, 2)
        if masks is not None:
            x = torch.where(masks[:, :, None], self.mask_token.to(x.dtype), x)
        B = len(x)
        x = torch.cat([self.cls_token.expand(B, -1, -1), self.registers.expand(B, -1, -1), x], 1)
        rope = self._rotation(*grid)
        for block in self.blocks:
            x = block(x, rope)
        return self._split(self.norm(x), grid)

    def _rotation(self, height: int, width: int) -> Rope:
        if not self.training or self.jitter <= 1:
            return rope_angles(height, width, self.periods)
        # one factor for a batch and both axes, even in its logarithm; dividing periods scales coordinates
        spread = math.log(self.jitter)
        factor = torch.empty(1, device=self.periods.device).uniform_(-spread, spread).exp()
        return rope_angles(height, width, self.periods / factor)


class PrototypeHead(nn.Module):
    """Three linear layers with GELU, a unit bottleneck, prototypes without bias (docs/models.md)."""

    def __init__(self, dim: int, hidden: int, bottleneck: int, prototypes: int) -> None:
        super().__init__()
        self.mlp = nn.Sequential(
            nn.Linear(dim, hidden),
            nn.GELU(),
            nn.Linear(hidden, hidden),
            nn.GELU(),
            nn.Linear(hidden, bottleneck),
        )
        self.prototypes = nn.Linear(bottleneck, prototypes, bias=False)
        # about unit prototypes: from the official start, 0.02, a short run never leaves the even answer
        nn.init.normal_(self.prototypes.weight, std=bottleneck**-0.5)

    def forward(self, x: Tensor) -> Tensor:
        """(…, D) → logits (…, K)."""
        out: Tensor = self.prototypes(functional.normalize(self.mlp(x), dim=-1))
        return out


@torch.no_grad()
def follow(teacher: nn.Module, student: nn.Module, momentum: float) -> None:
    """Update the exponential moving average: teacher ← momentum · teacher + (1 - momentum) · student."""
    for mine, theirs in zip(teacher.parameters(), student.parameters(), strict=True):
        mine.lerp_(theirs, 1 - momentum)
    for kept, new in zip(teacher.buffers(), student.buffers(), strict=True):
        kept.copy_(new)
