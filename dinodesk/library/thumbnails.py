"""The thumbnail cache: JPEG files named by content hash; delete them at any moment, they come back."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from dinodesk.library.decode import THUMBNAIL_SIDE, thumbnail_jpeg, thumbnail_path
from dinodesk.records import ByteArray

__all__ = ["THUMBNAIL_SIDE", "drop_thumbnails", "has_thumbnail", "write_thumbnail"]


def has_thumbnail(folder: Path, content: str) -> bool:
    """Whether the thumbnail's file is there."""
    return thumbnail_path(folder, content).is_file()


def write_thumbnail(folder: Path, content: str, rgb: ByteArray) -> None:
    """Write the thumbnail of a content (hex hash), whole or not at all. Raises OSError."""
    target = thumbnail_path(folder, content)
    target.parent.mkdir(parents=True, exist_ok=True)
    # the process id keeps two programs on one library apart
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        part.write_bytes(thumbnail_jpeg(rgb))
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def drop_thumbnails(folder: Path, contents: Iterable[str]) -> None:
    """Delete the thumbnails of contents that nothing needs any more."""
    for content in contents:
        thumbnail_path(folder, content).unlink(missing_ok=True)
