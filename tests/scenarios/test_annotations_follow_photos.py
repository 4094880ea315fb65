"""Annotations follow a photo through edits, moves and copies; sidecars are read; originals never change."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import FakeModel
from indexing import index_photos
from photo_blocks import bag, packet, photo, write
from photos import make_photo

from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.engine.indexing.report import IndexReport
from dinodesk.engine.user_data import sidecar_exchange
from dinodesk.library.annotations import changes, queries
from dinodesk.library.files import mounts
from dinodesk.library.library import LibraryStore
from dinodesk.library.maintenance import statistics
from dinodesk.library.metadata import embedded_reader, metadata_store
from dinodesk.library.photos import photo_locations, photo_writer
from dinodesk.library.photos.photo_details import read_photo_details
from dinodesk.library.photos.photo_queries import list_photos
from dinodesk.library.sidecars import sidecar_reader
from dinodesk.records import Photo, PhotoDetails

Index = Callable[..., IndexReport]


@pytest.fixture
def index(library: LibraryStore, model: FakeModel, threads: DecoderPool) -> Index:
    def run(*paths: Path) -> IndexReport:
        return index_photos(Indexer(library, model, decoders=threads), *paths)

    return run


def by_path(library: LibraryStore) -> dict[str, Photo]:
    return {each.path: each for each in list_photos(library.database)[0]}


def asset_at(library: LibraryStore, path: Path) -> int:
    return photo_locations.assets_by_path(library.database)[str(path)]


def annotations_of_asset(library: LibraryStore, asset: int) -> queries.Annotations:
    with library.database.reading() as connection:
        return queries.annotations_of(connection, [asset])[asset]


def info(library: LibraryStore, asset: int) -> PhotoDetails:
    found = read_photo_details(library.database, asset)
    assert found is not None
    return found


@pytest.fixture
def kept(library: LibraryStore, index: Index, photo_folder: Path) -> tuple[int, Path, queries.Annotations]:
    """An annotated photo: its asset, its file, its annotations."""
    index(photo_folder)
    file = photo_folder / "red" / "01.jpg"
    asset = asset_at(library, file)
    changes.rate(library.database, [asset], 4)
    changes.add_tag(library.database, "label", [asset], "Beach")
    changes.add_tag(library.database, "album", [asset], "Best of")
    return asset, file, queries.Annotations(4, None, None, ("Beach",), ("Best of",))


def test_annotations_survive_a_move_and_a_rename(library, index, photo_folder, kept) -> None:
    asset, file, words = kept
    moved = photo_folder / "elsewhere" / "other.jpg"
    moved.parent.mkdir()
    file.rename(moved)
    index()
    assert asset_at(library, moved) == asset and annotations_of_asset(library, asset) == words
    assert by_path(library)[str(moved)].rating == 4
    folder = photo_folder.rename(photo_folder.with_name("renamed"))
    index(folder)
    again = asset_at(library, folder / "elsewhere" / "other.jpg")
    assert again == asset and annotations_of_asset(library, again) == words


def test_annotations_survive_an_edit_and_its_undo(library, index, kept) -> None:
    asset, file, words = kept
    before = file.read_bytes()
    make_photo(file, seed=99)
    index()
    assert asset_at(library, file) == asset and annotations_of_asset(library, asset) == words
    file.write_bytes(before)
    index()
    assert asset_at(library, file) == asset and annotations_of_asset(library, asset) == words


def test_a_copy_shares_annotations_and_an_edited_copy_gets_its_own(
    library, index, photo_folder, kept
) -> None:
    asset, file, words = kept
    copy = photo_folder / "copy.jpg"
    shutil.copy(file, copy)
    index()
    assert len(list_photos(library.database)[0]) == 12 and annotations_of_asset(library, asset) == words
    make_photo(copy, seed=98)
    index()
    own = asset_at(library, copy)
    assert own != asset and annotations_of_asset(library, own) == words == annotations_of_asset(
        library, asset
    )
    changes.rate(library.database, [own], 1)
    assert annotations_of_asset(library, asset).rating == 4


def test_annotations_survive_a_deletion_and_the_removal_of_a_folder(
    library, index, photo_folder, kept
) -> None:
    asset, file, words = kept
    before = file.read_bytes()
    file.unlink()
    index()
    assert by_path(library)[str(file)].state == "missing" and annotations_of_asset(library, asset) == words
    file.write_bytes(before)
    index()
    assert asset_at(library, file) == asset and annotations_of_asset(library, asset) == words


def label(library: LibraryStore, asset: int) -> queries.Annotations:
    """Annotate a photo in every way; its annotations then."""
    changes.rate(library.database, [asset], 4)
    changes.add_tag(library.database, "label", [asset], f"of {asset}")
    changes.add_tag(library.database, "album", [asset], f"album {asset}")
    changes.apply(library.database, changes.Change("", texts=((asset, "Title", "Story"),)))
    return annotations_of_asset(library, asset)


def placeless(library: LibraryStore) -> int:
    return statistics.collect_statistics(library).leftovers


@pytest.mark.parametrize(
    "backup", ["02_orig.jpg", "00_orig.jpg"]
)  # after and before it in the order of names
@pytest.mark.parametrize("renamed", [False, True])
@pytest.mark.parametrize("runs", [1, 2])
@pytest.mark.parametrize("at_once", [1, 16])
def test_an_edit_and_its_kept_original_both_have_the_annotations(
    library, index, tmp_path, model, monkeypatch, backup: str, renamed: bool, runs: int, at_once: int
) -> None:
    folder = tmp_path / "few"
    folder.mkdir()
    file, other = make_photo(folder / "01.jpg", seed=1), folder / backup
    make_photo(folder / "05.jpg", seed=5)
    index(folder)
    words = label(library, asset_at(library, file))
    if renamed:
        file.rename(other)
    else:
        shutil.copy2(file, other)
    outside = other.rename(tmp_path / "outside.jpg") if runs == 2 else None
    make_photo(file, seed=99)
    if outside is not None:  # the original comes back later
        index()
        outside.rename(other)
    if at_once == 1:  # each file in a transaction of its own
        honest = photo_writer.store_photos
        monkeypatch.setattr(
            photo_writer,
            "store_photos",
            lambda db, model, photos, departed: [
                each for photo in photos for each in honest(db, model, [photo], departed)
            ],
        )
    report = index()
    assert (report.missing, report.questions, placeless(library), model.embedded) == (0, [], 0, 3)
    assert asset_at(library, file) != asset_at(library, other)
    assert (
        annotations_of_asset(library, asset_at(library, file))
        == words
        == annotations_of_asset(library, asset_at(library, other))
    )


def test_a_kept_original_has_the_latest_annotations(library, index, photo_folder, kept) -> None:
    asset, file, _ = kept
    original = file.read_bytes()
    make_photo(file, seed=99)
    index()
    second = photo_folder / "second.jpg"
    second.write_bytes(original)  # a photo of its own by now
    index()
    own = asset_at(library, second)
    changes.add_tag(library.database, "label", [own], "Later")
    shutil.copy2(second, photo_folder / "third.jpg")
    make_photo(second, seed=98)
    index()
    assert asset not in (own, asset_at(library, photo_folder / "third.jpg"))
    assert "Later" in annotations_of_asset(library, asset_at(library, photo_folder / "third.jpg")).labels


@pytest.mark.parametrize("copied", [False, True])
def test_an_edit_saved_under_two_names_keeps_annotations(
    library, index, photo_folder, kept, copied: bool
) -> None:
    asset, file, words = kept
    if copied:
        shutil.copy(file, photo_folder / "copy.jpg")
        index()
    make_photo(file, seed=99)
    shutil.copy(file, photo_folder / "a.jpg")  # is stored first
    index()
    assert asset_at(library, file) == asset_at(library, photo_folder / "a.jpg")
    assert annotations_of_asset(library, asset_at(library, file)) == words and placeless(library) == 0
    if copied:
        assert (
            asset_at(library, photo_folder / "copy.jpg") == asset
            and annotations_of_asset(library, asset) == words
        )


def test_annotations_of_an_edited_copy_are_merged_when_the_edit_is_undone(
    library, index, photo_folder, kept
) -> None:
    asset, file, words = kept
    copy = photo_folder / "copy.jpg"
    shutil.copy(file, copy)
    index()
    make_photo(copy, seed=98)
    index()
    own = asset_at(library, copy)
    changes.add_tag(library.database, "label", [own], "BONLY")
    changes.rate(library.database, [own], 1)
    changes.apply(library.database, changes.Change("", texts=((own, "Title", None),)))
    shutil.copy(file, copy)
    index()
    assert asset_at(library, copy) == asset and placeless(library) == 0
    assert annotations_of_asset(library, asset) == queries.Annotations(
        4, "Title", None, ("Beach", "BONLY"), words.albums
    )
    make_photo(copy, seed=98)  # and the edit again
    index()
    assert "BONLY" in annotations_of_asset(library, asset_at(library, copy)).labels
    assert library.database.check() == []


@pytest.fixture
def strangers(library: LibraryStore, index: Index, tmp_path: Path) -> tuple[Path, Path]:
    """Two photos in two roots with annotations of their own, and some others."""
    for folder in ("A", "B"):
        (tmp_path / folder).mkdir()
        for number in range(12):
            make_photo(tmp_path / folder / f"other {number}.jpg", seed=ord(folder) * 100 + number)
    anna, bert = make_photo(tmp_path / "A" / "anna.jpg", seed=1), make_photo(tmp_path / "B" / "b.jpg", seed=2)
    index(anna.parent, bert.parent)
    for file, name in ((anna, "ANNA"), (bert, "BERT")):
        changes.add_tag(library.database, "label", [asset_at(library, file)], name)
    return anna, bert


def labels_at(library: LibraryStore, file: Path) -> tuple[str, ...]:
    return annotations_of_asset(library, asset_at(library, file)).labels


def test_names_exchanged_between_folders_that_are_looked_through_one_by_one(
    library, index, strangers
) -> None:
    anna, bert = strangers
    anna.rename(anna.with_name("aside"))
    bert.rename(anna)
    anna.with_name("aside").rename(bert)
    index(anna.parent)
    assert labels_at(library, anna) == ("BERT",)
    index(anna.parent, bert.parent)
    assert (labels_at(library, anna), labels_at(library, bert)) == (("BERT",), ("ANNA",))


def test_an_overwritten_photo_keeps_its_annotations(library, index, strangers, tmp_path) -> None:
    anna, bert = strangers
    bytes_of_bert = bert.read_bytes()
    shutil.copy(anna, bert)
    index()
    assert labels_at(library, anna) == labels_at(library, bert) == ("ANNA",)
    bert.write_bytes(bytes_of_bert)  # from the trash
    index()
    assert (labels_at(library, anna), labels_at(library, bert)) == (("ANNA",), ("BERT",))
    bert.unlink()
    anna.rename(bert)
    index()
    assert labels_at(library, bert) == ("ANNA",)


@pytest.mark.parametrize(("hours", "expected"), [(0, ("BERT",)), (2, ())])
def test_a_file_under_a_long_missing_name_is_a_new_photo(
    library, index, strangers, monkeypatch, hours: int, expected: tuple[str, ...]
) -> None:
    _, bert = strangers
    bert.unlink()
    index()
    make_photo(bert, seed=77)  # some programs delete before they save
    now = time.time()
    monkeypatch.setattr(photo_writer.time, "time", lambda: now + 3600 * hours)
    index()
    assert labels_at(library, bert) == expected


def test_reused_names_ask_nothing_and_annotations_follow_the_bytes(library, index, tmp_path, model) -> None:
    for folder, seed in (("new", 100), ("old", 200)):
        (tmp_path / "t3" / folder).mkdir(parents=True)
        for number in range(10):
            make_photo(tmp_path / "t3" / folder / f"{number:03}.jpg", seed=seed + number)
    index(tmp_path / "t3")
    words = {}
    for path, each in by_path(library).items():
        words[path] = label(library, each.asset)
    (tmp_path / "t3" / "old").rename(tmp_path / "t3" / "older")
    (tmp_path / "t3" / "new").rename(tmp_path / "t3" / "old")
    for moved in (20, 0):
        report = index()
        assert (report.found, report.moved, report.indexed, report.missing) == (20, moved, 0, 0)
        assert (report.questions, model.embedded, placeless(library)) == ([], 20, 0)
    for before, now in (("old", "older"), ("new", "old")):
        for number in range(10):
            path = f"{number:03}.jpg"
            there = asset_at(library, tmp_path / "t3" / now / path)
            assert annotations_of_asset(library, there) == words[str(tmp_path / "t3" / before / path)]
    assert {each.state for each in by_path(library).values()} == {"online"} and len(by_path(library)) == 20


def test_a_kill_between_the_two_halves_of_an_exchange_mixes_nothing(library, index, tmp_path, model) -> None:
    folder = tmp_path / "few"
    folder.mkdir()
    files = [make_photo(folder / f"{number}.jpg", seed=number) for number in range(2)]
    index(folder)
    words = [label(library, asset_at(library, file)) for file in files]
    shutil.copy(files[0], folder / "x")
    shutil.copy(files[1], files[0])
    shutil.move(folder / "x", tmp_path / "x")  # not seen by the run that is killed
    steps = Indexer(library, model).rescan()
    while not next(steps).stored:
        pass
    steps.close()
    shutil.move(tmp_path / "x", files[1])
    index()
    assert [annotations_of_asset(library, asset_at(library, file)) for file in files] == [words[1], words[0]]
    assert placeless(library) == 0


def test_annotations_follow_the_bytes_when_files_exchange_or_take_names(library, index, tmp_path) -> None:
    folder = tmp_path / "few"
    folder.mkdir()
    files = [make_photo(folder / f"{number}.jpg", seed=number) for number in range(4)]
    index(folder)
    words = [label(library, asset_at(library, file)) for file in files]
    files[0].rename(folder / "x")
    files[1].rename(files[0])
    (folder / "x").rename(files[1])
    index()
    assert [annotations_of_asset(library, asset_at(library, file)) for file in files[:2]] == [
        words[1],
        words[0],
    ]
    for number in (3, 2, 1):
        files[number].rename(folder / f"{number + 1}.jpg")
    index()
    order = [words[1], words[0], words[2], words[3]]
    now = [folder / name for name in ("0.jpg", "2.jpg", "3.jpg", "4.jpg")]
    assert [annotations_of_asset(library, asset_at(library, file)) for file in now] == order
    assert set(by_path(library)) == {str(file) for file in now} and placeless(library) == 0


@pytest.mark.parametrize("whole", [True, False])  # the folder of the library, or one inside it
@pytest.mark.parametrize("in_place", [True, False])  # how programs save: into the file, or a new one
def test_annotations_survive_an_edit_inside_a_renamed_folder(
    library, index, photo_folder, kept, model, whole: bool, in_place: bool
) -> None:
    asset, file, words = kept
    renamed = photo_folder.with_name("renamed") if whole else photo_folder / "rot"
    (photo_folder if whole else photo_folder / "red").rename(renamed)
    file = renamed / "red" / "01.jpg" if whole else renamed / "01.jpg"
    if not in_place:
        file.unlink()
    make_photo(file, seed=99)
    report = index(renamed) if whole else index()
    assert (report.indexed, report.moved, report.missing, report.offline) == (1, 11 if whole else 5, 0, 0)
    assert asset_at(library, file) == asset and annotations_of_asset(library, asset) == words
    assert {each.state for each in by_path(library).values()} == {"online"} and len(by_path(library)) == 12
    assert (report.questions, placeless(library), model.embedded) == ([], 0, 13)


def test_a_folder_of_which_only_some_photos_moved_was_not_renamed(library, index, photo_folder, kept) -> None:
    asset, file, _ = kept
    other = photo_folder / "other"
    other.mkdir()
    for name in ("03.jpg", "05.jpg"):
        file.with_name(name).rename(other / name)
    shutil.rmtree(photo_folder / "red")
    make_photo(other / "01.jpg", seed=99)
    index()
    assert asset_at(library, other / "01.jpg") != asset


@pytest.fixture
def tagged_folder(tmp_path: Path) -> Path:
    """Three photos that say something of themselves, one with a sidecar of its own, one with a shared one."""
    folder = tmp_path / "tagged"
    for number in range(3):
        inner = {0x9003: f"2021:05:06 07:08:0{number}"}
        words = packet(f'xmp:Rating="{number}"', bag("dc:subject", "inside"))
        write(folder / f"{number}.jpg", photo(seed=number, inner=inner, xmp=words))
    write(folder / "1.jpg.xmp", packet('xmp:Rating="5"', bag("dc:subject", "beside")))
    write(folder / "2.xmp", packet('xmp:Rating="4" photoshop:DateCreated="1999-01-02T03:04:05Z"'))
    return folder


def test_sidecars_go_before_the_photo_and_the_person_before_both(library, index, tagged_folder) -> None:
    report = index(tagged_folder)
    assert report.skipped == []
    found = {Path(path).name: each for path, each in by_path(library).items()}
    assert [found[f"{number}.jpg"].rating for number in range(3)] == [0, 5, 4]
    one, two = found["1.jpg"].asset, found["2.jpg"].asset
    assert info(library, one).metadata.keywords == ("beside",) and info(library, two).metadata.keywords == (
        "inside",
    )
    assert (info(library, one).rated_by, info(library, two).rated_by) == ("sidecar", "sidecar")
    assert info(library, two).date.source == "sidecar" and found["2.jpg"].taken == 915246245
    changes.rate(library.database, [one], 1)
    assert by_path(library)[str(tagged_folder / "1.jpg")].rating == 1
    assert (info(library, one).rating, info(library, one).rated_by) == (1, "")


def test_sidecars_are_read_again_when_they_change_come_or_go(library, index, tagged_folder) -> None:
    index(tagged_folder)
    assert index().refreshed == 0
    write(tagged_folder / "1.jpg.xmp", packet('xmp:Rating="3"'))
    write(tagged_folder / "0.XMP", packet('xmp:Rating="2"'))
    (tagged_folder / "2.xmp").unlink()
    assert index().refreshed == 2
    assert [by_path(library)[str(tagged_folder / f"{n}.jpg")].rating for n in range(3)] == [2, 3, 2]
    write(tagged_folder / "1.jpg.xmp", b"<!DOCTYPE x><x/>")
    assert index().skipped == []
    asset = asset_at(library, tagged_folder / "1.jpg")
    assert info(library, asset).sidecars[0].reason.startswith("it holds definitions")
    assert by_path(library)[str(tagged_folder / "1.jpg")].rating == 1  # what the photo itself says


def test_files_given_one_by_one_have_sidecars_too(library, index, tagged_folder) -> None:
    index(tagged_folder / "1.jpg")
    assert by_path(library)[str(tagged_folder / "1.jpg")].rating == 5


def forget_facts(library: LibraryStore) -> None:
    with library.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM facts")


def test_metadata_of_photos_indexed_before_is_read_without_embedding(
    library, index, tagged_folder, model, monkeypatch
) -> None:
    index(tagged_folder)
    forget_facts(library)
    assert info(library, asset_at(library, tagged_folder / "0.jpg")).metadata.keywords == ()
    assert index().refreshed >= 3 and model.embedded == 3
    assert info(library, asset_at(library, tagged_folder / "0.jpg")).metadata.keywords == ("inside",)
    assert index().refreshed == 0
    # a newer reader reads everything again
    for room in (embedded_reader, metadata_store, sidecar_reader):
        monkeypatch.setattr(room, "READER", 99)
    assert index().refreshed >= 3 and index().refreshed == 0


def test_sidecars_that_an_older_version_could_not_read_are_read_again(
    library, index, tagged_folder, monkeypatch
) -> None:
    write(tagged_folder / "1.jpg.xmp", packet('xmp:Rating="3"').decode().encode("utf-16"))
    monkeypatch.setattr(sidecar_reader, "READER", embedded_reader.READER)
    monkeypatch.setattr("dinodesk.library.metadata.xmp_reader._mended", lambda data: data.strip(b"\0 \t\r\n"))
    index(tagged_folder)
    path = str(tagged_folder / "1.jpg")
    assert by_path(library)[path].rating == 1  # as the photo says itself
    monkeypatch.undo()
    assert index().refreshed == 2 and by_path(library)[path].rating == 3 and index().refreshed == 0


def test_the_metadata_backfill_can_be_stopped_and_continued(
    library, index, tagged_folder, model, monkeypatch
) -> None:
    index(tagged_folder)
    forget_facts(library)
    monkeypatch.setattr("dinodesk.engine.indexing.metadata_backfill.STEP", -1.0)  # every photo is a step
    steps = Indexer(library, model).rescan()
    while (step := next(steps)).phase != "reading" or not step.done:
        pass
    steps.close()
    read: list[str] = []
    honest = embedded_reader.read_metadata
    monkeypatch.setattr(embedded_reader, "read_metadata", lambda path: read.append(path) or honest(path))
    index()
    assert len(read) == 2  # one was written down before the stop


def test_a_file_that_can_not_be_opened_is_tried_again(library, index, tagged_folder, monkeypatch) -> None:
    index(tagged_folder)
    forget_facts(library)
    monkeypatch.setattr("dinodesk.engine.indexing.metadata_backfill._can_be_opened", lambda path: False)
    index()
    monkeypatch.undo()
    assert index().refreshed == 3


def test_no_second_read_of_a_photo_while_indexing(
    library, model, threads, tagged_folder, monkeypatch
) -> None:
    given: list[object] = []
    honest = embedded_reader.read_metadata
    monkeypatch.setattr(
        "dinodesk.engine.decoding.photo_reader.read_metadata",
        lambda source: given.append(source) or honest(source),
    )
    for _ in Indexer(library, model, decoders=threads).add([str(tagged_folder)]):
        pass
    assert len(given) == 3 and all(isinstance(each, bytes) for each in given)


# ── sidecars out and in ─────────────────────────────────────────────────────────────────────────


def exchange(run, library: LibraryStore, assets: list[int] | None = None) -> sidecar_exchange.ExchangeReport:
    report = sidecar_exchange.ExchangeReport()
    for _ in run(library.database, assets, report):
        pass
    return report


def test_exported_sidecars_are_imported_into_a_new_library(
    library, index, photo_folder, kept, tmp_path, model
) -> None:
    _, file, words = kept
    report = exchange(sidecar_exchange.export_sidecars, library)
    assert (report.written, report.skipped) == (1, []) and file.with_name("01.jpg.xmp").is_file()
    assert exchange(sidecar_exchange.export_sidecars, library).written == 0  # nothing new, nothing touched
    other = LibraryStore(tmp_path / "other")
    for _ in Indexer(other, model).add([str(photo_folder)]):
        pass
    report = exchange(sidecar_exchange.import_sidecars, other)
    assert report.written == 1
    there = asset_at(other, file)
    assert (annotations_of_asset(other, there).rating, annotations_of_asset(other, there).labels) == (
        4,
        words.labels,
    )
    for change in report.undo:
        changes.apply(other.database, change)
    assert annotations_of_asset(other, there) == queries.Annotations()
    other.close()


def test_an_import_keeps_annotations_made_here(library, index, tagged_folder) -> None:
    index(tagged_folder)
    asset = asset_at(library, tagged_folder / "1.jpg")
    changes.rate(library.database, [asset], 2)
    exchange(sidecar_exchange.import_sidecars, library)
    assert annotations_of_asset(library, asset).rating == 2 and annotations_of_asset(
        library, asset
    ).labels == ("beside",)


def test_a_folder_that_can_not_be_written_costs_its_photos_only(
    library, index, photo_folder, monkeypatch
) -> None:
    index(photo_folder)
    assets = [each.asset for each in list_photos(library.database)[0]]
    changes.rate(library.database, assets, 3)
    honest = open

    def refuse(path, mode="r", *rest, **options):
        if "x" in mode and f"{os.sep}blue{os.sep}" in str(path):
            raise PermissionError(13, "Permission denied", str(path))
        return honest(path, mode, *rest, **options)

    monkeypatch.setattr("builtins.open", refuse)
    gone = photo_folder / "red" / "01.jpg"
    gone.unlink()
    report = exchange(sidecar_exchange.export_sidecars, library)
    monkeypatch.undo()
    assert report.written == 5 and len(report.skipped) == 7
    reasons = {each.reason for each in report.skipped}
    assert reasons == {"The sidecar can't be written: no permission.", "It is missing."}
    assert not [*photo_folder.rglob("*.part")]


def test_photos_on_an_offline_drive_are_not_missing(library, index, photo_folder, tmp_path, drives) -> None:
    drive = str(photo_folder)
    drives[drive] = mounts.Mount(drive, "uuid:1", "Big", False)
    index(photo_folder)
    shutil.copytree(photo_folder / "red", tmp_path / "copies")
    index(tmp_path / "copies")
    assets = [each.asset for each in list_photos(library.database)[0]]
    changes.rate(library.database, assets, 3)
    drives[drive] = mounts.Mount(drive, "uuid:2", "Other", False)  # with files of the same names
    out = exchange(sidecar_exchange.export_sidecars, library)
    copies = len(list((tmp_path / "copies").glob("*.jpg")))
    assert (out.written, len(out.skipped)) == (copies, 12) and not list(photo_folder.rglob("*.xmp"))
    assert {each.reason for each in out.skipped} == {"Its drive is away: plug in Big."}
    for file in (tmp_path / "copies").glob("*.jpg"):
        file.unlink()
    back = exchange(sidecar_exchange.import_sidecars, library)
    reasons = Counter(each.reason for each in back.skipped)
    assert reasons == {"Its drive is away: plug in Big.": 12, "It is missing.": copies}
    assert (back.written, back.unchanged) == (0, 0)


def test_photos_of_a_renamed_folder_that_was_added_twice_are_missing(library, index, photo_folder) -> None:
    index(photo_folder)
    index(photo_folder / "red")  # a root of its own, inside the other one
    for name in ("01.jpg", "03.jpg"):
        (photo_folder / "red" / name).unlink()
    index()
    (photo_folder / "red").rename(photo_folder / "scarlet")
    index()
    states = Counter(photo.state for photo in list_photos(library.database)[0])
    assert states == {"online": 10, "missing": 2}


def test_an_import_finds_the_sidecars_that_a_scan_finds(library, index, tmp_path) -> None:
    file = write(tmp_path / "dcim" / "IMG_1.JPG", photo())
    write(tmp_path / "dcim" / "IMG_1.XMP", packet('xmp:Rating="4"'))
    index(tmp_path / "dcim")
    assert by_path(library)[str(file)].rating == 4
    assert exchange(sidecar_exchange.import_sidecars, library).written == 1
    assert annotations_of_asset(library, asset_at(library, file)).rating == 4


def digest(folder: Path) -> dict[str, tuple[str, int]]:
    return {
        str(file): (hashlib.sha256(file.read_bytes()).hexdigest(), file.stat().st_mtime_ns)
        for file in folder.rglob("*")
        if file.suffix == ".jpg"
    }


def test_originals_are_the_same_after_everything(library, index, tagged_folder, photo_folder, model) -> None:
    before = digest(tagged_folder) | digest(photo_folder)
    index(tagged_folder, photo_folder)
    assets = [each.asset for each in list_photos(library.database)[0]]
    made = [
        changes.rate(library.database, assets, 5),
        changes.add_tag(library.database, "label", assets, "all|of them"),
        changes.add_tag(library.database, "album", assets, "album"),
    ]
    exchange(sidecar_exchange.export_sidecars, library)
    exchange(sidecar_exchange.import_sidecars, library)
    forget_facts(library)
    index()
    for change in reversed(made):
        changes.apply(library.database, change)
    exchange(sidecar_exchange.export_sidecars, library)
    index()
    assert digest(tagged_folder) | digest(photo_folder) == before
