"""Verifying: damaged files and nothing else, in steps, continued where it was stopped."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import xxhash
from fakes import FakeModel
from indexing import index_photos
from photos import make_photo

from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.generators import run_to_end
from dinodesk.library.library import LibraryStore
from dinodesk.library.maintenance import statistics
from dinodesk.library.maintenance.verify import verify
from dinodesk.library.store import job_reports, key_values


@pytest.fixture
def library(tmp_path: Path, photo_folder: Path, model: FakeModel):
    library = LibraryStore(tmp_path / "library")
    index_photos(Indexer(library, model, believe=()), photo_folder)
    yield library
    library.close()


def rot(file: Path) -> None:
    """One bit falls over; size and time stay."""
    about = file.stat()
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 4
    file.write_bytes(data)
    os.utime(file, ns=(about.st_atime_ns, about.st_mtime_ns))


def test_verifying_finds_rot_and_nothing_else(library: LibraryStore, photo_folder: Path) -> None:
    rot(photo_folder / "red" / "01.jpg")
    make_photo(photo_folder / "red" / "03.jpg", seed=99)  # edited on purpose
    (photo_folder / "red" / "05.jpg").unlink()
    found = run_to_end(verify(library.database))
    assert (found.done, found.sound, found.changed, found.away) == (12, 9, 1, 1)
    assert [each.path for each in found.damaged] == [str(photo_folder / "red" / "01.jpg")]
    assert statistics.collect_statistics(library).damaged == 1
    (report,) = job_reports.list_reports(library.database)
    assert (report.what, report.data["damaged"]) == ("verify", [str(photo_folder / "red" / "01.jpg")])


def test_verifying_continues_where_it_was_stopped(
    library: LibraryStore, photo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dinodesk.library.maintenance.verify._AT_ONCE", 5)
    rot(photo_folder / "blue" / "00.jpg")
    steps = verify(library.database)
    while next(steps).done < 7:
        pass
    steps.close()
    assert key_values.read(library.database, "verify") is not None
    read: list[None] = []
    real = xxhash.xxh3_128
    monkeypatch.setattr(
        "dinodesk.library.maintenance.verify.xxhash.xxh3_128", lambda: read.append(None) or real()
    )
    found = run_to_end(verify(library.database))
    assert (found.done, found.total, found.sound, len(found.damaged), len(read)) == (12, 12, 11, 1, 7)
    assert key_values.read(library.database, "verify") is None


def test_a_large_file_is_verified_in_pieces(library: LibraryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = sum(1 for _ in verify(library.database))
    monkeypatch.setattr("dinodesk.library.maintenance.verify._PIECE", 100)
    assert sum(1 for _ in verify(library.database)) > 3 * whole  # each step is short, whatever the file
