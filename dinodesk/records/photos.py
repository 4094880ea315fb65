"""Photos, folders and skipped files as the window and the command line list them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PhotoState = Literal["online", "offline", "missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """One asset as the window and the command line list it.

    Attributes:
        asset: the asset's id in its library.
        path: absolute path of its best location: a readable one, else one on an offline drive, else where it
            was (surrogate escapes for names that are not UTF-8).
        content: hex of the content hash; names the thumbnail.
        state: online, offline (its volume is not mounted) or missing.
        taken: seconds since the epoch of the capture date, else of the file's own date; for sorting.
        clock, utc_offset: of the capture date (see `CaptureDate`), before a zone is inferred from other
            photos; None where there is none, or the date is told in UTC and nothing tells of the place.
        width, height: of the upright photo, in pixels.
        rating: -1 rejected, 0 none, to 5: the person's, else the sidecar's, else the photo's own.
        also: absolute paths of its further locations, best first; missing ones are left out.
    """

    asset: int
    path: str
    content: str
    state: PhotoState
    taken: float
    clock: float | None = None
    utc_offset: int | None = None
    width: int
    height: int
    rating: int = 0
    also: tuple[str, ...] = ()

    @property
    def places(self) -> tuple[str, ...]:
        """The paths of all its locations that are not missing, best first."""
        return (self.path, *self.also)


WordKind = Literal[
    "file name", "folder", "title", "headline", "keyword", "person", "label", "album", "place", "near"
]


@dataclass(frozen=True, slots=True)
class PhotoWord:
    """A text by which a photo can be found literally, and what kind of text it is.

    "place" is what a person wrote, "near" the nearest city to the coordinates.
    """

    kind: WordKind
    text: str


@dataclass(frozen=True, slots=True)
class Folder:
    """One node of the library tree.

    Attributes:
        path: absolute path.
        name: what is shown.
        parent: path of the parent node, "" for a root.
        count: photos in it and below.
        root: id of the root folder, for removing it from the library; 0 for a folder inside one.
        state: online; offline (its drive is not mounted); missing (its drive is mounted, the folder is gone).
        drive: name of the drive it lies on.
        waiting: whether it was added and is not indexed yet.
        known: whether that drive has an identity of its own, by which it is recognised at any mount point.
    """

    path: str
    name: str
    parent: str
    count: int
    root: int
    state: PhotoState
    drive: str = ""
    known: bool = True
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is not a photo DinoDesk can read, with the plain reason."""

    path: str
    reason: str
