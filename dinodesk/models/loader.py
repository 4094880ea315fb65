"""Load any model that DinoDesk knows: by zoo name, or from one to three checkpoint files in any layout."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from dinodesk.errors import ModelError
from dinodesk.models.checkpoints import checkpoint_parts, model_folders, module_builder, weight_files
from dinodesk.models.checkpoints.checkpoint_parts import ROLES, Piece
from dinodesk.models.checkpoints.key_layouts import Part, Role
from dinodesk.models.inference import builtin_model, devices
from dinodesk.models.inference.checkpoint_models import DinoTxtModel, VisualModel
from dinodesk.models.inference.devices import DeviceChoice
from dinodesk.models.inference.fingerprints import fingerprint
from dinodesk.models.inference.freed_memory import keep_freed_memory
from dinodesk.models.inference.model import Model
from dinodesk.models.networks.dinotxt import TextTower, VisionHead
from dinodesk.models.networks.vit import Backbone
from dinodesk.models.preprocessing import transforms
from dinodesk.models.preprocessing.transforms import Transform
from dinodesk.models.zoo import installed_models
from dinodesk.records import ConfidenceCurve, ModelInfo

Files = str | Path | Sequence[str | Path]

DINOTXT_CURVE = ConfidenceCurve(threshold=0.08, temperature=25.0)
BACKBONE_CURVE = ConfidenceCurve(threshold=0.5, temperature=12.0)
"""Default confidence curves, by which cosines of sentences and of photos have a like confidence."""
_MOST_FILES = 3
_MAP_SIZES = {"dinov3": 512, "dinov2": 518, "dinov3-convnext": 768}
"""Default short side of maps in pixels, by family: a multiple of the patch (16, 14) or stride (32)."""


def load_model(name_or_files: Files, device: str = "auto", precision: str = "auto") -> Model:
    """Load a model.

    Args:
        name_or_files: a zoo name, one path, paths joined by commas, or a list of paths, in any order. A path
            is a file or a folder from Hugging Face, with `#teacher` behind it for one network of several.
        device: "auto", "cpu" or "cuda".
        precision: "auto" (bf16 where the hardware has it), "fp32" or "bf16".

    Raises:
        ModelError: no such model, or files that are missing, partial, foreign, damaged or hostile.
        UsageError: a device or precision that does not exist.
    """
    choice = devices.pick(device, precision)
    if choice.device == "cpu":
        keep_freed_memory()
    name, files, named = _resolve(name_or_files)
    if name == builtin_model.NAME:
        return builtin_model.load(choice)
    if not 1 <= len(files) <= _MOST_FILES:
        raise ModelError(
            f"A model has one to three files, and {len(files)} were given.", "Give its files only."
        )
    return _assemble(name, files, named, choice)


def _resolve(name_or_files: Files) -> tuple[str, list[Path], list[str | Path]]:
    """The model's name, its files (none for the built-in model), and the paths that named them if any."""
    if isinstance(name_or_files, str):
        if name_or_files == builtin_model.NAME:
            return builtin_model.NAME, [], []
        path, _ = model_folders.parts_of(Path(name_or_files).expanduser())
        # a folder here that is called as a model of the zoo is not meant
        if name_or_files and path.exists() and not (path.is_dir() and installed_models.has(name_or_files)):
            given: list[str | Path] = [name_or_files]
        elif installed_models.has(name_or_files):
            return name_or_files, installed_models.resolve(name_or_files), []
        else:
            given = [part.strip() for part in name_or_files.split(",") if part.strip()]
            if len(given) == 1 and not any(mark in name_or_files for mark in (os.sep, "/", ".")):
                raise ModelError(
                    f"There is no model “{name_or_files}”.", "See the names with: dinodesk models list."
                )
    elif isinstance(name_or_files, Path):
        given = [name_or_files]
    else:
        given = list(name_or_files)
        if len(given) == 1 and isinstance(given[0], str):
            return _resolve(given[0])
    return ",".join(map(str, given)), model_folders.addresses_of(given), given


def _assemble(name: str, files: list[Path], named: list[str | Path], choice: DeviceChoice) -> Model:
    """Check the set by its headers, then read one file after another."""
    pieces = checkpoint_parts.by_role(checkpoint_parts.inspect(files, named))
    backbone_piece = pieces["backbone"]
    transform = _transform(backbone_piece)
    modules: dict[Role, object] = {}
    for file in dict.fromkeys(piece.file for piece in pieces.values()):
        for part in checkpoint_parts.split(weight_files.read(file), file):
            modules[part.role] = _build(part, choice)
    backbone = modules["backbone"]
    assert isinstance(backbone, Backbone)
    info = _info(name, pieces, backbone, transform, choice)
    if "text" not in pieces:
        return VisualModel(info, backbone, transform, choice)
    head, text = modules["head"], modules["text"]
    assert isinstance(head, VisionHead)
    assert isinstance(text, TextTower)
    return DinoTxtModel(info, backbone, transform, choice, (head, text))


def _build(part: Part, choice: DeviceChoice) -> object:
    if part.role == "backbone":
        return module_builder.backbone(part, choice.dtype)
    return (module_builder.vision_head if part.role == "head" else module_builder.text_tower)(
        part, choice.dtype
    )


def _transform(piece: Piece) -> Transform:
    if piece.part.family == "dinov2":
        return transforms.DINOV2
    return transforms.DINOV3_SAT if piece.satellite else transforms.DINOV3


def _info(
    name: str, pieces: dict[Role, Piece], backbone: Backbone, transform: Transform, choice: DeviceChoice
) -> ModelInfo:
    piece = pieces["backbone"]
    text = "text" in pieces
    family = pieces["text"].part.family if text else piece.part.family
    addresses = dict.fromkeys(pieces[role].file for role in ROLES if role in pieces)
    files = [file for address in addresses for file in weight_files.files_of(address)]
    networks = "".join(
        f" #{part}" for part in (model_folders.parts_of(each)[1] for each in addresses) if part
    )
    pooled = "cls ++ mean patch" if text else "cls"
    return ModelInfo(
        name=name,
        title=f"{piece.title.removesuffix(' with registers')} dino.txt" if text else piece.title,
        family=family,
        text=text,
        dim=2 * backbone.dim if text else backbone.dim,
        fingerprint=fingerprint(files, f"{transform.describe()} {pooled}{networks}"),
        patch=backbone.patch,
        image_size=transform.crop,
        map_size=_MAP_SIZES[piece.part.family],
        layers=backbone.layers,
        line=DINOTXT_CURVE if text else BACKBONE_CURVE,
        device=choice.device,
        precision=choice.precision,
    )
