"""Random weights of reduced models in the official layouts, and the same in other layouts."""

from __future__ import annotations

import torch
from torch import Tensor

Tensors = dict[str, Tensor]


def _r(generator: torch.Generator, *shape: int, around: float = 0.0, scale: float = 0.1) -> Tensor:
    return around + scale * torch.randn(*shape, generator=generator)


def _norm(out: Tensors, name: str, dim: int, g: torch.Generator) -> None:
    out[f"{name}.weight"] = _r(g, dim, around=1.0)
    out[f"{name}.bias"] = _r(g, dim)


def _linear(out: Tensors, name: str, rows: int, columns: int, g: torch.Generator, bias: bool = True) -> None:
    out[f"{name}.weight"] = _r(g, rows, columns, scale=columns**-0.5)
    if bias:
        out[f"{name}.bias"] = _r(g, rows)


def _block(
    out: Tensors, name: str, dim: int, hidden: int, ffn: str, qkv_bias: bool, g: torch.Generator
) -> None:
    _norm(out, f"{name}.norm1", dim, g)
    _linear(out, f"{name}.attn.qkv", 3 * dim, dim, g, qkv_bias)
    _linear(out, f"{name}.attn.proj", dim, dim, g)
    out[f"{name}.ls1.gamma"] = _r(g, dim, around=1.0)
    _norm(out, f"{name}.norm2", dim, g)
    if ffn == "mlp":
        _linear(out, f"{name}.mlp.fc1", hidden, dim, g)
        _linear(out, f"{name}.mlp.fc2", dim, hidden, g)
    elif ffn == "w12":
        _linear(out, f"{name}.mlp.w12", 2 * hidden, dim, g)
        _linear(out, f"{name}.mlp.w3", dim, hidden, g)
    else:
        _linear(out, f"{name}.mlp.w1", hidden, dim, g)
        _linear(out, f"{name}.mlp.w2", hidden, dim, g)
        _linear(out, f"{name}.mlp.w3", dim, hidden, g)
    out[f"{name}.ls2.gamma"] = _r(g, dim, around=1.0)


def dinov3(dim: int = 128, depth: int = 3, ffn: str = "mlp", bias: bool = True, seed: int = 0) -> Tensors:
    """A DINOv3 ViT in the official layout; the bias mask is 1 for q and v, 0 for k."""
    g = torch.Generator().manual_seed(seed)
    out: Tensors = {
        "cls_token": _r(g, 1, 1, dim, scale=1),
        "storage_tokens": _r(g, 1, 4, dim, scale=1),
        "mask_token": _r(g, 1, dim, scale=1),
        "rope_embed.periods": 100 ** (2 * torch.arange(16) / 32),
        "patch_embed.proj.weight": _r(g, dim, 3, 16, 16, scale=0.05),
        "patch_embed.proj.bias": _r(g, dim),
    }
    hidden = 4 * dim if ffn == "mlp" else 3 * dim
    for i in range(depth):
        _block(out, f"blocks.{i}", dim, hidden, ffn, bias, g)
        if bias:
            one, zero = torch.ones(dim), torch.zeros(dim)
            out[f"blocks.{i}.attn.qkv.bias_mask"] = torch.cat([one, zero, one])
    _norm(out, "norm", dim, g)
    return out


def dinov2(dim: int = 128, depth: int = 3, ffn: str = "mlp", registers: int = 4, seed: int = 1) -> Tensors:
    """A DINOv2 ViT with a 5 × 5 grid of positions in the official layout."""
    g = torch.Generator().manual_seed(seed)
    out: Tensors = {
        "cls_token": _r(g, 1, 1, dim, scale=1),
        "pos_embed": _r(g, 1, 26, dim, scale=1),
        "mask_token": _r(g, 1, dim, scale=1),
        "patch_embed.proj.weight": _r(g, dim, 3, 14, 14, scale=0.05),
        "patch_embed.proj.bias": _r(g, dim),
    }
    if registers:
        out["register_tokens"] = _r(g, 1, registers, dim, scale=1)
    for i in range(depth):
        _block(out, f"blocks.{i}", dim, 4 * dim if ffn == "mlp" else 344, ffn, True, g)
    _norm(out, "norm", dim, g)
    return out


def convnext(dims: tuple[int, ...] = (16, 32, 48, 64), depths: tuple[int, ...] = (1, 1, 2, 1)) -> Tensors:
    """A DINOv3 ConvNeXt in the official layout, with its alias of the last norm."""
    g = torch.Generator().manual_seed(2)
    out: Tensors = {
        "downsample_layers.0.0.weight": _r(g, dims[0], 3, 4, 4),
        "downsample_layers.0.0.bias": _r(g, dims[0]),
    }
    _norm(out, "downsample_layers.0.1", dims[0], g)
    for s, (dim, depth) in enumerate(zip(dims, depths, strict=True)):
        if s:
            _norm(out, f"downsample_layers.{s}.0", dims[s - 1], g)
            out[f"downsample_layers.{s}.1.weight"] = _r(g, dim, dims[s - 1], 2, 2)
            out[f"downsample_layers.{s}.1.bias"] = _r(g, dim)
        for b in range(depth):
            name = f"stages.{s}.{b}"
            out[f"{name}.dwconv.weight"] = _r(g, dim, 1, 7, 7)
            out[f"{name}.dwconv.bias"] = _r(g, dim)
            _norm(out, f"{name}.norm", dim, g)
            _linear(out, f"{name}.pwconv1", 4 * dim, dim, g)
            _linear(out, f"{name}.pwconv2", dim, 4 * dim, g)
            out[f"{name}.gamma"] = _r(g, dim, around=1.0)
    _norm(out, "norm", dims[-1], g)
    out |= {f"norms.3.{end}": out[f"norm.{end}"] for end in ("weight", "bias")}
    return out


def vision_head(dim: int = 128, seed: int = 3) -> Tensors:
    """dino.txt's vision head in names without prefix, blocks called `blocks`."""
    g = torch.Generator().manual_seed(seed)
    out: Tensors = {}
    for i in range(2):
        _block(out, f"blocks.{i}", dim, 384, "swiglu", False, g)
    _norm(out, "ln_final", dim, g)
    return out


def text_tower(dim: int = 64, out_dim: int = 256, vocabulary: int = 49408, seed: int = 4) -> Tensors:
    """dino.txt's text tower in DINOv2's names."""
    g = torch.Generator().manual_seed(seed)
    out: Tensors = {
        "backbone.positional_embedding": _r(g, 77, dim, scale=1),
        "backbone.token_embedding.weight": _r(g, vocabulary, dim, scale=1),
    }
    for i in range(2):
        name = f"backbone.blocks.{i}"
        _norm(out, f"{name}.attention_norm", dim, g)
        _linear(out, f"{name}.attention.qkv", 3 * dim, dim, g, False)
        _linear(out, f"{name}.attention.proj", dim, dim, g)
        _norm(out, f"{name}.ffn_norm", dim, g)
        _linear(out, f"{name}.feed_forward.fc1", 4 * dim, dim, g)
        _linear(out, f"{name}.feed_forward.fc2", dim, 4 * dim, g)
    _norm(out, "backbone.ln_final", dim, g)
    out["head.linear_projection.weight"] = _r(g, out_dim, dim)
    return out


def dinotxt_v3(dim: int = 128, logit_scale: bool = True) -> Tensors:
    """DINOv3's one dino.txt file: head and text tower, no backbone."""
    out = {f"visual_model.head.{key}": value for key, value in vision_head(dim).items()}
    out |= {f"text_model.{key}": value for key, value in text_tower(out_dim=2 * dim).items()}
    if logit_scale:
        out["logit_scale"] = torch.full((1,), 2.6593)
    return out


def dinotxt_v2_head(dim: int = 128) -> Tensors:
    """DINOv2's vision head file: blocks called `block_list`."""
    return {key.replace("blocks.", "block_list."): value for key, value in vision_head(dim).items()}


def to_hugging_face(official: Tensors, blocks: str = "layer") -> Tensors:
    """DINOv3 official → Hugging Face names."""
    out: Tensors = {}
    gated = any(".mlp.w1." in key for key in official)
    names = {"fc1": "up_proj", "fc2": "down_proj", "w1": "gate_proj", "w2": "up_proj", "w3": "down_proj"}
    for key, value in official.items():
        if key in ("cls_token", "mask_token"):
            out[f"embeddings.{key}"] = value
        elif key == "storage_tokens":
            out["embeddings.register_tokens"] = value
        elif key.startswith("patch_embed.proj."):
            out[key.replace("patch_embed.proj", "embeddings.patch_embeddings")] = value
        elif key.startswith("blocks."):
            _, i, *rest = key.split(".")
            name = ".".join(rest)
            if name == "attn.qkv.bias":
                q, _, v = value.chunk(3)
                out[f"{blocks}.{i}.attention.q_proj.bias"] = q
                out[f"{blocks}.{i}.attention.v_proj.bias"] = v
            elif name == "attn.qkv.weight":
                for x, part in zip("qkv", value.chunk(3), strict=True):
                    out[f"{blocks}.{i}.attention.{x}_proj.weight"] = part
            elif name.startswith("mlp."):
                out[f"{blocks}.{i}.mlp.{names[rest[1]]}.{rest[2]}"] = value
            elif name != "attn.qkv.bias_mask":
                name = name.replace("attn.proj", "attention.o_proj")
                name = name.replace("ls1.gamma", "layer_scale1.lambda1").replace(
                    "ls2.gamma", "layer_scale2.lambda1"
                )
                out[f"{blocks}.{i}.{name}"] = value
        elif key.startswith("norm."):
            out[key] = value
    assert gated == any("gate_proj" in key for key in out)
    return out


def to_timm(official: Tensors, split_bias: bool = True) -> Tensors:
    """DINOv3 official → timm's Eva names (`_qkvb` where the bias is kept)."""
    out: Tensors = {}
    names = {".mlp.w1.": ".mlp.fc1_g.", ".mlp.w2.": ".mlp.fc1_x.", ".mlp.w3.": ".mlp.fc2."}
    for key, value in official.items():
        if key == "storage_tokens":
            out["reg_token"] = value
        elif key in ("mask_token", "rope_embed.periods") or key.endswith("bias_mask"):
            continue
        elif key.endswith("attn.qkv.bias"):
            if split_bias:
                q, _, v = value.chunk(3)
                out[key.replace("qkv.bias", "q_bias")] = q
                out[key.replace("qkv.bias", "v_bias")] = v
        else:
            for old, new in names.items():
                key = key.replace(old, new)
            out[key.replace("ls1.gamma", "gamma_1").replace("ls2.gamma", "gamma_2")] = value
    return out


def dinov2_to_timm(official: Tensors) -> Tensors:
    """DINOv2 official with registers → timm: the CLS position is added to the CLS token."""
    out = {key: value for key, value in official.items() if key not in ("mask_token", "register_tokens")}
    out["reg_token"] = official["register_tokens"]
    out["cls_token"] = official["cls_token"] + official["pos_embed"][:, :1]
    out["pos_embed"] = official["pos_embed"][:, 1:]
    return {key.replace(".w12.", ".fc1.").replace(".w3.", ".fc2."): value for key, value in out.items()}


def dinov2_to_hub(official: Tensors) -> Tensors:
    """DINOv2 official → the names of the files on the Hugging Face hub."""
    top = {
        "cls_token": "embeddings.cls_token",
        "mask_token": "embeddings.mask_token",
        "pos_embed": "embeddings.position_embeddings",
        "register_tokens": "embeddings.register_tokens",
    }
    out: Tensors = {}
    for key, value in official.items():
        if key in top:
            out[top[key]] = value
        elif key.startswith("blocks."):
            name = f"encoder.layer.{key.removeprefix('blocks.')}"
            if ".attn.qkv." in name:
                for x, part in zip(("query", "key", "value"), value.chunk(3), strict=True):
                    out[name.replace("attn.qkv", f"attention.attention.{x}")] = part
                continue
            name = name.replace("attn.proj", "attention.output.dense").replace("w12", "weights_in")
            name = name.replace("mlp.w3", "mlp.weights_out").replace("ls1.gamma", "layer_scale1.lambda1")
            out[name.replace("ls2.gamma", "layer_scale2.lambda1")] = value
        else:
            name = key.replace("patch_embed.proj", "embeddings.patch_embeddings.projection")
            out[name.replace("norm.", "layernorm.") if key.startswith("norm.") else name] = value
    return out
