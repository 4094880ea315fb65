"""Reading photos ahead of the model: what is done to one file, and the row of those under way.

Runs in decoder processes (`decoder_pool`), so a job and its result hold only plain data.
"""

from __future__ import annotations

import errno
import os
import time
from collections import deque
from collections.abc import Callable, Container, Iterator
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from dinodesk.engine.decoding.decoder_pool import DecoderError
from dinodesk.errors import PhotoError
from dinodesk.library.files.file_identity import inode_of, quick_hash, quick_hash_file
from dinodesk.library.files.os_errors import plain_reason
from dinodesk.library.images.decoder import (
    TOO_MUCH_MEMORY,
    Decoded,
    decode,
    hash_file,
    refuse_foreign,
    shrink,
)
from dinodesk.library.images.thumbnail_cache import LARGE_LEAST, write_missing
from dinodesk.library.metadata.embedded_reader import read_metadata
from dinodesk.records import ByteArray, FloatArray, PhotoMetadata

BLACK = 12
"""A photo without a brighter pixel is left out: the vector of a black one lies near many queries."""

Prepare = Callable[[ByteArray], FloatArray]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReadPhoto:
    """What came out of reading one file.

    Attributes:
        path, size, mtime_ns, inode: of the file as it was before its bytes were read.
        hash, quick: of its bytes; empty when they could not be read.
        pixels: normalised float32 (3, S, S) for the model; None when the hash was known or it is bad.
        width, height: of the photo.
        reason: why it can't be used, else None; `opened` False when not even its bytes were read.
        seconds: that reading it took.
        full: whether a disk had no room left for the thumbnail.
        kept: bytes of the thumbnails.
        metadata: its metadata; None where it was not decoded.
    """

    path: str
    size: int
    mtime_ns: int
    inode: int
    hash: bytes = b""
    pixels: FloatArray | None = None
    width: int = 0
    height: int = 0
    reason: str | None = None
    opened: bool = True
    full: bool = False
    kept: int = 0
    quick: bytes = b""
    seconds: float = 0.0
    metadata: PhotoMetadata | None = None


def read_photo(
    path: str, draft_side: int, thumbnails: Path, prepare: Prepare, *, known: Container[bytes]
) -> ReadPhoto:
    """Hash one file, and unless its hash is known decode it, make its thumbnails and the model's pixels.

    One decode serves all: `draft_side` is the short side the model asks for, and the long side is at least
    what a large thumbnail needs.
    """
    started = time.perf_counter()
    read = _read_photo(path, draft_side, thumbnails, prepare, known)
    return replace(read, seconds=time.perf_counter() - started)


def _read_photo(
    path: str, draft_side: int, thumbnails: Path, prepare: Prepare, known: Container[bytes]
) -> ReadPhoto:
    size, mtime, inode = 0, 0, 0
    digest, full, kept, opened = b"", False, 0, False
    try:
        about = os.stat(path)
        size, mtime, inode = about.st_size, about.st_mtime_ns, inode_of(about)
        opened = True  # what it refuses is no photo tomorrow either
        refuse_foreign(path, size)
        opened = False
        digest, data = hash_file(path)
        quick = quick_hash_file(path) if data is None else quick_hash(data)
        opened = True
        if digest in known:
            return ReadPhoto(path=path, size=size, mtime_ns=mtime, inode=inode, hash=digest, quick=quick)
        decoded = decode(path, draft_side, LARGE_LEAST, data=data)
        if decoded.rgb.max() < BLACK:
            raise PhotoError("It is all black: there is nothing in it to find.")
        kept, full = _try_thumbnails(thumbnails, digest.hex(), decoded.rgb)
        pixels = prepare(decoded.rgb)
        metadata = read_metadata(path if data is None else data)
    except PhotoError as error:
        reason = error.sentence
    except OSError as error:
        reason, opened = f"The file can't be read: {plain_reason(error)}.", False
    except MemoryError:
        reason = TOO_MUCH_MEMORY
    except Exception as error:  # law three: a bad file costs that file only
        reason = f"It could not be prepared for the model ({type(error).__name__})."
    else:
        return ReadPhoto(
            path=path,
            size=size,
            mtime_ns=mtime,
            inode=inode,
            hash=digest,
            pixels=pixels,
            width=decoded.width,
            height=decoded.height,
            full=full,
            kept=kept,
            quick=quick,
            metadata=metadata,
        )
    return ReadPhoto(
        path=path, size=size, mtime_ns=mtime, inode=inode, hash=digest, reason=reason, opened=opened
    )


def make_thumbnails(path: str, folder: Path, content: str) -> None:
    """Make the thumbnails of a content (hex hash) that are not there. Raises PhotoError, OSError."""
    write_missing(folder, content, decode(path, 1, LARGE_LEAST).rgb)


def read_detail(path: str, longest: int) -> Decoded:
    """The photo with all its pixels, or `longest` of its long side where it has more. Raises PhotoError."""
    decoded = decode(path, 1, longest)
    return replace(decoded, rgb=shrink(decoded.rgb, longest))


def read_with_middle(
    path: str, draft_side: int, prepare: Prepare, middle: bool
) -> tuple[FloatArray, FloatArray | None]:
    """The photo as the model sees it, normalised float32 (3, S, S), and with `middle` the middle of it, two
    thirds of each side, likewise; nothing is kept of it. `draft_side` is the short side that the model asks
    for. Raises PhotoError."""
    rgb = decode(path, -(-draft_side * 3 // 2) if middle else draft_side).rgb
    high, wide = rgb.shape[0] // 6, rgb.shape[1] // 6
    part = rgb[high : rgb.shape[0] - high, wide : rgb.shape[1] - wide]
    return prepare(rgb), prepare(np.ascontiguousarray(part)) if middle else None


def _try_thumbnails(folder: Path, content: str, rgb: ByteArray) -> tuple[int, bool]:
    """Write the thumbnails: their bytes, and whether the disk is full; they are a cache, so nothing else
    is worth telling."""
    try:
        return write_missing(folder, content, rgb), False
    except OSError as error:
        return 0, error.errno == errno.ENOSPC


class ReadAhead:
    """Keeps a bounded number of files in work, and hands results out in order.

    Attributes:
        waited: seconds spent waiting for a result, so far.
    """

    def __init__(self, begin: Callable[[str], Future[ReadPhoto]], ahead: int = 24) -> None:
        """`begin` has one file read in the background."""
        self._begin = begin
        self._ahead = ahead
        self._waiting: deque[tuple[str, Future[ReadPhoto]]] = deque()
        self.waited = 0.0

    def results(self, paths: Iterator[str], patience: float = 0.05) -> Iterator[ReadPhoto | None]:
        """Results in the order of `paths`; None each time `patience` seconds pass without one."""
        exhausted = False
        while True:
            while not exhausted and len(self._waiting) < self._ahead:
                path = next(paths, None)
                if path is None:
                    exhausted = True
                else:
                    self._waiting.append((path, self._begin(path)))
            if not self._waiting:
                return
            path, future = self._waiting[0]
            if not future.done():
                started = time.perf_counter()
                wait([future], timeout=patience)
                self.waited += time.perf_counter() - started
            if future.done():
                self._waiting.popleft()
                yield _outcome(path, future)
            else:
                yield None

    def close(self) -> None:
        """Cancel what has not begun; results of what has are ignored."""
        for _, future in self._waiting:
            future.cancel()
        self._waiting.clear()


def _outcome(path: str, future: Future[ReadPhoto]) -> ReadPhoto:
    try:
        return future.result()
    except DecoderError as error:
        digest, reason = error.digest, error.sentence
    except PhotoError as error:
        digest, reason = b"", error.sentence
    try:
        about = os.stat(path)
    except OSError:
        return ReadPhoto(path=path, size=0, mtime_ns=0, inode=0, reason=reason, opened=False)
    # set aside when its bytes had been read: it would do the same at every scan
    return ReadPhoto(
        path=path,
        size=about.st_size,
        mtime_ns=about.st_mtime_ns,
        inode=inode_of(about),
        hash=digest,
        reason=reason,
        opened=bool(digest),
    )
