"""What a drop or a paste means."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage

from dinodesk.library.files import file_types
from dinodesk.ui.drops.drop_overlay import sentence_for
from dinodesk.ui.widgets import drop_content
from dinodesk.ui.widgets.drop_content import (
    content_of,
    is_model,
    is_photo,
    is_welcome,
    local_files,
    refusal_sentence,
)


def mime(*files: object) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    return data


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "Holiday.jpg"  # a folder, whatever its name says
    folder.mkdir()
    return folder


@pytest.fixture
def note(tmp_path: Path) -> Path:
    file = tmp_path / "note.txt"
    file.write_text("words")
    return file


def test_one_photo_is_a_query_and_with_shift_it_is_added(photo: Path) -> None:
    asked = content_of(mime(photo), shift=False)
    assert asked.query == str(photo) and asked.add == () and asked.image.isNull()
    added = content_of(mime(photo), shift=True)
    assert added.query == "" and added.add == (str(photo),)


def test_several_photos_and_folders_are_added(photo: Path, folder: Path) -> None:
    second = photo.with_name("second.jpg")
    second.write_bytes(photo.read_bytes())
    assert content_of(mime(photo, second), shift=False).add == (str(photo), str(second))
    assert content_of(mime(folder), shift=False).add == (str(folder),)


def test_model_files_are_imported_beside_the_rest(photo: Path, tmp_path: Path) -> None:
    for name in ("backbone.PTH", "backbone.pt", "last.ckpt", "x.safetensors", "x.bin"):
        weights = tmp_path / name
        weights.write_bytes(b"x")
        content = content_of(mime(weights, photo), shift=False)
        assert content.models == (str(weights),) and content.query == str(photo) and content.refused == ()


def test_a_folder_from_hugging_face_is_a_model(photo: Path, tmp_path: Path) -> None:
    hub = tmp_path / "dinov2-small"
    hub.mkdir()
    for name in ("config.json", "model.safetensors.index.json"):
        assert not is_model(str(hub)) and content_of(mime(hub), shift=False).add == (str(hub),)
        (hub / name).write_text("{}")
    assert content_of(mime(hub, photo), shift=False).models == (str(hub),)
    for weights in (hub, tmp_path / "x.ckpt"):
        assert sentence_for(mime(weights), False) == "Add as model files"


def test_other_files_are_refused_and_the_rest_is_accepted(note: Path, folder: Path, tmp_path: Path) -> None:
    film = tmp_path / "film.MP4"
    film.write_bytes(b"no film")
    content = content_of(mime(note, folder, film), shift=False)
    assert content.refused == (str(note),) and content.add == (str(folder), str(film))


def test_a_picture_without_a_file_is_a_query() -> None:
    image = QImage(4, 3, QImage.Format.Format_RGB32)
    image.fill(0)
    data = QMimeData()
    data.setImageData(image)
    assert is_welcome(data) and content_of(data, shift=False).image.size() == image.size()


def test_a_photo_is_known_by_its_first_bytes(photo: Path, note: Path) -> None:
    bare = photo.with_name("no-ending")
    bare.write_bytes(photo.read_bytes())
    assert is_photo(str(bare)) and not is_photo(str(photo.parent))
    assert not is_photo(str(note)) and not is_photo(str(photo.with_name("gone.jpg")))


def test_only_local_files_are_taken(photo: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/a.jpg"), QUrl.fromLocalFile(str(photo))])
    assert local_files(data) == [str(photo)]
    words = QMimeData()
    words.setText("a red bus")
    assert local_files(words) == [] and not is_welcome(words)


def test_a_refusal_names_what_is_not_taken(note: Path) -> None:
    assert refusal_sentence((str(note),)) == "note.txt is not a photo DinoDesk can read."
    assert refusal_sentence((str(note.with_name("gone.jpg")),)) == "gone.jpg is not there."
    assert refusal_sentence((str(note), "/b", "/c")) == (
        "3 of these are not photos DinoDesk can read, note.txt for one."
    )


def test_the_window_takes_every_ending_that_the_library_reads() -> None:
    taken = drop_content.PHOTO_ENDINGS | drop_content.VIDEO_ENDINGS
    assert taken == file_types.ENDINGS | file_types.VIDEO_ENDINGS | {".jxl"}


def test_a_file_of_json_alone_is_a_recipe(tmp_path: Path, photo: Path) -> None:
    recipe = tmp_path / "dogs.JSON"
    recipe.write_text("{}")
    dropped = content_of(mime(recipe), shift=False)
    assert (dropped.recipe, dropped.refused, dropped.query) == (str(recipe), (), "")
    assert sentence_for(mime(recipe), shift=False) == "Open this recipe"
    beside = content_of(mime(recipe, photo), shift=False)
    assert beside.recipe == "" and beside.refused == (str(recipe),)
