"""Many files, many copies, odd times: no work is quadratic, long work is done in steps."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from fakes import FakeModel
from indexing import index_photos
from photos import make_photo

from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.engine.indexing.report import IndexReport
from dinodesk.library.files import scanner
from dinodesk.library.library import LibraryStore
from dinodesk.library.photos import photo_writer
from dinodesk.library.photos.photo_queries import list_photos, paths_by_asset


def index(library: LibraryStore, model: FakeModel, decoders: DecoderPool, *paths: Path) -> IndexReport:
    return index_photos(Indexer(library, model, decoders=decoders), *paths)


def test_many_copies_are_one_photo_with_many_locations(
    library: LibraryStore,
    model: FakeModel,
    threads: DecoderPool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = make_photo(tmp_path / "one.jpg").read_bytes()
    folder = tmp_path / "photos" / "a"
    folder.mkdir(parents=True)
    for number in range(300):
        (folder / f"{number:04}.jpg").write_bytes(first)
    asked: Counter[str] = Counter()
    gone = scanner.file_is_gone
    monkeypatch.setattr(photo_writer, "file_is_gone", lambda path: asked.update([path]) or gone(path))
    report = index(library, model, threads, tmp_path / "photos")
    assert (report.indexed, report.moved, asked.total()) == (1, 299, 1)
    folder.rename(tmp_path / "photos" / "b")
    asked.clear()
    report = index(library, model, threads, tmp_path / "photos")
    assert (report.moved, report.missing, report.questions) == (300, 0, [])
    assert asked.total() <= 300  # each old place once, not each for each
    (photo,) = list_photos(library.database)[0]
    assert len(paths_by_asset(library.database, [photo.asset])[photo.asset]) == 300


def test_copies_keep_their_own_locations_and_deleted_ones_are_missing(
    library: LibraryStore, model: FakeModel, threads: DecoderPool, tmp_path: Path
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    data = make_photo(folder / "0.jpg").read_bytes()
    for number in range(1, 6):
        (folder / f"{number}.jpg").write_bytes(data)
    index(library, model, threads, folder)
    (folder / "0.jpg").unlink()
    (folder / "1.jpg").unlink()
    (folder / "new.jpg").write_bytes(data)  # one of the two came back under another name
    index(library, model, threads, folder)
    (photo,) = list_photos(library.database)[0]
    where = {os.path.basename(path) for path in paths_by_asset(library.database, [photo.asset])[photo.asset]}
    assert {"2.jpg", "3.jpg", "4.jpg", "5.jpg", "new.jpg"} <= where and len(where) == 6


def test_a_folder_of_other_files_is_looked_through_in_steps(tmp_path: Path) -> None:
    for number in range(1200):
        (tmp_path / f"{number:05}.txt").touch()
    steps = list(scanner.walk(str(tmp_path)))
    assert set(steps) == {None} and len(steps) >= 3


def test_a_great_loss_is_concluded_in_steps(
    library: LibraryStore,
    model: FakeModel,
    threads: DecoderPool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(12):
        make_photo(folder / f"{number:02}.jpg", seed=number)
    index(library, model, threads, folder)
    for file in sorted(folder.iterdir())[:8]:
        file.unlink()
    monkeypatch.setattr("dinodesk.library.photos.photo_locations._ASK_AT_ONCE", 3)
    indexer = Indexer(library, model, decoders=threads, believe=None)
    steps = [step.phase for step in indexer.rescan()]
    assert indexer.report.missing == 8 and steps[-3:] == ["scanning"] * 3


def test_file_times_far_from_now_are_kept(
    library: LibraryStore, model: FakeModel, threads: DecoderPool, tmp_path: Path
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    moments = {
        "1969.jpg": -86_400,
        "1901.jpg": -(2**31),
        "2099.jpg": 4_070_908_800,
        "2262.jpg": 9_223_372_000,
    }
    for number, (name, moment) in enumerate(moments.items()):
        make_photo(folder / name, seed=number)
        os.utime(folder / name, (moment, moment))
    assert index(library, model, threads, folder).indexed == 4
    assert index(library, model, threads).unchanged == 4
    told = {os.path.basename(photo.path): photo.taken for photo in list_photos(library.database)[0]}
    assert told == {name: float(moment) for name, moment in moments.items()}
    for name in moments:  # the clock was put right: the same bytes at another time
        os.utime(folder / name, (1_600_000_000, 1_600_000_000))
    report = index(library, model, threads)
    assert (report.unchanged, report.missing, model.embedded) == (4, 0, 4)
