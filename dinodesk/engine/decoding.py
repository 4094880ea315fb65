"""Reading photos ahead of the model: a bounded pool of threads, paths in, arrays out.

A job and its result hold only plain data, so the pool may become one of processes without a change.
"""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from dinodesk.errors import PhotoError
from dinodesk.library.decode import THUMBNAIL_SIDE, decode, hash_file
from dinodesk.library.identity import quick_hash, quick_hash_file
from dinodesk.library.metadata import read_facts
from dinodesk.library.thumbnails import has_thumbnail, write_thumbnail
from dinodesk.records import ByteArray, FloatArray, PhotoFacts

BLACK = 12
"""A photo without a brighter pixel is left out: the vector of a black one lies near many queries."""

Prepare = Callable[[ByteArray], FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class ReadPhoto:
    """What came out of reading one file.

    Attributes:
        path, size, mtime_ns, inode: of the file as it was before its bytes were read.
        hash, quick: of its bytes; empty when they could not be read.
        pixels: normalised float32 (3, S, S) for the model; None when the hash was known or it is bad.
        width, height, taken: of the photo.
        reason: why it can't be used, else None; `opened` False when not even its bytes were read.
        full: whether a disk had no room left for the thumbnail.
        facts: what its bytes say of it; None where it was not decoded.
    """

    path: str
    size: int
    mtime_ns: int
    inode: int
    hash: bytes = b""
    pixels: FloatArray | None = None
    width: int = 0
    height: int = 0
    taken: float | None = None
    reason: str | None = None
    opened: bool = True
    full: bool = False
    quick: bytes = b""
    facts: PhotoFacts | None = None


def read_photo(
    path: str, draft_side: int, thumbnails: Path, known: set[bytes], prepare: Prepare
) -> ReadPhoto:
    """Hash one file, and unless its hash is known decode it, make its thumbnail and the model's pixels."""
    size, mtime, inode = 0, 0, 0
    digest, full, opened = b"", False, False
    try:
        about = os.stat(path)
        size, mtime, inode = about.st_size, about.st_mtime_ns, about.st_ino
        digest, data = hash_file(path)
        quick = quick_hash_file(path) if data is None else quick_hash(data)
        opened = True
        if digest in known:
            return ReadPhoto(path, size, mtime, inode, digest, quick=quick)
        decoded = decode(path if data is None else data, max(draft_side, THUMBNAIL_SIDE))
        if decoded.rgb.max() < BLACK:
            raise PhotoError("It is all black: there is nothing in it to find.")
        if not has_thumbnail(thumbnails, digest.hex()):
            full = _try_thumbnail(thumbnails, digest.hex(), decoded.rgb)
        pixels = prepare(decoded.rgb)
        facts = read_facts(path if data is None else data)
    except PhotoError as error:
        return ReadPhoto(path, size, mtime, inode, digest, reason=error.sentence, opened=opened)
    except OSError as error:
        reason = f"The file can't be read: {(error.strerror or str(error)).lower()}."
        return ReadPhoto(path, size, mtime, inode, digest, reason=reason, opened=False)
    except Exception as error:  # law three: a bad file costs that file only
        reason = f"It could not be prepared for the model ({type(error).__name__})."
        return ReadPhoto(path, size, mtime, inode, digest, reason=reason, opened=opened)
    return ReadPhoto(
        path, size, mtime, inode, digest, pixels, decoded.width, decoded.height, decoded.taken,
        full=full, quick=quick, facts=facts,
    )  # fmt: skip


def _try_thumbnail(folder: Path, content: str, rgb: ByteArray) -> bool:
    """Write the thumbnail; it is a cache, so only a full disk is worth telling (returns True)."""
    try:
        write_thumbnail(folder, content, rgb)
    except OSError as error:
        return error.errno == errno.ENOSPC
    return False


class ReadAhead:
    """Keeps a bounded number of files in work, and hands results out in order."""

    def __init__(self, read: Callable[[str], ReadPhoto], threads: int = 2, ahead: int = 24) -> None:
        self._read = read
        self._ahead = ahead
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="dinodesk-decode")
        self._waiting: deque[Future[ReadPhoto]] = deque()

    def results(self, paths: Iterator[str], patience: float = 0.05) -> Iterator[ReadPhoto | None]:
        """Results in the order of `paths`; None each time `patience` seconds pass without one."""
        exhausted = False
        while True:
            while not exhausted and len(self._waiting) < self._ahead:
                path = next(paths, None)
                if path is None:
                    exhausted = True
                else:
                    self._waiting.append(self._pool.submit(self._read, path))
            if not self._waiting:
                return
            if not self._waiting[0].done():
                wait([self._waiting[0]], timeout=patience)
            if self._waiting[0].done():
                yield self._waiting.popleft().result()
            else:
                yield None

    def close(self) -> None:
        """Drop what has not begun and wait for what has."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._waiting.clear()
