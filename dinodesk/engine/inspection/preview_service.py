"""Photos for looking at: previews, maps over them, thumbnails made again. The decoding is done elsewhere."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from concurrent.futures import CancelledError, Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from dinodesk.engine.decoding.decoders import Decoders, Deferred
from dinodesk.engine.decoding.photo_reader import make_thumbnails, read_detail
from dinodesk.engine.inspection.patch_mapper import PatchMapper, ScaleOf, own_scale
from dinodesk.engine.messages import (
    Crop,
    MakeThumbnail,
    MapAnswer,
    Preview,
    ShowDetail,
    ShowMap,
    ShowPreview,
    ThumbnailReady,
)
from dinodesk.errors import PhotoError
from dinodesk.features.map_registry import map_spec
from dinodesk.library.images import thumbnail_cache
from dinodesk.library.images.decoder import Decoded, decode, shrink
from dinodesk.records import ByteArray, Photo

PREVIEW_FOR_MAPS = 2048
MAP_SIDE = 1024
"""Least short side of what is decoded for looking at: twice what maps are made from."""
_PATIENCE = 0.01  # seconds that one slice waits for a decoder
_Array = TypeVar("_Array", bound=np.ndarray)


@dataclass(frozen=True, slots=True, eq=False)
class _Picture:
    """The pixels to show, the full width and height, and whether they are the large thumbnail."""

    rgb: ByteArray
    full_size: tuple[int, int]
    copy: bool = False
    missing: bool = False


class PreviewService:
    """Shows the photos of one library; keeps the pixels of the last one in memory."""

    def __init__(self, decoders: Decoders, thumbnails: Path, find: Callable[[int], Photo | None]) -> None:
        """`thumbnails` is the library's folder of them, `find` gives the photo of an asset."""
        self._decoders, self._thumbnails, self._find = decoders, thumbnails, find
        self._reading: tuple[str, Future[Decoded]] | None = None
        self._detail: Future[Decoded] | None = None

    def preview(self, request: ShowPreview) -> Deferred[Preview]:
        """The upright photo for the inspector; its large thumbnail when its file is away.

        Making the answer raises PhotoError for a file that is there and can't be read, and for one
        without a thumbnail.
        """
        if self._reading is not None:
            self._reading[1].cancel()  # nobody waits for the photo before any more
        future = self._read(request.path, request.longest)

        def answer() -> Preview:
            picture = self._picture(future, request.asset, request.path)
            return Preview(
                asset=request.asset,
                path=request.path,
                pixels=frozen(shrink(picture.rgb, request.longest)),
                full_size=picture.full_size,
                copy=picture.copy,
                missing=picture.missing,
            )

        return Deferred(future, answer)

    def detail(self, request: ShowDetail) -> Deferred[Preview]:
        """The upright photo with its own pixels; not kept for maps, which have enough with fewer.

        Making the answer raises PhotoError for a file that can't be read.
        """
        if self._detail is not None:
            self._detail.cancel()
        future = self._detail = self._decoders.submit(read_detail, request.path, request.longest, urgent=True)

        def answer() -> Preview:
            decoded = future.result()
            if self._detail is future:
                self._detail = None  # some hundred megabytes
            return Preview(
                asset=request.asset,
                path=request.path,
                pixels=frozen(decoded.rgb),
                full_size=(decoded.width, decoded.height),
            )

        return Deferred(future, answer)

    def map_steps(
        self, request: ShowMap, mapper: PatchMapper, scale_of: ScaleOf = own_scale
    ) -> Generator[None, None, MapAnswer]:
        """One inspection map, in slices; `scale_of` gives the scale of a sentence's text maps."""
        read = yield from self._read_in_slices(request.path)
        found = yield from mapper.map_steps(
            request.path,
            self._picture(read, request.asset, request.path).rgb,
            request.kind,
            layer=request.layer,
            patch=request.patch,
            text=request.text,
            view=request.view,
            size=request.size,
            scale_of=scale_of,
        )
        patch = request.patch
        if patch is None and "patch" in map_spec(request.kind).options:
            h, w = found.values.shape
            patch = (h // 2, w // 2)
        return MapAnswer(
            asset=request.asset,
            path=request.path,
            layer=request.layer,
            patch=patch,
            text=request.text,
            map=found,
        )

    def crop_steps(self, asset: int, path: str, crop: Crop) -> Generator[None, None, ByteArray]:
        """A part of the upright photo, uint8 (H, W, 3), at least one pixel, in slices; `crop` is left, top,
        width and height as shares. Raises PhotoError for a file that can't be read."""
        read = yield from self._read_in_slices(path)
        rgb = self._picture(read, asset, path).rgb
        high, wide = rgb.shape[:2]
        left, top = min(wide - 1, round(crop[0] * wide)), min(high - 1, round(crop[1] * high))
        right, bottom = round((crop[0] + crop[2]) * wide), round((crop[1] + crop[3]) * high)
        return np.ascontiguousarray(rgb[top : max(bottom, top + 1), left : max(right, left + 1)])

    def make_thumbnail(self, request: MakeThumbnail) -> Deferred[ThumbnailReady]:
        """Make a thumbnail again; not made when the photo is away."""
        folder = self._thumbnails
        made: Future[None] = Future()
        if thumbnail_cache.has_both(folder, request.content):
            made.set_result(None)
        else:
            made = self._decoders.submit(make_thumbnails, request.path, folder, request.content)

        def answer() -> ThumbnailReady:
            try:
                made.result()
            except (PhotoError, OSError, CancelledError):
                return ThumbnailReady(content=request.content, made=False)
            return ThumbnailReady(content=request.content)

        return Deferred(made, answer)

    def _read(self, path: str, longest: int) -> Future[Decoded]:
        """Have pixels read that are at least `longest` long, where the photo has so many."""
        future = self._decoders.submit(decode, path, MAP_SIDE, longest, urgent=True)
        self._reading = (path, future)
        return future

    def _read_in_slices(self, path: str) -> Generator[None, None, Future[Decoded]]:
        """The pixels of this photo: those in memory, those being read, else reading begins."""
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

    def _picture(self, read: Future[Decoded], asset: int, path: str) -> _Picture:
        """The pixels that were read; where the file is away, the large thumbnail."""
        try:
            decoded = read.result()
        except PhotoError as error:
            photo = self._find(asset)
            kept = None
            if photo is not None and path in photo.places and not os.path.isfile(path):
                kept = thumbnail_cache.read_large(self._thumbnails, photo.content)
            if kept is None or photo is None:
                raise PhotoError(f"{os.path.basename(path)}: {error.sentence}") from error
            return _Picture(kept, (photo.width, photo.height), copy=True, missing=photo.state == "online")
        return _Picture(decoded.rgb, (decoded.width, decoded.height))


def _failed(future: Future[Decoded]) -> bool:
    return future.cancelled() or future.exception() is not None


def frozen(array: _Array) -> _Array:
    """The array as a read-only view: it is handed to another thread."""
    view = array.view()
    view.flags.writeable = False
    return view
