"""The session without a thread: what the worker asks of it, request by request."""

from __future__ import annotations

from concurrent.futures import wait
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeModel
from photos import make_photo

from dinodesk.engine import messages as m
from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.search import persistent_index
from dinodesk.errors import LibraryError, ModelError, PhotoError, UsageError
from dinodesk.library.store import backups


@pytest.fixture
def session(tmp_path: Path, model: FakeModel, photo_folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("dinodesk.models.loader.load_model", lambda name, **options: model)
    session = EngineState()
    session.open_library(tmp_path / "library")
    session.load_model("fake", "cpu", "fp32")
    session.load_index()
    for _ in session.indexer().add([str(photo_folder)]):
        pass
    session.reload_catalog()
    assert session.index is not None and session.index.refresh() == 12
    yield session
    session.close()


def answered(pending):  # type: ignore[no-untyped-def]
    """The answer once the decoder is done."""
    wait([pending[0]], timeout=20)
    return pending[1]()


def in_one_go(session: EngineState, **options: object) -> m.MapAnswer:
    steps = session.map_steps(m.ShowMap(1, **options))
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def names(session: EngineState, positions: np.ndarray) -> list[str]:
    photos = session.catalog_reset(0).photos
    return [Path(photos[row].path).parent.name for row in positions]


def test_before_anything_is_open_everything_is_refused() -> None:
    empty = EngineState()
    for work in (
        lambda: empty.search(m.Search(1, text="red")),
        lambda: in_one_go(empty),
        empty.indexer,
    ):
        with pytest.raises((ModelError, LibraryError)):
            work()
    with pytest.raises(LibraryError):
        empty.browse(m.Browse(1))
    assert empty.chores() is None
    empty.close()


def test_search_and_browse(session: EngineState, photo_folder: Path) -> None:
    ranking = session.search(m.Search(1, text="blue"))
    assert names(session, ranking.positions[:6]) == ["blue"] * 6
    assert ranking.line == FakeModel().info.line and ranking.searched == 12
    inside = session.search(m.Search(1, text="blue", place=str(photo_folder / "red")))
    assert names(session, inside.positions) == ["red"] * 6 and inside.searched == 6
    photo = session.catalog_reset(0).photos[0]
    same = session.search(m.Search(1, images=(photo.path,)))
    assert same.scores is not None and same.scores[0] > 0.999 and 0 in same.positions[:6]
    newest = session.browse(m.Browse(1))
    taken = [session.catalog_reset(0).photos[row].taken for row in newest.positions]
    assert taken == sorted(taken, reverse=True)


def test_stored_photos_grow_or_reset_the_catalogue(session: EngineState, photo_folder: Path) -> None:
    new = make_photo(photo_folder / "new.jpg", seed=80)
    stored = [asset for step in session.indexer().add([str(photo_folder)]) for asset in step.stored]
    (grown,) = session.take_stored(stored)
    assert isinstance(grown, m.CatalogGrown) and [photo.path for photo in grown.photos] == [str(new)]
    assert session.take_stored([]) == []
    make_photo(new, seed=81)
    stored = [asset for step in session.indexer().add([str(photo_folder)]) for asset in step.stored]
    (reset,) = session.take_stored(stored)
    assert isinstance(reset, m.CatalogReset) and reset.generation > grown.generation
    assert len(session.search(m.Search(1, text="red")).positions) == 13


def test_state_counts_and_tree(session: EngineState, photo_folder: Path) -> None:
    (photo_folder / "bad.jpg").write_text("no")
    for _ in session.indexer().rescan():
        pass
    state = session.library_state(7, "a question")
    assert (state.total, state.embedded, state.skipped, state.question) == (12, 12, 1, "a question")
    assert [folder.name for folder in state.folders] == ["photos", "blue", "red"]
    assert [Path(each.path).name for each in session.skipped(m.ListSkipped(1)).files] == ["bad.jpg"]
    session.remove_folder(state.folders[0].root)
    session.reload_catalog()
    assert session.library_state(8).total == 0 and not session.has_roots()


def test_maps_are_remembered_and_checked(session: EngineState, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = session.catalog_reset(0).photos[0]

    def ask(kind: str, **options: object) -> m.MapAnswer:
        return in_one_go(session, asset=photo.asset, path=photo.path, kind=kind, **options)

    first = ask("similarity", patch=(0, 0)).map
    assert first.values[0, 0] == pytest.approx(1, abs=1e-5) and first.box == (0, 0, 1, 1)
    assert session.model is not None
    monkeypatch.setattr(session.model, "token_steps", lambda *a, **k: pytest.fail("computed again"))
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


def test_files_that_went_away_are_shown_by_their_thumbnail(session: EngineState, photo_folder: Path) -> None:
    photo = session.catalog_reset(0).photos[0]
    ask = m.ShowPreview(1, asset=photo.asset, path=photo.path)
    assert answered(session.preview(ask)).note == ""
    Path(photo.path).rename(photo_folder.parent / "kept.jpg")
    kept = answered(session.preview(ask))
    assert "not there any more" in kept.note and kept.full_size == (80, 60)
    assert kept.pixels.shape == (60, 80, 3) and not kept.pixels.flags.writeable
    assert in_one_go(session, asset=photo.asset, path=photo.path, kind="pca").map.values.ndim == 3
    Path(photo.path).write_text("damaged")  # there, but no photo: said, not hidden behind the copy
    with pytest.raises(PhotoError, match=Path(photo.path).name):
        answered(session.preview(ask))
    Path(photo.path).unlink()
    for file in session.library.thumbnails.rglob(f"{photo.content}*"):
        file.unlink()
    with pytest.raises(PhotoError, match=Path(photo.path).name):
        answered(session.preview(ask))
    assert answered(session.make_thumbnail(m.MakeThumbnail(1, content="00" * 16, path=photo.path))) is None


def test_a_drive_that_is_away_is_said_beside_the_picture(session: EngineState, photo_folder: Path) -> None:
    photo_folder.rename(photo_folder.with_name("elsewhere"))
    session.reload_catalog()
    photo = session.catalog_reset(0).photos[0]
    kept = answered(session.preview(m.ShowPreview(1, asset=photo.asset, path=photo.path)))
    assert photo.state == "offline" and kept.note == "This is the copy kept for looking at it."


def test_a_photo_whose_drive_is_away_can_be_searched_by(session: EngineState, photo_folder: Path) -> None:
    photo = session.catalog_reset(0).photos[0]
    here = session.search(m.Search(1, images=(photo.path,)))
    photo_folder.rename(photo_folder.with_name("elsewhere"))
    session.reload_catalog()
    away = session.search(m.Search(2, images=(photo.path,)))
    assert away.positions[0] == here.positions[0] == 0
    np.testing.assert_allclose(away.scores, here.scores, atol=2e-3)  # it is kept in half precision
    with pytest.raises(PhotoError):
        session.search(m.Search(3, images=(str(photo_folder / "never.jpg"),)))


def test_a_library_that_is_gone_is_not_called_up_to_date(session: EngineState, tmp_path: Path) -> None:
    (tmp_path / "library").rename(tmp_path / "taken")
    with pytest.raises(LibraryError, match="not there any more"):
        session.indexer()
    with pytest.raises(LibraryError, match="not there any more"):
        backups.back_up(session.library.database)
    (tmp_path / "taken").rename(tmp_path / "library")
    session.indexer()


def test_thumbnails_are_kept_within_their_limit_and_come_back(
    session: EngineState, photo_folder: Path
) -> None:
    folder = session.library.thumbnails
    before = {file.name: file.read_bytes() for file in folder.rglob("*.jpg")}
    list(session.chores() or ())  # a backup is due after the fixture's run
    session._thumbnail_bytes, session._untrimmed = 1, True
    chores = session.chores()
    assert chores is not None and list(chores) and not list(folder.rglob("*.jpg"))
    assert session.chores() is None  # until something is written again
    for photo in session.catalog_reset(0).photos:
        answer = answered(session.make_thumbnail(m.MakeThumbnail(1, content=photo.content, path=photo.path)))
        assert answer == m.ThumbnailReady(1, photo.content)
    assert {file.name: file.read_bytes() for file in folder.rglob("*.jpg")} == before
    assert session.chores() is not None


def test_a_large_library_gets_a_graph(session: EngineState, monkeypatch: pytest.MonkeyPatch) -> None:
    list(session.chores() or ())  # the thumbnails of the fixture's run
    assert session.chores() is None
    assert session.index is not None
    monkeypatch.setattr(persistent_index, "GRAPH_FROM", 200)
    monkeypatch.setattr(persistent_index, "WORTH_CACHING", 10)
    rows = np.random.default_rng(0).standard_normal((300, 32))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    session.index.vectors.add(np.arange(1000, 1300), rows)
    chores = session.chores()
    assert chores is not None and list(chores)
    assert session.index.vectors.graph is not None and session.chores() is None
    answer = session.search(m.Search(1, text="red"))
    assert set(names(session, answer.positions[:3])) == {"red"}
    session.index.save()
    assert list(session.index._library.index.glob("*.hnsw"))
