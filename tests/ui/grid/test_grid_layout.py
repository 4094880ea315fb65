"""Where each photo lies: arithmetic over rows."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect

from dinodesk.ui.grid.grid_layout import GridLayout

# four columns of 100 × 75, ten photos of which six are hits, a heading of 40 between them
LAYOUT = GridLayout.fit(16 + 4 * 100 + 3 * 6 + 4, 100, 10, (6,), 40)


@pytest.mark.parametrize("splits", [(), (0,), (1,), (7,), (23,), (50,), (7, 23), (0, 5), (3, 49), (48, 49)])
@pytest.mark.parametrize("width", [300, 777, 1200])
def test_every_photo_is_found_where_it_lies(splits: tuple[int, ...], width: int) -> None:
    layout = GridLayout.fit(width, 150, 50, splits, 30)
    seen = set()
    for row in range(50):
        rect = layout.rect(row)
        assert layout.row_at(rect.center().x(), rect.center().y()) == row
        assert row in layout.span(rect.top(), rect.bottom())
        assert rect.bottom() < layout.height and rect.right() <= width
        seen.add((rect.x(), rect.y()))
    assert len(seen) == 50
    assert layout.row_at(2, 2) == -1
    for row in range(50):
        assert 0 <= layout.moved(row, 1) < 50 and 0 <= layout.moved(row, -1) < 50


def test_cells_fill_the_width_in_the_size_that_is_nearest() -> None:
    for target in (96, 168, 300, 420):
        layout = GridLayout.fit(1000, target, 50)
        right = layout.rect(layout.columns - 1).right()
        assert 1000 - 4 - layout.columns <= right < 1000
        one_more = (1000 - 20 + 6) / (layout.columns + 1) - 6
        assert abs(layout.cell_width - target) <= abs(one_more - target)
    assert layout.cell_height == round(layout.cell_width * 0.75)


def test_a_view_narrower_than_a_cell_has_one_column() -> None:
    layout = GridLayout.fit(60, 300, 5)
    assert layout.columns == 1 and layout.cell_width >= 32
    assert [layout.rect(row).x() for row in range(5)] == [16] * 5


def test_the_hits_stand_above_the_heading_and_the_rest_below() -> None:
    assert LAYOUT.pitch == 81 and LAYOUT.headings[0] == 4 + 2 * 81
    assert LAYOUT.rect(5) == QRect(16 + 106, 4 + 81, 100, 75)  # the last hit, in the second line
    assert LAYOUT.rect(6) == QRect(16, LAYOUT.headings[0] + 40, 100, 75)  # the first of the rest
    assert LAYOUT.height == 4 + 3 * 81 + 40 + 16


@pytest.mark.parametrize(
    ("splits", "headings"),
    [((0,), 1), ((4,), 1), ((9,), 1), ((10,), 0), ((), 0), ((4, 6), 2), ((0, 6), 2), ((4, 10), 1)],
)
def test_there_is_a_heading_before_each_row_that_there_is(splits: tuple[int, ...], headings: int) -> None:
    layout = GridLayout.fit(500, 100, 10, splits, 30)
    assert len(layout.headings) == headings
    for row, top in zip(splits, layout.headings, strict=False):
        assert layout.rect(row).top() == top + 30


def test_each_section_begins_a_line_of_its_own() -> None:
    layout = GridLayout.fit(438, 100, 12, (2, 7), 40)  # lines of 2; 4 and 1; 4 and 1
    assert [layout.rect(row).x() == 16 for row in range(12)] == [row in (0, 2, 6, 7, 11) for row in range(12)]
    assert layout.headings == (4 + 81, 4 + 3 * 81 + 40)
    assert layout.height == 4 + 5 * 81 + 2 * 40 + 16


def test_an_empty_grid_has_no_photo_anywhere() -> None:
    layout = GridLayout.fit(500, 100, 0, (0,), 30)
    assert layout.row_at(60, 40) == -1 and list(layout.span(0, 1000)) == []
    assert layout.headings == ()


@pytest.mark.parametrize("point", [(10, 40), (117, 40), (60, 80), (16 + 2 * 106 + 50, 120), (60, 180)])
def test_between_cells_and_in_the_heading_there_is_none(point: tuple[int, int]) -> None:
    assert LAYOUT.row_at(*point) == -1


def test_arrows_keep_the_column_across_the_heading() -> None:
    assert LAYOUT.moved(1, 1) == 5 and LAYOUT.moved(5, 1) == 7  # from the second hit line to the rest
    assert LAYOUT.moved(7, -1) == 5 and LAYOUT.moved(5, -1) == 1
    assert LAYOUT.moved(1, -1) == 1  # nothing above
    assert LAYOUT.moved(3, 1) == 5  # the line below is short: its last photo
    assert LAYOUT.moved(9, 1) == 9  # nothing below
    assert LAYOUT.moved(8, -1) == 5  # above it the line is short, too
    assert LAYOUT.moved(0, 2) == 6 and LAYOUT.moved(6, -2) == 0


def test_arrows_go_through_a_short_section_between_two_others() -> None:
    layout = GridLayout.fit(438, 100, 12, (6, 8), 40)  # lines of 4 and 2; 2; 4
    assert layout.moved(3, 1) == 5 and layout.moved(5, 1) == 7 and layout.moved(7, 1) == 9
    assert layout.moved(11, -1) == 7 and layout.moved(7, -1) == 5
    assert layout.moved(0, 3) == 8 and layout.moved(8, -3) == 0


def test_only_photos_that_touch_the_band_are_in_its_span() -> None:
    layout = GridLayout.fit(1000, 150, 100_000, (60, 300), 30)
    for top in (0, 500, *layout.headings, 200_000):
        span = layout.span(top, top + 700)
        band = QRect(0, top, 1000, 700)
        touching = [row for row in range(span.start, span.stop) if layout.rect(row).intersects(band)]
        assert touching and len(span) - len(touching) <= 3 * layout.columns
        for row in (span.start - 1, span.stop):
            if 0 <= row < layout.count:
                assert not layout.rect(row).intersects(band)
