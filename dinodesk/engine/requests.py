"""What the window asks of the engine: frozen requests, and nothing of Qt (see `messages`)."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Literal

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


@dataclass(frozen=True, slots=True)
class Request:
    """Base of all requests."""

    id: int
    token: CancelToken = field(default_factory=CancelToken)


@dataclass(frozen=True, slots=True)
class OpenLibrary(Request):
    """Open the library in folder `path`, made if `make` allows it; answers LibraryState and CatalogReset."""

    path: str = ""
    make: bool = True


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

    `believe` are the ids of roots whose missing photos the person has said were deleted on purpose.
    """

    believe: tuple[int, ...] = ()


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
class RenameTag(UserDataRequest):
    """Give a label or an album another name; that of another one makes them one."""

    kind: Literal["label", "album"] = "label"
    name: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class DropTag(UserDataRequest):
    """Take a label off all photos, or all photos out of an album."""

    kind: Literal["label", "album"] = "label"
    name: str = ""


@dataclass(frozen=True, slots=True)
class ShowLabels(Request):
    """The labels that some photos have; answers LabelsShown."""

    assets: tuple[int, ...] = ()


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
