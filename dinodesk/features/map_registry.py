"""The registry of patch maps: command line, panel and engine build themselves from it.

A new map is one function on plain arrays (in `maps`) and one entry in `MAPS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from dinodesk.errors import UsageError
from dinodesk.features import maps
from dinodesk.features.maps import WHOLE, Box
from dinodesk.records import FloatArray, MapScale, PatchMap

MapOption = Literal["patch", "text", "robust", "foreground"]


@dataclass(frozen=True, slots=True, eq=False)
class MapInput:
    """What a map is computed from.

    Attributes:
        patches: float32 (h, w, C), of the kind that the map's `tokens` names.
        cls: float32 (D,), the CLS token of the layer; None with head tokens.
        patch: row and column of the chosen patch; None for the middle.
        direction: float32 (C,), the patch half of the sentence's vector.
        scale: that of the sentence in the library; None for the photo's own.
        box: the part of the upright photo that the grid covers.
        robust, foreground: how a basis is fitted.
    """

    patches: FloatArray
    cls: FloatArray | None = None
    patch: tuple[int, int] | None = None
    direction: FloatArray | None = None
    scale: MapScale | None = None
    box: Box = WHOLE
    robust: bool = False
    foreground: bool = False

    @property
    def chosen(self) -> tuple[int, int]:
        """The chosen patch. Raises UsageError when the grid has none there."""
        h, w, _ = self.patches.shape
        row, column = self.patch if self.patch is not None else (h // 2, w // 2)
        if not (0 <= row < h and 0 <= column < w):
            raise UsageError(f"There is no patch {row},{column}: the grid has {h} rows and {w} columns.")
        return row, column


@dataclass(frozen=True, slots=True)
class MapSpec:
    """One kind of map.

    Attributes:
        name: as the command line and requests name it.
        title: short, for the panel.
        hint: one sentence on what it shows.
        legend: what the colours mean: the name and unit of the numbers, or a sentence for a map without any.
        tokens: patches of the "backbone" at a layer, or of the text-aligned "head".
        options: what a person can set.
        in_panel: whether the window's panel offers it.
        compute: the map of an input.
    """

    name: str
    title: str
    hint: str
    legend: str
    compute: Callable[[MapInput], PatchMap]
    tokens: Literal["backbone", "head"] = "backbone"
    options: frozenset[MapOption] = frozenset()
    in_panel: bool = True


def _pca(given: MapInput) -> PatchMap:
    return maps.pca_map(
        given.patches, _vector(given.cls), given.box, robust=given.robust, foreground=given.foreground
    )


def _similarity(given: MapInput) -> PatchMap:
    return maps.similarity_map(given.patches, *given.chosen, given.box)


def _text(given: MapInput) -> PatchMap:
    return maps.text_map(given.patches, _vector(given.direction), given.box, given.scale)


def _norm(given: MapInput) -> PatchMap:
    return maps.norm_map(given.patches, given.box)


def _cls(given: MapInput) -> PatchMap:
    return maps.cls_map(given.patches, _vector(given.cls), given.box)


def _vector(vector: FloatArray | None) -> FloatArray:
    if vector is None:
        raise ValueError("the map needs a vector that was not given")
    return np.asarray(vector, np.float32)


MAPS: tuple[MapSpec, ...] = (
    MapSpec(
        "pca",
        "PCA",
        "Parts that look alike to the model have like colours",
        "Parts that are alike to the model get like colours: red, green and blue are the three directions in "
        "which the patches of this photo differ most.",
        _pca,
        options=frozenset({"robust", "foreground"}),
    ),
    MapSpec(
        "similarity",
        "Similar",
        "How alike every patch is to the chosen one: move over the photo, click to keep",
        "Cosine with the chosen patch",
        _similarity,
        options=frozenset({"patch"}),
    ),
    MapSpec(
        "text",
        "Text",
        "Where the sentence of the search is in this photo",
        "Patch cosine with the sentence",
        _text,
        tokens="head",
        options=frozenset({"text"}),
    ),
    MapSpec("norm", "Norm", "How long each patch feature is", "Length of the patch feature (L2 norm)", _norm),
    MapSpec(
        "cls",
        "CLS",
        "How alike every patch is to the whole photo's CLS token",
        "Cosine with the CLS token",
        _cls,
        in_panel=False,
    ),
)


def map_spec(name: str) -> MapSpec:
    """The map of this name. Raises UsageError for another one."""
    for spec in MAPS:
        if spec.name == name:
            return spec
    raise UsageError(f"There is no map “{name}”.", f"Maps are {', '.join(spec.name for spec in MAPS)}.")
