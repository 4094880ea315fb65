"""Which XMP files lie beside which photos, by name alone; one rule for reading and for writing.

`IMG.jpg.xmp` is the own sidecar of `IMG.jpg`, `IMG.xmp` is shared by all photos of that stem; large and
small letters make no difference where the very name is not there. What is the own sidecar of one file
is never another's: `IMG.jpg.xmp` is not shared by `IMG.jpg.jpg` where there is an `IMG.jpg`.
"""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from dinodesk.library.files.file_types import RAW_ENDINGS, ending, has_photo_ending

ENDING = ".xmp"
SidecarStyle = Literal["name", "stem"]
"""`IMG.jpg.xmp` by the photo's whole name (darktable, digiKam), or `IMG.xmp` by its stem (Adobe)."""
PART = re.compile(r"\.dinodesk-[0-9a-f]{16}\.part", re.ASCII)
"""Temporary names of sidecars that are being written, or were when an export was killed."""


@dataclass(frozen=True, slots=True)
class SidecarName:
    """An XMP file found beside a photo."""

    path: str
    size: int
    mtime_ns: int


def names_for(name: str) -> tuple[str, str]:
    """The names a sidecar of the file `name` may have, the one that is its alone first."""
    return name + ENDING, os.path.splitext(name)[0] + ENDING


class SiblingFiles:
    """The listing of one folder, which finds the sidecars of each photo in it.

    Attributes:
        parts: the temporary names of sidecars in the folder (see `PART`).
    """

    def __init__(self, entries: Iterable[os.DirEntry[str]]) -> None:
        self._exact: dict[str, os.DirEntry[str]] = {}
        self._any_case: dict[str, list[str]] = {}
        self._others: list[os.DirEntry[str]] = []
        self.parts: list[str] = []
        for entry in entries:
            name = entry.name
            lower = name.lower()
            if lower.endswith(ENDING):
                self._exact[name] = entry
                self._any_case.setdefault(lower, []).append(name)
            else:
                self._others.append(entry)
                if name.startswith(".") and PART.fullmatch(name):
                    self.parts.append(name)

    def of(self, name: str) -> tuple[SidecarName, ...]:
        """The sidecars of the photo `name`, its own first; regular files only."""
        if not self._exact:
            return ()
        names = (self._find(each, name) for each in names_for(name))
        found = (_file(self._exact[each]) for each in dict.fromkeys(names) if each is not None)
        return tuple(file for file in found if file is not None)

    def partners(self, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What belongs to the photo `name` by its name: photos (a RAW file and its JPEG), and the sidecars of
        all these. `IMG.xmp` is left to those that share it and do not belong to it."""
        stem = _stem(name)
        alike = [each for each in self._names if _stem(each) == stem and has_photo_ending(each)]
        pair = any(ending(each) in RAW_ENDINGS for each in alike)
        photos = sorted(each for each in alike if pair and each != name)
        sidecars = {os.path.basename(file.path) for each in (name, *photos) for file in self.of(each)}
        if not pair and len(alike) > 1:
            sidecars = {each for each in sidecars if each.lower() != names_for(name)[1].lower()}
        return tuple(photos), tuple(sorted(sidecars))

    def target(self, name: str, style: SidecarStyle = "name") -> str:
        """The name of the sidecar to write for the photo `name`, which may be there or not.

        The one that is there; else one named as most sidecars of the folder are, and where there are none as
        `style` says. `IMG.xmp` is written for the only photo of its stem, or the only RAW file of it.
        """
        own, shared = names_for(name)
        there = self._find(own, name)
        if there is not None or not self._owns_stem(name):
            return there or own
        there = self._find(shared, name)
        return there or (shared if self._style(style) == "stem" else own)

    def _owns_stem(self, name: str) -> bool:
        """Whether `IMG.xmp` would be this photo's: of a RAW file and its JPEG it is the RAW file's."""
        stem = _stem(name)
        if self._stems[stem] <= (name in self._names):
            return True
        photos = filter(has_photo_ending, self._names)
        alike = (each for each in photos if each != name and _stem(each) == stem)
        return ending(name) in RAW_ENDINGS and not any(ending(each) in RAW_ENDINGS for each in alike)

    def _style(self, default: SidecarStyle) -> SidecarStyle:
        """How most sidecars of the folder are named."""
        full = sum(self._owner(sidecar) is not None for sidecar in self._exact)
        stem = sum(
            self._owner(sidecar) is None and bool(self._stems[sidecar[: -len(ENDING)].lower()])
            for sidecar in self._exact
        )
        return default if full == stem else "name" if full > stem else "stem"

    def _find(self, wanted: str, name: str) -> str | None:
        """The name of the XMP file `wanted`, in whatever case, unless it is another file's own sidecar."""
        for each in (wanted, *sorted(self._any_case.get(wanted.lower(), ()))):
            if each in self._exact and self._owner(each) in (None, name):
                return each
        return None

    def _owner(self, sidecar: str) -> str | None:
        name = sidecar[: -len(ENDING)]
        return name if name in self._names else self._lower_names.get(name.lower())

    @cached_property
    def _names(self) -> set[str]:
        return {entry.name for entry in self._others if not _is_folder(entry)}

    @cached_property
    def _lower_names(self) -> dict[str, str]:
        return {name.lower(): name for name in sorted(self._names, reverse=True)}

    @cached_property
    def _stems(self) -> Counter[str]:
        """How many photos there are of each stem; a film or a note of that name shares no sidecar."""
        return Counter(_stem(name) for name in self._names if has_photo_ending(name))


class FolderListings:
    """Listings of folders, read once each: for a short run over many photos."""

    def __init__(self) -> None:
        self._listed: dict[str, SiblingFiles] = {}

    def siblings(self, folder: str) -> SiblingFiles:
        """The listing of a folder. Raises OSError."""
        found = self._listed.get(folder)
        if found is None:
            with os.scandir(folder) as listing:
                found = self._listed[folder] = SiblingFiles(listing)
        return found


def sidecars_of(path: str, folders: FolderListings | None = None) -> tuple[SidecarName, ...]:
    """The sidecars of one photo (absolute path); none where its folder can't be listed."""
    folder, name = os.path.split(path)
    try:
        return (folders or FolderListings()).siblings(folder).of(name)
    except OSError:
        return ()


def _file(entry: os.DirEntry[str]) -> SidecarName | None:
    try:
        about = entry.stat()
    except OSError:
        return None  # a link to nowhere
    return SidecarName(entry.path, about.st_size, about.st_mtime_ns) if stat.S_ISREG(about.st_mode) else None


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _stem(name: str) -> str:
    return os.path.splitext(name)[0].lower()
