"""Stars that are clicked, and small ones that are painted."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication

from dinodesk.ui.theme.theme import Theme
from dinodesk.ui.widgets.star_rating import MOST, StarRating, paint_stars, star


@pytest.fixture
def stars(qtbot, theme: Theme) -> StarRating:
    stars = StarRating(theme)
    qtbot.addWidget(stars)
    stars.resize(stars.sizeHint())
    stars.show()
    return stars


def at(stars: StarRating, number: int) -> QPoint:
    """The middle of the number-th star, from 1."""
    return QPoint(round(stars.width() * (number - 0.5) / MOST), stars.height() // 2)


def test_a_click_rates_and_one_on_the_last_star_takes_the_rating_away(qtbot, stars: StarRating) -> None:
    for shown, clicked, rated in ((0, 3, 3), (3, 5, 5), (3, 3, 0)):
        stars.show_rating(shown)
        with qtbot.waitSignal(stars.rated) as got:
            qtbot.mouseClick(stars, Qt.MouseButton.LeftButton, pos=at(stars, clicked))
        assert got.args == [rated]
        assert stars.rating == shown  # until the engine says so


def test_digits_and_arrows_rate(qtbot, stars: StarRating) -> None:
    stars.show_rating(4)
    rated: list[int] = []
    stars.rated.connect(rated.append)
    for key in (Qt.Key.Key_2, Qt.Key.Key_0, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_7):
        qtbot.keyClick(stars, key)
    assert rated == [2, 0, 5, 3]
    stars.show_rating(5)
    qtbot.keyClick(stars, Qt.Key.Key_Right)
    assert rated[-1] == 5


@pytest.mark.parametrize(("given", "kept", "name"), [
    (0, 0, "Not rated"), (-1, 0, "Not rated"), (3, 3, "Rated 3 of 5 stars"), (9, 5, "Rated 5 of 5 stars"),
])  # fmt: skip
def test_a_screen_reader_hears_the_rating(stars: StarRating, given: int, kept: int, name: str) -> None:
    stars.show_rating(given)
    assert stars.rating == kept and stars.accessibleName() == name


def test_the_pointer_shows_what_a_click_would_give(stars: StarRating) -> None:
    stars.show_rating(1)
    plain = stars.grab().toImage()
    point = QPointF(at(stars, 4))
    nothing = Qt.MouseButton.NoButton
    QApplication.sendEvent(
        stars, QMouseEvent(QEvent.Type.MouseMove, point, point, nothing, nothing, Qt.KeyboardModifier(0))
    )
    assert stars.grab().toImage() != plain
    QApplication.sendEvent(stars, QEvent(QEvent.Type.Leave))
    assert stars.grab().toImage() == plain


def test_a_rating_that_the_person_did_not_give_looks_otherwise(stars: StarRating) -> None:
    stars.show_rating(3)
    own = stars.grab().toImage()
    stars.show_rating(3, own=False)
    assert stars.grab().toImage() != own


def test_a_star_is_drawn_around_its_middle() -> None:
    box = star(QPointF(50, 50), 20).boundingRect()
    assert box.top() == pytest.approx(30) and box.center().x() == pytest.approx(50)
    assert box.width() < 40 and not star(QPointF(0, 0), 20).contains(QPointF(18, 12))


def test_small_stars_are_white_on_a_dark_ground_at_the_lower_left() -> None:
    image = QImage(200, 150, QImage.Format.Format_RGB32)
    image.fill(QColor(128, 128, 128))
    painter = QPainter(image)
    paint_stars(painter, QRectF(0, 0, 200, 150), 2, 20.0)
    painter.end()
    lightness = {
        (x, y): image.pixelColor(x, y).lightness() for x in range(0, 200, 2) for y in range(0, 150, 2)
    }
    white = [point for point, value in lightness.items() if value > 240]
    assert white and all(x < 100 and y > 75 for x, y in white)
    assert min(lightness.values()) < 100 and image.pixelColor(150, 20) == QColor(128, 128, 128)
