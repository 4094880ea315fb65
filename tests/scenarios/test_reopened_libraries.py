"""What was left behind or copied away is opened, two programs at once, links, drives with odd names."""

from __future__ import annotations

import os
import shutil
import subprocess
from itertools import zip_longest
from pathlib import Path

import pytest
from fakes import FakeModel
from indexing import index_photos
from photos import make_photo

from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.engine.indexing.report import IndexReport
from dinodesk.errors import LibraryError
from dinodesk.library.annotations import changes
from dinodesk.library.files import volumes
from dinodesk.library.folders import root_folders
from dinodesk.library.library import LibraryStore
from dinodesk.library.photos.photo_queries import list_photos, paths_by_asset


def index(library: LibraryStore, model: FakeModel, decoders: DecoderPool, *paths: Path) -> IndexReport:
    return index_photos(Indexer(library, model, decoders=decoders), *paths)


def names(library: LibraryStore) -> list[str]:
    return sorted(os.path.basename(photo.path) for photo in list_photos(library.database)[0])


@pytest.mark.parametrize(
    "parts", [("library.db", "library.db-wal", "library.db-shm"), ("library.db", "library.db-wal")]
)
def test_a_database_copied_while_it_is_open_opens(
    tmp_path: Path, model: FakeModel, threads: DecoderPool, photo_folder: Path, parts: tuple[str, ...]
) -> None:
    library = LibraryStore(tmp_path / "library")
    index(library, model, threads, photo_folder)
    copy = tmp_path / "copy"
    copy.mkdir()
    assert (library.folder / "library.db-wal").stat().st_size  # what was written last is there only
    for part in parts:
        shutil.copy(library.folder / part, copy)
    library.close()
    again = LibraryStore(copy)
    assert len(names(again)) == 12 and again.database.check() == [] and again.notices == []
    assert index(again, model, threads).unchanged == 12
    again.close()
    assert not (copy / "library.db-wal").exists()


def test_a_truncated_log_loses_its_last_steps_only(
    tmp_path: Path, model: FakeModel, threads: DecoderPool, photo_folder: Path
) -> None:
    library = LibraryStore(tmp_path / "library")
    index(library, model, threads, photo_folder)
    for share in (1.0, 0.9, 0.5, 0.1, 0.0):
        copy = tmp_path / f"copy-{share}"
        shutil.copytree(library.folder, copy)
        (copy / "library.db-shm").unlink()
        with (copy / "library.db-wal").open("r+b") as log:
            log.truncate(int(share * os.fstat(log.fileno()).st_size))
        again = LibraryStore(copy)
        assert again.database.check() == [] and again.notices == [], share
        index(again, model, threads, photo_folder)
        assert len(names(again)) == 12, share
        again.close()
    library.close()


def test_two_programs_index_the_same_folder_at_once(
    tmp_path: Path, threads: DecoderPool, photo_folder: Path
) -> None:
    (photo_folder / "bad.jpg").write_bytes(b"no photo")
    two = [LibraryStore(tmp_path / "library") for _ in range(2)]
    runs = [Indexer(library, FakeModel(), decoders=threads) for library in two]
    for _ in zip_longest(*(run.add([str(photo_folder)]) for run in runs)):
        pass
    for library, run in zip(two, runs, strict=True):
        report = run.report
        assert (report.found, len(report.skipped), report.missing) == (13, 1, 0)
        assert report.indexed + report.unchanged + report.moved == 12
        assert len(names(library)) == 12 and library.database.check() == []
        assert {len(each) for each in paths_by_asset(library.database, range(1, 13)).values()} == {1}
    for library in two:
        library.close()


def test_hard_links_are_locations_of_one_photo(
    tmp_path: Path, model: FakeModel, threads: DecoderPool
) -> None:
    library = LibraryStore(tmp_path / "library")
    folder = tmp_path / "photos"
    folder.mkdir()
    os.link(make_photo(folder / "a.jpg"), folder / "b.jpg")
    index(library, model, threads, folder)
    (photo,) = list_photos(library.database)[0]
    changes.add_tag(library.database, "label", [photo.asset], "kept")
    (folder / "a.jpg").rename(folder / "c.jpg")  # same inode, size and time as b, which stays
    report = index(library, model, threads)
    assert (report.moved, report.unchanged, report.indexed) == (1, 1, 0)
    (again,) = list_photos(library.database)[0]
    assert again.asset == photo.asset
    where = {os.path.basename(path) for path in paths_by_asset(library.database, [photo.asset])[photo.asset]}
    assert where == {"b.jpg", "c.jpg"}
    library.close()


def test_a_drive_whose_name_is_not_text(
    tmp_path: Path, model: FakeModel, threads: DecoderPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(volumes, "_FRESH", -1.0)
    drive = Path(os.fsdecode(os.fsencode(tmp_path) + b"/My \xff\xc2\x85 drive %41\nnew"))
    drive.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", drive], capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        make_photo(drive / "a.jpg")
        library = LibraryStore(tmp_path / "library")
        assert index(library, model, threads, tmp_path).indexed == 1  # found as a drive inside the folder
        assert index(library, model, threads).unchanged == 1
        (root,) = (each for each in root_folders.list_roots(library.database) if each.nested)
        assert (root.path, root.online) == (str(drive), True)
        root.drive.encode()  # it can be shown
        library.close()
    finally:
        subprocess.run(["umount", "-l", drive], check=True)
    library = LibraryStore(tmp_path / "library")
    assert [photo.state for photo in list_photos(library.database)[0]] == ["offline"]
    library.close()


def test_a_library_whose_drive_is_pulled_leaves_no_stray_folders(
    tmp_path: Path, model: FakeModel, threads: DecoderPool, photo_folder: Path
) -> None:
    library = LibraryStore(tmp_path / "drive" / "library")
    indexer = Indexer(library, model, decoders=threads)
    pulled = False
    with pytest.raises(LibraryError, match="not there any more"):
        for step in indexer.add([str(photo_folder)]):
            if step.stored and not pulled:
                (tmp_path / "drive").rename(tmp_path / "away")
                (tmp_path / "drive").mkdir()
                pulled = True
    assert pulled and list((tmp_path / "drive").iterdir()) == []
    library.close()
