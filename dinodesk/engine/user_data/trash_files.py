"""Files of photos in the system's trash: which ones go, moving them, and bringing them back.

A file is moved before its location is dropped from the library, and brought back before that is restored: a
crash in between leaves a missing photo, or a file that the next scan knows by its bytes; annotations stay.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from dinodesk.engine.user_data.undo_steps import Applied, WholeStep
from dinodesk.errors import LibraryError
from dinodesk.library.files.moved_files import put_back
from dinodesk.library.files.sidecar_names import FolderListings
from dinodesk.library.folders.removed_rows import Key, RemovedRows
from dinodesk.library.photos import removed_photos
from dinodesk.library.photos.file_availability import MISSING, FileAvailability, files_of
from dinodesk.library.store.database import Database
from dinodesk.records import Skipped, TagChange

Trash = Callable[[str], str]
"""Moves a file (absolute path) to the system's trash; its path there. Raises OSError with a plain reason."""

_SLICE = 0.03
_AT_ONCE = 200  # photos that are looked up at once


def no_trash(path: str) -> str:
    """The trash of a system without one. Raises OSError."""
    raise OSError(errno.ENOSYS, "there is no trash here")


@dataclass(frozen=True, slots=True)
class PhotoFiles:
    """The files of one photo that can be moved; all by absolute path.

    Attributes:
        path: where it is shown.
        photos, sidecars: its partners in the same folder (see `SiblingFiles.partners`).
        copies: its further locations that are there.
        failed: why it can't be moved; "" when it can.
        keys: of its locations in the library, by path.
    """

    path: str
    photos: tuple[str, ...] = ()
    sidecars: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    failed: str = ""
    keys: dict[str, Key] = field(default_factory=dict)


def files_of_photos(
    database: Database, photos: Sequence[tuple[int, str]]
) -> Iterator[tuple[str, PhotoFiles]]:
    """What moving each of the photos (asset, path at which it is shown) may move, as the disk is when it is
    asked for; with the path at which it is shown."""
    for start in range(0, len(photos), _AT_ONCE):
        some = photos[start : start + _AT_ONCE]
        assets = [asset for asset, _ in some]
        files, keys = files_of(database, assets), removed_photos.location_keys(database, assets)
        listings = FolderListings()
        for asset, shown in some:
            yield shown, _files_of(files[asset], shown, keys, listings)


def _files_of(
    files: Sequence[FileAvailability], shown: str, keys: Mapping[str, Key], listings: FolderListings
) -> PhotoFiles:
    reasons = {file.path: file.why_not() for file in files}
    there = [path for path, why in reasons.items() if not why]
    if not there:
        return PhotoFiles(shown, failed=reasons.get(shown) or next(iter(reasons.values()), MISSING))
    path = shown if shown in there else there[0]
    folder, name = os.path.split(path)
    try:
        photos, sidecars = listings.siblings(folder).partners(name)
    except OSError:
        photos, sidecars = (), ()
    volume, relative = keys[path]  # its partners may be photos of the library too, on the same volume
    beside = os.path.dirname(relative)
    return PhotoFiles(
        path,
        _still_there(folder, photos),
        _still_there(folder, sidecars),
        tuple(each for each in there if each != path),
        keys={os.path.join(folder, each): (volume, os.path.join(beside, each)) for each in photos}
        | {each: keys[each] for each in there},
    )


def _still_there(folder: str, names: Sequence[str]) -> tuple[str, ...]:
    """The paths of those that have not been moved since their folder was listed."""
    paths = (os.path.join(folder, each) for each in names)
    return tuple(path for path in paths if os.path.lexists(path))


class MovedFile(NamedTuple):
    """A file that was moved to the trash: where it was, where it is now; the key of its location, None for
    what is no photo."""

    path: str
    in_trash: str
    key: Key | None


@dataclass(slots=True)
class TrashReport:
    """What was moved to the trash.

    Attributes:
        moved: the files.
        rows: what the library stored of those that were photos.
        photos: how many photos were moved, as they were chosen.
        failed: files that could not be moved, each with the plain reason.
    """

    moved: list[MovedFile] = field(default_factory=list)
    rows: list[RemovedRows] = field(default_factory=list)
    photos: int = 0
    failed: list[Skipped] = field(default_factory=list)

    @property
    def assets(self) -> tuple[int, ...]:
        """The photos of the library whose locations were moved."""
        ids = {row["asset_id"] for rows in self.rows for row in rows.locations}
        return tuple(sorted(ids - {None}))

    def step(self, trash: Trash) -> BringFromTrash:
        """What undoes it; `trash` is for doing it again."""
        return BringFromTrash(TagChange("trash", self.photos), tuple(self.moved), tuple(self.rows), trash)


def trash_steps(
    database: Database,
    photos: Sequence[tuple[int, str]],
    trash: Trash,
    report: TrashReport,
    *,
    partners: bool,
    copies: bool,
) -> Generator[None, None, None]:
    """Move photos (asset, path at which it is shown) to the trash, in slices; fills the report."""
    done: set[str] = set()
    moved: list[MovedFile] = []  # and not yet dropped from the library
    began = time.perf_counter()
    try:
        for shown, files in files_of_photos(database, photos):
            if shown in done:  # it went along with another one
                report.photos += 1
                continue
            if files.failed:
                report.failed.append(Skipped(files.path, files.failed))
                continue
            wanted = [files.path, *(files.photos if partners else ()), *(files.copies if copies else ())]
            gone = _move([(path, files.keys.get(path)) for path in wanted], trash, report)
            moved += gone
            done.update(each.path for each in gone)
            report.photos += files.path in done
            if partners and len(gone) == len(wanted):  # else they may belong to what stayed
                _move([(path, None) for path in files.sidecars], trash, report)
            if time.perf_counter() - began > _SLICE:
                report.rows.append(_forget(database, moved))
                moved = []
                yield
                began = time.perf_counter()
    finally:
        if moved:
            report.rows.append(_forget(database, moved))


def _move(files: Iterable[tuple[str, Key | None]], trash: Trash, report: TrashReport) -> list[MovedFile]:
    moved = []
    for path, key in files:
        try:
            moved.append(MovedFile(path, trash(path), key))
        except OSError as error:
            reason = error.strerror or str(error)
            report.failed.append(Skipped(path, f"It can’t be moved to the trash: {reason}."))
    report.moved += moved
    return moved


def _forget(database: Database, moved: Iterable[MovedFile]) -> RemovedRows:
    keys = [each.key for each in moved if each.key is not None]
    return removed_photos.forget_files(database, keys)


@dataclass(frozen=True, slots=True)
class BringFromTrash(WholeStep):
    """Files that were moved to the trash come back to where they were, and their photos into the library."""

    summary: TagChange
    moved: tuple[MovedFile, ...]
    rows: tuple[RemovedRows, ...]
    trash: Trash

    def apply(self, database: Database) -> Applied:
        """Bring back what is still in the trash; of the rest it is said why not.

        What is there and can't come back now is left to be undone. Raises LibraryError where that is all.
        """
        failed: list[Skipped] = []
        back: list[MovedFile] = []
        stuck: list[MovedFile] = []
        for file in self.moved:
            try:
                put_back(file.in_trash, file.path)
                back.append(file)
            except OSError as error:
                if _may_be_in_trash(file.in_trash):
                    stuck.append(file)
                failed.append(Skipped(file.path, f"It can’t be brought back: {error.strerror or error}."))
        if stuck and not back:
            first = next(each for each in failed if each.path == stuck[0].path)
            raise LibraryError(
                f"{len(stuck):,} of the files stay in the trash. {first.path}: {first.reason}"
                if len(stuck) > 1
                else f"{first.path} stays in the trash. {first.reason}",
                "Change that, then undo again.",
            )
        keys = {file.key for file in back if file.key is not None}
        assets = removed_photos.restore_photos(database, self.rows, keys)
        again = TrashAgain(self.summary, tuple((file.path, file.key) for file in back), self.trash)
        folders = tuple(dict.fromkeys(os.path.dirname(file.path) for file in back))
        return Applied(
            again if back else None,
            tuple(assets),
            catalog=bool(back),
            rescan=folders,
            failed=tuple(failed),
            left=replace(self, moved=tuple(stuck)) if stuck else None,
        )


def _may_be_in_trash(path: str) -> bool:
    """Whether a file is in the trash, or its drive may be away with it."""
    return os.path.lexists(path) or not os.path.isdir(os.path.dirname(path))


@dataclass(frozen=True, slots=True)
class TrashAgain(WholeStep):
    """Files that came back from the trash are moved there once more."""

    summary: TagChange
    files: tuple[tuple[str, Key | None], ...]
    trash: Trash

    def apply(self, database: Database) -> Applied:
        """Move them; what can't be moved stays in the library."""
        report = TrashReport()
        moved = tuple(_move(self.files, self.trash, report))
        try:
            report.rows.append(_forget(database, moved))
        except Exception:  # it could not be undone
            for file in moved:
                with contextlib.suppress(OSError):
                    put_back(file.in_trash, file.path)
            raise
        back = BringFromTrash(self.summary, moved, tuple(report.rows), self.trash) if moved else None
        return Applied(back, report.assets, catalog=bool(moved), failed=tuple(report.failed))
