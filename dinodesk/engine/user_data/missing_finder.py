"""Missing photos that a person finds again: a file is one of them only if its bytes are the same."""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field

import xxhash

from dinodesk.library.files import scanner
from dinodesk.library.files.os_errors import plain_reason
from dinodesk.library.files.path_utils import lies_in
from dinodesk.library.folders import root_folders, root_paths
from dinodesk.library.photos import removed_photos
from dinodesk.library.photos.photo_queries import contents_of, paths_by_asset
from dinodesk.library.photos.photo_writer import DepartedLocations, ScannedPhoto, store_photos
from dinodesk.library.store import key_values
from dinodesk.library.store.database import Database
from dinodesk.records import Skipped

_PIECE = 4 << 20
_SLICE = 0.03
_NO_MODEL = 0
"""Nothing is embedded here: the vectors of the same bytes are known."""


@dataclass(slots=True)
class FoundReport:
    """What came of looking: how many photos were found, and files that are none of them, with the reason."""

    found: int = 0
    refused: list[Skipped] = field(default_factory=list)


@dataclass(slots=True)
class _Wanted:
    """The missing photos: assets by the hash of their bytes, sizes in bytes, names in small letters."""

    assets: dict[bytes, list[int]] = field(default_factory=dict)
    sizes: set[int] = field(default_factory=set)
    names: set[str] = field(default_factory=set)


def find_steps(
    database: Database, assets: Sequence[int], path: str, report: FoundReport
) -> Generator[None, None, None]:
    """Look at a file, or at all photos below a folder, and store where the missing ones are; in slices."""
    wanted = _wanted(database, assets)
    one = not os.path.isdir(path)
    began = time.perf_counter()
    for found in _files(path):
        if not wanted.assets:
            return
        if isinstance(found, Skipped):
            report.refused.append(found)
        elif found is not None:
            yield from _look_at(database, found, wanted, report, one=one)
        if time.perf_counter() - began > _SLICE:
            yield
            began = time.perf_counter()


def _wanted(database: Database, assets: Sequence[int]) -> _Wanted:
    wanted = _Wanted()
    for asset, (digest, size) in contents_of(database, assets).items():
        wanted.assets.setdefault(digest, []).append(asset)
        wanted.sizes.add(size)
    for paths in paths_by_asset(database, assets).values():
        wanted.names.update(os.path.basename(each).lower() for each in paths)
    return wanted


def _files(path: str) -> Iterator[scanner.FoundFile | Skipped | None]:
    if os.path.isdir(path):
        yield from scanner.walk(path)
        return
    found = scanner.look_at(path)
    yield found if found is not None else Skipped(path, "It is no photo that can be read.")


def _look_at(
    database: Database, found: scanner.FoundFile, wanted: _Wanted, report: FoundReport, *, one: bool
) -> Generator[None, None, None]:
    """Take a file for a missing photo if its bytes are the same; else say why, if it seems to be one."""
    digest = b""
    try:
        if found.size in wanted.sizes and not found.cloud:
            digest = yield from _hash(found.path)
    except OSError as error:
        report.refused.append(Skipped(found.path, f"It can’t be read: {plain_reason(error)}."))
        return
    if digest not in wanted.assets:
        if one or os.path.basename(found.path).lower() in wanted.names:
            others = "Its bytes are others: it was edited, or is another photo."
            reason = "Its bytes are in the cloud only; download it first." if found.cloud else others
            report.refused.append(Skipped(found.path, reason))
        return
    refused = _take(database, found, digest)
    if refused:
        report.refused.append(Skipped(found.path, refused))
    else:
        report.found += len(wanted.assets.pop(digest))


def _hash(path: str) -> Generator[None, None, bytes]:
    state = xxhash.xxh3_128()
    with open(path, "rb") as file:
        while piece := file.read(_PIECE):
            state.update(piece)
            yield
    return state.digest()


def _take(database: Database, found: scanner.FoundFile, digest: bytes) -> str:
    """Store that a photo of these bytes lies here; "", or why the library can't have it here."""
    folder = os.path.dirname(found.path)
    roots = [
        root
        for root in root_folders.list_roots(database)
        if root.online and (lies_in(found.path, root.path) if root.recursive else folder == root.path)
    ]
    if roots:
        root = max(roots, key=lambda each: len(each.path))
        below = os.path.relpath(found.path, root.path)
        if root.recursive and key_values.read_rules(database).leaves_out_file(below, found.size):
            return "The ignore rules leave it out."
    else:
        root = root_folders.add_root(database, folder, recursive=False)
    removed_photos.take_back(database, (root.volume, root_paths.relative_path(root, found.path)))
    photo = ScannedPhoto(
        root=root,
        path=found.path,
        size=found.size,
        mtime_ns=found.mtime_ns,
        inode=found.inode,
        hash=digest,
    )
    store_photos(database, _NO_MODEL, [photo], DepartedLocations())
    return ""
