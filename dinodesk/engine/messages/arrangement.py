"""Orders and groups of photos, by which the window arranges any answer without asking again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dinodesk.engine.messages.base import Answer, Request
from dinodesk.records import Arrangement, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PhotosArranged(Answer):
    """Where every photo of the catalog stands.

    Attributes:
        generation: of the catalog whose positions number the arrays.
        arrangement: what was asked.
        ranks: int64 (N,); photos stand in rising order of them, equal ones as before.
        groups: int64 (N,), numbers of `names`.
        names: of the groups in their order: "2019-07-14", "2019-07", an absolute path, the name of a drive.
    """

    generation: int
    arrangement: Arrangement
    ranks: IntArray
    groups: IntArray
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrangePhotos(Request[PhotosArranged]):
    """Say where every photo stands under an arrangement."""

    lane: ClassVar[str] = "arrangement"

    arrangement: Arrangement
