"""Photos for other programs: copies, links, tables and contact sheets, under free names."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import FakeModel
from PIL import Image

from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.user_data import photo_export
from dinodesk.engine.user_data.photo_export import CopyReport
from dinodesk.errors import UsageError
from dinodesk.generators import run_to_end
from dinodesk.library.images import thumbnail_cache
from dinodesk.library.images.contact_sheet import MOST
from dinodesk.records import Photo


@pytest.fixture
def state(tmp_path: Path, photo_folder: Path, model: FakeModel) -> Iterator[EngineState]:
    found = EngineState(decoders=DecoderPool(processes=False))
    found.open_library(tmp_path / "library")
    found.models.use(model)
    run_to_end(found.indexer().add([str(photo_folder)]))
    found.opened.catalog.reload()
    yield found
    found.close()


def chosen(state: EngineState) -> list[tuple[int, str]]:
    return [(photo.asset, photo.path) for photo in state.opened.catalog.photos]


def link(state: EngineState, folder: Path) -> CopyReport:
    report = CopyReport()
    folder.mkdir(exist_ok=True)
    database = state.opened.store.database
    run_to_end(photo_export.link_photos_steps(database, chosen(state), str(folder), report))
    return report


def sheet(state: EngineState, photos: list[Photo], target: Path) -> CopyReport:
    report = CopyReport()
    heading = "Dogs \udcff & cats " * 30, f"{len(photos)} photos"
    thumbnails = state.opened.store.thumbnails
    steps = photo_export.sheet_steps(photos, thumbnails, state.decoders, heading, str(target), report)
    run_to_end(steps)
    return report


def test_links_lead_to_the_photos_and_take_no_name_that_is_there(state: EngineState, tmp_path: Path) -> None:
    first = Path(chosen(state)[0][1])
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / first.name).write_text("mine")
    assert link(state, tmp_path / "out").written == 12
    assert (tmp_path / "out" / first.name).read_text() == "mine"
    links = [file for file in (tmp_path / "out").iterdir() if file.is_symlink()]
    assert {os.readlink(file) for file in links} == {path for _, path in chosen(state)}


@pytest.mark.parametrize("refused", [["symlink"], ["symlink", "link"]])
def test_where_links_are_refused_others_or_copies_are_made(
    state: EngineState, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: list[str]
) -> None:
    for name in refused:

        def refuse(*_paths: object, **_more: object) -> None:
            raise PermissionError("this disk has none")

        monkeypatch.setattr(os, name, refuse)
    assert link(state, tmp_path / "out").written == 12
    source = Path(chosen(state)[0][1])
    made = tmp_path / "out" / source.name
    assert not made.is_symlink() and made.read_bytes() == source.read_bytes()
    assert made.samefile(source) == ("link" not in refused)


def test_what_is_not_there_is_left_out_with_the_reason(state: EngineState, tmp_path: Path) -> None:
    Path(chosen(state)[0][1]).unlink()
    report = link(state, tmp_path / "out")
    assert report.written == 11 and report.failed[0].path == chosen(state)[0][1]


def test_a_table_takes_no_name_that_is_there(state: EngineState, tmp_path: Path) -> None:
    for form in ("csv", "json"):
        (tmp_path / f"t.{form}").write_text("mine")
        report = CopyReport()
        assets = [asset for asset, _ in chosen(state)[:3]]
        target = str(tmp_path / f"t.{form}")
        run_to_end(photo_export.table_steps(state.opened.store.database, assets, form, target, report))
        assert report.target == str(tmp_path / f"t (2).{form}") and report.written == 3
        assert (tmp_path / f"t.{form}").read_text() == "mine"
    assert len(json.loads((tmp_path / "t (2).json").read_text())) == 3


def test_a_contact_sheet_shows_every_photo(state: EngineState, tmp_path: Path) -> None:
    photos = list(state.opened.catalog.photos)
    thumbnail_cache.small_path(state.opened.store.thumbnails, photos[0].content).unlink()
    thumbnail_cache.large_path(state.opened.store.thumbnails, photos[0].content).unlink()
    report = sheet(state, photos, tmp_path / "s.png")
    assert (report.written, report.failed, report.target) == (12, [], str(tmp_path / "s.png"))
    with Image.open(tmp_path / "s.png") as picture:
        assert picture.format == "PNG" and picture.width > 4 * 240 and picture.height > 3 * 180
        colours = picture.convert("RGB").resize((picture.width // 8, picture.height // 8)).getcolors(10**6)
    assert colours is not None and len(colours) > 40
    assert not list(tmp_path.glob(".dinodesk-*"))


def test_a_photo_that_can_not_be_seen_leaves_its_cell_empty(state: EngineState, tmp_path: Path) -> None:
    photos = list(state.opened.catalog.photos[:2])
    for photo in photos:
        for path in (thumbnail_cache.small_path, thumbnail_cache.large_path):
            path(state.opened.store.thumbnails, photo.content).unlink()
    Path(photos[0].path).write_bytes(b"no photo")
    report = sheet(state, photos, tmp_path / "s.png")
    assert report.written == 1 and [each.path for each in report.failed] == [photos[0].path]


def test_a_sheet_holds_so_many_and_at_least_one(state: EngineState, tmp_path: Path) -> None:
    photos = list(state.opened.catalog.photos)
    for some in ([], photos[:1] * (MOST + 1)):
        with pytest.raises(UsageError):
            sheet(state, some, tmp_path / "s.png")
    assert not (tmp_path / "s.png").exists()
