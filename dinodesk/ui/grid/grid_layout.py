"""Where each photo of the grid lies: arithmetic over rows, no widgets, no per-photo state."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from PySide6.QtCore import QRect


@dataclass(frozen=True, slots=True)
class GridLayout:
    """Uniform cells in columns, in sections that each begin a line of their own below a heading.

    Attributes:
        count: photos.
        starts: the first row of each section; the first one is 0.
        tops: Y of the first line of cells of each section.
        headings: Y of the headings, in order; the first section may be without one.
        columns: cells in a line.
        cell_width, cell_height, gap: in pixels.
        heading: height of a heading.
        left, top: margins.
    """

    count: int
    starts: tuple[int, ...]
    tops: tuple[int, ...]
    headings: tuple[int, ...]
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
        splits: tuple[int, ...] = (),
        heading: int = 0,
        *,
        margin: int = 16,
        right: int = 4,
        gap: int = 6,
    ) -> GridLayout:
        """The layout for a viewport `width` wide and cells about `target` wide.

        A heading lies before each row of `splits`, which rise; those that are no rows have none.
        """
        room = max(width - margin - right, 48)
        columns = max(1, round((room + gap) / (target + gap)))
        cell = max(32, (room - gap * (columns - 1)) // columns)
        height, top = round(cell * 0.75), 4
        splits = tuple(split for split in splits if 0 <= split < count)
        starts, tops, headings = (splits if splits[:1] == (0,) else (0, *splits)), list[int](), list[int]()
        headed = set(splits)
        for number, start in enumerate(starts):
            if number:
                lines = -(-(start - starts[number - 1]) // columns)
                top = tops[-1] + lines * (height + gap)
            if start in headed:
                headings.append(top)
                top += heading
            tops.append(top)
        return GridLayout(
            count, starts, tuple(tops), tuple(headings), columns, cell, height, gap, heading, margin, 4
        )

    @property
    def pitch(self) -> int:
        """Distance between two lines of cells."""
        return self.cell_height + self.gap

    @property
    def height(self) -> int:
        """Height of all lines, headings and margins."""
        lines = -(-(self.count - self.starts[-1]) // self.columns)
        return self.tops[-1] + lines * self.pitch + self.left

    def _section(self, row: int) -> int:
        return bisect_right(self.starts, row) - 1

    def _section_at(self, y: int) -> int:
        """The section at `y`, to which its heading belongs."""
        unheaded = len(self.starts) - len(self.headings)
        return max(0, unheaded + bisect_right(self.headings, y) - 1)

    def _end(self, section: int) -> int:
        """The row behind the last one of a section."""
        return self.starts[section + 1] if section + 1 < len(self.starts) else self.count

    def rect(self, row: int) -> QRect:
        """Where photo `row` lies, in contents coordinates."""
        section = self._section(row)
        line, column = divmod(row - self.starts[section], self.columns)
        x = self.left + column * (self.cell_width + self.gap)
        return QRect(x, self.tops[section] + line * self.pitch, self.cell_width, self.cell_height)

    def row_at(self, x: int, y: int) -> int:
        """The photo at a point, or -1."""
        column, inside_x = divmod(x - self.left, self.cell_width + self.gap)
        if not (0 <= column < self.columns) or inside_x >= self.cell_width:
            return -1
        section = self._section_at(y)
        line, inside_y = divmod(y - self.tops[section], self.pitch)
        if line < 0 or inside_y >= self.cell_height:
            return -1
        row = self.starts[section] + line * self.columns + column
        return int(row) if row < self._end(section) else -1

    def span(self, top: int, bottom: int) -> range:
        """Photos that may touch the band from `top` to `bottom`, a superset by less than a line."""
        return range(self._first_from(top), self._first_from(bottom + self.pitch))

    def _first_from(self, y: int) -> int:
        """The first photo of the line of cells at `y`."""
        section = self._section_at(y)
        line = max(0, (y - self.tops[section]) // self.pitch)
        return min(self.starts[section] + line * self.columns, self._end(section))

    def moved(self, row: int, lines: int) -> int:
        """The photo `lines` lines below (above, when negative), across headings."""
        for _ in range(min(abs(lines), 64)):
            row = self._step(row, 1 if lines > 0 else -1)
        return row

    def _step(self, row: int, direction: int) -> int:
        section = self._section(row)
        base, end = self.starts[section], self._end(section)
        column = (row - base) % self.columns
        target = row + direction * self.columns
        if base <= target < end:
            return target
        if direction > 0:
            last_line = base + (end - base - 1) // self.columns * self.columns
            if row < last_line:
                return end - 1
            return min(end + column, self._end(section + 1) - 1) if end < self.count else row
        if base == 0:
            return row
        before = self.starts[section - 1]
        last_line = before + (base - before - 1) // self.columns * self.columns
        return min(last_line + column, base - 1)
