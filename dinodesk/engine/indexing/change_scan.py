"""Scanning folders for changes: which files must be read, which are as they were, renamed, left out or gone.

Nothing here opens more of a file than both its ends, and nothing is concluded from a path that can't be
read: offline is not deleted.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace

from dinodesk.engine.indexing import folder_renames
from dinodesk.engine.indexing.report import IndexReport
from dinodesk.library.files import file_types, scanner, volumes
from dinodesk.library.files.file_identity import quick_hash_file
from dinodesk.library.files.path_utils import lies_in, outermost
from dinodesk.library.files.sidecar_names import FolderListings, SidecarName
from dinodesk.library.folders import root_folders, root_paths
from dinodesk.library.photos import photo_locations, removed_photos
from dinodesk.library.photos.photo_writer import ScannedPhoto
from dinodesk.library.store import key_values
from dinodesk.library.store.database import Database
from dinodesk.records import Skipped

LOST_SHARE = 0.2
"""If more than this share of a folder's photos is gone, the person is asked before they are missing."""

REST = 2.0
"""Seconds since the last write after which a reported file is read; until then it may be incomplete."""

_STEP = 0.03  # seconds of work between two steps


@dataclass(frozen=True, slots=True)
class FileToRead:
    """A file to be read, and the root it lies in."""

    root: root_paths.RootFolder
    found: scanner.FoundFile


@dataclass(slots=True)
class _Scanned:
    """Intermediate result of scanning one folder; `whole` is the root folder it belongs to.

    What lies in the folders `hidden` could not be looked at: they can't be read, or a drive is mounted there.
    """

    root: root_paths.RootFolder
    whole: root_paths.RootFolder
    known: dict[str, photo_locations.KnownLocation]
    hidden: list[str]
    seen: set[str] = field(default_factory=set)

    def unseen(self) -> list[tuple[str, photo_locations.KnownLocation]]:
        """The known files that were not found where they should be seen."""
        hidden = tuple(os.path.join(folder, "") for folder in self.hidden)
        return [
            (path, location)
            for path, location in self.known.items()
            if path not in self.seen and not (hidden and path.startswith(hidden))
        ]


class ChangeScan:
    """One scan of some roots, folders and files.

    Attributes:
        todo: what must be read.
        seen: paths of all photos that were found.
        sidecars: those beside photos, by the path of the photo, for each folder that was scanned.
    """

    def __init__(
        self, database: Database, model: int, report: IndexReport, *, believe: Collection[int] | None = ()
    ) -> None:
        """`model` is the id whose vectors count.

        A great loss in the roots `believe` (their ids; None for all) is believed, not questioned.
        """
        self.todo: list[FileToRead] = []
        self.seen: set[str] = set()
        self.sidecars: dict[
            tuple[int, str], tuple[root_paths.RootFolder, dict[str, tuple[SidecarName, ...]]]
        ] = {}
        self._database = database
        self._model = model
        self._report = report
        self._believe = believe
        self._rules = key_values.read_rules(database)
        self._scans: list[_Scanned] = []
        self._skips_unrested = False

    # ── scanning ────────────────────────────────────────────────────────────────────────────────

    def scan_roots(self, chosen: Sequence[root_paths.RootFolder]) -> Iterator[None]:
        """Whole roots, and the drives mounted inside them."""
        pending, done = list(chosen), set[int]()
        while pending:
            root = pending.pop(0)
            if root.leads and root.id not in done:
                self._report.questions.append(
                    f"{root.path} was a folder and is a link to {root.leads} now. Nothing was looked at and "
                    "nothing was forgotten: bring the folder back, or add the one that the link leads to."
                )
                done.add(root.id)
            if root.id in done or not root.online:
                continue  # offline is not deleted: nothing is concluded
            done.add(root.id)
            nested, stop_at = root_folders.add_nested_roots(self._database, root)
            pending += nested
            yield from self._scan(root, root, stop_at)

    def scan_folders(self, folders: Sequence[str]) -> Iterator[None]:
        """Only these folders (absolute paths), with all that is below them; what is in no root is ignored."""
        every = root_folders.list_roots(self._database)
        self._skips_unrested = True
        for folder in outermost(folders):
            holding = [each for each in every if each.online and lies_in(folder, each.path)]
            if not holding:
                yield from self.scan_roots([each for each in every if lies_in(each.path, folder)])
                continue
            root = max(holding, key=lambda each: len(each.path))
            if folder == root.path:
                yield from self.scan_roots([root])
                continue
            relative = os.path.join(root.relative, os.path.relpath(folder, root.path))
            part = replace(root, path=folder, relative=relative)
            if not root.recursive or self._rules.leaves_out(folder[len(root.path) + 1 :], folder=True):
                continue
            yield from self._scan(part, root, {mount.point for mount in volumes.mounts_below(folder)})

    def _scan(
        self, root: root_paths.RootFolder, whole: root_paths.RootFolder, stop_at: set[str]
    ) -> Iterator[None]:
        known = yield from photo_locations.known_locations(self._database, root, self._model)
        scanned = _Scanned(root, whole, known, list(stop_at))
        self.sidecars.setdefault((root.id, root.path), (root, {}))
        entries: Iterator[scanner.FoundFile | Skipped | None]
        if not root.recursive:
            entries = _known_files(known)
        elif root is not whole and scanner.is_gone(root.path):
            entries = iter(())
        else:
            entries = scanner.walk(root.path, self._rules, root=whole.path, stop_at=stop_at)
        seen, consider, clock = scanned.seen.add, self._examine, time.perf_counter
        last = clock()
        for entry in entries:
            if isinstance(entry, Skipped):
                scanned.hidden.append(entry.path)
                self._skip(entry)
                self._report.found += 1
            elif entry is not None:
                seen(entry.path)
                consider(root, entry, known.get(entry.path))
            if clock() - last > _STEP:
                yield
                last = clock()
        back = {
            path: location.id for path, location in known.items() if location.missing and path in scanned.seen
        }
        if back:
            self._report.returned += len(back)
            for todo in self.todo:
                back.pop(todo.found.path, None)  # storing it asks for how long it was gone
            photo_locations.mark_seen(self._database, list(back.values()))
        self._scans.append(scanned)
        yield

    def scan_files(self, files: Sequence[str]) -> Iterator[None]:
        """Single files (absolute paths); what is no photo is skipped with a reason."""
        folders: dict[str, tuple[root_paths.RootFolder, dict[str, photo_locations.KnownLocation]]] = {}
        listed = FolderListings()
        for path in files:
            found = scanner.look_at(path, listed)
            if found is None:
                words = f"{path} is not a photo DinoDesk can read."
                if os.path.isfile(path):
                    self._report.found += 1
                    self._skip(Skipped(path, file_types.why_not(path)))
                else:  # a pipe, a device, a link to nowhere: never opened, never counted
                    self._report.questions.append(words)
                continue
            folder = os.path.dirname(path)
            if folder not in folders:
                root = root_folders.add_root(self._database, folder, recursive=False)
                known = yield from photo_locations.known_locations(self._database, root, self._model)
                folders[folder] = root, known
                self.sidecars.setdefault((root.id, root.path), (root, {}))
            root, known = folders[folder]
            if path in known and known[path].removed:  # the person wants it after all
                del known[path]
                removed_photos.take_back(self._database, (root.volume, root_paths.relative_path(root, path)))
            self._examine(root, found, known.get(path))

    def _examine(
        self,
        root: root_paths.RootFolder,
        found: scanner.FoundFile,
        known: photo_locations.KnownLocation | None,
    ) -> None:
        if found.path in self.seen:
            return
        self.seen.add(found.path)
        if known is not None and known.removed and known.looks_like(found):
            return
        self._report.found += 1
        if found.sidecars:
            self.sidecars[root.id, root.path][1][found.path] = found.sidecars
        if known is not None and known.looks_like(found):
            if known.reason is not None:
                self._skip(Skipped(found.path, known.reason))
                return
            if known.embedded:
                self._report.unchanged += 1
                return
        if self._skips_unrested and 0 <= time.time() - found.mtime_ns / 1e9 < REST:
            self._report.found -= 1
            self._report.resting.append(os.path.dirname(found.path))
            return
        if found.cloud:
            self._skip(Skipped(found.path, "Its bytes are in the cloud only; download it to index it."))
            return
        self.todo.append(FileToRead(root, found))

    def _skip(self, skipped: Skipped) -> None:
        self._report.skipped.append(skipped)

    # ── renamed ─────────────────────────────────────────────────────────────────────────────────

    def find_renamed(self) -> Generator[None, None, list[ScannedPhoto]]:
        """Files that only changed their names: taken out of `todo`, with the hash that is known of them.

        Same volume, inode, size and time as a file that is gone, and the same ends: not read as a whole.
        Where a folder was renamed, what was edited inside it is noted under its new path, to be read there.
        """
        if self.todo:
            yield from self._follow_removed()
        gone = (yield from self._find_vanished()) if self.todo else {}
        if not gone:
            return []
        alike = {
            (volume, location.inode, location.size, location.mtime_ns): (location.id, path)
            for path, (volume, location) in gone.items()
        }
        hashes = photo_locations.quick_hashes(self._database, [location for location, _ in alike.values()])
        same: list[ScannedPhoto] = []
        left: list[FileToRead] = []
        moved: dict[str, str] = {}
        last = time.perf_counter()
        for todo in self.todo:
            found = todo.found
            location, path = alike.get((todo.root.volume, found.inode, found.size, found.mtime_ns), (0, ""))
            quick, digest = hashes.get(location, (b"", b""))
            if quick and _quick_hash(found.path) == quick and scanner.file_is_gone(path):
                same.append(
                    ScannedPhoto(
                        root=todo.root,
                        path=found.path,
                        size=found.size,
                        mtime_ns=found.mtime_ns,
                        inode=found.inode,
                        hash=digest,
                    )
                )
                moved[path] = found.path
            else:
                left.append(todo)
            if time.perf_counter() - last > _STEP:
                yield
                last = time.perf_counter()
        self.todo = left
        self._follow_renamed_folders(gone, moved)
        return same

    def _follow_removed(self) -> Iterator[None]:
        """Files that a person took out of the library, and that have another name now, stay out."""
        removed = {
            (each.root.volume, location.inode, location.size, location.mtime_ns): (location.id, path)
            for each in self._scans
            for path, location in each.unseen()
            if location.removed
        }
        left: list[FileToRead] = []
        renamed: list[tuple[int, str]] = []
        for todo in self.todo if removed else ():
            found = todo.found
            key = todo.root.volume, found.inode, found.size, found.mtime_ns
            location, path = removed.get(key, (0, ""))
            if location and scanner.file_is_gone(path):
                renamed.append((location, root_paths.relative_path(todo.root, found.path)))
                self._report.found -= 1
            else:
                left.append(todo)
        if renamed:
            self.todo = left
            photo_locations.rename_locations(self._database, renamed)
        yield

    def _follow_renamed_folders(
        self, gone: dict[str, tuple[int, photo_locations.KnownLocation]], moved: dict[str, str]
    ) -> None:
        """Update locations of files that were edited inside a renamed folder."""
        renamed = folder_renames.renamed_folders(moved.items(), gone)
        if not renamed:
            return
        reading = {todo.found.path: todo.root for todo in self.todo}
        following = []
        for old, new in folder_renames.new_paths(
            (path for path in gone if path not in moved), renamed
        ).items():
            volume, location = gone[old]
            root = reading.get(new)
            if root is not None and root.volume == volume:
                following.append((location.id, root_paths.relative_path(root, new)))
        photo_locations.rename_locations(self._database, following)

    def _find_vanished(self) -> Generator[None, None, dict[str, tuple[int, photo_locations.KnownLocation]]]:
        """Path → volume and location, of embedded photos that were not seen again where they were."""
        unseen = [
            (each.root.volume, path, location) for each in self._scans for path, location in each.unseen()
        ]
        here = {todo.root.volume for todo in self.todo}
        for root in root_folders.list_roots(self._database):
            if not root.online and root.volume in here:  # a folder that was renamed as a whole
                known = yield from photo_locations.known_locations(self._database, root, self._model)
                unseen += [(root.volume, path, location) for path, location in known.items()]
        return {path: (volume, location) for volume, path, location in unseen if location.embedded}

    # ── what is gone ────────────────────────────────────────────────────────────────────────────

    def conclude(self) -> Iterator[None]:
        """Note what is missing, drop what the rules leave out, ask where too much is gone."""
        for scanned in self._scans:
            yield from self._conclude(scanned)
        away = root_paths.away_roots(root_folders.list_roots(self._database))
        for root in away:
            if root.here and scanner.is_gone(root.path):  # files without a photo leave nothing behind
                photo_locations.drop_unreadable(self._database, root)
        self._report.offline = len(photo_locations.offline_photos(self._database, away))

    def _conclude(self, scanned: _Scanned) -> Iterator[None]:
        unseen = scanned.unseen()
        if not unseen:
            return
        root = scanned.whole
        still = yield from photo_locations.find_gone(
            self._database, [location.id for _, location in unseen], scanned.root
        )
        gone = set(still)
        start = len(root.path.rstrip(os.sep)) + 1
        left_out = [
            location.id
            for path, location in unseen
            if root.recursive
            and location.id not in gone
            and not location.missing
            and not location.removed
            and self._rules.leaves_out_file(path[start:], location.size)
        ]
        if left_out:
            photo_locations.forget_locations(self._database, left_out)
            self._report.left_out += len(left_out)
        newly = [location for _, location in unseen if location.id in gone and location.is_present_photo]
        doubtful = self._believe is not None and root.id not in self._believe
        if newly and doubtful and self._ask_about_loss(scanned, len(newly)):
            return
        missing = [location.id for _, location in unseen if location.id in gone]
        gone_now, fresh = photo_locations.mark_missing(self._database, missing)
        self._report.missing += gone_now
        self._report.newly_missing += fresh
        newly_gone = [location.id for location in newly]
        self._report.lost += photo_locations.count_photos_missing(self._database, newly_gone)

    def _ask_about_loss(self, scanned: _Scanned, newly: int) -> bool:
        """Whether so much is gone at once that a person must say whether it is true."""
        part = scanned.root is not scanned.whole
        # those that moved elsewhere within the root count as present again by now, so they are no loss
        before = (
            photo_locations.count_present(self._database, scanned.whole)
            if part
            else sum(location.is_present_photo for location in scanned.known.values())
        )
        if newly <= LOST_SHARE * before and (scanned.seen or part):
            return False
        self._report.doubted.append(scanned.whole.id)
        self._report.questions.append(
            f"{newly:,} of {before:,} photos of {scanned.whole.path} are suddenly gone. "
            "Nothing was forgotten: if a drive or a folder is missing, bring it back; if you deleted them, "
            "say so."
        )
        return True


def _known_files(
    known: dict[str, photo_locations.KnownLocation],
) -> Iterator[scanner.FoundFile | Skipped | None]:
    listed = FolderListings()
    for path in known:
        found = scanner.look_at(path, listed)
        if found is not None:
            yield found


def _quick_hash(path: str) -> bytes:
    try:
        return quick_hash_file(path)
    except OSError:
        return b"unreadable"
