"""Where each photo of the grid lies: arithmetic over rows, no widgets, no per-photo state."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect


@dataclass(frozen=True, slots=True)
class GridLayout:
    """Uniform cells in columns, with one heading where the confident photos end.

    Attributes:
        count: photos.
        split: the heading lies before this row (0: above everything; `count`: no heading).
        columns: cells in a line.
        cell_width, cell_height, gap: in pixels.
        heading: height of the heading; 0 when there is none.
        left, top: margins.
    """

    count: int
    split: int
    columns: int
    cell_width: int
    cell_height: int
    gap: int
    heading: int
    left: int
    top: int

    @staticmethod
    def fit(
        width: int,
        target: int,
        count: int,
        split: int,
        heading: int,
        *,
        margin: int = 16,
        right: int = 4,
        gap: int = 6,
    ) -> GridLayout:
        """The layout for a viewport `width` wide and cells about `target` wide."""
        room = max(width - margin - right, 48)
        columns = max(1, round((room + gap) / (target + gap)))
        cell = max(32, (room - gap * (columns - 1)) // columns)
        shown = heading if 0 <= split < count else 0
        return GridLayout(
            count, max(0, min(split, count)), columns, cell, round(cell * 0.75), gap, shown, margin, 4
        )

    @property
    def pitch(self) -> int:
        """Distance between two lines of cells."""
        return self.cell_height + self.gap

    def _lines_above(self) -> int:
        return -(-self.split // self.columns)

    @property
    def heading_top(self) -> int:
        """Y of the heading (meaningful when `heading` is not 0)."""
        return self.top + self._lines_above() * self.pitch

    @property
    def height(self) -> int:
        """Height of all lines, heading and margins."""
        below = -(-(self.count - self.split) // self.columns)
        return self.top + (self._lines_above() + below) * self.pitch + self.heading + self.left

    def rect(self, row: int) -> QRect:
        """Where photo `row` lies, in contents coordinates."""
        if row < self.split:
            line, column = divmod(row, self.columns)
            y = self.top + line * self.pitch
        else:
            line, column = divmod(row - self.split, self.columns)
            y = self.heading_top + self.heading + line * self.pitch
        x = self.left + column * (self.cell_width + self.gap)
        return QRect(x, y, self.cell_width, self.cell_height)

    def row_at(self, x: int, y: int) -> int:
        """The photo at a point, or -1."""
        column, inside_x = divmod(x - self.left, self.cell_width + self.gap)
        if not (0 <= column < self.columns) or inside_x >= self.cell_width:
            return -1
        above = y < self.heading_top
        line, inside_y = divmod(y - (self.top if above else self.heading_top + self.heading), self.pitch)
        if line < 0 or inside_y >= self.cell_height:
            return -1
        row = line * self.columns + column + (0 if above else self.split)
        if row >= (self.split if above else self.count):
            return -1
        return int(row)

    def span(self, top: int, bottom: int) -> range:
        """Photos that may touch the band from `top` to `bottom`, a superset by less than a line."""
        return range(self._first_from(top), self._first_from(bottom + self.pitch))

    def _first_from(self, y: int) -> int:
        """The first photo of the line of cells at `y`."""
        if y < self.heading_top:
            return min(max(0, (y - self.top) // self.pitch) * self.columns, self.split)
        line = max(0, (y - self.heading_top - self.heading) // self.pitch)
        return min(self.split + line * self.columns, self.count)

    def moved(self, row: int, lines: int) -> int:
        """The photo `lines` lines below (above, when negative), across the heading."""
        for _ in range(min(abs(lines), 64)):
            row = self._step(row, 1 if lines > 0 else -1)
        return row

    def _step(self, row: int, direction: int) -> int:
        base, end = (0, self.split) if row < self.split else (self.split, self.count)
        column = (row - base) % self.columns
        target = row + direction * self.columns
        if base <= target < end:
            return target
        if direction > 0:
            last_line = base + (end - base - 1) // self.columns * self.columns
            if row < last_line:
                return end - 1
            return min(end + column, self.count - 1) if end < self.count else row
        if base == 0:
            return row
        last_line = (base - 1) // self.columns * self.columns
        return min(last_line + column, base - 1)
