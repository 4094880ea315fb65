"""Walking folders: which regular files are photos, without ever opening a pipe, device or socket."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Generator, Iterator
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from dinodesk.library.files.exclude_rules import ExcludeRules
from dinodesk.library.files.file_identity import inode_of
from dinodesk.library.files.file_types import has_photo_ending, is_photo_start, worth_sniffing
from dinodesk.library.files.os_errors import plain_reason
from dinodesk.library.files.sidecar_names import FolderListings, SiblingFiles, SidecarName, sidecars_of
from dinodesk.records import Skipped

_ELSEWHERE = 0x00400000 | 0x00040000 | 0x00001000
"""Windows: reading the file would call its bytes from the cloud (recall on access or open, offline)."""
_DATALESS = 0x40000000
"""macOS: the same (SF_DATALESS)."""
_BEAT = 500
"""Entries between two yields of None."""
_LISTED_AT_ONCE = 10_000
"""Entries of a folder that are listed in one step: some 10 ms."""
_OWN = ("thumbnails", "index", "backups", "damaged")
"""Folders of a DinoDesk library that hold no photos of a person."""


class FoundFile(NamedTuple):
    """A file with the ending or the first bytes of a photo; a plain tuple, since there are many of them.

    Attributes:
        path, size, mtime_ns, inode: of the file.
        cloud: whether its bytes are not on this disk: reading it would download it.
        sidecars: the XMP files beside it.
    """

    path: str
    size: int
    mtime_ns: int
    inode: int
    cloud: bool = False
    sidecars: tuple[SidecarName, ...] = ()


def look_at(path: str, folders: FolderListings | None = None) -> FoundFile | None:
    """One file given by name: `FoundFile` when it is a photo by ending or content, else None.

    `folders` keeps the listings of folders for a run over many files.
    """
    try:
        about = os.stat(path)
    except OSError:
        return None
    if not stat.S_ISREG(about.st_mode) or not _is_photo(path, os.path.basename(path), about.st_size):
        return None
    return _found(path, about, sidecars_of(path, folders))


def walk(
    folder: str,
    rules: ExcludeRules | None = None,
    *,
    root: str = "",
    stop_at: Collection[str] = (),
) -> Iterator[FoundFile | Skipped | None]:
    """All photos below `folder`, in the order of names; folders that can't be read come as `Skipped`.

    None comes after every 500 entries, so that a caller can do something else meanwhile.

    Symbolic links to folders are not followed (no loops); links to files are. Left out are what `rules`
    say, AppleDouble files (`._*`), the caches of DinoDesk's own libraries, and the folders `stop_at`
    (drives that are scanned by themselves). Rules are about paths below `root`, by default `folder`.
    """
    rules = rules or ExcludeRules()
    start = len((root or folder).rstrip(os.sep)) + 1
    pending = [folder]
    while pending:
        current = pending.pop()
        try:
            entries = yield from _listed(current)
        except OSError as error:
            yield Skipped(current, f"The folder can't be read: {plain_reason(error)}.")
            continue
        xmp = SiblingFiles(entries)
        below: list[str] = []
        refused: OSError | None = None
        for number, entry in enumerate(entries):
            if number % _BEAT == 0:
                yield None
            try:
                if entry.is_dir(follow_symlinks=False):
                    if entry.path not in stop_at and not rules.leaves_out(entry.path[start:], folder=True):
                        below.append(entry.path)
                    continue
                about = entry.stat()
            except FileNotFoundError:
                continue  # deleted since the listing, or a broken link
            except OSError as error:
                if not entry.is_symlink():  # a link that leads in a circle is broken too
                    refused = error
                continue
            if not stat.S_ISREG(about.st_mode) or rules.leaves_out(entry.path[start:], size=about.st_size):
                continue
            found = _found(entry.path, about, xmp.of(entry.name))
            if _is_photo(entry.path, entry.name, 0 if found.cloud else about.st_size):
                yield found
        if refused is not None:
            yield Skipped(current, f"Files in the folder can't be read: {plain_reason(refused)}.")
        pending.extend(reversed(below))


def _listed(folder: str) -> Generator[None, None, list[os.DirEntry[str]]]:
    """The entries of a folder by name, without the caches of a DinoDesk library. Raises OSError."""
    entries: list[os.DirEntry[str]] = []
    with os.scandir(folder) as listing:
        while some := list(islice(listing, _LISTED_AT_ONCE)):
            entries += some
            yield
    entries.sort(key=attrgetter("name"))
    yield
    if "library.db" in {entry.name for entry in entries}:
        entries = [entry for entry in entries if entry.name not in _OWN]
    yield
    return entries


def _found(path: str, about: os.stat_result, sidecars: tuple[SidecarName, ...]) -> FoundFile:
    return FoundFile(path, about.st_size, about.st_mtime_ns, inode_of(about), _cloudy(about), sidecars)


def _cloudy(about: os.stat_result) -> bool:
    flags, attributes = getattr(about, "st_flags", 0), getattr(about, "st_file_attributes", 0)
    return bool(flags & _DATALESS or attributes & _ELSEWHERE)


def _is_photo(path: str, name: str, size: int) -> bool:
    if name.startswith("._"):
        return False
    if has_photo_ending(name):
        return True
    if size < 32 or not worth_sniffing(name):
        return False
    try:
        with open(path, "rb") as file:
            return is_photo_start(file.read(32))
    except OSError:
        return False


def is_gone(path: str) -> bool:
    """Whether there is certainly nothing at `path`; a path that can't be read is not gone."""
    return _mode(path) == 0


def file_is_gone(path: str) -> bool:
    """Whether there is certainly no file at `path` nor a link to one: nothing, or a folder, or a pipe."""
    mode = _mode(path)
    return mode is not None and not (stat.S_ISREG(mode) or stat.S_ISLNK(mode))


def _mode(path: str) -> int | None:
    """0 where there is nothing, None where it can't be told."""
    try:
        return os.lstat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return 0
    except OSError:
        return None
