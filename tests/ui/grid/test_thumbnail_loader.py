"""Which thumbnail a cell is filled from: the small one, the large one, or the other of the two."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage

from dinodesk.records import Photo
from dinodesk.ui.grid.thumbnail_loader import ThumbnailLoader, read_cell

CONTENT = "ab" * 16
PHOTO = Photo(
    asset=1, path="/photos/a.jpg", content=CONTENT, state="online", taken=0.0, width=4000, height=3000
)
SMALL, LARGE = QSize(160, 120), QSize(400, 300)


def paint(folder: Path, ending: str, colour: str) -> Path:
    file = folder / CONTENT[:2] / (CONTENT + ending)
    file.parent.mkdir(exist_ok=True)
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    assert image.save(str(file), "JPG", 95)
    return file


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    return {"small": paint(tmp_path, ".s.jpg", "red"), "large": paint(tmp_path, ".jpg", "blue")}


@pytest.fixture
def thumbnails(qtbot, files, tmp_path: Path):
    made = ThumbnailLoader()
    made.set_folder(str(tmp_path))
    yield made
    made.close()


def shown(qtbot, thumbnails: ThumbnailLoader, size: QSize, ratio: float = 1.0) -> str:
    thumbnails.set_cell(size, ratio)
    with qtbot.waitSignal(thumbnails.arrived):
        thumbnails.want([PHOTO])
    pixmap = thumbnails.get(PHOTO)
    if pixmap is None:
        return "nothing"
    colour = pixmap.toImage().pixelColor(pixmap.width() // 2, pixmap.height() // 2)
    return "small" if colour.red() > colour.blue() else "large"


def test_small_cells_take_the_small_one_and_large_cells_the_large_one(qtbot, thumbnails):
    assert shown(qtbot, thumbnails, SMALL) == "small"
    assert shown(qtbot, thumbnails, LARGE) == "large"
    assert shown(qtbot, thumbnails, SMALL, 2.0) == "large"  # device pixels count


def test_a_library_of_an_older_version_has_large_ones_only(qtbot, thumbnails, files):
    files["small"].unlink()
    with qtbot.assertNotEmitted(thumbnails.missing):
        assert shown(qtbot, thumbnails, SMALL) == "large"


def test_a_large_one_that_was_deleted_is_asked_for_once_and_shown_when_it_is_there(
    qtbot, thumbnails, files, tmp_path
):
    files["large"].unlink()
    with qtbot.waitSignal(thumbnails.missing) as asked:
        assert shown(qtbot, thumbnails, LARGE) == "small"
    assert asked.args == [CONTENT, PHOTO.path]
    paint(tmp_path, ".jpg", "blue")
    thumbnails.retry(CONTENT)
    assert shown(qtbot, thumbnails, LARGE) == "large"
    files["large"].unlink()
    with qtbot.assertNotEmitted(thumbnails.missing):
        assert shown(qtbot, thumbnails, QSize(401, 301)) == "small"


def test_when_both_are_gone_they_are_asked_for(qtbot, thumbnails, files):
    for file in files.values():
        file.unlink()
    with qtbot.waitSignal(thumbnails.missing):
        assert shown(qtbot, thumbnails, SMALL) == "nothing"


def test_the_first_look_is_the_large_one_else_the_small_one(qtbot, thumbnails, files):
    for gone, red in ((None, False), ("large", True), ("small", None)):
        if gone:
            files[gone].unlink()
        with qtbot.waitSignal(thumbnails.fetched) as fetched:
            thumbnails.fetch(CONTENT)
        image = fetched.args[1]
        if red is None:
            assert image.isNull()
        else:
            assert (image.pixelColor(5, 5).red() > 128) is red


def pole(folder: Path) -> str:
    """A portrait: a white bar from top to bottom between green sides."""
    image = QImage(60, 120, QImage.Format.Format_RGB32)
    image.fill(QColor("green"))
    for y in range(image.height()):
        for x in range(20, 40):
            image.setPixelColor(x, y, QColor("white"))
    file = folder / "pole.png"
    assert image.save(str(file))
    return str(file)


def test_a_photo_is_whole_in_the_middle_of_its_cell(qtbot, tmp_path):
    cell = read_cell(pole(tmp_path), QSize(160, 120), 0.0, crop=False)
    assert cell.size() == QSize(160, 120)
    row = [cell.pixelColor(x, 60) for x in range(160)]
    seen = [x for x, colour in enumerate(row) if colour.alpha() == 255]
    assert (seen[0], seen[-1]) == (50, 109)  # 60 wide, as it is; what is beside it shows the grid
    assert row[52] == QColor("green") and row[107] == QColor("green") and row[80] == QColor("white")
    assert all(cell.pixelColor(80, y).alpha() == 255 for y in (0, 119))


def test_a_cropped_photo_fills_its_cell(qtbot, tmp_path):
    cell = read_cell(pole(tmp_path), QSize(160, 120), 0.0, crop=True)
    assert all(cell.pixelColor(x, y).alpha() == 255 for x in (0, 159) for y in (0, 119))
    assert cell.pixelColor(2, 60) == QColor("green") and cell.pixelColor(80, 60) == QColor("white")
