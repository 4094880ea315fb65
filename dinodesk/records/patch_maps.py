"""Patch tokens of a photo, and the maps drawn from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from dinodesk.records.arrays import ByteArray, FloatArray

MapView = Literal["whole", "model"]
"""The whole upright photo, or what the model sees when it embeds."""


@dataclass(frozen=True, slots=True, eq=False)
class TokenGrid:
    """Tokens of one layer for a batch.

    Attributes:
        cls: float32 (B, D).
        registers: float32 (B, R, D), R = 0 where the model has none.
        patches: float32 (B, h, w, D), row-major over the photo.
    """

    cls: FloatArray
    registers: FloatArray
    patches: FloatArray


@dataclass(frozen=True, slots=True)
class MapScale:
    """The values that the ends of a colour scale stand for, the same for the maps of several photos."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        """Halfway between the ends."""
        return (self.low + self.high) / 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PatchMap:
    """One inspection map on a photo's patch grid.

    Attributes:
        kind: "pca", "similarity", "text", "norm" or "cls".
        values: raw numbers, float32 (h, w) or for pca (h, w, 3): cosines, norms, projections.
        colours: what is drawn, uint8 (h, w, 3).
        alpha: how opaque each patch is drawn, uint8 (h, w); None for all of them in full.
        low, high: the values that the ends of the colour scale stand for.
        bar: colours and opacity of the scale from `low` to `high` at even steps, uint8 (n, 4); None for a map
            without a scale.
        shared: the scale is that of the sentence in the library, not of this photo alone.
        stands_out: whether anything in the photo answers to the sentence more than the library's photos do;
            None where that is not known.
        statistics: (name, value in words) pairs to show beside the map.
        box: the part of the upright photo that the grid covers: left, top, right, bottom as fractions.
    """

    kind: str
    values: FloatArray
    colours: ByteArray
    low: float
    high: float
    alpha: ByteArray | None = None
    bar: ByteArray | None = None
    shared: bool = False
    stands_out: bool | None = None
    statistics: tuple[tuple[str, str], ...] = ()
    box: tuple[float, float, float, float] = field(default=(0.0, 0.0, 1.0, 1.0))
