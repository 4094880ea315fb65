"""The thumbnail cache: two JPEG files a photo, named by content hash; they may be deleted at any moment.

`<content>.s.jpg` is small, for the grid; `<content>.jpg` is large, for big cells and for photos
whose drive is offline. Older libraries hold large ones of 512 pixels, which stay valid.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from dinodesk import private_files
from dinodesk.library.files.directory_entries import entries_of
from dinodesk.records import ByteArray

SMALL_SIDE = 320
LARGE_SIDE = 1024
"""Longest side in pixels; photos that are smaller are not enlarged."""
LARGE_LEAST = 768
"""Long side from which on a draft is large enough for a large thumbnail: a JPEG is halved or quartered for
nothing, and the next size up would cost twice the time. A 12-megapixel photo is 1,000 pixels long then."""

_SMALL, _LARGE = ".s.jpg", ".jpg"
_ABANDONED = 3600.0
"""Seconds after which a temporary file is taken for abandoned."""


def large_path(folder: Path, content: str) -> Path:
    """Where the large thumbnail of a content (hex hash) lies."""
    return folder / content[:2] / f"{content}{_LARGE}"


def small_path(folder: Path, content: str) -> Path:
    """Where the small thumbnail of a content (hex hash) lies."""
    return folder / content[:2] / f"{content}{_SMALL}"


def has_both(folder: Path, content: str) -> bool:
    """Whether both files are there."""
    return large_path(folder, content).is_file() and small_path(folder, content).is_file()


def write_missing(folder: Path, content: str, rgb: ByteArray) -> int:
    """Write those of the two that are not there, each whole or not at all; returns the bytes of both.

    Raises OSError.
    """
    large, small = large_path(folder, content), small_path(folder, content)
    if large.is_file() and small.is_file():
        return large.stat().st_size + small.stat().st_size
    # without its parents: if the drive was unplugged, no folders are made at its mount point
    private_files.make_folder(folder, parents=False)
    private_files.make_folder(large.parent, like=folder, parents=False)
    image = _shrunk(Image.fromarray(rgb), LARGE_SIDE)
    if not large.is_file():
        _write(large, image)
    if not small.is_file():
        _write(small, _shrunk(image, SMALL_SIDE))
    return large.stat().st_size + small.stat().st_size


def read_large(folder: Path, content: str) -> ByteArray | None:
    """The large thumbnail, else the small one, as uint8 (H, W, 3); None when there is neither."""
    return _first_readable((large_path(folder, content), small_path(folder, content)))


def read_small(folder: Path, content: str) -> ByteArray | None:
    """The small thumbnail, else the large one, as uint8 (H, W, 3); None when there is neither."""
    return _first_readable((small_path(folder, content), large_path(folder, content)))


def _first_readable(files: Iterable[Path]) -> ByteArray | None:
    for file in files:
        try:
            with Image.open(file, formats=("JPEG",)) as image:
                return np.asarray(image.convert("RGB"))
        except (OSError, ValueError, SyntaxError):
            continue
    return None


def _shrunk(image: Image.Image, side: int) -> Image.Image:
    image.thumbnail((side, side), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return image


def _write(target: Path, image: Image.Image) -> None:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    private_files.replace(target, out.getvalue(), like=target.parent)


def drop_thumbnails(folder: Path, contents: Iterable[str]) -> None:
    """Delete the thumbnails of contents (hex hashes) that nothing needs any more."""
    for content in contents:
        large_path(folder, content).unlink(missing_ok=True)
        small_path(folder, content).unlink(missing_ok=True)


# ── trimming ───────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _File:
    path: str
    content: str
    small: bool
    size: int
    written: float


_Row = tuple[float, str, int]


def trim_steps(
    folder: Path, limit: int, is_away: Callable[[str], bool], step: float = 0.02
) -> Generator[None, None, int]:
    """Bring the cache down to `limit` bytes; yields about every `step` seconds, returns the bytes deleted.

    Large thumbnails of photos whose file can be read go first, those written longest ago before others; then
    the large ones of photos for which `is_away` (called with a content's hex hash) is true, since there is
    nothing else to look at; small ones last. Files that can't be deleted are left.
    """
    total, paused = 0, time.perf_counter()
    for file in _files(folder):
        total += file.size
        if time.perf_counter() - paused > step:
            yield
            paused = time.perf_counter()
    excess = total - limit
    if excess <= 0:
        return 0
    ranks: tuple[list[_Row], list[_Row], list[_Row]] = ([], [], [])
    for file in _files(folder):
        rank = 2 if file.small else int(is_away(file.content))
        ranks[rank].append((file.written, file.path, file.size))
        if time.perf_counter() - paused > step:
            yield
            paused = time.perf_counter()
    deleted = 0
    for rows in ranks:
        rows.sort()
        yield
        for _, path, size in rows:
            if deleted >= excess:
                return deleted
            try:
                os.unlink(path)
            except OSError:
                continue
            deleted += size
            if time.perf_counter() - paused > step:
                yield
                paused = time.perf_counter()
    return deleted


def _files(folder: Path) -> Iterator[_File]:
    """All thumbnails; temporary files left behind by a program that was ended are removed."""
    for subfolder in entries_of(str(folder)):
        if not subfolder.is_dir(follow_symlinks=False):
            continue
        for entry in entries_of(subfolder.path):
            try:
                about = entry.stat(follow_symlinks=False)
                if entry.name.endswith(".part"):
                    if time.time() - about.st_mtime > _ABANDONED:
                        os.unlink(entry.path)
                    continue
            except OSError:
                continue
            if entry.name.endswith(_LARGE):
                small = entry.name.endswith(_SMALL)
                content = entry.name.removesuffix(_SMALL).removesuffix(_LARGE)
                yield _File(entry.path, content, small, about.st_size, about.st_mtime)
