"""The layouts checkpoints come in, and their one canonical form (docs/models.md).

Official .pth files, Hugging Face and timm name the same tensors differently, fuse or split them, and wrap
them in prefixes. Everything is mapped onto the parameter names of `models/networks`. Tensors may be on
the meta device: then only names and shapes are worked out, which is how files are recognised without
reading them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isqrt
from typing import Literal

import torch
from torch import Tensor

Role = Literal["backbone", "head", "text"]
Tensors = dict[str, Tensor]


@dataclass(slots=True)
class Part:
    """One part of a model in canonical names.

    Attributes:
        role: "backbone", "head" (dino.txt vision head) or "text" (dino.txt text tower).
        family: "dinov3", "dinov3-convnext", "dinov2", or for head and text "dinotxt-v3", "dinotxt-v2".
        tensors: by canonical name.
        unexpected: keys of the file that no network here has.
        local_norm: the file holds the training-only local_cls_norm (dropped).
        heads: attention heads, where a description beside the file says so; 0 to read them from the shapes.
    """

    role: Role
    family: str
    tensors: Tensors
    unexpected: list[str] = field(default_factory=list)
    local_norm: bool = False
    heads: int = 0


_WRAPPERS = ("state_dict", "model", "teacher")
_PREFIXES = (
    *("module.", "_orig_mod.", "teacher.", "backbone.", "model."),
    *("dinov2.", "dinov2_with_registers.", "dinov3_vit.", "dinov3_convnext."),
)
_WRAPPED = r"(?:module|_orig_mod|_forward_module|model)"
"""What training scripts put before the name of a network."""
_UNUSED = ("dino_head.", "ibot_head.", "classifier.")
"""Heads of training and of Hugging Face's classifiers."""

_TOP = {
    "cls_token": "cls_token",
    "storage_tokens": "registers",
    "register_tokens": "registers",
    "reg_token": "registers",
    "pos_embed": "pos_embed",
    "position_embeddings": "pos_embed",
    "rope_embed.periods": "periods",
    "patch_embed.proj.weight": "patch_embed.weight",
    "patch_embed.proj.bias": "patch_embed.bias",
    "patch_embeddings.weight": "patch_embed.weight",
    "patch_embeddings.bias": "patch_embed.bias",
    "patch_embeddings.projection.weight": "patch_embed.weight",
    "patch_embeddings.projection.bias": "patch_embed.bias",
    "norm.weight": "norm.weight",
    "norm.bias": "norm.bias",
    "layernorm.weight": "norm.weight",
    "layernorm.bias": "norm.bias",
}

# Names inside a block, all layouts together: they never contradict each other except where _feed_forward
# and _attention sort them out.
_BLOCK = [
    (re.compile(pattern), name)
    for pattern, name in (
        (r"(?:norm1|attention_norm)\.(weight|bias)", "norm1.{}"),
        (r"(?:norm2|ffn_norm)\.(weight|bias)", "norm2.{}"),
        (r"(?:attn|attention)\.qkv\.(weight|bias|bias_mask)", "attn.qkv.{}"),
        (r"(?:attn|attention)\.(?:proj|o_proj)\.(weight|bias)", "attn.proj.{}"),
        (r"attention\.output\.dense\.(weight|bias)", "attn.proj.{}"),
        (r"attention\.([qkv])_proj\.(weight|bias)", "attn.{}.{}"),
        (r"attention\.attention\.(q)uery\.(weight|bias)", "attn.{}.{}"),
        (r"attention\.attention\.(k)ey\.(weight|bias)", "attn.{}.{}"),
        (r"attention\.attention\.(v)alue\.(weight|bias)", "attn.{}.{}"),
        (r"attn\.([qkv])_(bias)", "attn.{}.{}"),
        (r"ls([12])\.gamma", "ls{}.gamma"),
        (r"layer_scale([12])\.lambda1", "ls{}.gamma"),
        (r"gamma_([12])", "ls{}.gamma"),
        (r"(?:mlp|feed_forward)\.(fc1|fc2|w1|w2|w3|w12)\.(weight|bias)", "mlp.{}.{}"),
        (r"mlp\.(?:gate_proj|fc1_g)\.(weight|bias)", "mlp.w1.{}"),
        (r"mlp\.fc1_x\.(weight|bias)", "mlp.w2.{}"),
        (r"mlp\.up_proj\.(weight|bias)", "mlp.up.{}"),
        (r"mlp\.down_proj\.(weight|bias)", "mlp.down.{}"),
        (r"mlp\.weights_in\.(weight|bias)", "mlp.w12.{}"),
        (r"mlp\.weights_out\.(weight|bias)", "mlp.w3.{}"),
    )
]
# A second number is a DINOv2 chunk: blocks.{chunk}.{index}, the index counts through all chunks.
_BLOCK_KEY = re.compile(r"(?:blocks|block_list|(?:model\.|encoder\.)?layer)\.(?:\d+\.(?=\d))?(\d+)\.(.+)")

_CONVNEXT = [
    (re.compile(pattern), name)
    for pattern, name in (
        (r"downsample_layers\.(\d+)\.([01])\.(weight|bias)", "downsample_layers.{}.{}.{}"),
        (r"stages\.(\d+)\.downsample(?:_layers)?\.([01])\.(weight|bias)", "downsample_layers.{}.{}.{}"),
        (r"(stem)\.([01])\.(weight|bias)", "downsample_layers.0.{1}.{2}"),
        (
            r"stages\.(\d+)\.(?:layers\.|blocks\.)?(\d+)\.(?:dwconv|depthwise_conv|conv_dw)\.(weight|bias)",
            "stages.{}.{}.dwconv.{}",
        ),
        (
            r"stages\.(\d+)\.(?:layers\.|blocks\.)?(\d+)\.(?:norm|layer_norm)\.(weight|bias)",
            "stages.{}.{}.norm.{}",
        ),
        (
            r"stages\.(\d+)\.(?:layers\.|blocks\.)?(\d+)\.(?:pwconv|pointwise_conv|mlp\.fc)([12])\.(weight|bias)",
            "stages.{}.{}.pwconv{}.{}",
        ),
        (r"stages\.(\d+)\.(?:layers\.|blocks\.)?(\d+)\.gamma", "stages.{}.{}.gamma"),
        (r"(?:head\.norm|layer_norm|norm)\.(weight|bias)", "norm.{}"),
    )
]


def split(tensors: Mapping[str, object]) -> list[Part]:
    """Parts found in one file's tensors; an empty list means that nothing is known of them."""
    flat = _unwrap(tensors)
    if any(key.startswith(("visual_model.", "text_model.")) for key in flat):
        return _dinotxt_whole(flat)
    if "backbone.token_embedding.weight" in flat:
        return [_text(flat, "dinotxt-v2")]
    if any(key.startswith("block_list.") for key in flat):
        return [_tower("head", "dinotxt-v2", flat)]
    flat = _strip(flat)
    if any(key.startswith(("downsample_layers.", "model.stages.", "stages.")) for key in flat):
        return [_convnext(flat)]
    names = {key.removeprefix("embeddings.") for key in flat}
    if "cls_token" in names and names & {
        "patch_embed.proj.weight",
        *(k for k in _TOP if k.startswith("patch_emb")),
    }:
        return [_vit(flat)]
    return []


def networks_in(tensors: Mapping[str, object]) -> list[str]:
    """Names of the networks of a training run that a checkpoint holds beside each other, student first."""
    return [name for name in ("student", "teacher") if select(tensors, name)]


def select(tensors: Mapping[str, object], name: str) -> Mapping[str, object]:
    """One network of several in a checkpoint: an inner dictionary, or the keys that begin with its name.

    Empty where there is none of that name.
    """
    inner = tensors.get(name)
    if isinstance(inner, Mapping):
        return inner
    pattern = re.compile(rf"(?:{_WRAPPED}\.)*{re.escape(name)}\.(.+)")
    found = {
        match[1]: value
        for key, value in tensors.items()
        if isinstance(value, Tensor) and (match := pattern.fullmatch(str(key)))
    }
    if found:
        return found
    for wrapper in ("state_dict", "model"):
        inner = tensors.get(wrapper)
        if isinstance(inner, Mapping) and (chosen := select(inner, name)):
            return chosen
    return {}


def _unwrap(tensors: Mapping[str, object]) -> Tensors:
    """The flat dictionary of tensors, whatever a training script wrapped around it."""
    for name in _WRAPPERS:
        inner = tensors.get(name)
        if isinstance(inner, Mapping):
            return _unwrap(inner)
    flat = {key: value for key, value in tensors.items() if isinstance(value, Tensor)}
    for prefix in ("module.", "_orig_mod.", "model."):
        whole = prefix != "model." or any(key.startswith(("model.visual_", "model.text_")) for key in flat)
        if flat and whole and all(key.startswith(prefix) for key in flat):
            flat = {key[len(prefix) :]: value for key, value in flat.items()}
    return flat


def _strip(flat: Tensors) -> Tensors:
    """Remove prefixes that all keys share, and heads that are not used here."""
    while True:
        flat = {key: value for key, value in flat.items() if not key.startswith(_UNUSED)}
        prefix = next((p for p in _PREFIXES if flat and all(key.startswith(p) for key in flat)), None)
        if prefix is None:
            return flat
        flat = {key[len(prefix) :]: value for key, value in flat.items()}


def _dinotxt_whole(flat: Tensors) -> list[Part]:
    """DINOv3's one file: vision head and text tower, sometimes the backbone too.

    A whole model saved by its code looks alike in both generations; DINOv2's head says `block_list`.
    """
    old = any(key.startswith("visual_model.head.block_list.") for key in flat)
    family = "dinotxt-v2" if old else "dinotxt-v3"
    groups: dict[str, Tensors] = {"visual_model.head.": {}, "visual_model.backbone.": {}, "text_model.": {}}
    unexpected = []
    for key, value in flat.items():
        prefix = next((p for p in groups if key.startswith(p)), None)
        if prefix is not None:
            groups[prefix][key[len(prefix) :]] = value
        elif key != "logit_scale":
            unexpected.append(key)
    parts: list[Part] = []
    if groups["visual_model.backbone."]:
        parts.append(_vit(_strip(groups["visual_model.backbone."])))
    if groups["visual_model.head."]:
        parts.append(_tower("head", family, groups["visual_model.head."]))
    if groups["text_model."]:
        parts.append(_text(groups["text_model."], family))
    if parts:
        parts[0].unexpected.extend(unexpected)
    return parts


def _text(flat: Tensors, family: str) -> Part:
    """The text tower: `backbone.…` and `head.linear_projection.weight`."""
    renamed: Tensors = {}
    for key, value in flat.items():
        if key == "logit_scale":
            continue
        name = (
            "projection.weight" if key == "head.linear_projection.weight" else key.removeprefix("backbone.")
        )
        renamed[name] = value
    return _tower("text", family, renamed)


def _tower(role: Role, family: str, flat: Tensors) -> Part:
    """Vision head or text tower: blocks, ln_final, and for text the embeddings and the projection."""
    part = Part(role, family, {})
    keep = {"ln_final.weight", "ln_final.bias"}
    if role == "text":
        keep |= {"token_embedding.weight", "positional_embedding", "projection.weight"}
    rest = _collect_blocks(part, flat)
    for key, value in rest.items():
        if key in keep:
            part.tensors[key] = value
        else:
            part.unexpected.append(key)
    return part


def _vit(flat: Tensors) -> Part:
    """A DINOv3 or DINOv2 vision transformer in any layout."""
    part = Part("backbone", "dinov3", {})
    for key, value in _collect_blocks(part, flat).items():
        name = key.removeprefix("embeddings.")
        if name == "mask_token":
            continue  # used in training only
        if name.startswith("local_cls_norm."):
            part.local_norm = True
        elif name in _TOP:
            part.tensors[_TOP[name]] = value
        else:
            part.unexpected.append(key)
    positions = part.tensors.get("pos_embed")
    if positions is not None:
        part.family = "dinov2"
        count = positions.shape[1]
        if isqrt(count) ** 2 == count:
            # timm adds the position of CLS to the CLS token itself and stores those of the patches only.
            part.tensors["pos_embed"] = torch.cat([torch.zeros_like(positions[:, :1]), positions], dim=1)
    return part


def _collect_blocks(part: Part, flat: Tensors) -> Tensors:
    """Put canonical blocks into the part; returns the tensors that belong to no block."""
    blocks: dict[int, Tensors] = {}
    rest: Tensors = {}
    for key, value in flat.items():
        match = _BLOCK_KEY.fullmatch(key)
        if match is None:
            rest[key] = value
            continue
        name = _rename(_BLOCK, match[2])
        if name is None:
            part.unexpected.append(key)
        else:
            blocks.setdefault(int(match[1]), {})[name] = value
    for number, block in blocks.items():
        for name, value in _feed_forward(_attention(block)).items():
            part.tensors[f"blocks.{number}.{name}"] = value
    return rest


def _rename(table: list[tuple[re.Pattern[str], str]], key: str) -> str | None:
    for pattern, name in table:
        match = pattern.fullmatch(key)
        if match is not None:
            return name.format(*match.groups())
    return None


def _attention(block: Tensors) -> Tensors:
    """Fuse query, key and value; multiply the bias mask into the bias."""
    out = {key: value for key, value in block.items() if re.fullmatch(r"attn\.[qkv]\..+", key) is None}
    weights = [block.get(f"attn.{x}.weight") for x in "qkv"]
    if all(weight is not None for weight in weights):
        out["attn.qkv.weight"] = torch.cat([weight for weight in weights if weight is not None])
    biases = [block.get(f"attn.{x}.bias") for x in "qkv"]
    known = [bias for bias in biases if bias is not None]
    if known:
        # DINOv3 has no key bias: layouts that split the three simply leave it out.
        out["attn.qkv.bias"] = torch.cat(
            [torch.zeros_like(known[0]) if bias is None else bias for bias in biases]
        )
    mask = out.pop("attn.qkv.bias_mask", None)
    if mask is not None and "attn.qkv.bias" in out:
        out["attn.qkv.bias"] = torch.where(mask == 0, torch.zeros_like(mask), out["attn.qkv.bias"] * mask)
    return out


def _feed_forward(block: Tensors) -> Tensors:
    """Name the feed-forward layers fc1, fc2 or, gated, w1, w2, w3; split fused gates."""
    out = dict(block)
    for end in ("weight", "bias"):
        gated = f"mlp.w1.{end}" in out
        for old, gated_name, plain_name in (("up", "w2", "fc1"), ("down", "w3", "fc2")):
            if f"mlp.{old}.{end}" in out:
                out[f"mlp.{gated_name if gated else plain_name}.{end}"] = out.pop(f"mlp.{old}.{end}")
        if gated and f"mlp.fc2.{end}" in out:  # timm's gated DINOv3: fc1_g, fc1_x, fc2
            out[f"mlp.w3.{end}"] = out.pop(f"mlp.fc2.{end}")
    first, second = out.get("mlp.fc1.weight"), out.get("mlp.fc2.weight")
    if first is not None and second is not None and first.shape[0] == 2 * second.shape[1]:
        for end in ("weight", "bias"):  # timm's DINOv2 giant: fc1 is both gates, fc2 the way out
            if f"mlp.fc1.{end}" in out:
                out[f"mlp.w12.{end}"] = out.pop(f"mlp.fc1.{end}")
            if f"mlp.fc2.{end}" in out:
                out[f"mlp.w3.{end}"] = out.pop(f"mlp.fc2.{end}")
    for end in ("weight", "bias"):
        fused = out.pop(f"mlp.w12.{end}", None)
        if fused is not None:
            out[f"mlp.w1.{end}"], out[f"mlp.w2.{end}"] = fused.chunk(2)
    return out


def _convnext(flat: Tensors) -> Part:
    """A DINOv3 ConvNeXt in any layout; `norms.3` is an alias of `norm`."""
    part = Part("backbone", "dinov3-convnext", {})
    for key, value in flat.items():
        name = _rename(_CONVNEXT, key.removeprefix("model."))
        if name is not None:
            part.tensors[name] = value
        elif not key.startswith("norms."):
            part.unexpected.append(key)
    return part
