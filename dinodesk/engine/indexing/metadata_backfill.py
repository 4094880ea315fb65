"""Reading metadata that earlier versions did not read, and sidecars that are new or changed."""

from __future__ import annotations

import time
from collections.abc import Container, Iterator, Mapping, Sequence

from dinodesk.library.files.sidecar_names import SidecarName
from dinodesk.library.folders.root_paths import RootFolder
from dinodesk.library.metadata import embedded_reader, metadata_store
from dinodesk.library.sidecars import sidecar_reader
from dinodesk.library.store.database import Database
from dinodesk.records import PhotoMetadata

STEP = 0.03
"""Seconds after which a step ends and what was read is written down."""


def read_missing_metadata(database: Database, root: RootFolder) -> Iterator[tuple[int, int]]:
    """Read the metadata of photos below a root that were never read, or by an older reader, from the files.

    Yields how many are written down, and of how many that are known of. Stopping loses the step under way.
    """
    wanted: dict[int, str] = {}
    for piece in metadata_store.contents_without_metadata(database, root):
        wanted |= piece
        yield 0, 0
    read: list[tuple[int, PhotoMetadata]] = []
    began = time.perf_counter()
    for number, (content, path) in enumerate(wanted.items(), start=1):
        if _can_be_opened(path):  # else it is tried again at the next scan
            read.append((content, embedded_reader.read_metadata(path)))
        if time.perf_counter() - began > STEP or number == len(wanted):
            metadata_store.store_batch(database, read)
            read = []
            yield number, len(wanted)
            began = time.perf_counter()


def read_changed_sidecars(
    database: Database, root: RootFolder, found: Mapping[str, Sequence[SidecarName]], seen: Container[str]
) -> Iterator[tuple[int, int]]:
    """Read the sidecars that are new or changed (`found` and `seen` as `sidecars.changed` wants them),
    forget those that are gone; yields as above."""
    wanted, gone = sidecar_reader.find_changes(database, root, found, seen)
    if gone and not wanted:
        sidecar_reader.store(database, [], gone)
        yield len(gone), len(gone)
    read: list[sidecar_reader.ReadSidecar] = []
    began = time.perf_counter()
    for number, (location, file) in enumerate(wanted, start=1):
        read.append(sidecar_reader.read(location, file, root))
        if time.perf_counter() - began > STEP or number == len(wanted):
            sidecar_reader.store(database, read, gone)
            read, gone = [], []
            yield number, len(wanted)
            began = time.perf_counter()


def _can_be_opened(path: str) -> bool:
    try:
        with open(path, "rb"):
            return True
    except OSError:
        return False
