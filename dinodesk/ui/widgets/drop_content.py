"""What a drop or a paste means: folders to add, a photo to search by, model files to import."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from dinodesk.ui.text.plain_text import one_line
from dinodesk.ui.widgets.local_files import local_path, picture_format

MODEL_ENDINGS = frozenset({".pth", ".pt", ".ckpt", ".safetensors", ".bin"})
PHOTO_ENDINGS = frozenset(
    ".jpg .jpeg .jpe .jfif .mpo .png .apng .webp .gif .tif .tiff .bmp .avif .heic .heif .hif .jxl"
    " .cr2 .cr3 .nef .nrw .arw .dng .raf .orf .rw2 .pef .srw".split()
)
VIDEO_ENDINGS = frozenset(".mp4 .mov .m4v .avi .mkv .webm".split())
"""Never searched by: its first picture says little. Whether they can be read the library knows."""
_FORMATS = frozenset((b"jpeg", b"png", b"webp", b"gif", b"tiff", b"bmp", b"heif", b"heic", b"avif"))


@dataclass(frozen=True, slots=True, eq=False)
class DropContent:
    """What to do with what was dropped; equal to itself only.

    Attributes:
        add: folders and photos to add to the library.
        query: one photo to search by; empty for none.
        models: model files, and folders of them, to import.
        refused: files that are neither.
        recipe: the file of a recipe; empty for none.
        image: a picture without a file, to search by; null for none.
    """

    add: tuple[str, ...] = ()
    query: str = ""
    models: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    recipe: str = ""
    image: QImage = field(default_factory=QImage)


def local_files(mime: QMimeData) -> list[str]:
    """Local paths of a drop, whatever bytes are in their names."""
    return [path for path in map(local_path, mime.urls()) if path] if mime.hasUrls() else []


def is_welcome(mime: QMimeData) -> bool:
    """Whether the window takes such a drop."""
    return bool(local_files(mime)) or mime.hasImage()


def is_photo(file: str) -> bool:
    """Whether this may be searched by: a file that has a photo's ending, or a photo's first bytes."""
    if not os.path.isfile(file):
        return False
    return has_ending(file) or picture_format(file) in _FORMATS


def has_ending(file: str) -> bool:
    """Whether the name ends like a photo's."""
    return Path(file).suffix.lower() in PHOTO_ENDINGS


def is_recipe(file: str) -> bool:
    """Whether this may be a recipe, by its name."""
    return Path(file).suffix.lower() == ".json" and os.path.isfile(file)


def is_model(file: str) -> bool:
    """Whether this is for the models page: a file that ends as weights do, or a folder from Hugging Face."""
    if os.path.isdir(file):
        inside = ("model.safetensors", "model.safetensors.index.json")
        described = os.path.isfile(os.path.join(file, "config.json"))
        return described and any(os.path.isfile(os.path.join(file, name)) for name in inside)
    return Path(file).suffix.lower() in MODEL_ENDINGS


def content_of(mime: QMimeData, shift: bool) -> DropContent:
    """Folders are added; one photo is a query; several, or any with Shift held, are added."""
    files = local_files(mime)
    models = tuple(f for f in files if is_model(f))
    rest = [f for f in files if f not in models]
    if not files and mime.hasImage():
        image = mime.imageData()
        return DropContent(image=image if isinstance(image, QImage) else QImage())
    if len(rest) == 1 and is_recipe(rest[0]):
        return DropContent(recipe=rest[0], models=models)
    photos = {f for f in rest if is_photo(f)}
    if len(rest) == 1 and photos and not shift:
        return DropContent(query=rest[0], models=models)
    add = tuple(f for f in rest if f in photos or os.path.isdir(f) or Path(f).suffix.lower() in VIDEO_ENDINGS)
    return DropContent(add=add, models=models, refused=tuple(f for f in rest if f not in add))


def refusal_sentence(files: tuple[str, ...]) -> str:
    """Why these are not taken, by name."""
    name = one_line(Path(files[0]).name or files[0])
    if len(files) > 1:
        return f"{len(files):,} of these are not photos DinoDesk can read, {name} for one."
    return f"{name} {'is not a photo DinoDesk can read' if os.path.exists(files[0]) else 'is not there'}."
