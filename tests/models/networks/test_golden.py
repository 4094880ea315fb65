"""Reduced models of both generations against stored answers of the official code.

The files in `golden/` hold random weights (ours) in the official layout and what the official DINOv3 and
DINOv2 code answered for them, so that parity is checked where no reference is installed.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from dinodesk.models.checkpoints import key_layouts, module_builder
from dinodesk.models.inference.time_slices import finish
from dinodesk.models.loader import load_model

GOLDEN = Path(__file__).parent / "golden"


def cosine(left: np.ndarray, right: torch.Tensor) -> float:
    a = torch.as_tensor(left).double().reshape(-1, left.shape[-1])
    b = right.double().reshape(-1, right.shape[-1])
    assert a.shape == b.shape
    return float(torch.nn.functional.cosine_similarity(a, b).min())


@pytest.mark.parametrize("generation", ["v3", "v2"])
def test_every_token_is_the_official_one(generation: str, tmp_path: Path) -> None:
    stored = load_file(GOLDEN / f"dinotxt_{generation}.safetensors")
    weights = {k.removeprefix("weights/"): v.float() for k, v in stored.items() if k.startswith("weights/")}
    towers = {k: v for k, v in weights.items() if not k.startswith("visual_model.backbone.")}
    backbone = {k.removeprefix("visual_model.backbone."): v for k, v in weights.items() if k not in towers}
    torch.save(backbone, tmp_path / "backbone.pth")
    if generation == "v3":
        torch.save(towers, tmp_path / "towers.pth")
        files = ["backbone.pth", "towers.pth"]
    else:
        for name, prefix in (("head", "visual_model.head."), ("text", "text_model.")):
            part = {k.removeprefix(prefix): v for k, v in towers.items() if k.startswith(prefix)}
            torch.save(part, tmp_path / f"{name}.pth")
        files = ["backbone.pth", "head.pth", "text.pth"]
    model = load_model([tmp_path / name for name in files], device="cpu", precision="fp32")
    pixels = stored["pixels"].numpy()
    for number, grid in enumerate(model.tokens(pixels, [0, 1])):
        for kind in ("cls", "registers", "patches"):
            assert cosine(getattr(grid, kind), stored[f"layer{number}/{kind}"]) > 0.999999
    assert cosine(model.embed_pixels(pixels), stored["image"]) > 0.999999
    patches = model.head_patches(pixels)
    assert cosine(patches.reshape(2, -1, 64), stored["head_patches"]) > 0.999999
    np.testing.assert_allclose(patches.reshape(2, -1, 64), stored["head_patches"], atol=1e-4)


@pytest.mark.parametrize("generation", ["v3", "v2"])
def test_every_text_is_the_official_one(generation: str) -> None:
    stored = load_file(GOLDEN / f"dinotxt_{generation}.safetensors")
    weights = {
        k.removeprefix("weights/"): v for k, v in stored.items() if k.startswith("weights/text_model.")
    }
    part = next(part for part in key_layouts.split(weights) if part.role == "text")
    tower = module_builder.text_tower(part, torch.float32)
    found = finish(tower.steps(stored["ids"])).numpy()
    assert cosine(found, stored["text"]) > 0.999999
    # Alone each text is cut to its own length, which changes nothing.
    for row in range(3):
        alone = finish(tower.steps(stored["ids"][row : row + 1])).numpy()
        np.testing.assert_allclose(alone[0], found[row], atol=1e-5)
