"""Saved searches by the engine: counted with what is new, changed with undo; and arrangements."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import FakeModel
from photos import make_photo

from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.handlers.arrangement import arrange
from dinodesk.engine.handlers.photo_files import export_assets
from dinodesk.engine.handlers.saved_searches import (
    count,
    list_saved,
    mark_seen,
    open_recipe,
    remove,
    rename,
    save,
    write_recipe,
)
from dinodesk.engine.handlers.tags import redo, undo
from dinodesk.engine.messages import (
    ArrangePhotos,
    CountSaved,
    ExportAssets,
    ExportDone,
    ListSaved,
    MarkSeen,
    OpenRecipe,
    Redo,
    RemoveSaved,
    RenameSaved,
    SavedCounted,
    SaveSearch,
    TagsChanged,
    Undo,
    WriteRecipe,
)
from dinodesk.errors import LibraryError, ModelError
from dinodesk.generators import run_to_end
from dinodesk.records import Arrangement, HandLine, InFolder, SavedSearch, SearchValues

LOW = HandLine(-2.0, 10.0, 0.5)
"""A line that all photos are hits by."""


@pytest.fixture
def state(tmp_path: Path, photo_folder: Path, model: FakeModel) -> Iterator[EngineState]:
    found = EngineState(decoders=DecoderPool(processes=False))
    found.open_library(tmp_path / "library")
    found.models.use(model)
    index(found, photo_folder)
    yield found
    found.close()


def index(state: EngineState, folder: Path) -> None:
    run_to_end(state.indexer().add([str(folder)]))
    state.opened.catalog.reload()
    state.opened.index_of(state.models.ready.model.info)


def names(state: EngineState) -> list[str]:
    return [each.name for each in list_saved(state, ListSaved()).searches]


def test_a_saved_search_counts_its_photos_and_what_is_new(
    state: EngineState, photo_folder: Path, tmp_path: Path
) -> None:
    for name, query, line in (("All", "red", LOW), ("None", "red", HandLine(2.0, 10.0, 0.5))):
        save(
            state,
            SaveSearch(search=SavedSearch(name=name, values=SearchValues(query=query, line=line))),
        )
    save(state, SaveSearch(search=SavedSearch(name="Blue", values=SearchValues(query="in:blue"))))
    assert run_to_end(count(state, CountSaved(name="all"))) == SavedCounted(name="All", count=12, new=0)
    assert run_to_end(count(state, CountSaved(name="None"))).count == 0
    assert run_to_end(count(state, CountSaved(name="Blue"))) == SavedCounted(name="Blue", count=6, new=0)
    make_photo(photo_folder / "blue" / "new.jpg", 99, red=False)
    index(state, photo_folder)
    assert run_to_end(count(state, CountSaved(name="Blue"))) == SavedCounted(name="Blue", count=7, new=1)
    mark_seen(state, MarkSeen(name="Blue"))
    assert run_to_end(count(state, CountSaved(name="Blue"))).new == 0
    assert run_to_end(count(state, CountSaved(name="All"))).new == 1


def test_saving_renaming_and_removing_can_be_undone(state: EngineState) -> None:
    search = SavedSearch(name="Sea", values=SearchValues(query="the sea"))
    assert save(state, SaveSearch(search=search)).undo is not None
    rename(state, RenameSaved(name="Sea", new="Ocean"))
    remove(state, RemoveSaved(name="Ocean"))
    assert names(state) == []
    for wanted in (["Ocean"], ["Sea"], []):
        answer = undo(state, Undo())
        assert isinstance(answer, TagsChanged) and answer.change is not None
        assert names(state) == wanted
    for wanted in (["Sea"], ["Ocean"], []):
        redo(state, Redo())
        assert names(state) == wanted


def test_what_is_gone_is_said(state: EngineState) -> None:
    with pytest.raises(LibraryError, match="no saved search “Sea”"):
        run_to_end(count(state, CountSaved(name="Sea")))


def test_photos_are_arranged_by_position(state: EngineState) -> None:
    answer = run_to_end(arrange(state, ArrangePhotos(arrangement=Arrangement("name", "folder"))))
    assert answer.generation == state.generation and len(answer.ranks) == len(answer.groups) == 12
    assert [Path(name).name for name in answer.names] == ["blue", "red"]
    assert not answer.ranks.flags.writeable


def test_a_recipe_of_the_window_is_opened_again(
    state: EngineState, photo_folder: Path, tmp_path: Path
) -> None:
    values = SearchValues(query="red", line=LOW, sort="-name", scene=0.25)
    target = str(tmp_path / "r.json")
    scope = InFolder(str(photo_folder / "blue"))
    first = run_to_end(write_recipe(state, WriteRecipe(values=values, scope=scope, path=target)))
    again = run_to_end(write_recipe(state, WriteRecipe(values=values, scope=scope, path=target)))
    assert (first.path, again.path) == (target, str(tmp_path / "r (2).json"))
    opened = run_to_end(open_recipe(state, OpenRecipe(path=target)))
    assert opened.notes == () and opened.values.query == f"red in:{photo_folder / 'blue'}"
    assert (opened.values.line, opened.values.sort, opened.values.scene) == (LOW, "-name", 0.25)
    make_photo(photo_folder / "blue" / "new.jpg", 99, red=False)
    index(state, photo_folder)
    (note,) = run_to_end(open_recipe(state, OpenRecipe(path=target))).notes
    assert note == "The recipe searched 6 photos, this library 7."
    text = Path(target).read_text()
    Path(target).write_text(text.replace(state.models.ready.model.info.fingerprint, "0" * 32))
    with pytest.raises(ModelError, match="another model"):
        run_to_end(open_recipe(state, OpenRecipe(path=target)))


@pytest.mark.parametrize("form", ["copies", "links", "sheet", "csv", "json"])
def test_photos_are_exported_in_every_form(state: EngineState, tmp_path: Path, form: str) -> None:
    assets = tuple(photo.asset for photo in state.opened.catalog.photos[:3])
    (tmp_path / "out").mkdir()
    folder = form in ("copies", "links")
    target = tmp_path / "out" if folder else tmp_path / "out" / f"x.{form}"
    request = ExportAssets(assets=(*assets, 10**6), form=form, target=str(target), title="Red")  # type: ignore[arg-type]
    done = run_to_end(export_assets(state, request))
    assert isinstance(done, ExportDone) and (done.written, done.failed) == (3, ())
    assert len(list((tmp_path / "out").iterdir())) == (3 if folder else 1)


def test_a_folder_that_is_not_there_is_said(state: EngineState, tmp_path: Path) -> None:
    request = ExportAssets(assets=(1,), form="links", target=str(tmp_path / "gone"))
    with pytest.raises(LibraryError, match="is not there"):
        run_to_end(export_assets(state, request))
