"""Files whose names are not UTF-8, through Qt and back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from photos import make_photo
from PySide6.QtCore import QByteArray, QMimeData, QUrl

from dinodesk.ui.grid.photo_model import files_mime
from dinodesk.ui.grid.thumbnail_loader import ThumbnailLoader
from dinodesk.ui.search.search_bar import holds_photo
from dinodesk.ui.widgets.drop_content import content_of, local_files
from dinodesk.ui.widgets.local_files import local_path, local_url, picture_format, read_picture


@pytest.fixture
def odd(tmp_path: Path) -> str:
    """A JPEG whose name is Latin-1."""
    path = os.path.join(os.fsencode(tmp_path), b"caf\xe9.jpg")
    os.rename(make_photo(tmp_path / "x.jpg", seed=3), path)
    return os.fsdecode(path)


def dropped(lines: bytes) -> QMimeData:
    mime = QMimeData()
    mime.setData("text/uri-list", QByteArray(lines))
    return mime


def test_names_that_are_not_utf_8_arrive_whole(odd: str) -> None:
    address = b"file://" + os.fsencode(odd).replace(b"\xe9", b"%E9")
    for start in (b"file:///", b"file://localhost/", b"file:/"):
        mime = dropped(address.replace(b"file:///", start) + b"\r\n")
        assert local_files(mime) == [odd] and holds_photo(mime)
        assert content_of(mime, shift=False).query == odd
    assert local_files(dropped(b"file://elsewhere/tmp/a.jpg\r\nhttps://example.org/a.jpg\r\n")) == []
    assert not holds_photo(dropped(b"https://example.org/a.jpg\r\n"))


def test_what_is_dragged_out_can_be_dropped_again(odd: str, tmp_path: Path) -> None:
    files = [odd, str(tmp_path / "a #1?.jpg"), str(tmp_path / "50%.jpg"), str(tmp_path / "Å ö.jpg")]
    assert local_files(files_mime(files)) == files
    assert local_path(QUrl.fromLocalFile(files[1])) == files[1]
    assert local_url(files[3]) == QUrl.fromLocalFile(files[3])


def test_pictures_of_such_names_are_recognised_and_read(odd: str, tmp_path: Path) -> None:
    assert picture_format(odd) == b"jpeg" and picture_format(str(tmp_path / "gone")) == b""
    plain = make_photo(tmp_path / "plain.jpg", seed=3)
    assert not read_picture(odd).isNull() and read_picture(odd) == read_picture(str(plain))
    assert max(read_picture(odd, 20).size().toTuple()) == 20
    assert read_picture(os.fsdecode(b"/nowhere/\xe9.jpg")).isNull()


def test_the_small_picture_of_the_query_is_read_by_such_a_name(qtbot, odd: str) -> None:
    loader = ThumbnailLoader()
    with qtbot.waitSignal(loader.fetched) as fetched:
        loader.fetch_file(odd)
    file, image = fetched.args
    assert file == odd and not image.isNull()
    loader.close()
