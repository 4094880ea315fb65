"""Indexing: what is new, moved, edited, copied, gone, bad; and what a kill leaves behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import fakes
import numpy as np
import pytest
from fakes import FakeModel
from indexing import index_photos
from photos import make_photo
from PIL import Image

from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.indexing.indexer import Indexer, batch_after
from dinodesk.engine.indexing.report import IndexReport
from dinodesk.engine.search.persistent_index import PersistentIndex
from dinodesk.errors import DinoDeskError, ModelError
from dinodesk.library.folders import root_folders
from dinodesk.library.library import LibraryStore
from dinodesk.library.photos import photo_locations
from dinodesk.library.photos.photo_details import read_photo_details
from dinodesk.library.photos.photo_queries import folder_tree, list_photos, paths_by_asset
from dinodesk.records import LocationDetails

Index = Callable[..., IndexReport]


@pytest.fixture
def index(library: LibraryStore, model: FakeModel, threads: DecoderPool) -> Index:
    def run(*paths: Path) -> IndexReport:
        return index_photos(Indexer(library, model, decoders=threads), *paths)

    return run


def paths_of(library: LibraryStore) -> set[str]:
    photos, _ = list_photos(library.database)
    return {photo.path for photo in photos}


def test_new_files_are_indexed_once(
    library: LibraryStore, index: Index, photo_folder: Path, model: FakeModel
) -> None:
    assert index(photo_folder).indexed == 12
    again = index(photo_folder)
    assert (again.indexed, again.unchanged, model.embedded) == (0, 12, 12)
    assert paths_of(library) == {str(file) for file in photo_folder.rglob("*.jpg")}
    assert len(list(library.thumbnails.rglob("*.jpg"))) == 24  # two sizes


def test_renamed_folder_is_moved_not_embedded_again(
    library: LibraryStore, index: Index, photo_folder: Path, model: FakeModel
) -> None:
    index(photo_folder)
    renamed = photo_folder.rename(photo_folder.with_name("renamed"))
    report = index(renamed)
    assert (report.indexed, report.moved, model.embedded) == (0, 12, 12)
    assert paths_of(library) == {str(file) for file in renamed.rglob("*.jpg")}


def test_a_copy_is_a_second_location(library: LibraryStore, index: Index, photo_folder: Path) -> None:
    index(photo_folder)
    shutil.copy(photo_folder / "red" / "01.jpg", photo_folder / "copy.jpg")
    report = index(photo_folder)
    assert (report.indexed, report.moved, report.unchanged) == (0, 1, 12)
    photos, _ = list_photos(library.database)
    assert len(photos) == 12
    assert (
        max(len(each) for each in paths_by_asset(library.database, [p.asset for p in photos]).values()) == 2
    )


def test_equal_new_files_are_embedded_once(
    library: LibraryStore, index: Index, model: FakeModel, tmp_path: Path
) -> None:
    folder = tmp_path / "equal"
    folder.mkdir()
    for number in range(4):
        photo = make_photo(folder / f"{number}.jpg", seed=700 + number)
        for copy in range(5):
            shutil.copy(photo, folder / f"{number} copy {copy}.jpg")
    report = index(folder)
    assert (report.found, report.indexed, report.moved, model.embedded) == (24, 4, 20, 4)
    assert index(folder).unchanged == 24 and len(list_photos(library.database)[0]) == 4


def test_edited_in_place_keeps_the_asset(library: LibraryStore, index: Index, photo_folder: Path) -> None:
    index(photo_folder)
    edited = photo_folder / "red" / "01.jpg"
    before = {photo.path: photo for photo in list_photos(library.database)[0]}[str(edited)]
    make_photo(edited, seed=99)
    assert index(photo_folder).indexed == 1
    after = {photo.path: photo for photo in list_photos(library.database)[0]}[str(edited)]
    assert after.asset == before.asset and after.content != before.content


def test_one_of_two_copies_edited_becomes_its_own(
    library: LibraryStore, index: Index, photo_folder: Path
) -> None:
    shutil.copy(photo_folder / "red" / "01.jpg", photo_folder / "copy.jpg")
    index(photo_folder)
    make_photo(photo_folder / "copy.jpg", seed=98)
    index(photo_folder)
    photos, _ = list_photos(library.database)
    assert len(photos) == 13


def test_touched_is_not_embedded_again(index: Index, photo_folder: Path, model: FakeModel) -> None:
    index(photo_folder)
    os.utime(photo_folder / "red" / "01.jpg", (1, 1))
    report = index(photo_folder)
    assert (report.unchanged, model.embedded) == (12, 12)


def test_deleted_is_missing_and_comes_back(library: LibraryStore, index: Index, photo_folder: Path) -> None:
    index(photo_folder)
    gone = photo_folder / "red" / "01.jpg"
    content = gone.read_bytes()
    gone.unlink()
    assert index(photo_folder).missing == 1
    assert {p.path: p.state for p in list_photos(library.database)[0]}[str(gone)] == "missing"
    gone.write_bytes(content)
    assert index(photo_folder).missing == 0
    assert {p.state for p in list_photos(library.database)[0]} == {"online"}


def test_an_emptied_root_is_questioned_not_believed(
    library: LibraryStore, index: Index, photo_folder: Path
) -> None:
    index(photo_folder)
    for file in photo_folder.rglob("*.jpg"):
        file.unlink()
    report = index(photo_folder)
    assert (report.found, report.missing) == (0, 0) and len(report.questions) == 1
    assert {photo.state for photo in list_photos(library.database)[0]} == {"online"}


def test_more_than_a_fifth_gone_is_questioned(index: Index, photo_folder: Path) -> None:
    index(photo_folder)
    for number in (1, 3, 5):
        (photo_folder / "red" / f"{number:02}.jpg").unlink()
    report = index(photo_folder)
    assert report.missing == 0 and "suddenly gone" in report.questions[0]


def test_a_folder_that_is_away_makes_photos_offline(
    library: LibraryStore, index: Index, photo_folder: Path
) -> None:
    index(photo_folder)
    photo_folder.rename(photo_folder.with_name("elsewhere"))
    report = index()
    assert (report.offline, report.missing, report.questions) == (12, 0, [])
    assert {photo.state for photo in list_photos(library.database)[0]} == {"offline"}


def test_bad_files_are_listed_again_without_being_opened(
    library: LibraryStore, index: Index, photo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (photo_folder / "empty.jpg").touch()
    (photo_folder / "words.jpg").write_text("no photo")
    os.mkfifo(photo_folder / "pipe.jpg")
    whole = (photo_folder / "red" / "01.jpg").read_bytes()
    (photo_folder / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    first = index(photo_folder)
    assert first.indexed == 12
    assert {Path(bad.path).name for bad in first.skipped} == {"empty.jpg", "words.jpg", "cut.jpg"}
    monkeypatch.setattr(
        "dinodesk.engine.decoding.photo_reader.hash_file", lambda path: pytest.fail(f"opened {path}")
    )
    assert index(photo_folder).skipped == sorted(first.skipped, key=lambda bad: bad.path)


def test_a_file_without_permission_is_tried_again(
    library: LibraryStore, index: Index, photo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dinodesk.library.images import decoder

    def refuse(path: str) -> object:
        raise decoder.PhotoError("The file can't be read: no permission.")

    with monkeypatch.context() as patch:
        patch.setattr("dinodesk.engine.decoding.photo_reader.hash_file", refuse)
        assert "no permission" in index(photo_folder).skipped[0].reason
    assert index(photo_folder).indexed == 12
    assert photo_locations.list_skipped(library.database) == []


def test_photos_by_content_not_by_name(index: Index, photo_folder: Path) -> None:
    make_photo(photo_folder / "no_ending", seed=50)
    (photo_folder / "notes.txt").write_text("not a photo")
    (photo_folder / ".hidden").mkdir()
    make_photo(photo_folder / ".hidden" / "a.jpg", seed=51)
    assert index(photo_folder).indexed == 13


def test_odd_names_survive(library: LibraryStore, index: Index, tmp_path: Path) -> None:
    names = [b"caf\xe9.jpg", "日本 📷.jpg".encode(), b"100%_'\"\n.jpg", b"a" * 251 + b".jpg"]
    folder = os.fsencode(tmp_path / "odd")
    os.mkdir(folder)
    for number, name in enumerate(names):
        source = make_photo(tmp_path / "source.jpg", seed=number)
        os.rename(os.fsencode(source), os.path.join(folder, name))
    assert index(tmp_path / "odd").indexed == 4
    found = {os.path.basename(os.fsencode(photo.path)) for photo in list_photos(library.database)[0]}
    assert found == set(names)


def test_symlink_loops_end(index: Index, photo_folder: Path) -> None:
    (photo_folder / "red" / "loop").symlink_to(photo_folder, target_is_directory=True)
    assert index(photo_folder).found == 12


def test_single_files_and_nested_roots(library: LibraryStore, index: Index, photo_folder: Path) -> None:
    assert index(photo_folder / "red" / "01.jpg").indexed == 1
    assert index().found == 1
    index(photo_folder / "red")
    index(photo_folder)
    report = index()
    assert (report.found, report.unchanged) == (12, 12)
    tree = folder_tree(list_photos(library.database)[0], root_folders.list_roots(library.database))
    assert [(node.name, node.count, node.parent == "") for node in tree] == [
        ("photos", 12, True),
        ("blue", 6, False),
        ("red", 6, False),
    ]


def test_what_is_not_there_is_refused(index: Index, tmp_path: Path) -> None:
    with pytest.raises(DinoDeskError, match="There is no"):
        index(tmp_path / "nowhere")


def test_removing_a_folder_keeps_files_and_vectors(
    library: LibraryStore, index: Index, photo_folder: Path, model: FakeModel
) -> None:
    index(photo_folder)
    root_folders.remove_root(library.database, root_folders.list_roots(library.database)[0].id)
    assert paths_of(library) == set()
    assert len(list(photo_folder.rglob("*.jpg"))) == 12
    report = index(photo_folder)
    assert (report.moved, report.indexed, model.embedded) == (12, 0, 12)


def test_another_model_has_vectors_of_its_own(
    library: LibraryStore, index: Index, photo_folder: Path
) -> None:
    index(photo_folder)
    other = FakeModel(fingerprint="0000" * 8)
    indexer = Indexer(library, other)
    for _ in indexer.add([str(photo_folder)]):
        pass
    assert indexer.report.indexed == 12
    for info in (other.info, FakeModel().info):
        live = PersistentIndex(library, info)
        live.load()
        assert len(live.vectors) == 12


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, 1e5, 1e-3])
def test_unusable_vectors_are_kept_out(
    index: Index, photo_folder: Path, model: FakeModel, monkeypatch: pytest.MonkeyPatch, value: float
) -> None:
    def bad(pixels: np.ndarray):
        yield
        return np.full((len(pixels), model.info.dim), value, np.float32)

    with monkeypatch.context() as patch:
        patch.setattr(model, "embed_steps", bad)
        report = index(photo_folder)
    assert report.indexed == 0 and "no usable vector" in report.skipped[0].reason
    assert index(photo_folder).indexed == 12  # not the files' fault


def test_a_batch_too_large_for_the_device_is_halved(
    index: Index, photo_folder: Path, model: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    honest = FakeModel.embed_steps

    def small(pixels: np.ndarray):
        sizes.append(len(pixels))
        if len(pixels) > limit:
            raise type("OutOfMemoryError", (RuntimeError,), {})("CUDA out of memory")
        return honest(model, pixels)

    limit = 1
    monkeypatch.setattr(model, "embed_steps", lambda pixels: (yield from small(pixels)))
    assert index(photo_folder).indexed == 12 and max(sizes) > 1 and sizes[-1] == 1
    limit = 0
    make_photo(photo_folder / "more.jpg", seed=70)
    with pytest.raises(ModelError, match="too little memory"):
        index(photo_folder)


def test_originals_are_never_written_to(index: Index, photo_folder: Path) -> None:
    before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in photo_folder.rglob("*.jpg")}
    index(photo_folder)
    index()
    assert before == {
        f: (f.read_bytes(), f.stat().st_mtime_ns) for f in photo_folder.rglob("*") if f.is_file()
    }


def test_stopping_loses_at_most_a_step(library: LibraryStore, model: FakeModel, photo_folder: Path) -> None:
    indexer = Indexer(library, model)
    steps = indexer.add([str(photo_folder)])
    stored = 0
    for step in steps:
        stored += len(step.stored)
        if stored >= 4:
            break
    steps.close()
    assert len(paths_of(library)) == stored
    rest = Indexer(library, model)
    for _ in rest.rescan():
        pass
    assert rest.report.indexed == 12 - stored and rest.report.unchanged == stored


@pytest.mark.parametrize("after", [1, 2])
def test_a_killed_run_is_continued(tmp_path: Path, photo_folder: Path, after: int) -> None:
    script = textwrap.dedent("""
        import os, signal, sys
        from pathlib import Path
        from fakes import FakeModel
        from dinodesk.engine.indexing.indexer import Indexer
        from dinodesk.library.library import LibraryStore
        stored = 0
        for step in Indexer(LibraryStore(Path(sys.argv[1])), FakeModel()).add([sys.argv[2]]):
            stored += bool(step.stored)
            if stored == int(sys.argv[3]):
                os.kill(os.getpid(), signal.SIGKILL)
    """)
    command = [sys.executable, "-c", script, str(tmp_path / "library"), str(photo_folder), str(after)]
    environment = dict(os.environ, PYTHONPATH=str(Path(fakes.__file__).parent))
    killed = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    library = LibraryStore(tmp_path / "library")
    assert library.database.check() == []
    kept = len(paths_of(library))
    assert kept >= after
    model = FakeModel()
    indexer = Indexer(library, model)
    for _ in indexer.rescan():
        pass
    assert indexer.report.unchanged == kept and len(paths_of(library)) == 12
    assert model.embedded == 12 - kept
    library.close()


def test_details_name_the_photo(library: LibraryStore, index: Index, photo_folder: Path) -> None:
    index(photo_folder)
    photo = list_photos(library.database)[0][0]
    details = read_photo_details(library.database, photo.asset)
    assert details is not None
    assert details.locations == (LocationDetails(path=photo.path, state="online"),)
    assert (details.width, details.height, details.models) == (80, 60, ("fake encoder",))
    assert details.bytes == os.path.getsize(photo.path)
    assert read_photo_details(library.database, 10_000) is None


def refuse_below(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """What a person without permission meets below `folder`; the tests may run as root."""
    honest, listing = os.lstat, os.scandir

    def lstat(path: str | Path, **options: object) -> os.stat_result:
        if str(path).startswith(f"{folder}{os.sep}"):
            raise PermissionError(13, "Permission denied", str(path))
        return honest(path, **options)

    def scandir(path: str):
        if str(path) == str(folder):
            raise PermissionError(13, "Permission denied", str(path))
        return listing(path)

    monkeypatch.setattr(os, "lstat", lstat)
    monkeypatch.setattr(os, "scandir", scandir)


def test_a_folder_without_permission_is_listed_and_nothing_is_missing(
    library: LibraryStore, index: Index, photo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index(photo_folder)
    refuse_below(monkeypatch, photo_folder / "red")
    report = index(photo_folder)
    assert (report.missing, report.unchanged) == (0, 6)
    assert [Path(bad.path).name for bad in report.skipped] == ["red"]
    assert {photo.state for photo in list_photos(library.database)[0]} == {"online"}


def test_a_copy_of_an_unreadable_photo_is_a_second_location(
    library: LibraryStore, index: Index, photo_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index(photo_folder)
    (tmp_path / "copies").mkdir()
    shutil.copy(photo_folder / "red" / "01.jpg", tmp_path / "copies")
    refuse_below(monkeypatch, photo_folder / "red")
    index(tmp_path / "copies")
    every = paths_by_asset(library.database, [photo.asset for photo in list_photos(library.database)[0]])
    assert sorted(len(paths) for paths in every.values()) == [1] * 11 + [2]


def test_a_drive_that_is_unmounted_is_away(
    library: LibraryStore, index: Index, tmp_path: Path, photo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive = tmp_path / "drive"
    shutil.copytree(photo_folder, drive)
    mounted = {str(drive), "/"}
    monkeypatch.setattr(os.path, "ismount", lambda path: str(path) in mounted)
    monkeypatch.setattr("dinodesk.library.files.mounts.current", dict)
    index(drive)
    mounted.remove(str(drive))
    shutil.rmtree(drive)
    drive.mkdir()  # the empty mount point stays behind
    report = index()
    assert (report.offline, report.missing, report.questions) == (12, 0, [])
    assert {photo.state for photo in list_photos(library.database)[0]} == {"offline"}
    index(photo_folder)  # the same photos elsewhere: found there, and the drive keeps its places
    photos = list_photos(library.database)[0]
    assert {(photo.state, Path(photo.path).parents[1]) for photo in photos} == {("online", photo_folder)}
    assert {len(each) for each in paths_by_asset(library.database, [p.asset for p in photos]).values()} == {2}


def test_the_readable_copy_is_the_one_that_is_shown(
    library: LibraryStore, index: Index, photo_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(photo_folder, tmp_path / "again")
    index(photo_folder)
    index(tmp_path / "again")
    photo_folder.rename(tmp_path / "away")
    assert {photo.state for photo in list_photos(library.database)[0]} == {"online"}
    assert all(Path(path).is_file() for path in paths_of(library))


def test_an_undone_edit_gives_the_asset_its_content_back(
    library: LibraryStore, index: Index, photo_folder: Path, model: FakeModel
) -> None:
    index(photo_folder)
    file = photo_folder / "red" / "01.jpg"
    original = file.read_bytes()
    before = {photo.path: photo for photo in list_photos(library.database)[0]}[str(file)]
    make_photo(file, seed=90)
    index(photo_folder)
    file.write_bytes(original)
    report = index(photo_folder)
    after = {photo.path: photo for photo in list_photos(library.database)[0]}[str(file)]
    assert (after.asset, after.content) == (before.asset, before.content)
    assert (report.moved, model.embedded) == (0, 13) and len(paths_of(library)) == 12


def test_nothing_is_counted_twice(index: Index, photo_folder: Path) -> None:
    index(photo_folder, photo_folder / "red", photo_folder)
    (photo_folder / "red" / "01.jpg").unlink()
    assert index(photo_folder, photo_folder).missing == 1
    photo_folder.rename(photo_folder.with_name("away"))
    assert index().offline == 12


def test_another_file_of_the_same_size_and_time_is_noticed(index: Index, photo_folder: Path) -> None:
    index(photo_folder)
    file = photo_folder / "red" / "01.jpg"
    about = file.stat()
    other = make_photo(photo_folder.parent / "other.jpg", seed=91)
    other.write_bytes(other.read_bytes()[: about.st_size].ljust(about.st_size, b"\0"))
    os.utime(other, ns=(about.st_atime_ns, about.st_mtime_ns))
    os.replace(other, file)
    report = index(photo_folder)
    assert report.unchanged == 11


def test_black_photos_are_left_out(index: Index, photo_folder: Path) -> None:
    Image.new("RGB", (64, 64)).save(photo_folder / "black.png")
    Image.new("RGB", (64, 64), "navy").save(photo_folder / "navy.png")
    report = index(photo_folder)
    assert report.indexed == 13 and "all black" in report.skipped[0].reason


def test_pipes_and_devices_are_not_counted(index: Index, photo_folder: Path) -> None:
    os.mkfifo(photo_folder / "pipe.jpg")
    report = index(photo_folder / "pipe.jpg")
    assert (report.found, report.skipped) == (0, []) and "pipe.jpg" in report.questions[0]
    (photo_folder / "notes.txt").write_text("words")
    assert len(index(photo_folder / "notes.txt").skipped) == 1


def test_a_folder_that_holds_a_library_too_is_indexed(
    tmp_path: Path, photo_folder: Path, model: FakeModel
) -> None:
    library = LibraryStore(photo_folder)
    for _ in range(2):
        indexer = Indexer(library, model)
        for _ in indexer.add([str(photo_folder)]):
            pass
        assert indexer.report.found == 12
    library.close()


def test_batches_grow_while_the_steps_of_a_pass_stay_short() -> None:
    assert batch_after(2, slowest=0.05, budget=0.05, most=8) == 4
    assert batch_after(8, slowest=0.05, budget=0.05, most=8) == 8
    assert batch_after(4, slowest=0.09, budget=0.05, most=8) == 4, "as long as two steps may take"
    assert batch_after(4, slowest=0.4, budget=0.05, most=8) == 1
    assert batch_after(1, slowest=9.0, budget=0.0, most=8) == 1
    assert batch_after(4, slowest=0.09, budget=0.05, most=2) == 2, "the device's memory holds no more"
