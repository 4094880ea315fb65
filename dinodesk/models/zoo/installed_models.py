"""The zoo: which models there are, which of them are installed, and registering files.

Files are registered where they lie, by absolute path, in one small JSON file; nothing is copied.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

from dinodesk import paths, private_files
from dinodesk.errors import ModelError
from dinodesk.models.checkpoints import checkpoint_parts, module_builder
from dinodesk.models.checkpoints.checkpoint_parts import Piece
from dinodesk.models.checkpoints.model_folders import addresses_of
from dinodesk.models.checkpoints.weight_files import files_of, is_there
from dinodesk.models.inference import builtin_model
from dinodesk.models.zoo import published_models
from dinodesk.models.zoo.published_models import Published, PublishedModel
from dinodesk.records import ZooEntry

Registry = dict[str, dict[str, str]]
"""Absolute paths by model name and role."""

_FILE = "registry.json"
_CHUNK = 1 << 20
DINOTXT_WIDTH = 1024
"""Width of the published dino.txt models' backbones, ViT-L."""
_IMPORT = "Get its files from their source, then add them with: dinodesk models import FILE…"
_WORDS = {
    "backbone": "the backbone",
    "head": "the vision head",
    "text": "the text encoder",
    "head+text": "the vision head and text encoder",
}


def entries() -> tuple[ZooEntry, ...]:
    """Every model of the zoo, the built-in one first, imported ones of unknown size last."""
    registry = _read()
    known = [_known_entry(model, registry.get(model.name, {})) for model in published_models.KNOWN]
    custom = [
        _custom_entry(name, files)
        for name, files in sorted(registry.items())
        if published_models.by_name(name) is None
    ]
    return (_builtin_entry(), *known, *custom)


def has(name: str) -> bool:
    """Whether the zoo knows a model of that name."""
    return name == builtin_model.NAME or published_models.by_name(name) is not None or name in _read()


def resolve(name: str) -> list[Path]:
    """The registered files of a model, backbone first.

    Raises:
        ModelError: there is no such model, or some of its files are not here.
    """
    if name == builtin_model.NAME:
        return [builtin_model.path()]
    entry = next((entry for entry in entries() if entry.name == name), None)
    if entry is None:
        raise ModelError(f"There is no model “{name}”.", "See the names with: dinodesk models list.")
    if entry.state != "ready":
        raise ModelError(
            f"{entry.title} is not complete here: {entry.missing}.", f"{_IMPORT} Source: {entry.source}"
        )
    return [Path(file) for file in entry.files]


def import_files(files: Sequence[str | Path]) -> str:
    """Recognise files, and folders from Hugging Face, by their content and register them; returns a sentence
    on what they are.

    Raises:
        ModelError: a file is missing, damaged, hostile, or nothing that is known; then nothing is changed.
    """
    if not files:
        raise ModelError("No file was given.", "Name the files of a model.")
    addresses = addresses_of(Path(file).expanduser().absolute() for file in files)
    pieces = checkpoint_parts.inspect(addresses)
    for piece in pieces:
        module_builder.check(piece.part)
    registry = _read()
    touched: list[str] = []
    for piece in pieces:
        touched.extend(_register(registry, piece))
    _complete_custom(registry)
    _write(registry)
    recognised = checkpoint_parts.join([f"the {checkpoint_parts.describe(piece)}" for piece in pieces])
    return " ".join([f"Recognised {recognised}.", *_outcomes(dict.fromkeys(touched))])


def verify(name: str) -> str:
    """Compare a model's files with the published checksums; returns a sentence on each file.

    Raises:
        ModelError: a file differs, or the model is not here.
    """
    files = resolve(name)
    if name == builtin_model.NAME:
        published: list[Published | None] = [Published(files[0].name, builtin_model.SHA256, None)]
    else:
        model = published_models.by_name(name)
        published = [None] * len(files) if model is None else list(model.files.values())
    notes = []
    for file, expected in zip(files, published, strict=True):
        if (
            expected is None
            or not expected.sha256
            or (file.suffix == ".safetensors" and name != builtin_model.NAME)
            or files_of(file) != [file]
        ):
            notes.append(f"{file.name}: no published checksum to compare with.")
            continue
        digest = sha256(file)
        if not digest.startswith(expected.sha256):
            raise ModelError(
                f"{file.name} differs from the published {expected.file}: its SHA-256 begins with "
                f"{digest[:8]} instead of {expected.sha256[:8]}.",
                "Download it again.",
            )
        notes.append(f"{file.name}: as published (SHA-256 {digest[:8]}…).")
    return " ".join(notes)


def sha256(file: Path) -> str:
    """Hex SHA-256 of a file."""
    digest = hashlib.sha256()
    with file.open("rb") as handle:
        while chunk := handle.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _register(registry: Registry, piece: Piece) -> list[str]:
    """Register a piece for every model that it fits; returns the names of those models."""
    names = []
    for model in published_models.KNOWN:
        if piece.role == "backbone":
            fits = model.kind == piece.kind
        else:
            fits = model.family == piece.part.family and piece.width == DINOTXT_WIDTH
        if fits:
            names.append(model.name)
    if not names:
        base = piece.part.family if piece.role != "backbone" else piece.kind
        names = [f"custom-{base}-{piece.width}" if piece.role != "backbone" else f"custom-{base}"]
    for name in names:
        registry.setdefault(name, {})[piece.role] = str(piece.file)
    return names


def _complete_custom(registry: Registry) -> None:
    """Give dino.txt parts of unknown size the imported backbone that is as wide as they are."""
    for name, files in registry.items():
        match = re.fullmatch(r"custom-dinotxt-(v[23])-(\d+)", name)
        if match is None or "backbone" in files:
            continue
        pattern = re.compile(rf"custom-vit-{match[2]}-\d+-\w+-{match[1]}(?:-reg)?")
        fitting = [other["backbone"] for key, other in registry.items() if pattern.fullmatch(key)]
        if len(fitting) == 1:
            files["backbone"] = fitting[0]


def _outcomes(names: Sequence[str] | dict[str, None]) -> list[str]:
    known = {entry.name: entry for entry in entries()}
    sentences = []
    for name in names:
        entry = known[name]
        if entry.state == "ready":
            sentences.append(f"{entry.title} ({name}) is ready.")
        else:
            sentences.append(f"{entry.title} ({name}) still needs {entry.missing}.")
    return sentences


def _builtin_entry() -> ZooEntry:
    file = builtin_model.path()
    there = file.is_file()
    return ZooEntry(
        name=builtin_model.NAME,
        family="builtin",
        text=True,
        licence="Apache-2.0",
        gated=False,
        source="comes with DinoDesk",
        sha256=builtin_model.SHA256,
        bytes=file.stat().st_size if there else None,
        state="ready" if there else "absent",
        title=builtin_model.TITLE,
        missing="" if there else "its file",
        files=(str(file),) if there else (),
        size=builtin_model.MAP_SIZE,
    )


def _known_entry(model: PublishedModel, registered: dict[str, str]) -> ZooEntry:
    files: list[str] = []
    lacking: list[str] = []
    for role, published in model.files.items():
        held = [registered.get(part, "") for part in role.split("+")]
        if all(file and is_there(Path(file)) for file in held):
            files.extend(dict.fromkeys(held))
        else:
            lacking.append(f"{_WORDS[role]} ({published.file})")
    sums = [published.sha256 for published in model.files.values()]
    sizes = [published.bytes for published in model.files.values()]
    return ZooEntry(
        name=model.name,
        family=model.family,
        text="text" in model.files or "head+text" in model.files,
        licence=model.licence,
        gated=model.gated,
        source=model.source,
        sha256=",".join(sums) if all(len(digest) == 64 for digest in sums) else None,
        bytes=sum(size or 0 for size in sizes) or None,
        state="ready" if not lacking else "partial" if files else "absent",
        title=model.title,
        missing=checkpoint_parts.join(lacking),
        files=tuple(files),
        size=model.size,
    )


def _custom_entry(name: str, registered: dict[str, str]) -> ZooEntry:
    text = "dinotxt" in name
    roles = ("backbone", "head", "text") if text else ("backbone",)
    held = {role: file for role in roles if (file := registered.get(role)) and is_there(Path(file))}
    lacking = [_WORDS[role] for role in roles if role not in held]
    generation = "v3" if "v3" in name or "convnext" in name else "v2"
    family = (
        f"dinotxt-{generation}" if text else "dinov3-convnext" if "convnext" in name else f"dino{generation}"
    )
    files = tuple(dict.fromkeys(held.values()))
    return ZooEntry(
        name=name,
        family=family,
        text=text,
        licence=published_models.LICENCES[generation],
        gated=generation == "v3",
        source="your own files",
        sha256=None,
        bytes=sum(each.stat().st_size for file in files for each in files_of(Path(file))) or None,
        state="ready" if not lacking else "partial" if held else "absent",
        title=name,
        missing=checkpoint_parts.join(lacking),
        files=files,
        size=518 if generation == "v2" else 512,
    )


def _read() -> Registry:
    try:
        content = json.loads((paths.models_dir() / _FILE).read_text("utf-8"))
        models = content["models"]
        return {str(name): {str(k): str(v) for k, v in files.items()} for name, files in models.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # No registry yet, or one that was damaged: files can always be added again.
        return {}


def _write(registry: Registry) -> None:
    folder = paths.models_dir()
    try:
        private_files.make_folder(folder)
        temporary = folder / f"{_FILE}.{os.getpid()}.tmp"
        content = json.dumps({"version": 1, "models": registry}, indent=1)
        private_files.write(temporary, content.encode("utf-8"))
        temporary.replace(folder / _FILE)
    except OSError as error:
        raise ModelError(
            f"The list of models in {folder} can't be written.", "Check the folder's permissions."
        ) from error
