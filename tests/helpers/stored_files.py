"""Files stored in a library without model and decoders, as the indexer stores them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import xxhash
from sqlalchemy import text

from dinodesk.library.files.file_identity import inode_of, quick_hash_file
from dinodesk.library.folders import root_folders
from dinodesk.library.library import LibraryStore
from dinodesk.library.photos.photo_writer import (
    BadFile,
    DepartedLocations,
    ScannedPhoto,
    StoreOutcome,
    store_bad_files,
    store_photos,
)
from dinodesk.library.store.vectors import register_model
from dinodesk.records import PhotoMetadata

DIM = 8


class StoredFolder:
    """A root folder of a library; its files hold any bytes, which count as photos.

    Attributes:
        library, root, path: the library, the root folder and where it is.
        departed: of the present run; `new_run` begins another one.
    """

    def __init__(self, library: LibraryStore, path: Path) -> None:
        self.library = library
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self.root = root_folders.add_root(library.database, str(path))
        self.model = register_model(library.database, "fa4e" * 8, "fake", DIM)
        self.departed = DepartedLocations()

    def new_run(self) -> None:
        self.departed = DepartedLocations()

    def write(self, name: str, data: bytes) -> Path:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        return file

    def scanned(self, name: str, metadata: PhotoMetadata | None = None) -> ScannedPhoto:
        file = self.path / name
        about, digest = file.stat(), xxhash.xxh3_128_digest(file.read_bytes())
        return ScannedPhoto(
            root=self.root,
            path=str(file),
            size=about.st_size,
            mtime_ns=about.st_mtime_ns,
            inode=inode_of(about),
            hash=digest,
            width=40,
            height=30,
            vector=vector_of(digest),
            quick=quick_hash_file(str(file)),
            metadata=metadata,
        )

    def store(self, *names: str, metadata: PhotoMetadata | None = None) -> list[tuple[StoreOutcome, int]]:
        photos = [self.scanned(name, metadata) for name in names]
        return store_photos(self.library.database, self.model, photos, self.departed)

    def add(self, name: str, data: bytes) -> int:
        """Write a file and store it; returns the asset."""
        self.write(name, data)
        return self.store(name)[0][1]

    def store_bad(self, name: str, reason: str, *, opened: bool = True) -> None:
        about = (self.path / name).stat()
        bad = BadFile(
            root=self.root,
            path=str(self.path / name),
            size=about.st_size,
            mtime_ns=about.st_mtime_ns,
            inode=inode_of(about),
            reason=reason,
            opened=opened,
        )
        store_bad_files(self.library.database, [bad])

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.library.database.reading() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]

    def assets(self) -> dict[str, int | None]:
        """The asset of each stored path below the folder, missing ones included."""
        found = {}
        for path, asset in self.rows("SELECT path, asset_id FROM places"):
            full = Path(self.root.path[: len(self.root.path) - len(self.root.relative)]) / path.decode()
            found[str(full.relative_to(self.path))] = asset
        return found


def vector_of(digest: bytes) -> bytes:
    """A unit vector made of a hash, as float16 bytes."""
    seed = int.from_bytes(digest[:8], "little")
    vector = np.random.default_rng(seed).standard_normal(DIM)
    return (vector / np.linalg.norm(vector)).astype("<f2").tobytes()
