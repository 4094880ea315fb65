"""The keys of filters: which there are, what kind of values each takes, and which one was probably meant."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Literal

ValueKind = Literal["name", "number", "date", "choice"]
ANY = 1e15
"""A number that no photo reaches."""


@dataclass(frozen=True, slots=True)
class FilterKey:
    """A key of filters.

    Attributes:
        name: as it is typed, without the colon.
        kind: of its values.
        about: what it finds, in a few words.
        example: a filter with it.
        choices: the values that there are, of the kind "choice".
        least, most: the smallest and largest number, of the kind "number".
        whole: whether the number has no fraction.
    """

    name: str
    kind: ValueKind
    about: str
    example: str
    choices: tuple[str, ...] = ()
    least: float = 0.0
    most: float = ANY
    whole: bool = False


TYPES = (
    "raw", "video", "jpeg", "png", "webp", "gif", "tiff", "bmp", "avif", "heic", "jxl",
)  # fmt: skip
"""Kinds of files that `type:` knows; the library has the endings of each."""
STATES = ("offline", "missing", "unrated", "unlabelled", "portrait", "landscape", "square")
FACTS = ("gps", "caption", "people")

KEYS = {
    key.name: key
    for key in (
        FilterKey("in", "name", "in a folder, or on a drive", "in:holidays"),
        FilterKey("after", "date", "taken from this date on", "after:2015"),
        FilterKey("before", "date", "taken before this date", "before:2019-07"),
        FilterKey("date", "date", "taken on this date", "date:2019..2021"),
        FilterKey("camera", "name", "part of the camera's name", "camera:x100"),
        FilterKey("lens", "name", "part of the lens's name", "lens:35mm"),
        FilterKey("iso", "number", "ISO speed", "iso>=800", whole=True),
        FilterKey("f", "number", "f-number", "f:1.4..2.8"),
        FilterKey("mm", "number", "focal length in millimetres", "mm>=85"),
        FilterKey("place", "name", "city, province or country", "place:paris"),
        FilterKey("rating", "number", "stars", "rating>=3", least=-1, most=5, whole=True),
        FilterKey("label", "name", "a label", "label:done"),
        FilterKey("album", "name", "in an album", "album:best"),
        FilterKey("keyword", "name", "a keyword of the file", "keyword:beach"),
        FilterKey("person", "name", "who is in the photo", "person:anna"),
        FilterKey("name", "name", "the file's name", "name:IMG_*"),
        FilterKey("ext", "name", "the end of the file's name", "ext:nef"),
        FilterKey("type", "choice", "the kind of file", "type:raw", choices=TYPES),
        FilterKey("size", "number", "size of the file", "size>5MB", whole=True),
        FilterKey("width", "number", "width in pixels", "width>4000", whole=True),
        FilterKey("height", "number", "height in pixels", "height>3000", whole=True),
        FilterKey("is", "choice", "a state or shape", "is:portrait", choices=STATES),
        FilterKey("has", "choice", "what is known of the photo", "has:gps", choices=FACTS),
    )
}
"""Each key by its name, in the order in which they are offered."""
LIKE = "like"
"""The key of example photos, which are no filter."""

_MEANT = {
    "folder": "in", "drive": "in", "path": "in", "since": "after", "from": "after", "until": "before",
    "year": "date", "taken": "date", "day": "date", "aperture": "f", "focal": "mm", "zoom": "mm",
    "city": "place", "country": "place", "location": "place", "stars": "rating", "star": "rating",
    "tag": "label", "keywords": "keyword", "people": "person", "who": "person", "file": "name",
    "filename": "name", "format": "type", "extension": "ext", "bytes": "size", "similar": "like",
}  # fmt: skip
"""Words that people of other programs try, and the key that does it here."""


def meant_key(word: str) -> str:
    """The key that was probably meant by an unknown one; "" where none is like it."""
    word = word.casefold()
    if word in _MEANT:
        return _MEANT[word]
    near = difflib.get_close_matches(word, [*KEYS, LIKE], n=1, cutoff=0.65)
    return near[0] if near else ""


def unknown_key(word: str) -> str:
    """What is said of a key that does not exist."""
    meant = meant_key(word)
    if meant:
        return f"{word}: not known, did you mean {meant}:?"
    return f"{word}: not known; in quotes it is searched for as words"
