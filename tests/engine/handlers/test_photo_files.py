"""Photos taken out of the library, moved to the trash, copied and found again: on disk and in the library."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeModel
from photos import make_photo

from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.handlers.maintenance import bring_back_removed, show_statistics
from dinodesk.engine.handlers.photo_files import (
    export_photos,
    find_missing,
    forget_missing,
    move_to_trash,
    plan_trash,
    remove_photos,
)
from dinodesk.engine.handlers.tags import add_tag, rate_photos, redo, undo
from dinodesk.engine.messages import (
    AddTag,
    BringBackRemoved,
    ExportPhotos,
    FindMissing,
    ForgetMissing,
    MissingFound,
    MoveToTrash,
    PhotosExported,
    PlanTrash,
    RatePhotos,
    Redo,
    RemovePhotos,
    ShowStatistics,
    TagsChanged,
    TrashPlan,
    Undo,
)
from dinodesk.engine.user_data import trash_files
from dinodesk.errors import LibraryError
from dinodesk.generators import run_to_end
from dinodesk.library.photos import photo_locations
from dinodesk.records import Photo, TagChange


class FakeTrash:
    """A trash in a folder, with names of its own; `refuse` are names that it does not take."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "files"
        self.folder.mkdir(parents=True)
        self.refuse: set[str] = set()

    def __call__(self, path: str) -> str:
        name = os.path.basename(path)
        if name in self.refuse:
            raise OSError(18, "its drive has no trash")
        target = self.folder / name
        for number in range(2, 99):
            if not target.exists():
                break
            target = self.folder / f"{name} {number}"
        shutil.move(path, target)
        return str(target)

    @property
    def names(self) -> set[str]:
        return {each.name for each in self.folder.iterdir()}


@pytest.fixture
def trash(tmp_path: Path) -> FakeTrash:
    return FakeTrash(tmp_path / "trash")


@pytest.fixture
def state(
    tmp_path: Path, model: FakeModel, photo_folder: Path, trash: FakeTrash, monkeypatch: pytest.MonkeyPatch
) -> Iterator[EngineState]:
    monkeypatch.setattr("dinodesk.models.loader.load_model", lambda name, **options: model)
    state = EngineState(trash=trash)
    state.open_library(tmp_path / "library")
    state.load_model("fake", "cpu", "fp32")
    state.opened.index_of(model.info)
    scan(state, photo_folder)
    yield state
    state.close()


def scan(state: EngineState, *paths: Path) -> Any:
    """Add the paths, or look through all folders; the report."""
    indexer = state.indexer(tuple(range(1, 9)))
    for _ in indexer.add([str(path) for path in paths]) if paths else indexer.rescan():
        pass
    state.catalog_reset()
    return indexer.report


def shown(state: EngineState) -> dict[str, Photo]:
    return {Path(photo.path).name: photo for photo in state.opened.catalog.photos}


def chosen(state: EngineState, *names: str) -> tuple[tuple[int, str], ...]:
    photos = shown(state)
    return tuple((photos[name].asset, photos[name].path) for name in names)


def to_trash(state: EngineState, *names: str, **options: bool) -> TagsChanged:
    answer = run_to_end(move_to_trash(state, MoveToTrash(photos=chosen(state, *names), **options)))
    assert isinstance(answer, TagsChanged)
    return answer


def first(state: EngineState, count: int = 1) -> list[str]:
    return list(shown(state))[:count]


def annotations(state: EngineState) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Stars and albums by name of the photo."""
    tags = {tag.id: tag for tag in state.opened.catalog.tags() if tag.kind == "album"}
    found = {}
    for name, photo in shown(state).items():
        albums = tuple(tag.name for tag in tags.values() if photo.asset in _assets_in(state, tag))
        found[name] = (photo.rating, albums)
    return found


def _assets_in(state: EngineState, tag: Any) -> set[int]:
    from dinodesk.library.annotations.queries import assets_with

    return set(assets_with(state.opened.store.database, tag.scope))


# ── removed from the library ────────────────────────────────────────────────────────────────────


def test_a_removed_photo_does_not_come_back_by_itself(state: EngineState, photo_folder: Path) -> None:
    gone, *rest = shown(state).values()
    add_tag(state, AddTag(kind="album", assets=(gone.asset,), name="Trip"))
    before = annotations(state)
    answer = remove_photos(state, RemovePhotos(assets=(gone.asset,)))
    assert answer.change == TagChange("removePhotos", 1) == answer.undo
    assert Path(gone.path).is_file() and len(shown(state)) == len(rest) == 11
    for _ in range(2):
        report = scan(state)
        assert (report.found, report.unchanged, report.skipped, report.missing) == (11, 11, [], 0)
    scan(state, photo_folder)  # adding the whole folder again is no wish for this photo
    photo_locations.retry_skipped(state.opened.store.database)
    assert scan(state).found == 11
    assert state.library_state().skipped == 0
    assert photo_locations.list_skipped(state.opened.store.database) == []
    back = undo(state, Undo())
    assert back.assets == (gone.asset,) and annotations(state) == before
    assert redo(state, Redo()).redo is None and Path(gone.path).name not in shown(state)
    assert undo(state, Undo()).assets == (gone.asset,) and scan(state).unchanged == 12


def test_it_stays_out_when_it_is_touched_renamed_or_its_folder_is(
    state: EngineState, photo_folder: Path
) -> None:
    gone = next(iter(shown(state).values()))
    file = Path(gone.path)
    remove_photos(state, RemovePhotos(assets=(gone.asset,)))
    os.utime(file, (1e9, 1e9))
    report = scan(state)
    assert (report.found, report.indexed, len(shown(state))) == (11, 0, 11)
    file = file.rename(file.with_name("other name.jpg"))
    assert (scan(state).found, len(shown(state))) == (11, 11)
    file.parent.rename(file.parent.with_name("renamed"))
    assert (scan(state).found, len(shown(state))) == (11, 11)
    assert undo(state, Undo()).assets == (gone.asset,)
    scan(state)
    photo = next(photo for photo in shown(state).values() if photo.asset == gone.asset)
    assert Path(photo.path).name == "other name.jpg" and photo.state == "online"


def test_it_stays_out_when_its_file_is_away_for_a_while(
    state: EngineState, photo_folder: Path, tmp_path: Path
) -> None:
    name = first(state)[0]
    photo = shown(state)[name]
    remove_photos(state, RemovePhotos(assets=(photo.asset,)))
    file = Path(photo.path).rename(tmp_path / "away.jpg")
    assert (scan(state).lost, scan(state).missing) == (0, 0)
    file.rename(photo.path)
    scan(state)
    assert name not in shown(state)
    assert undo(state, Undo()).assets == (photo.asset,) and name in shown(state)


def test_other_bytes_under_its_name_are_another_photo(state: EngineState) -> None:
    gone = next(iter(shown(state).values()))
    remove_photos(state, RemovePhotos(assets=(gone.asset,)))
    make_photo(Path(gone.path), seed=99)
    assert scan(state).indexed == 1
    assert shown(state)[Path(gone.path).name].asset != gone.asset
    undo(state, Undo())  # its name is taken: that photo stays
    assert len(shown(state)) == 12


def test_adding_the_very_file_brings_it_back(state: EngineState) -> None:
    gone = next(iter(shown(state).values()))
    rate_photos(state, RatePhotos(assets=(gone.asset,), rating=4))
    remove_photos(state, RemovePhotos(assets=(gone.asset,)))
    scan(state, Path(gone.path))
    back = shown(state)[Path(gone.path).name]
    assert (back.asset, back.rating) == (gone.asset, 4)


def test_all_removed_photos_are_brought_back_without_undo(state: EngineState) -> None:
    before = annotations(state)
    gone = list(shown(state).values())[:3]
    for photo in gone:
        remove_photos(state, RemovePhotos(assets=(photo.asset,)))
    assert show_statistics(state, ShowStatistics()).statistics.removed == 3
    assert bring_back_removed(state, BringBackRemoved()).statistics.removed == 0
    assert state.take_follow_ups().rescan
    report = scan(state)
    assert (report.indexed, report.moved + report.unchanged) == (0, 12), "no second embedding"
    assert annotations(state) == before and {p.asset for p in gone} <= {
        p.asset for p in shown(state).values()
    }


@pytest.mark.parametrize("seed", range(6))
def test_any_order_of_steps_and_back_leaves_the_library_as_it_was(state: EngineState, seed: int) -> None:
    chance = random.Random(seed)
    before, files = annotations(state), {photo.path for photo in shown(state).values()}
    for _ in range(8):
        names = list(shown(state))
        some = chosen(state, *chance.sample(names, min(len(names), chance.randrange(1, 4))))
        assets = tuple(asset for asset, _ in some)
        work = chance.randrange(4)
        if work == 0:
            remove_photos(state, RemovePhotos(assets=assets))
        elif work == 1:
            run_to_end(move_to_trash(state, MoveToTrash(photos=some)))
        elif work == 2:
            add_tag(state, AddTag(kind="album", assets=assets, name=chance.choice("ab")))
        else:
            rate_photos(state, RatePhotos(assets=assets, rating=chance.randrange(1, 6)))
        if chance.random() < 0.3:
            undo(state, Undo())
            redo(state, Redo())
    while state.opened.history.undo is not None:
        assert undo(state, Undo()).failed == ()
    assert {name: (stars, albums) for name, (stars, albums) in annotations(state).items()} == before
    assert {photo.path for photo in shown(state).values()} == files == {f for f in files if Path(f).is_file()}
    assert scan(state).unchanged == 12 and state.opened.store.database.check() == []


# ── missing photos ──────────────────────────────────────────────────────────────────────────────


def test_missing_photos_are_forgotten_and_others_are_not(state: EngineState, tmp_path: Path) -> None:
    gone, here = list(shown(state).values())[:2]
    rate_photos(state, RatePhotos(assets=(gone.asset,), rating=5))
    aside = Path(gone.path).rename(tmp_path / "aside.jpg")
    scan(state)
    answer = forget_missing(state, ForgetMissing(assets=(gone.asset, here.asset)))
    assert answer.change == TagChange("forget", 1) and len(shown(state)) == 11
    undo(state, Undo())
    assert shown(state)[Path(gone.path).name].state == "missing"
    redo(state, Redo())
    aside.rename(gone.path)
    scan(state)
    back = shown(state)[Path(gone.path).name]
    assert (back.asset, back.rating, back.state) == (gone.asset, 5, "online")
    undo(state, Undo())  # there is nothing left to bring back
    assert len(shown(state)) == 12


def find(state: EngineState, path: Path, *assets: int) -> MissingFound:
    answer = run_to_end(find_missing(state, FindMissing(assets=assets, path=str(path))))
    assert isinstance(answer, MissingFound)
    state.catalog_reset()
    return answer


def test_a_missing_photo_is_found_by_its_bytes_alone(state: EngineState, tmp_path: Path) -> None:
    gone, other = list(shown(state).values())[:2]
    rate_photos(state, RatePhotos(assets=(gone.asset,), rating=5))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    file = Path(gone.path).rename(elsewhere / "new name.jpg")
    scan(state)
    wrong = make_photo(elsewhere / Path(gone.path).name, seed=77)
    for place in (wrong, Path(other.path)):
        answer = find(state, place, gone.asset)
        assert (answer.found, [each.path for each in answer.refused]) == (0, [str(place)])
        assert "Its bytes are others" in answer.refused[0].reason
    (elsewhere / "notes.txt").write_text("words")
    assert "no photo" in find(state, elsewhere / "notes.txt", gone.asset).refused[0].reason
    assert find(state, file, gone.asset) == MissingFound(found=1)
    back = next(photo for photo in shown(state).values() if photo.asset == gone.asset)
    assert (back.path, back.state, back.rating) == (str(file), "online", 5)
    assert scan(state).missing == 0 and state.opened.store.database.check() == []


def test_missing_photos_are_found_below_a_folder(state: EngineState, tmp_path: Path) -> None:
    gone = list(shown(state).values())[:3]
    deep = tmp_path / "elsewhere" / "deep"
    deep.mkdir(parents=True)
    for photo in gone[:2]:
        shutil.move(photo.path, deep)
    Path(gone[2].path).unlink()
    edited = make_photo(deep / Path(gone[2].path).name, seed=78)
    scan(state)
    answer = find(state, deep.parent, *(photo.asset for photo in gone))
    assert answer.found == 2 and [each.path for each in answer.refused] == [str(edited)]
    states = [photo.state for photo in state.opened.catalog.photos]
    assert states.count("missing") == 1


def test_what_the_rules_leave_out_is_not_found(state: EngineState, photo_folder: Path) -> None:
    from dinodesk.library.files.exclude_rules import ExcludeRules
    from dinodesk.library.store import key_values

    gone = next(iter(shown(state).values()))
    (photo_folder / "aside").mkdir()
    file = Path(gone.path).rename(photo_folder / "aside" / "a.jpg")
    key_values.write_rules(state.opened.store.database, ExcludeRules(("aside",)))
    scan(state)
    answer = find(state, file, gone.asset)
    assert (answer.found, answer.refused[0].reason) == (0, "The ignore rules leave it out.")


# ── the trash ───────────────────────────────────────────────────────────────────────────────────


def test_a_photo_goes_to_the_trash_and_comes_back_with_its_annotations(
    state: EngineState, trash: FakeTrash
) -> None:
    name = first(state)[0]
    photo = shown(state)[name]
    rate_photos(state, RatePhotos(assets=(photo.asset,), rating=3))
    add_tag(state, AddTag(kind="album", assets=(photo.asset,), name="Trip"))
    answer = to_trash(state, name)
    assert (answer.change, answer.assets) == (TagChange("trash", 1), (photo.asset,)) and not answer.failed
    assert trash.names == {name} and not Path(photo.path).exists() and name not in shown(state)
    assert scan(state).missing == 0  # it was taken out, and is not missed
    back = undo(state, Undo())
    assert back.assets == (photo.asset,) and Path(photo.path).is_file() and trash.names == set()
    assert annotations(state)[name] == (3, ("Trip",)) and scan(state).unchanged == 12
    assert redo(state, Redo()).failed == () and trash.names == {name} and name not in shown(state)
    undo(state, Undo())
    assert scan(state).unchanged == 12


def test_names_that_clash_in_the_trash_come_back_each_to_its_place(
    state: EngineState, photo_folder: Path, trash: FakeTrash
) -> None:
    files = [photo_folder / "red" / "same.jpg", photo_folder / "blue" / "same.jpg"]
    for seed, file in enumerate(files, start=50):
        make_photo(file, seed=seed)
    scan(state)
    bytes_before = [file.read_bytes() for file in files]
    photos = tuple((p.asset, p.path) for p in state.opened.catalog.photos if p.path.endswith("same.jpg"))
    run_to_end(move_to_trash(state, MoveToTrash(photos=photos)))
    assert trash.names == {"same.jpg", "same.jpg 2"}
    undo(state, Undo())
    assert [file.read_bytes() for file in files] == bytes_before and len(state.opened.catalog.photos) == 14


def test_a_file_that_the_trash_does_not_take_stops_nothing(state: EngineState, trash: FakeTrash) -> None:
    names = first(state, 3)
    trash.refuse = {names[1]}
    answer = to_trash(state, *names)
    assert answer.change == TagChange("trash", 2)
    ((failed),) = answer.failed
    assert failed.path == str(shown(state)[names[1]].path)
    assert failed.reason == "It can’t be moved to the trash: its drive has no trash."
    assert Path(failed.path).is_file() and trash.names == {names[0], names[2]}
    trash.refuse = set(names)
    answer = to_trash(state, names[1])
    assert answer.change is None and len(answer.failed) == 1 and state.opened.history.undo is not None


def test_what_was_emptied_from_the_trash_is_said_and_does_not_hold_up_older_steps(
    state: EngineState, trash: FakeTrash
) -> None:
    names = first(state, 2)
    asset = shown(state)[names[0]].asset
    rate_photos(state, RatePhotos(assets=(shown(state)[first(state, 3)[2]].asset,), rating=2))
    to_trash(state, *names)
    (trash.folder / names[0]).unlink()
    answer = undo(state, Undo())
    assert [each.reason for each in answer.failed] == [
        "It can’t be brought back: it is not in the trash any more."
    ]
    assert names[1] in shown(state) and names[0] not in shown(state)
    assert asset not in answer.assets
    redo(state, Redo())
    (trash.folder / names[1]).unlink()
    answer = undo(state, Undo())
    assert answer.assets == () and len(answer.failed) == 1 and answer.redo is None
    assert undo(state, Undo()).change == TagChange("rate", 1, rating=2)


def test_bringing_back_writes_over_nothing(state: EngineState, trash: FakeTrash) -> None:
    name = first(state)[0]
    photo = shown(state)[name]
    to_trash(state, name)
    make_photo(Path(photo.path), seed=70)
    kept = Path(photo.path).read_bytes()
    with pytest.raises(LibraryError, match=r"stays in the trash.*another file of its name"):
        undo(state, Undo())
    assert Path(photo.path).read_bytes() == kept and trash.names == {name}


def test_a_photo_comes_back_where_an_unreadable_file_was(state: EngineState, trash: FakeTrash) -> None:
    name = first(state)[0]
    photo = shown(state)[name]
    to_trash(state, name)
    Path(photo.path).write_bytes(b"no photo")
    scan(state)
    Path(photo.path).unlink()
    assert undo(state, Undo()).assets == (photo.asset,) and name in shown(state)


@pytest.mark.parametrize("count", [1, 2])
def test_what_can_not_come_back_now_can_later_and_no_older_step_is_undone_before(
    state: EngineState, trash: FakeTrash, count: int
) -> None:
    names = first(state, count)
    photos = [shown(state)[name] for name in names]
    rate_photos(state, RatePhotos(assets=(photos[0].asset,), rating=2))
    to_trash(state, *names)
    Path(photos[0].path).write_bytes(b"in the way")
    if count == 1:
        with pytest.raises(LibraryError):
            undo(state, Undo())
    else:
        answer = undo(state, Undo())
        assert len(answer.failed) == 1 and names[1] in shown(state) and answer.redo is not None
    assert state.opened.history.undo == TagChange("trash", count)
    away = trash.folder.rename(trash.folder.with_name("away"))  # with the drive that it is on
    with pytest.raises(LibraryError, match="stays in the trash"):
        undo(state, Undo())
    away.rename(trash.folder)
    Path(photos[0].path).unlink()
    assert undo(state, Undo()).failed == ()
    assert shown(state)[names[0]].rating == 2 and trash.names == set()
    assert state.opened.history.undo == TagChange("rate", 1, rating=2)


def test_undo_during_a_move_to_the_trash_undoes_that(
    state: EngineState, trash: FakeTrash, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trash_files, "_SLICE", -1.0)
    names = first(state, 3)
    rate_photos(state, RatePhotos(assets=(shown(state)[names[0]].asset,), rating=2))
    moving = move_to_trash(state, MoveToTrash(photos=chosen(state, *names)))
    next(moving)
    undoing = undo(state, Undo())
    next(undoing)
    assert shown(state)[names[0]].rating == 2
    run_to_end(moving)
    assert len(trash.names) == 3
    assert run_to_end(undoing).change == TagChange("trash", 3)
    assert trash.names == set() and shown(state)[names[0]].rating == 2


def test_moving_to_the_trash_again_is_done_or_not(
    state: EngineState, trash: FakeTrash, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = first(state)[0]
    to_trash(state, name)
    undo(state, Undo())

    def full(*_: object) -> None:
        raise LibraryError("The disk is full.", "")

    with monkeypatch.context() as disk:
        disk.setattr(trash_files.removed_photos, "forget_files", full)
        with pytest.raises(LibraryError, match="full"):
            redo(state, Redo())
    assert trash.names == set() and Path(shown(state)[name].path).is_file()
    assert redo(state, Redo()).change == TagChange("trash", 1) and trash.names == {name}


def test_a_crash_after_the_move_leaves_a_missing_photo_with_its_annotations(
    state: EngineState, trash: FakeTrash, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = first(state)[0]
    asset = shown(state)[name].asset
    rate_photos(state, RatePhotos(assets=(asset,), rating=4))

    def crash(*_: object) -> None:
        raise LibraryError("The disk is full.", "")

    with monkeypatch.context() as patched:
        patched.setattr("dinodesk.library.photos.removed_photos.forget_files", crash)
        with pytest.raises(LibraryError):
            to_trash(state, name)
    scan(state)
    photo = shown(state)[name]
    assert (photo.asset, photo.state, photo.rating) == (asset, "missing", 4)
    undo(state, Undo())  # what was moved is known
    scan(state)
    assert shown(state)[name].state == "online" and trash.names == set()


def test_a_crash_after_bringing_back_loses_nothing(
    state: EngineState, trash: FakeTrash, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = first(state)[0]
    asset = shown(state)[name].asset
    rate_photos(state, RatePhotos(assets=(asset,), rating=4))
    to_trash(state, name)

    def crash(*_: object) -> None:
        raise LibraryError("The disk is full.", "")

    with monkeypatch.context() as patched:
        patched.setattr("dinodesk.library.photos.removed_photos.restore_photos", crash)
        with pytest.raises(LibraryError):
            undo(state, Undo())
    scan(state)
    assert (shown(state)[name].asset, shown(state)[name].rating) == (asset, 4)


# ── files that go together ──────────────────────────────────────────────────────────────────────


@pytest.fixture
def pair(state: EngineState, photo_folder: Path) -> Path:
    """IMG.JPG with IMG.jpg.xmp and img.xmp, and IMG.NEF, which is a photo too (its bytes are a JPEG's)."""
    folder = photo_folder / "raw"
    folder.mkdir()
    make_photo(folder / "IMG.JPG", seed=60)
    make_photo(folder / "img.NEF", seed=61)
    make_photo(folder / "IMG_2.JPG", seed=62)
    for sidecar in ("IMG.JPG.xmp", "img.xmp", "img.NEF.XMP", "IMG_2.xmp"):
        (folder / sidecar).write_text("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    (folder / "IMG.txt").write_text("a note")
    scan(state)
    return folder


def plan(state: EngineState, *names: str) -> TrashPlan:
    answer = run_to_end(plan_trash(state, PlanTrash(photos=chosen(state, *names))))
    assert isinstance(answer, TrashPlan)
    return answer


def test_raw_jpeg_and_sidecars_go_together_when_that_is_wanted(
    state: EngineState, pair: Path, trash: FakeTrash
) -> None:
    count = len(shown(state))
    assert plan(state, "IMG.JPG") == TrashPlan(photos=1, files=1, partners=4, copies=0)
    before = {each.name: each.read_bytes() for each in pair.iterdir()}
    answer = to_trash(state, "IMG.JPG", partners=True)
    assert answer.change == TagChange("trash", 1) and answer.failed == ()
    assert trash.names == {"IMG.JPG", "img.NEF", "IMG.JPG.xmp", "img.xmp", "img.NEF.XMP"}
    assert {each.name for each in pair.iterdir()} == {"IMG_2.JPG", "IMG_2.xmp", "IMG.txt"}
    undo(state, Undo())
    assert {each.name: each.read_bytes() for each in pair.iterdir()} == before
    assert len(shown(state)) == count and scan(state).missing == 0


def test_alone_a_file_leaves_its_partners(state: EngineState, pair: Path, trash: FakeTrash) -> None:
    to_trash(state, "IMG.JPG")
    assert trash.names == {"IMG.JPG"} and (pair / "img.xmp").is_file() and "img.NEF" in shown(state)


def test_both_of_a_pair_chosen_are_moved_once(state: EngineState, pair: Path, trash: FakeTrash) -> None:
    assert plan(state, "IMG.JPG", "img.NEF").partners == 3
    answer = to_trash(state, "IMG.JPG", "img.NEF", partners=True)
    assert answer.change == TagChange("trash", 2) and answer.failed == () and len(trash.names) == 5


def test_sidecars_stay_with_a_partner_that_could_not_be_moved(
    state: EngineState, pair: Path, trash: FakeTrash
) -> None:
    trash.refuse = {"img.NEF"}
    answer = to_trash(state, "IMG.JPG", partners=True)
    assert len(answer.failed) == 1 and trash.names == {"IMG.JPG"} and (pair / "img.xmp").is_file()


def test_copies_go_only_when_that_is_wanted(state: EngineState, photo_folder: Path, trash: FakeTrash) -> None:
    name = first(state)[0]
    photo = shown(state)[name]
    copy = photo_folder / "copy.jpg"
    shutil.copy(photo.path, copy)
    scan(state)
    assert plan(state, name).copies == 1
    to_trash(state, name)
    kept = next(each for each in state.opened.catalog.photos if each.asset == photo.asset)
    assert kept.path == str(copy) and kept.state == "online"
    undo(state, Undo())
    to_trash(state, name, copies=True)
    assert trash.names == {name, "copy.jpg"}
    assert photo.asset not in {each.asset for each in state.opened.catalog.photos}


def test_photos_that_are_not_there_are_counted_with_the_reason(state: EngineState) -> None:
    here, gone = first(state, 2)
    Path(shown(state)[gone].path).unlink()
    found = plan(state, here, gone)
    assert (found.photos, [each.reason for each in found.failed]) == (1, ["It is missing."])
    assert [each.reason for each in to_trash(state, here, gone).failed] == ["It is missing."]


# ── copies ──────────────────────────────────────────────────────────────────────────────────────


def export(state: EngineState, folder: Path, *names: str) -> PhotosExported:
    request = ExportPhotos(photos=chosen(state, *names), folder=str(folder))
    answer = run_to_end(export_photos(state, request))
    assert isinstance(answer, PhotosExported)
    return answer


def test_photos_are_copied_and_nothing_is_written_over(state: EngineState, tmp_path: Path) -> None:
    names, folder = first(state, 2), tmp_path / "out"
    folder.mkdir()
    (folder / names[0]).write_bytes(b"mine")
    assert export(state, folder, *names).written == 2
    stem = Path(names[0]).stem
    assert (folder / names[0]).read_bytes() == b"mine"
    original = Path(shown(state)[names[0]].path)
    copy = folder / f"{stem} (2).jpg"
    assert copy.read_bytes() == original.read_bytes() and copy.stat().st_mtime == original.stat().st_mtime
    assert export(state, folder, *names).written == 2
    assert len(list(folder.iterdir())) == 5 and (folder / f"{stem} (3).jpg").is_file()


def test_what_can_not_be_copied_is_named_and_leaves_nothing(
    state: EngineState, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, gone = first(state, 2)
    Path(shown(state)[gone].path).unlink()
    with pytest.raises(LibraryError, match="is not there"):
        export(state, tmp_path / "nowhere", here)
    answer = export(state, tmp_path, gone)
    assert (answer.written, [each.reason for each in answer.failed]) == (0, ["It is missing."])
    (tmp_path / "out").mkdir()
    monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        export(state, tmp_path / "out", here)
    assert list((tmp_path / "out").iterdir()) == []


def test_work_on_a_library_ends_when_another_one_is_opened(state: EngineState, tmp_path: Path) -> None:
    steps = export_photos(state, ExportPhotos(photos=chosen(state, *first(state, 3)), folder=str(tmp_path)))
    next(steps)
    state.open_library(tmp_path / "another")
    with pytest.raises(LibraryError, match="Copying photos ended, because another library was opened"):
        run_to_end(steps)
