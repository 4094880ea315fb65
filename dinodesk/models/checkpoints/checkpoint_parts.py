"""The parts in a set of weight files: which they are, whether they belong together, their names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dinodesk.errors import ModelError
from dinodesk.models.checkpoints import key_layouts, model_folders, weight_files
from dinodesk.models.checkpoints.key_layouts import Part, Role
from dinodesk.models.checkpoints.module_builder import convnext_shape, vit_shape
from dinodesk.models.preprocessing import transforms

ROLES: tuple[Role, ...] = ("backbone", "head", "text")
_WORDS = {"head": "vision head", "text": "text encoder"}
_VITS = {
    (384, 12, "mlp"): "ViT-S",
    (384, 12, "swiglu"): "ViT-S+",
    (768, 12, "mlp"): "ViT-B",
    (1024, 24, "mlp"): "ViT-L",
    (1024, 24, "swiglu"): "ViT-L+",
    (1280, 32, "swiglu"): "ViT-H+",
    (1536, 40, "swiglu"): "ViT-g",
    (4096, 40, "swiglu"): "ViT-7B",
}
_CONVNEXTS = {(96, 9): "ConvNeXt-T", (96, 27): "ConvNeXt-S", (128, 27): "ConvNeXt-B", (192, 27): "ConvNeXt-L"}


@dataclass(frozen=True, slots=True)
class Piece:
    """One part, the file it lies in, and what it is.

    Attributes:
        part: canonical names, tensors on the meta device.
        file: address of the weights, see `weight_files`.
        title: what people are shown, for example "DINOv3 ViT-L/16".
        kind: architecture, for example "vit-1024-24-mlp-v3"; "" for head and text.
        width: width of the vision side, by which parts find each other.
        satellite: a SAT-493M backbone, with other preprocessing, which fits no dino.txt head.
    """

    part: Part
    file: Path
    title: str
    kind: str
    width: int
    satellite: bool = False

    @property
    def role(self) -> Role:
        """The part's role."""
        return self.part.role


def inspect(files: Sequence[Path]) -> list[Piece]:
    """The pieces at the addresses (see `weight_files`), from their headers.

    Raises ModelError for a file of nothing known, and for one with student and teacher both inside.
    """
    pieces: list[Piece] = []
    for file in files:
        tensors = weight_files.read_headers(file)
        networks = key_layouts.networks_in(tensors)
        name = weight_files.shown(file)
        if len(networks) > 1:
            raise ModelError(
                f"The file {name} has student and teacher both inside: name one as {file.name}#teacher.",
                "The teacher is the one that is used after training.",
            )
        parts = split(tensors, file)
        if not parts:
            raise ModelError(
                f"The file {name} holds no DINOv3, DINOv2 or dino.txt weights that are known.",
                f"Its student is named as {file.name}#student."
                if networks == ["student"]
                else "Choose a backbone, or the dino.txt files.",
            )
        pieces.extend(_piece(part, file) for part in parts)
    return pieces


def split(tensors: Mapping[str, object], address: Path) -> list[Part]:
    """The parts in what was read at an address, with what a description beside it says of them."""
    parts = key_layouts.split(tensors)
    heads = model_folders.heads_beside(weight_files.parts_of(address)[0])
    for part in parts:
        if part.role == "backbone":
            part.heads = heads
    return parts


def by_role(pieces: Sequence[Piece]) -> dict[Role, Piece]:
    """The pieces by role, checked to be a whole model.

    Raises:
        ModelError: two of a kind, something missing, or parts that don't belong together.
    """
    found: dict[Role, Piece] = {}
    towers = {piece.file for piece in pieces if piece.role != "backbone"}
    # A dino.txt file that carries its own backbone replaces one given besides, as in the official code,
    # which loads the backbone first and the dino.txt file over it.
    carried = any(piece.role == "backbone" and piece.file in towers for piece in pieces)
    for piece in pieces:
        if carried and piece.role == "backbone" and piece.file not in towers:
            continue
        if piece.role in found:
            names = f"{weight_files.shown(found[piece.role].file)} and {weight_files.shown(piece.file)}"
            raise ModelError(f"Two of the files hold a {_word(piece)}: {names}.", "Give each part once.")
        found[piece.role] = piece
    lacking = missing(found)
    if lacking:
        have = join([f"the {describe(found[role])}" for role in ROLES if role in found])
        verb = "is" if len(lacking) == 1 else "are"
        raise ModelError(
            f"This is {have}; {join(lacking)} {verb} missing.", "Give all files of the model together."
        )
    _check_fit(found)
    return found


def missing(found: dict[Role, Piece]) -> list[str]:
    """What a set of pieces still needs, in words; a backbone alone needs nothing."""
    if set(found) == {"backbone"}:
        return []
    lacking = [f"the dino.txt {_WORDS[role]}" for role in ("head", "text") if role not in found]
    if "backbone" not in found:
        known = next(iter(found.values()))
        v3 = known.part.family == "dinotxt-v3"
        size = "ViT-L" if known.width == 1024 else f"{known.width} wide"
        kind = "DINOv3" if v3 else "DINOv2"
        lacking.append(f"the {kind} {size} backbone")
    return lacking


def describe(piece: Piece) -> str:
    """A piece in words, without article."""
    if piece.role == "backbone":
        return f"{piece.title} backbone"
    return f"dino.txt {_WORDS[piece.role]}"


def join(words: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1] if words else ""]))


def _word(piece: Piece) -> str:
    return "backbone" if piece.role == "backbone" else _WORDS[piece.role]


def _check_fit(found: dict[Role, Piece]) -> None:
    if len(found) == 1:
        return
    backbone, head, text = (found[role] for role in ROLES)
    remedy = "Give the files that were published together."
    if backbone.satellite:
        raise ModelError(
            "dino.txt was trained on the backbone for web photos (LVD-1689M); "
            f"{weight_files.shown(backbone.file)} is the one for satellite photos (SAT-493M).",
            "Use dinov3_vitl16_pretrain_lvd1689m-8aa4cbdd.pth.",
        )
    if head.part.family != text.part.family:
        raise ModelError("The vision head and the text encoder are of different generations.", remedy)
    generation = "dinov3" if head.part.family == "dinotxt-v3" else "dinov2"
    if backbone.part.family != generation:
        other = "DINOv3" if generation == "dinov3" else "DINOv2"
        raise ModelError(
            f"This dino.txt belongs to a {other} backbone, and {backbone.title} is not one.", remedy
        )
    if not backbone.width == head.width == text.width:
        raise ModelError(
            f"The parts don't fit: the backbone is {backbone.width} wide, the vision head {head.width}, "
            f"the text encoder expects {text.width}.",
            remedy,
        )


def _piece(part: Part, file: Path) -> Piece:
    if part.role == "backbone":
        return _convnext(part, file) if part.family == "dinov3-convnext" else _vit(part, file)
    name, halves = ("ln_final.weight", 1) if part.role == "head" else ("projection.weight", 2)
    if name not in part.tensors:
        raise ModelError(
            f"The dino.txt {_WORDS[part.role]} in {weight_files.shown(file)} lacks {name}.",
            "Download it again.",
        )
    return Piece(part, file, "dino.txt", "", part.tensors[name].shape[0] // halves)


def _vit(part: Part, file: Path) -> Piece:
    shape = vit_shape(part)
    dim, depth, ffn = shape.block.dim, shape.depth, shape.block.ffn
    v3 = part.family == "dinov3"
    generation = "DINOv3" if v3 else "DINOv2"
    size = _VITS.get((dim, depth, ffn))
    own = weight_files.parts_of(file)[0]
    names = f"{model_folders.folder_name(own)}/{own.name}".lower()
    satellite = re.search(r"sat-?493m|eadcf0ff|a6675841", names) is not None
    satellite = satellite or (v3 and model_folders.mean_beside(own) == transforms.DINOV3_SAT.mean)
    # Of the official ViT-L files only the satellite one keeps the training-only norm.
    satellite = satellite or (v3 and size == "ViT-L" and part.local_norm)
    title = f"{generation} {size}/{shape.patch}" if size else f"{generation} ViT ({dim} wide, {depth} layers)"
    if not v3 and shape.registers and size:
        title += " with registers"
    if satellite:
        title += " (satellite)"
    kind = f"vit-{dim}-{depth}-{ffn}-{'v3' if v3 else 'v2'}{'-reg' if not v3 and shape.registers else ''}"
    return Piece(part, file, title, f"{kind}-sat" if satellite else kind, dim, satellite)


def _convnext(part: Part, file: Path) -> Piece:
    shape = convnext_shape(part)
    third = shape.depths[2] if len(shape.depths) > 2 else 0
    size = _CONVNEXTS.get((shape.dims[0], third))
    wide, layers = shape.dims[-1], sum(shape.depths)
    title = f"DINOv3 {size}" if size else f"DINOv3 ConvNeXt ({wide} wide, {layers} layers)"
    return Piece(part, file, title, f"convnext-{shape.dims[0]}-{third}", wide)
