"""The engine's state and its handlers without a thread, request by request."""

from __future__ import annotations

from concurrent.futures import wait
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from fakes import FakeModel
from photos import make_photo

from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.decoding.decoders import Deferred
from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.handlers.inspection import make_thumbnail, show_detail, show_map, show_preview
from dinodesk.engine.handlers.jobs import list_skipped
from dinodesk.engine.handlers.library import remove_folder
from dinodesk.engine.handlers.maintenance import limit_thumbnails
from dinodesk.engine.handlers.search import browse, search
from dinodesk.engine.messages import (
    Browse,
    CatalogGrown,
    CatalogReset,
    LimitThumbnails,
    ListSkipped,
    MakeThumbnail,
    MapAnswer,
    Ranking,
    RemoveFolder,
    Search,
    ShowDetail,
    ShowMap,
    ShowPreview,
    ThumbnailReady,
)
from dinodesk.engine.search import persistent_index
from dinodesk.errors import LibraryError, ModelError, PhotoError, UsageError
from dinodesk.generators import run_to_end
from dinodesk.library.store import backups
from dinodesk.records import FittedLine, InFolder


@pytest.fixture
def state(tmp_path: Path, model: FakeModel, photo_folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("dinodesk.models.loader.load_model", lambda name, **options: model)
    state = EngineState()
    state.open_library(tmp_path / "library")
    state.load_model("fake", "cpu", "fp32")
    state.opened.index_of(model.info)
    for _ in state.indexer().add([str(photo_folder)]):
        pass
    state.catalog_reset()
    assert state.index is not None and state.index.refresh() == 12
    yield state
    state.close()


def answered(deferred: Deferred[Any]) -> Any:
    """The answer once the decoder is done."""
    wait([deferred.future], timeout=20)
    return deferred.answer()


def in_one_go(state: EngineState, *, asset: int = 1, path: str = "", **options: Any) -> MapAnswer:
    answer = run_to_end(show_map(state, ShowMap(asset=asset, path=path, **options)))
    assert isinstance(answer, MapAnswer)
    return answer


def ranked(state: EngineState, request: Search) -> Ranking:
    return run_to_end(search(state, request))


def names(state: EngineState, positions: np.ndarray) -> list[str]:
    photos = state.opened.catalog.photos
    return [Path(photos[row].path).parent.name for row in positions]


def test_before_anything_is_open_everything_is_refused() -> None:
    empty = EngineState()
    for work in (
        lambda: ranked(empty, Search(text="red")),
        lambda: in_one_go(empty),
        empty.indexer,
    ):
        with pytest.raises((ModelError, LibraryError)):
            work()
    with pytest.raises(LibraryError):
        browse(empty, Browse())
    assert empty.chores() is None
    empty.close()


def test_search_and_browse(state: EngineState, photo_folder: Path) -> None:
    ranking = ranked(state, Search(text="blue"))
    assert names(state, ranking.positions[:6]) == ["blue"] * 6
    assert ranking.fitted == FittedLine(curve=FakeModel().info.line, possible=0.25) and ranking.searched == 12
    inside = ranked(state, Search(text="blue", scope=InFolder(str(photo_folder / "red"))))
    assert names(state, inside.positions) == ["red"] * 6 and inside.searched == 6
    photo = state.opened.catalog.photos[0]
    same = ranked(state, Search(images=(photo.path,)))
    assert same.scores is not None and same.scores[0] > 0.999 and 0 in same.positions[:6]
    newest = browse(state, Browse())
    taken = [state.opened.catalog.photos[row].taken for row in newest.positions]
    assert taken == sorted(taken, reverse=True)


def test_stored_photos_grow_or_reset_the_catalog(state: EngineState, photo_folder: Path) -> None:
    new = make_photo(photo_folder / "new.jpg", seed=80)
    stored = [asset for step in state.indexer().add([str(photo_folder)]) for asset in step.stored]
    grown = state.take_stored(stored)
    assert isinstance(grown, CatalogGrown) and [photo.path for photo in grown.photos] == [str(new)]
    assert state.take_stored([]) is None
    make_photo(new, seed=81)
    stored = [asset for step in state.indexer().add([str(photo_folder)]) for asset in step.stored]
    reset = state.take_stored(stored)
    assert isinstance(reset, CatalogReset) and reset.generation > grown.generation
    assert len(ranked(state, Search(text="red")).positions) == 13


def test_the_library_state_has_counts_and_the_tree(state: EngineState, photo_folder: Path) -> None:
    (photo_folder / "bad.jpg").write_text("no")
    for _ in state.indexer().rescan():
        pass
    published = state.library_state("a question")
    assert (published.total, published.embedded, published.skipped, published.question) == (
        12,
        12,
        1,
        "a question",
    )
    assert [folder.name for folder in published.folders] == ["photos", "blue", "red"]
    assert [Path(each.path).name for each in list_skipped(state, ListSkipped()).files] == ["bad.jpg"]
    remove_folder(state, RemoveFolder(root=published.folders[0].root))
    assert state.take_changes().catalog
    assert state.take_follow_ups().removed_folder == str(photo_folder)
    state.catalog_reset()
    assert state.library_state().total == 0 and state.library_state().folders == ()


def test_maps_are_remembered_and_checked(state: EngineState, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = state.opened.catalog.photos[0]

    def ask(kind: str, **options: Any) -> MapAnswer:
        return in_one_go(state, asset=photo.asset, path=photo.path, kind=kind, **options)

    first = ask("similarity", patch=(0, 0)).map
    assert first.values[0, 0] == pytest.approx(1, abs=1e-5) and first.box == (0, 0, 1, 1)
    assert state.model is not None
    monkeypatch.setattr(state.model, "token_steps", lambda *a, **k: pytest.fail("computed again"))
    assert ask("similarity", patch=(1, 2)).map.values[1, 2] == pytest.approx(1, abs=1e-5)
    assert ask("norm").map.values.shape == first.values.shape
    for bad in ({"patch": (99, 0)}, {"layer": 9}):
        with pytest.raises(UsageError):
            ask("similarity", **bad)
    with pytest.raises(UsageError):
        ask("text", text=" ")
    monkeypatch.undo()
    box = ask("pca", view="model").map.box
    assert box == pytest.approx((0.125, 0, 0.875, 1))


def test_files_that_went_away_are_shown_by_their_thumbnail(state: EngineState, photo_folder: Path) -> None:
    photo = state.opened.catalog.photos[0]
    ask = ShowPreview(asset=photo.asset, path=photo.path)
    assert not answered(show_preview(state, ask)).copy
    Path(photo.path).rename(photo_folder.parent / "kept.jpg")
    kept = answered(show_preview(state, ask))
    assert (kept.copy, kept.missing) == (True, True) and kept.full_size == (80, 60)
    assert kept.pixels.shape == (60, 80, 3) and not kept.pixels.flags.writeable
    assert in_one_go(state, asset=photo.asset, path=photo.path, kind="pca").map.values.ndim == 3
    Path(photo.path).write_text("damaged")  # there, but no photo: said, not hidden behind the copy
    with pytest.raises(PhotoError, match=Path(photo.path).name):
        answered(show_preview(state, ask))
    Path(photo.path).unlink()
    for file in state.opened.store.thumbnails.rglob(f"{photo.content}*"):
        file.unlink()
    with pytest.raises(PhotoError, match=Path(photo.path).name):
        answered(show_preview(state, ask))
    gone = MakeThumbnail(content="00" * 16, path=photo.path)
    assert not answered(make_thumbnail(state, gone)).made


def test_a_preview_of_an_offline_photo_is_marked_as_a_copy(state: EngineState, photo_folder: Path) -> None:
    photo_folder.rename(photo_folder.with_name("elsewhere"))
    state.catalog_reset()
    photo = state.opened.catalog.photos[0]
    kept = answered(show_preview(state, ShowPreview(asset=photo.asset, path=photo.path)))
    assert photo.state == "offline" and (kept.copy, kept.missing) == (True, False)


def test_a_photos_own_pixels_come_without_taking_those_of_maps(state: EngineState) -> None:
    photo = state.opened.catalog.photos[0]
    answered(show_preview(state, ShowPreview(asset=photo.asset, path=photo.path)))
    reading = state.opened.previews._reading
    for longest, size in ((5000, (60, 80, 3)), (40, (30, 40, 3))):
        detail = answered(show_detail(state, ShowDetail(asset=photo.asset, path=photo.path, longest=longest)))
        assert detail.pixels.shape == size and detail.full_size == (80, 60)
        assert not detail.pixels.flags.writeable
    assert state.opened.previews._reading is reading and state.opened.previews._detail is None
    with pytest.raises(PhotoError):
        answered(show_detail(state, ShowDetail(asset=photo.asset, path="/never.jpg", longest=5000)))


def test_a_photo_whose_drive_is_away_can_be_searched_by(state: EngineState, photo_folder: Path) -> None:
    photo = state.opened.catalog.photos[0]
    here = ranked(state, Search(images=(photo.path,)))
    photo_folder.rename(photo_folder.with_name("elsewhere"))
    state.catalog_reset()
    away = ranked(state, Search(images=(photo.path,)))
    assert away.positions[0] == here.positions[0] == 0
    np.testing.assert_allclose(away.scores, here.scores, atol=2e-3)  # it is kept in half precision
    with pytest.raises(PhotoError):
        ranked(state, Search(images=(str(photo_folder / "never.jpg"),)))


def test_a_library_that_is_gone_is_not_called_up_to_date(state: EngineState, tmp_path: Path) -> None:
    (tmp_path / "library").rename(tmp_path / "taken")
    with pytest.raises(LibraryError, match="not there any more"):
        state.indexer()
    with pytest.raises(LibraryError, match="not there any more"):
        backups.back_up(state.opened.store.database)
    (tmp_path / "taken").rename(tmp_path / "library")
    state.indexer()


def test_thumbnails_are_kept_within_their_limit_and_come_back(state: EngineState, photo_folder: Path) -> None:
    folder = state.opened.store.thumbnails
    before = {file.name: file.read_bytes() for file in folder.rglob("*.jpg")}
    list(state.chores() or ())  # a backup is due after the fixture's run
    state._thumbnail_bytes, state._untrimmed = 1, True
    chores = state.chores()
    assert chores is not None and list(chores) and not list(folder.rglob("*.jpg"))
    assert state.chores() is None  # until something is written again
    for photo in state.opened.catalog.photos:
        answer = answered(make_thumbnail(state, MakeThumbnail(content=photo.content, path=photo.path)))
        assert answer == ThumbnailReady(content=photo.content)
    assert {file.name: file.read_bytes() for file in folder.rglob("*.jpg")} == before
    assert state.chores() is not None


def test_a_smaller_limit_of_thumbnails_counts_at_once(state: EngineState) -> None:
    folder = state.opened.store.thumbnails
    list(state.chores() or ())
    assert state.chores() is None and list(folder.rglob("*.jpg"))
    limit_thumbnails(state, LimitThumbnails(bytes=10**9))
    list(state.chores() or ())
    assert list(folder.rglob("*.jpg"))
    limit_thumbnails(state, LimitThumbnails(bytes=1))
    list(state.chores() or ())
    assert not list(folder.rglob("*.jpg"))
    limit_thumbnails(state, LimitThumbnails(bytes=10**9))
    assert state.chores() is None  # there is nothing to trim


@pytest.mark.parametrize(("threads", "processes"), [(1, 1), (2, 1), (6, 3), (64, 4)])
def test_models_and_decoders_keep_to_the_threads_they_may_use(threads: int, processes: int) -> None:
    before = torch.get_num_threads()
    try:
        state = EngineState(threads=threads)
        assert torch.get_num_threads() == threads
        assert isinstance(state.decoders, DecoderPool) and state.decoders._workers == processes
        state.close()
        torch.set_num_threads(before)
        EngineState(threads=0).close()
        assert torch.get_num_threads() == before
    finally:
        torch.set_num_threads(before)


def test_a_large_library_gets_a_graph(state: EngineState, monkeypatch: pytest.MonkeyPatch) -> None:
    list(state.chores() or ())  # the thumbnails of the fixture's run
    assert state.chores() is None
    assert state.index is not None
    monkeypatch.setattr(persistent_index, "GRAPH_FROM", 200)
    monkeypatch.setattr(persistent_index, "WORTH_CACHING", 10)
    rows = np.random.default_rng(0).standard_normal((300, 32))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    state.index.vectors.add(np.arange(1000, 1300), rows)
    chores = state.chores()
    assert chores is not None and list(chores)
    assert state.index.vectors.graph is not None and state.chores() is None
    answer = ranked(state, Search(text="red"))
    assert set(names(state, answer.positions[:3])) == {"red"}
    state.index.save()
    assert list(state.index._library.index.glob("*.hnsw"))


def test_a_text_map_is_of_the_words_of_a_query(state: EngineState) -> None:
    photo = state.opened.catalog.photos[0]
    plain, query = (
        in_one_go(state, asset=photo.asset, path=photo.path, kind="text", text=text)
        for text in ("red", "red -blue rating>=0 camra:x")
    )
    np.testing.assert_array_equal(query.map.values, plain.map.values)
    assert query.text == "red -blue rating>=0 camra:x"
    with pytest.raises(UsageError):
        in_one_go(state, asset=photo.asset, path=photo.path, kind="text", text="-blue")
