"""Photos for looking at: previews, maps over them, thumbnails made again. The decoding is done elsewhere."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from concurrent.futures import CancelledError, Future, wait
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from dinodesk.engine import messages as m
from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.decoding.photo_reader import make_thumbnails
from dinodesk.engine.inspection.patch_mapper import PatchMapper
from dinodesk.errors import PhotoError
from dinodesk.library.images import thumbnail_cache
from dinodesk.library.images.decoder import Decoded, decode, shrink
from dinodesk.records import ByteArray, Photo

PREVIEW_FOR_MAPS = 2048
MAP_SIDE = 1024
"""Least short side of what is decoded for looking at: twice what maps are made from."""
_PATIENCE = 0.01  # seconds that one slice waits for a decoder
_GONE = "The file is not there any more. "
_COPY = "This is the copy kept for looking at it."
_Array = TypeVar("_Array", bound=np.ndarray)
_Answer = TypeVar("_Answer", covariant=True)
Pending = tuple[Future[Any], Callable[[], _Answer]]
"""What is being done elsewhere, and what makes the answer of it once it is done."""


class PreviewService:
    """Shows the photos of one library; remembers the pixels of the one that was looked at last."""

    def __init__(self, decoders: DecoderPool, thumbnails: Path, find: Callable[[int], Photo | None]) -> None:
        """`thumbnails` is the library's folder of them, `find` gives the photo of an asset."""
        self._decoders, self._thumbnails, self._find = decoders, thumbnails, find
        self._reading: tuple[str, Future[Decoded]] | None = None

    def preview(self, request: m.ShowPreview) -> Pending[m.Preview]:
        """The upright photo for the inspector; its large thumbnail, with a note, when its file is away.

        Asking for it fails with PhotoError for a file that is there and can't be read, and for one
        without a thumbnail.
        """
        if self._reading is not None:
            self._reading[1].cancel()  # nobody waits for the photo before any more
        future = self._read(request.path, request.longest)

        def answer() -> m.Preview:
            rgb, size, note = self._picture(future, request.asset, request.path)
            pixels = shrink(rgb, request.longest)
            return m.Preview(request.id, request.asset, request.path, frozen(pixels), size, note)

        return future, answer

    def map_steps(self, request: m.ShowMap, inspector: PatchMapper) -> Generator[None, None, m.MapAnswer]:
        """One inspection map, in slices."""
        read = yield from self._read_in_slices(request.path)
        found = yield from inspector.map_steps(
            request.path,
            self._picture(read, request.asset, request.path)[0],
            request.kind,
            layer=request.layer,
            patch=request.patch,
            text=request.text,
            view=request.view,
            size=request.size,
        )
        patch = request.patch
        if request.kind == "similarity" and patch is None:
            h, w = found.values.shape
            patch = (h // 2, w // 2)
        return m.MapAnswer(request.id, request.asset, request.path, request.layer, patch, request.text, found)

    def make_thumbnail(self, request: m.MakeThumbnail) -> Pending[m.ThumbnailReady | None]:
        """Make a thumbnail again; None when the photo is away."""
        folder = self._thumbnails
        made: Future[None] = Future()
        if thumbnail_cache.has_both(folder, request.content):
            made.set_result(None)
        else:
            made = self._decoders.submit(make_thumbnails, request.path, folder, request.content)

        def answer() -> m.ThumbnailReady | None:
            try:
                made.result()
            except (PhotoError, OSError, CancelledError):
                return None
            return m.ThumbnailReady(request.id, request.content)

        return made, answer

    def _read(self, path: str, longest: int) -> Future[Decoded]:
        """Have pixels read that are at least `longest` long, where the photo has so many."""
        future = self._decoders.submit(decode, path, MAP_SIDE, longest, urgent=True)
        self._reading = (path, future)
        return future

    def _read_in_slices(self, path: str) -> Generator[None, None, Future[Decoded]]:
        """The photo that was looked at last, or is being read; another one is read now."""
        read = self._reading
        fits = read is not None and read[0] == path and not (read[1].done() and _failed(read[1]))
        while True:
            future = read[1] if fits and read is not None else self._read(path, PREVIEW_FOR_MAPS)
            while not future.done():
                wait([future], timeout=_PATIENCE)
                yield
            if not future.cancelled():
                return future
            fits = False  # another photo is looked at by now, but this map is still wanted

    def _picture(
        self, read: Future[Decoded], asset: int, path: str
    ) -> tuple[ByteArray, tuple[int, int], str]:
        """The pixels that were read, the full size, and what to say of it."""
        try:
            decoded = read.result()
        except PhotoError as error:
            photo = self._find(asset)
            kept = None
            if photo is not None and path in photo.places and not os.path.isfile(path):
                kept = thumbnail_cache.read_large(self._thumbnails, photo.content)
            if kept is None or photo is None:
                raise PhotoError(f"{os.path.basename(path)}: {error.sentence}") from error
            return kept, (photo.width, photo.height), _GONE * (photo.state == "online") + _COPY
        return decoded.rgb, (decoded.width, decoded.height), ""


def _failed(future: Future[Decoded]) -> bool:
    return future.cancelled() or future.exception() is not None


def frozen(array: _Array) -> _Array:
    """The array as a read-only view: it is handed to another thread."""
    view = array.view()
    view.flags.writeable = False
    return view
