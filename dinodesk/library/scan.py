"""Walking folders: which regular files are photos, without ever opening a pipe, device or socket."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass

from dinodesk.library.beside import ENDING, Beside, Siblings, beside
from dinodesk.library.formats import has_photo_ending, is_photo_start, worth_sniffing
from dinodesk.records import Skipped


@dataclass(frozen=True, slots=True)
class Found:
    """A file that looks like a photo, as the file system describes it, and the XMP files beside it."""

    path: str
    size: int
    mtime_ns: int
    inode: int
    sidecars: tuple[Beside, ...] = ()


def look_at(path: str) -> Found | None:
    """One file given by name: `Found` when it is a photo by ending or content, else None."""
    try:
        about = os.stat(path)
    except OSError:
        return None
    if not stat.S_ISREG(about.st_mode) or not _is_photo(path, os.path.basename(path), about.st_size):
        return None
    return Found(path, about.st_size, about.st_mtime_ns, about.st_ino, beside(path))


def walk(folder: str) -> Iterator[Found | Skipped]:
    """All photos below `folder`, in the order of names; folders that can't be read come as `Skipped`.

    Symbolic links to folders are not followed (no loops); links to files are. Hidden folders, AppleDouble
    files (`._*`) and the caches of DinoDesk's own libraries are left out.
    """
    pending = [folder]
    while pending:
        current = pending.pop()
        try:
            with os.scandir(current) as listing:
                entries = sorted(listing, key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            yield Skipped(current, f"The folder can't be read: {plain_reason(error)}.")
            continue
        if any(entry.name == "library.db" for entry in entries):
            entries = [entry for entry in entries if entry.name not in ("thumbnails", "index")]
        xmp = Siblings(_sidecars(entries))
        below: list[str] = []
        refused: OSError | None = None
        for entry in entries:
            try:
                if entry.is_dir(follow_symlinks=False):
                    if not entry.name.startswith("."):
                        below.append(entry.path)
                    continue
                about = entry.stat()
            except FileNotFoundError:
                continue  # gone since the listing, or a link to nowhere
            except OSError as error:
                refused = error
                continue
            if stat.S_ISREG(about.st_mode) and _is_photo(entry.path, entry.name, about.st_size):
                about_it = about.st_size, about.st_mtime_ns, about.st_ino
                yield Found(entry.path, *about_it, xmp.of(entry.name))
        if refused is not None:
            yield Skipped(current, f"Files in the folder can't be read: {plain_reason(refused)}.")
        pending.extend(reversed(below))


def _sidecars(entries: list[os.DirEntry[str]]) -> Iterator[Beside]:
    for entry in entries:
        if entry.name.lower().endswith(ENDING):
            try:
                about = entry.stat()
            except OSError:
                continue  # a link to nowhere
            if stat.S_ISREG(about.st_mode):
                yield Beside(entry.path, about.st_size, about.st_mtime_ns)


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
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def plain_reason(error: OSError) -> str:
    """What the system said, in words a person knows."""
    if isinstance(error, PermissionError):
        return "no permission"
    if isinstance(error, FileNotFoundError):
        return "it is no longer there"
    return (error.strerror or str(error)).lower()
