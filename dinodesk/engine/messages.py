"""What window and engine say to each other: frozen requests and answers, and nothing of Qt.

A request is posted by `engine.client.Engine` and carries the id that its answer repeats. Kinds of
request where only the newest counts (search, browse, preview, map) carry a `CancelToken`; the client
cancels the older one, the worker drops what is cancelled, and the client drops a late answer.

Photos are named in answers by their *position* in the catalogue, the list of all photos of the open
library that the window holds. `CatalogReset` replaces that list, `CatalogGrown` appends to it,
`PhotosChanged` replaces photos in it; all name its `generation`, and an answer of another generation is
dropped.

A *place* to look in is "" for the whole library, the absolute path of a folder, or `label:3` and
`album:5` for the photos of a label or an album (`Tag.place`); no absolute path begins like these.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Literal

from dinodesk.records import (
    ByteArray,
    FloatArray,
    Folder,
    IntArray,
    Line,
    ModelInfo,
    PatchMap,
    Photo,
    PhotoInfo,
    Skipped,
    Statistics,
    StoredReport,
    Tag,
    ZooEntry,
)

MapKind = Literal["pca", "similarity", "text", "norm"]


class CancelToken:
    """A flag shared by the two threads; set once, never cleared."""

    __slots__ = ("_event",)

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask whoever holds the token to stop at the next step."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._event.is_set()


# ── requests ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Request:
    """Base of all requests."""

    id: int
    token: CancelToken = field(default_factory=CancelToken)


@dataclass(frozen=True, slots=True)
class OpenLibrary(Request):
    """Open (or make) the library in folder `path`; answers LibraryState and CatalogReset."""

    path: str = ""


@dataclass(frozen=True, slots=True)
class LoadModel(Request):
    """Load a zoo name or comma-joined files; answers ModelState, several times."""

    name: str = "builtin"
    device: str = "auto"
    precision: str = "auto"


@dataclass(frozen=True, slots=True)
class AddPhotos(Request):
    """Add folders or files to the library and index them; answers JobProgress, at the end JobDone."""

    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rescan(Request):
    """Look through all folders of the library again (F5, start of the program).

    With `believe` the person has said that photos that are suddenly gone were deleted on purpose.
    """

    believe: bool = False


@dataclass(frozen=True, slots=True)
class LookAgain(Request):
    """Look through some folders (absolute paths) again: something changed in them."""

    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CareFor(Request):
    """Verify the library, back it up, or move it to the empty folder `target`.

    A job: answers JobProgress and CareDone; after a move also LibraryState and CatalogReset.
    """

    what: Literal["verify", "backup", "move"] = "verify"
    target: str = ""


@dataclass(frozen=True, slots=True)
class ShowStatistics(Request):
    """Count what the library holds and takes; answers StatisticsShown."""


@dataclass(frozen=True, slots=True)
class Forget(Request):
    """Forget missing photos (all, or those missing for longer than the grace time), or leftovers.

    Answers CatalogReset, LibraryState and StatisticsShown. There is no way back.
    """

    what: Literal["missing", "overdue", "leftovers"] = "overdue"


@dataclass(frozen=True, slots=True)
class ShowRules(Request):
    """What scans leave out; answers RulesShown."""


@dataclass(frozen=True, slots=True)
class SetRules(Request):
    """Change what scans leave out and whether folders are watched; answers RulesShown, and a Rescan runs."""

    patterns: tuple[str, ...] = ()
    hidden: bool = False
    smallest: int = 0
    watch: bool = True


@dataclass(frozen=True, slots=True)
class MarkDrive(Request):
    """Leave a small file on the drive of a root that has no identity of its own; answers LibraryState."""

    root: int = 0


@dataclass(frozen=True, slots=True)
class ControlJob(Request):
    """Pause, resume or stop the indexing job."""

    action: Literal["pause", "resume", "stop"] = "stop"


@dataclass(frozen=True, slots=True)
class RemoveFolder(Request):
    """Take a root out of the library; the files stay where they are."""

    root: int = 0


@dataclass(frozen=True, slots=True)
class Browse(Request):
    """All photos of `place`, newest first (an album in its order); answers Ranking with scores None."""

    place: str = ""


@dataclass(frozen=True, slots=True)
class Search(Request):
    """Rank the photos of `place` by a sentence, example photos (absolute paths), or both."""

    text: str = ""
    images: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class ShowPreview(Request):
    """Decode one photo for the inspector; answers Preview."""

    asset: int = 0
    path: str = ""
    longest: int = 1600


@dataclass(frozen=True, slots=True)
class ShowMap(Request):
    """Compute one inspection map; answers MapAnswer.

    Attributes:
        layer: 0-based; -1 for the last.
        patch: row and column of the chosen patch (similarity only); None for the middle.
        text: the sentence (text only).
        view: "whole" photo, or what the "model" sees when it embeds.
        size: short side in pixels; 0 for the model's own.
    """

    asset: int = 0
    path: str = ""
    kind: MapKind = "pca"
    layer: int = -1
    patch: tuple[int, int] | None = None
    text: str = ""
    view: Literal["whole", "model"] = "whole"
    size: int = 0


@dataclass(frozen=True, slots=True)
class MakeThumbnail(Request):
    """Make a photo's thumbnail again when its file is gone; answers ThumbnailReady."""

    content: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class ShowDetails(Request):
    """What is known of one photo; answers Details."""

    asset: int = 0


@dataclass(frozen=True, slots=True)
class ListSkipped(Request):
    """The files that could not be read; answers SkippedList."""


@dataclass(frozen=True, slots=True)
class RetrySkipped(Request):
    """Try the skipped files again; answers JobProgress and JobDone."""


@dataclass(frozen=True, slots=True)
class ListModels(Request):
    """The zoo; answers ModelList."""


@dataclass(frozen=True, slots=True)
class ImportModel(Request):
    """Recognise and register model files; answers ModelList with a message, or Problem."""

    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UserDataRequest(Request):
    """Base of what changes user data; answers UserDataChanged, PhotosChanged, or Problem."""


@dataclass(frozen=True, slots=True)
class Rate(UserDataRequest):
    """Give photos 0 to 5 stars."""

    assets: tuple[int, ...] = ()
    rating: int = 0


@dataclass(frozen=True, slots=True)
class PutOn(UserDataRequest):
    """Label photos, or add them to an album; a new name makes a new one."""

    kind: Literal["label", "album"] = "label"
    assets: tuple[int, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class TakeOff(UserDataRequest):
    """Take a label off photos, or photos out of an album."""

    kind: Literal["label", "album"] = "label"
    assets: tuple[int, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Undo(UserDataRequest):
    """Undo the last change of user data."""


@dataclass(frozen=True, slots=True)
class Redo(UserDataRequest):
    """Do again what was undone last."""


@dataclass(frozen=True, slots=True)
class ExchangeSidecars(Request):
    """Write sidecars of `assets` (empty: of all photos), or take over what sidecars say.

    A job: answers JobProgress and ExchangeDone; after an import also CatalogReset and LibraryState.
    """

    way: Literal["export", "import"] = "export"
    assets: tuple[int, ...] = ()


# ── answers ─────────────────────────────────────────────────────────────────────────────────────


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
    line: Line | None
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
    info: PhotoInfo | None


@dataclass(frozen=True, slots=True)
class SkippedList(Answer):
    """Files that could not be read, each with its reason."""

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
