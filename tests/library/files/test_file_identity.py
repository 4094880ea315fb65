"""File identity: inode numbers of any width as signed 64-bit numbers."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from photos import make_photo

from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.library.files.file_identity import inode_of
from dinodesk.library.library import LibraryStore


def about(number: int) -> os.stat_result:
    return os.stat_result((0o100644, number, 1, 1, 0, 0, 10, 0, 0, 0))


@given(st.integers(0, 2**128 - 1))
def test_any_number_fits_into_a_database(number: int) -> None:
    folded = inode_of(about(number))
    assert -(2**63) <= folded < 2**63
    assert number >= 2**63 or folded == number


def test_files_with_large_numbers_are_indexed(tmp_path: Path, model, threads, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "photos").mkdir()
    make_photo(tmp_path / "photos" / "one.jpg")
    library = LibraryStore(tmp_path / "library")
    monkeypatch.setattr("dinodesk.library.files.scanner.inode_of", lambda found: inode_of(about(2**63 + 3)))
    monkeypatch.setattr(
        "dinodesk.engine.decoding.photo_reader.inode_of", lambda found: inode_of(about(2**63 + 3))
    )
    for expected in (1, 0):
        run = Indexer(library, model, decoders=threads)
        for _ in run.add([str(tmp_path / "photos")]):
            pass
        assert run.report.indexed == expected
    library.close()
