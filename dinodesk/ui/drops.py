"""What a drop or a paste means: folders to add, a photo to search by, model files to import."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData, QStandardPaths
from PySide6.QtGui import QImage

MODEL_ENDINGS = frozenset({".pth", ".pt", ".safetensors", ".bin"})


@dataclass(frozen=True, slots=True)
class Dropped:
    """What to do with what was dropped.

    Attributes:
        add: folders and photos to add to the library.
        query: one photo to search by; empty for none.
        models: model files to import.
    """

    add: tuple[str, ...] = ()
    query: str = ""
    models: tuple[str, ...] = ()


def local_files(mime: QMimeData) -> list[str]:
    """Local paths of a drop."""
    return [u.toLocalFile() for u in mime.urls() if u.isLocalFile()] if mime.hasUrls() else []


def welcome(mime: QMimeData) -> bool:
    """Whether the window takes such a drop."""
    return bool(local_files(mime)) or mime.hasImage()


def understand(mime: QMimeData, shift: bool) -> Dropped:
    """Folders are added; one photo is a query; several, or any with Shift held, are added."""
    files = local_files(mime)
    models = tuple(f for f in files if Path(f).suffix.lower() in MODEL_ENDINGS and not Path(f).is_dir())
    rest = [f for f in files if f not in models]
    if not files and mime.hasImage():
        return Dropped(query=save_image(mime.imageData()))
    if len(rest) == 1 and not Path(rest[0]).is_dir() and not shift:
        return Dropped(query=rest[0], models=models)
    return Dropped(add=tuple(rest), models=models)


def save_image(data: object) -> str:
    """A pasted picture as a temporary PNG file; "" when it is no picture."""
    image = data if isinstance(data, QImage) else QImage()
    if image.isNull():
        return ""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.TempLocation)
    with tempfile.NamedTemporaryFile(
        dir=folder or None, prefix="dinodesk-pasted-", suffix=".png", delete=False
    ) as f:
        name = f.name
    # quality 100 writes PNG uncompressed: a large picture is on disk in some milliseconds
    return name if image.save(name, quality=100) else ""
