"""Frozen records every room may know: photos, models, the confidence line, maps.

Nothing here computes on pixels or opens files; arrays are numpy and treated as read-only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]
ByteArray = npt.NDArray[np.uint8]

PhotoState = Literal["online", "offline", "missing"]
Band = Literal["very confident", "strong", "possible", "weak"]

HIT = 0.5
"""A hit is a photo whose confidence is at least this: the one line drawn in the grid."""

BANDS: tuple[tuple[float, Band], ...] = ((0.95, "very confident"), (0.85, "strong"), (0.62, "possible"))


@dataclass(frozen=True, slots=True)
class ConfidenceCurve:
    """The confidence line: `confidence = sigmoid((score - threshold) * temperature)` (seed 000).

    Attributes:
        threshold: the cosine at which confidence is one half.
        temperature: gain on score differences around the threshold, per unit of cosine.
    """

    threshold: float
    temperature: float

    def confidence(self, scores: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Confidence of each score; same shape, 0 to 1, never overflows."""
        z = (np.asarray(scores, np.float64) - self.threshold) * self.temperature
        return np.asarray(0.5 * (1.0 + np.tanh(0.5 * z)))

    def hits(self, ranked_scores: FloatArray) -> int:
        """How many of the scores, sorted from best to worst, are hits (NaN and padding never are)."""
        return int(np.count_nonzero(self.confidence(ranked_scores) >= HIT))


def band(confidence: float) -> Band:
    """The word for a confidence: 0.95 very confident, 0.85 strong, 0.62 possible, below weak."""
    for least, word in BANDS:
        if confidence >= least:
            return word
    return "weak"


@dataclass(frozen=True, slots=True)
class Photo:
    """One asset as the window and the command line list it.

    Attributes:
        asset: the asset's id in its library.
        path: absolute path of its best place: one that is there, else on a drive that can be plugged in, else
            where it was (surrogate escapes for names that are not UTF-8).
        content: hex of the content hash; names the thumbnail.
        state: online, offline (its volume is away) or missing.
        taken: seconds since the epoch of the EXIF date, else of the file's own; for sorting by date.
        width, height: of the upright photo, in pixels.
        rating: -1 rejected, 0 none, to 5: the person's, else the sidecar's, else the photo's own.
        also: absolute paths of its further places, best first, those left out whose file is known to be gone.
    """

    asset: int
    path: str
    content: str
    state: PhotoState
    taken: float
    width: int
    height: int
    rating: int = 0
    also: tuple[str, ...] = ()

    @property
    def places(self) -> tuple[str, ...]:
        """All paths where its bytes are or may be, best first."""
        return (self.path, *self.also)


@dataclass(frozen=True, slots=True)
class Folder:
    """One node of the library tree.

    Attributes:
        path: absolute path.
        name: what is shown.
        parent: path of the parent node, "" for a root.
        count: photos in it and below.
        root: id of the root that holds it, for removing it from the library.
        state: online; offline (its drive is away); missing (its drive is here, the folder is not).
        drive: what people call the drive it lies on.
        waiting: whether it was added and its turn has not come yet.
        known: whether that drive has an identity of its own, so that it is known wherever it is mounted.
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


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What is known of a loaded model.

    Attributes:
        name: zoo name, or the comma-joined files it came from.
        title: what people are shown, for example "built-in (small)".
        family: "builtin", "dinotxt-v3", "dinotxt-v2", "dinov3", "dinov3-convnext" or "dinov2".
        text: whether it has a text tower, so that sentences can be searched.
        dim: width of its image (and text) vectors.
        fingerprint: hex; covers weights and preprocessing (and int8). Vectors of two never meet.
        patch: side of a patch in pixels at the model's input.
        image_size: side of the square crop that `embed` sees, in pixels.
        map_size: default short side for inspection maps, in pixels.
        layers: number of layers whose tokens can be asked for.
        line: its own default threshold and temperature.
        device: "cpu" or "cuda".
        precision: "fp32" or "bf16".
    """

    name: str
    title: str
    family: str
    text: bool
    dim: int
    fingerprint: str
    patch: int
    image_size: int
    map_size: int
    layers: int
    line: ConfidenceCurve
    device: str
    precision: str


@dataclass(frozen=True, slots=True)
class ZooEntry:
    """One model of the zoo as `models list` shows it; field names are the JSON contract's.

    Attributes:
        state: "ready" (files are there), "partial" (some are missing) or "absent".
        missing: which parts are missing, in plain words.
        files: absolute paths of the registered files.
        size: default short side for maps in pixels.
    """

    name: str
    family: str
    text: bool
    licence: str
    gated: bool
    source: str
    sha256: str | None
    bytes: int | None
    state: str
    title: str = ""
    missing: str = ""
    files: tuple[str, ...] = ()
    size: int | None = None


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


@dataclass(frozen=True, slots=True, eq=False)
class PatchMap:
    """One inspection map on a photo's patch grid.

    Attributes:
        kind: "pca", "similarity", "text", "norm" or "cls".
        values: raw numbers, float32 (h, w) or for pca (h, w, 3): cosines, norms, projections.
        colours: what is drawn, uint8 (h, w, 3).
        low, high: the values that the ends of the colour scale stand for.
        statistics: (name, value in words) pairs to show beside the map.
        box: the part of the upright photo that the grid covers: left, top, right, bottom as fractions.
    """

    kind: str
    values: FloatArray
    colours: ByteArray
    low: float
    high: float
    statistics: tuple[tuple[str, str], ...] = ()
    box: tuple[float, float, float, float] = field(default=(0.0, 0.0, 1.0, 1.0))


@dataclass(frozen=True, slots=True)
class PhotoMetadata:
    """What a photo's bytes, or an XMP file beside it, say of it; only values that can be believed.

    Attributes:
        taken: seconds since the epoch; where no zone is known the clock's time is taken as UTC's.
        utc_offset: minutes east of UTC of the clock that `taken` was read from; None when unknown.
        taken_from: where the date stood, for example "EXIF"; "" without a date.
        camera_maker, camera_model, lens: names as the camera writes them.
        focal_length: millimetres; aperture: f-number; exposure: seconds; iso: as it is.
        latitude, longitude: degrees north and east, WGS 84; both or neither. altitude: metres.
        keywords: words, parts of a hierarchy joined by "|".
        rating: -1 rejected, 0 none, to 5; None when nothing is said.
    """

    taken: float | None = None
    utc_offset: int | None = None
    taken_from: str = ""
    camera_maker: str = ""
    camera_model: str = ""
    lens: str = ""
    focal_length: float | None = None
    aperture: float | None = None
    exposure: float | None = None
    iso: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude: float | None = None
    keywords: tuple[str, ...] = ()
    rating: int | None = None
    title: str = ""
    description: str = ""
    creator: str = ""
    copyright: str = ""


MISSING = "state:1"
"""The place where all missing photos are."""
_TAGS = ("label:", "album:", "rating:", "state:")


def is_tag(place: str) -> bool:
    """Whether a place to look in is no folder, but what photos share (see `Tag.place`)."""
    return place.startswith(_TAGS)


@dataclass(frozen=True, slots=True)
class Tag:
    """A label or an album of the library, with the number of photos that have it; or what else photos share.

    Attributes:
        kind: "label" or "album"; "rating" for photos with so many stars; "state" for missing ones.
        id: its number, never used again for another one; the stars of a rating.
    """

    kind: Literal["label", "album", "rating", "state"]
    id: int
    name: str
    count: int

    @property
    def place(self) -> str:
        """How requests name it as a place: "label:3", "album:5", "rating:4", "state:1"."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class DetailGroup:
    """Facts shown under one heading, as (name, value) lines of plain text."""

    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PhotoDetails:
    """What is known of one photo, ready to be shown as plain text.

    Attributes:
        groups: facts by heading, empty ones left out.
        rating: the one that counts: -1 rejected, 0 none, to 5; None when nobody rated it.
        rated_by: "" for the person here, else "sidecar" or "photo".
        labels: of the person. keywords: of the photo or its sidecar.
        albums: names.
    """

    groups: tuple[DetailGroup, ...]
    rating: int | None = None
    rated_by: str = ""
    labels: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    albums: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a library holds and takes.

    Attributes:
        photos: assets with a place.
        states: number of photos by state: online, offline, missing; `overdue` of the missing are so for
            longer than the grace time.
        leftovers: photos of folders that were taken out, kept so that adding them again costs nothing.
        skipped: number of files that can't be read, by reason, most first.
        damaged: photos whose bytes rotted.
        models: name and number of vectors of each model.
        bytes: room of "database", "thumbnails", "index" and "backups".
        free: bytes free on the library's disk.
        backed_up: when the newest backup was made, seconds since the epoch; 0 when there is none.
    """

    photos: int
    states: dict[str, int]
    overdue: int
    leftovers: int
    skipped: tuple[tuple[str, int], ...]
    damaged: int
    models: tuple[tuple[str, int], ...]
    bytes: dict[str, int]
    free: int
    backed_up: float = 0.0


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A job's report: when it ended (seconds since the epoch), what it was, and its figures."""

    id: int
    at: float
    what: str
    data: dict[str, Any]
