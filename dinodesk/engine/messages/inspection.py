"""One photo: its pixels, its patch maps, its thumbnails and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dinodesk.engine.messages.base import Answer, Needs, Request
from dinodesk.records import ByteArray, MapView, PatchMap, PhotoDetails


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Preview(Answer):
    """The upright photo as sRGB pixels, uint8 (H, W, 3), at most `longest` pixels long.

    Attributes:
        full_size: width and height of the file's own picture, upright.
        copy: the pixels are the large thumbnail, since the file can't be read now.
        missing: with `copy`: the file is gone, though its drive is there.
    """

    asset: int
    path: str
    pixels: ByteArray
    full_size: tuple[int, int]
    copy: bool = False
    missing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowPreview(Request[Preview]):
    """Decode one photo for the inspector; fails when the file is there and can't be read."""

    lane: ClassVar[str] = "preview"

    asset: int
    path: str
    longest: int = 1600


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowDetail(Request[Preview]):
    """Decode one photo with its own pixels, but at most `longest` of them on the long side."""

    lane: ClassVar[str] = "detail"

    asset: int
    path: str
    longest: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapAnswer(Answer):
    """One inspection map and the request that it answers."""

    asset: int
    path: str
    layer: int
    patch: tuple[int, int] | None
    text: str
    map: PatchMap


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowMap(Request[MapAnswer]):
    """Compute one inspection map.

    Attributes:
        kind: a name of `features.map_registry`.
        layer: 0-based; -1 for the last.
        patch: row and column of the chosen patch, for maps that have one; None for the middle.
        text: the sentence, for maps of one.
        view: "whole" photo, or what the "model" sees when it embeds.
        size: short side in pixels; 0 for the model's own.
    """

    lane: ClassVar[str] = "map"
    needs: ClassVar[Needs] = Needs.MODEL

    asset: int
    path: str
    kind: str = "pca"
    layer: int = -1
    patch: tuple[int, int] | None = None
    text: str = ""
    view: MapView = "whole"
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MapScalesChanged(Answer):
    """Text maps are drawn on another scale than before: that of their sentence in the library."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThumbnailReady(Answer):
    """Whether the thumbnail file of `content` exists now; not when the photo is away."""

    content: str
    made: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeThumbnail(Request[ThumbnailReady]):
    """Make a photo's thumbnail again when its file is gone."""

    content: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Details(Answer):
    """What is known of a photo; None when it is not in the library any more."""

    asset: int
    info: PhotoDetails | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowDetails(Request[Details]):
    """What is known of one photo."""

    lane: ClassVar[str] = "details"

    asset: int
