"""Inspecting: one photo through the model, as a map on its patch grid."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Generator
from typing import Any

import numpy as np

from dinodesk.errors import ModelError, UsageError
from dinodesk.features import maps
from dinodesk.features.map_registry import MapInput, map_spec
from dinodesk.generators import run_to_end
from dinodesk.models.inference.model import Model
from dinodesk.records import ByteArray, FloatArray, MapScale, MapView, PatchMap, TokenGrid

REMEMBERED = 12
LARGEST = 2048  # short side of a map in pixels; beyond, attention takes gigabytes and minutes

ScaleOf = Callable[[str, FloatArray], MapScale | None]
"""The scale of a sentence's text maps, given the sentence and its direction (C,); None when there is none."""


def own_scale(_text: str, _direction: FloatArray) -> MapScale | None:
    """No scale but that of each photo."""
    return None


class PatchMapper:
    """Computes maps with one model; tokens of the last photos are remembered, so that moving a patch
    or a layer back costs nothing."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._seen: OrderedDict[tuple[object, ...], TokenGrid | FloatArray] = OrderedDict()

    def map(self, photo: str, rgb: ByteArray, kind: str, **options: Any) -> PatchMap:
        """`map_steps` in one go."""
        return run_to_end(self.map_steps(photo, rgb, kind, **options))

    def map_steps(
        self,
        photo: str,
        rgb: ByteArray,
        kind: str,
        *,
        layer: int = -1,
        patch: tuple[int, int] | None = None,
        text: str = "",
        view: MapView = "whole",
        size: int = 0,
        robust: bool = False,
        foreground: bool = False,
        scale_of: ScaleOf = own_scale,
    ) -> Generator[None, None, PatchMap]:
        """One map of the upright photo `rgb`, in slices; `photo` names it for remembering.

        Raises UsageError for a map, layer, patch or sentence that does not fit, ModelError for a text map
        with a model that does not read.
        """
        spec = map_spec(kind)
        if size > LARGEST:
            raise UsageError(f"A size of {size:,} pixels is too large.", f"The largest is {LARGEST:,}.")
        box = self._box(rgb.shape[1], rgb.shape[0], view)
        direction = self._direction(text) if "text" in spec.options else None
        if spec.tokens == "head":
            patches, cls = (yield from self._head(photo, rgb, view, size)), None
        else:
            grid = yield from self._tokens(photo, rgb, view, size, layer)
            patches, cls = grid.patches[0], grid.cls[0]
        scale = scale_of(text, direction) if direction is not None else None
        return spec.compute(MapInput(patches, cls, patch, direction, scale, box, robust, foreground))

    def _direction(self, text: str) -> FloatArray:
        """The patch half of a sentence's vector, float32 (C,)."""
        if not text.strip():
            raise UsageError(
                "A text map needs a sentence.", "Type one into the search field, or give --text."
            )
        return self._model.patch_half(self._model.embed_texts([text]))[0]

    def _pixels(self, rgb: ByteArray, view: MapView, size: int) -> FloatArray:
        if view == "model":
            return self._model.prepare(rgb)[None]
        return self._model.prepare_whole(rgb, size or self._model.info.map_size)[None]

    def _tokens(
        self, photo: str, rgb: ByteArray, view: MapView, size: int, layer: int
    ) -> Generator[None, None, TokenGrid]:
        layers = self._model.info.layers
        if not -layers <= layer < layers:
            raise UsageError(f"There is no layer {layer}: this model has layers 0 to {layers - 1}.")
        key = (photo, view, size, layer % layers)
        known = self._seen.get(key)
        if isinstance(known, TokenGrid):
            self._seen.move_to_end(key)
            return known
        pixels = self._pixels(rgb, view, size)
        grid: TokenGrid
        (grid,) = yield from self._model.token_steps(pixels, [layer % layers], dense=view == "whole")
        if not np.isfinite(grid.patches).all():
            raise ModelError(
                f"The model {self._model.info.title} gives numbers that are not finite.",
                "Its files are probably damaged: verify them, or choose another model.",
            )
        self._remember(key, grid)
        return grid

    def _head(
        self, photo: str, rgb: ByteArray, view: MapView, size: int
    ) -> Generator[None, None, FloatArray]:
        key = (photo, view, size, "head")
        known = self._seen.get(key)
        if isinstance(known, np.ndarray):
            self._seen.move_to_end(key)
            return known
        heads = yield from self._model.head_patch_steps(self._pixels(rgb, view, size), dense=view == "whole")
        patches = heads[0]
        self._remember(key, patches)
        return patches

    def _remember(self, key: tuple[object, ...], value: TokenGrid | FloatArray) -> None:
        self._seen[key] = value
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)

    def _box(self, width: int, height: int, view: MapView) -> tuple[float, float, float, float]:
        """The part of the photo that the grid covers: all of it, or the model's own crop."""
        if view == "whole":
            return maps.WHOLE
        return self._model.crop_box(width, height)
