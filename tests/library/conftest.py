"""A library and a folder of stored files, for tests below the engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from stored_files import StoredFolder

from dinodesk.library.library import LibraryStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LibraryStore]:
    library = LibraryStore(tmp_path / "library")
    yield library
    library.close()


@pytest.fixture
def folder(store: LibraryStore, tmp_path: Path) -> StoredFolder:
    return StoredFolder(store, tmp_path / "photos")
