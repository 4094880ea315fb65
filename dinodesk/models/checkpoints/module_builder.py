"""From canonical tensors to modules: the architecture is read from names and shapes, then checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from math import isqrt
from typing import TypeVar

import torch
from torch import Tensor, nn

from dinodesk.errors import ModelError
from dinodesk.models.checkpoints.key_layouts import Part, Tensors
from dinodesk.models.networks.blocks import BlockShape
from dinodesk.models.networks.convnext import ConvNeXt, ConvNeXtShape
from dinodesk.models.networks.dinotxt import EPS, HEAD_WIDTH, TextTower, VisionHead
from dinodesk.models.networks.dinov2 import DinoV2ViT
from dinodesk.models.networks.dinov3 import DinoV3ViT, rope_periods
from dinodesk.models.networks.vit import Backbone, ViTShape

_EPS_V3 = 1e-5
_EPS_V2 = 1e-6
"""Of the layer norms, by generation (docs/models.md)."""
_NAMED = 4
"""Keys that an error names at most."""
_REMEDY = "Choose the official file, or one in Hugging Face or timm names."

M = TypeVar("M", bound=nn.Module)


def block_shape(tensors: Tensors, width: int, eps: float, head_width: int, what: str) -> BlockShape:
    """Shape of the blocks, read from the first one.

    Raises:
        ModelError: there is no first block, or the width does not divide into heads.
    """
    first = tensors.get("blocks.0.mlp.w1.weight", tensors.get("blocks.0.mlp.fc1.weight"))
    if first is None or first.ndim != 2:
        raise ModelError(f"The {what} has no transformer blocks that are known.", _REMEDY)
    if width % head_width:
        raise ModelError(
            f"The {what} is {width} wide, which does not divide into heads of {head_width}.", _REMEDY
        )
    return BlockShape(
        dim=width,
        heads=width // head_width,
        hidden=int(first.shape[0]),
        ffn="swiglu" if "blocks.0.mlp.w1.weight" in tensors else "mlp",
        qkv_bias="blocks.0.attn.qkv.bias" in tensors,
        proj_bias="blocks.0.attn.proj.bias" in tensors,
        ffn_bias=any(f"blocks.0.mlp.{name}.bias" in tensors for name in ("fc1", "w1")),
        layer_scale="blocks.0.ls1.gamma" in tensors,
        eps=eps,
    )


def vit_shape(part: Part) -> ViTShape:
    """Architecture of a DINOv3 or DINOv2 backbone.

    No checkpoint stores the number of heads: the head width is four times the number of stored RoPE
    periods, else what a description beside the file says, else 128 where the model is 4,096 wide, else 64.
    """
    t = part.tensors
    for name in ("cls_token", "patch_embed.weight"):
        if name not in t:
            raise ModelError(f"The backbone lacks {name}.", _REMEDY)
    for name, dimensions in (("cls_token", 3), ("patch_embed.weight", 4), ("periods", 1), ("pos_embed", 3)):
        if name in t and t[name].ndim != dimensions:
            raise ModelError(f"The backbone's {name} has the shape {tuple(t[name].shape)}.", _REMEDY)
    width = int(t["cls_token"].shape[-1])
    v3 = part.family == "dinov3"
    usual = 128 if width == 4096 else 64
    said = width // part.heads if part.heads and width % part.heads == 0 else usual
    head_width = 4 * len(t["periods"]) if "periods" in t else said
    positions = isqrt(max(int(t["pos_embed"].shape[1]) - 1, 0)) if "pos_embed" in t else 0
    return ViTShape(
        patch=int(t["patch_embed.weight"].shape[-1]),
        depth=_count(t, r"blocks\.(\d+)\."),
        registers=int(t["registers"].shape[-2]) if "registers" in t else 0,
        block=block_shape(t, width, _EPS_V3 if v3 else _EPS_V2, head_width, "backbone"),
        positions=positions,
        periods=head_width // 4 if v3 else 0,
    )


def backbone(part: Part, dtype: torch.dtype) -> Backbone:
    """A ready backbone. Raises ModelError naming keys that are unexpected, missing or misshapen."""
    if part.family == "dinov3-convnext":
        return _fill(lambda: ConvNeXt(convnext_shape(part)), part, dtype, "ConvNeXt backbone")
    shape = vit_shape(part)
    tensors = part.tensors
    tensors["cls_token"] = tensors["cls_token"].reshape(1, 1, -1)
    if part.family == "dinov2":
        return _fill(lambda: DinoV2ViT(shape), part, dtype, "DINOv2 backbone")
    if "periods" not in tensors:
        tensors["periods"] = rope_periods(4 * shape.periods)
    return _fill(lambda: DinoV3ViT(shape), part, dtype, "DINOv3 backbone")


def check(part: Part) -> None:
    """Raise ModelError as building would; with tensors on the meta device this costs next to nothing."""
    copy = replace(part, tensors=dict(part.tensors))
    {"backbone": backbone, "head": vision_head, "text": text_tower}[part.role](copy, torch.float32)


def convnext_shape(part: Part) -> ConvNeXtShape:
    """Depths and widths of the stages."""
    stages = _count(part.tensors, r"stages\.(\d+)\.")
    depths = tuple(_count(part.tensors, rf"stages\.{stage}\.(\d+)\.") for stage in range(stages))
    gammas = [part.tensors.get(f"stages.{stage}.0.gamma") for stage in range(stages)]
    if not gammas or any(gamma is None for gamma in gammas):
        raise ModelError("The ConvNeXt backbone has no stages that are known.", _REMEDY)
    return ConvNeXtShape(depths, tuple(len(gamma) for gamma in gammas if gamma is not None))


def vision_head(part: Part, dtype: torch.dtype) -> VisionHead:
    """A ready dino.txt vision head."""
    width = _width(part, "ln_final.weight", "vision head")
    shape = block_shape(part.tensors, width, EPS, HEAD_WIDTH, "vision head")
    depth = _count(part.tensors, r"blocks\.(\d+)\.")
    return _fill(lambda: VisionHead(shape, depth), part, dtype, "dino.txt vision head")


def text_tower(part: Part, dtype: torch.dtype) -> TextTower:
    """A ready dino.txt text tower."""
    width = _width(part, "ln_final.weight", "text encoder")
    shape = block_shape(part.tensors, width, EPS, HEAD_WIDTH, "text encoder")
    depth = _count(part.tensors, r"blocks\.(\d+)\.")
    sizes = []
    for name in ("token_embedding.weight", "positional_embedding", "projection.weight"):
        if name not in part.tensors:
            raise ModelError(f"The text encoder lacks {name}.", _REMEDY)
        sizes.append(int(part.tensors[name].shape[0]))
    return _fill(lambda: TextTower(shape, depth, *sizes), part, dtype, "dino.txt text encoder")


def _width(part: Part, name: str, what: str) -> int:
    if name not in part.tensors:
        raise ModelError(f"The {what} lacks {name}.", _REMEDY)
    return int(part.tensors[name].shape[0])


def _count(names: Iterable[str], pattern: str) -> int:
    found = [int(match[1]) for name in names if (match := re.match(pattern, name))]
    return 1 + max(found, default=-1)


def _fill(make: Callable[[], M], part: Part, dtype: torch.dtype, what: str) -> M:
    """Make the module without memory, compare names and shapes, then hand it the tensors.

    The part's tensors are released one by one, so that a conversion never needs the memory twice.
    """
    with torch.device("meta"):
        module = make()
    expected = module.state_dict()
    _compare(what, "unexpected", [*part.unexpected, *(key for key in part.tensors if key not in expected)])
    _compare(what, "missing", [key for key in expected if key not in part.tensors])
    odd = [
        f"{key} {tuple(part.tensors[key].shape)} instead of {tuple(value.shape)}"
        for key, value in expected.items()
        if part.tensors[key].numel() != value.numel() or part.tensors[key].ndim < value.ndim - 1
    ]
    _compare(what, "misshapen", odd)
    ready: Tensors = {}
    for key, value in expected.items():
        tensor = part.tensors.pop(key)
        if not tensor.is_floating_point():
            raise ModelError(
                f"The {what} has weights of the type {tensor.dtype}: {key}.", "Use an unquantised file."
            )
        # Rotation and position tables stay exact whatever the precision.
        kind = torch.float32 if key in ("periods", "pos_embed") else dtype
        ready[key] = _own(tensor.reshape(value.shape), kind)
    module.load_state_dict(ready, strict=True, assign=True)
    return module.eval().requires_grad_(False)


def _own(tensor: Tensor, dtype: torch.dtype) -> Tensor:
    """The tensor in its final type, contiguous."""
    return tensor.detach().to(dtype).contiguous()


def _compare(what: str, how: str, names: list[str]) -> None:
    if names:
        some = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
        raise ModelError(f"This {what} does not fit what is known of its kind: {how} {some}.", _REMEDY)
