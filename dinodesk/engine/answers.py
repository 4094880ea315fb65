"""What the engine answers: frozen records, and nothing of Qt (see `messages`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dinodesk.records import (
    ByteArray,
    ConfidenceCurve,
    FloatArray,
    Folder,
    IntArray,
    ModelInfo,
    PatchMap,
    Photo,
    PhotoDetails,
    Skipped,
    Statistics,
    StoredReport,
    Tag,
    ZooEntry,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """Base of all answers; `request` is the id of what was asked (0: nobody asked)."""

    request: int


@dataclass(frozen=True, slots=True)
class ModelState(Answer):
    """How the model is: `info` is there once it is ready; `sentence` says what is wrong or going on."""

    state: Literal["loading", "ready", "error"]
    name: str
    info: ModelInfo | None = None
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class LibraryState(Answer):
    """The open library: its folder, its tree, how many photos and skipped files.

    Attributes:
        thumbnails: absolute folder; a photo's thumbnail is `<thumbnails>/<content[:2]>/<content>.jpg`.
        embedded: photos that have a vector of the active model; -1 while no model is ready.
        doubted: ids of the roots that the question is about.
        question: what the library asks the person, for example about a root that is suddenly empty.
        tags: labels and albums with counts.
        undo, redo: what would be undone or done again, for example "rating of 3 photos"; "" for nothing.
        notices: what a person should know of the library: that it was restored, that it lies badly.
        unwatched: why folders are not watched but looked through by the clock; "" when they are watched.
    """

    path: str
    thumbnails: str
    total: int
    embedded: int
    skipped: int
    folders: tuple[Folder, ...] = ()
    question: str = ""
    tags: tuple[Tag, ...] = ()
    undo: str = ""
    redo: str = ""
    notices: tuple[str, ...] = ()
    unwatched: str = ""
    doubted: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CatalogReset(Answer):
    """The catalogue is now exactly these photos."""

    generation: int
    photos: tuple[Photo, ...]


@dataclass(frozen=True, slots=True)
class CatalogGrown(Answer):
    """These photos were appended to the catalogue of `generation`."""

    generation: int
    photos: tuple[Photo, ...]


@dataclass(frozen=True, slots=True)
class PhotosChanged(Answer):
    """These photos of the catalogue of `generation`, at `positions`, are now so."""

    generation: int
    positions: tuple[int, ...]
    photos: tuple[Photo, ...]


@dataclass(frozen=True, slots=True)
class UserDataChanged(Answer):
    """Ratings, labels or albums changed: a sentence on it; the rest is as in LibraryState."""

    sentence: str
    assets: tuple[int, ...]
    tags: tuple[Tag, ...]
    undo: str
    redo: str


@dataclass(frozen=True, slots=True)
class LabelsShown(Answer):
    """The labels by name, each with how many of the photos asked for have it."""

    labels: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ExchangeDone(Answer):
    """Sidecars were written or read.

    Attributes:
        written: sidecars written, or photos that were given something.
        unchanged: photos with nothing to write or to take over.
        skipped: files that could not be, each with the plain reason.
    """

    way: Literal["export", "import"]
    written: int
    unchanged: int
    skipped: tuple[Skipped, ...]
    stopped: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Ranking(Answer):
    """The photos to show, best or newest first.

    Attributes:
        generation: of the catalogue that `positions` point into.
        positions: int64 (N,).
        scores: float32 (N,) cosines in the same order; None when browsing.
        line: the model's own default line (where the sliders start); None when browsing.
        place, text, images: what was asked.
        searched: how many photos took part.
        milliseconds: time to encode the query and to search.
    """

    generation: int
    positions: IntArray
    scores: FloatArray | None
    line: ConfidenceCurve | None
    place: str
    text: str
    images: tuple[str, ...]
    searched: int
    milliseconds: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class JobProgress(Answer):
    """Where the indexing job is.

    Attributes:
        phase: looking for files, embedding, reading what photos say, sidecars, or paused.
        title: short name of what is being indexed.
        done, total: files; total 0 while still counting.
        rate: photos per second over the last seconds; 0 when unknown.
        seconds_left: estimate; -1 when unknown.
        skipped: files that could not be read so far.
        during: the phase, or the one in which it is paused.
    """

    phase: Literal[
        "scanning", "indexing", "reading", "export", "import", "verify", "backup", "move", "paused"
    ]
    title: str
    done: int
    total: int
    rate: float
    seconds_left: float
    skipped: int
    during: str = ""


@dataclass(frozen=True, slots=True)
class JobEstimate(Answer):
    """Before a long job: how many photos, about how many seconds here, how many bytes of disk."""

    photos: int
    seconds: float
    bytes: int


@dataclass(frozen=True, slots=True)
class CareDone(Answer):
    """The library was verified, backed up or moved: a sentence, and what is wrong with which file."""

    what: Literal["verify", "backup", "move"]
    sentence: str
    problems: tuple[Skipped, ...] = ()
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class StatisticsShown(Answer):
    """What the library holds and takes, the reports of earlier jobs, and what was just forgotten."""

    statistics: Statistics
    reports: tuple[StoredReport, ...]
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class RulesShown(Answer):
    """What scans leave out; the fields are those of SetRules."""

    patterns: tuple[str, ...]
    hidden: bool
    smallest: int
    watch: bool


@dataclass(frozen=True, slots=True)
class JobDone(Answer):
    """The indexing job ended; counts as in the command line's JSON.

    Attributes:
        left_out: photos that the rules leave out now and that were in the library before.
        offline: photos whose drives are away.
        left_behind: files that were to be read when their drive was pulled; they are read when it is back.
        whole: whether all folders of the library were looked through.
    """

    found: int
    indexed: int
    unchanged: int
    moved: int
    missing: int
    skipped: int
    seconds: float
    stopped: bool = False
    left_out: int = 0
    whole: bool = False
    offline: int = 0
    left_behind: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Preview(Answer):
    """The upright photo as sRGB pixels, uint8 (H, W, 3), at most `longest` pixels long.

    `note` is a sentence to show with it, when it is only a smaller copy of a photo that is away.
    """

    asset: int
    path: str
    pixels: ByteArray
    full_size: tuple[int, int]
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class MapAnswer(Answer):
    """One inspection map and what it was asked for."""

    asset: int
    path: str
    layer: int
    patch: tuple[int, int] | None
    text: str
    map: PatchMap


@dataclass(frozen=True, slots=True)
class ThumbnailReady(Answer):
    """The thumbnail file of `content` exists now."""

    content: str


@dataclass(frozen=True, slots=True)
class Details(Answer):
    """What is known of a photo; None when it is not in the library any more."""

    asset: int
    info: PhotoDetails | None


@dataclass(frozen=True, slots=True)
class SkippedList(Answer):
    """Files that could not be read, each with its reason; sorted by it, then by path."""

    files: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class ModelList(Answer):
    """The zoo, the active model's name, and a sentence about what just happened (may be empty)."""

    entries: tuple[ZooEntry, ...]
    active: str
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Problem(Answer):
    """Something that did not work, in plain words; `details` is for the log and a bug report."""

    sentence: str
    remedy: str = ""
    details: str = ""
