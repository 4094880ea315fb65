"""A contact sheet: small photos in lines and columns, each with its name, as one picture."""

from __future__ import annotations

import math

from PIL import Image, ImageDraw, ImageFont

from dinodesk.paths import resource
from dinodesk.records import ByteArray

MOST = 1000
"""Photos on one sheet."""
_WIDTH, _HEIGHT, _GAP, _MARGIN, _TITLE = 240, 180, 16, 32, 56
"""Pixels: of a cell's photo, between cells, around the sheet, of the heading."""
_NAME = 24
_GROUND, _EMPTY, _TEXT, _MUTED = "#FFFFFF", "#E6E9ED", "#1B1F24", "#59636E"


class ContactSheet:
    """A sheet for so many photos, which are added in order."""

    def __init__(self, title: str, about: str, count: int) -> None:
        """`about` stands behind the title, paler. Raises ValueError for more photos than `MOST`, or none."""
        if not 0 < count <= MOST:
            raise ValueError(f"a sheet holds 1 to {MOST} photos, not {count}")
        self._columns = min(count, max(4, min(12, round(math.sqrt(count) * 1.1))))
        lines = -(-count // self._columns)
        width = 2 * _MARGIN + self._columns * (_WIDTH + _GAP) - _GAP
        height = 2 * _MARGIN + _TITLE + lines * (_HEIGHT + _NAME + _GAP) - _GAP
        self._sheet = Image.new("RGB", (width, height), _GROUND)
        self._draw = ImageDraw.Draw(self._sheet)
        self._font = ImageFont.truetype(str(resource("fonts", "Inter-Regular.otf")), 13)
        bold = ImageFont.truetype(str(resource("fonts", "Inter-SemiBold.otf")), 20)
        room = width - 2 * _MARGIN
        about = _fitted(about, self._font, room)
        title = _fitted(title, bold, room - round(self._font.getlength(about)) - 16)
        self._draw.text((_MARGIN, _MARGIN), title, _TEXT, bold)
        if about:
            end = _MARGIN + bold.getlength(title) + 12
            self._draw.text((end, _MARGIN + 7), about, _MUTED, self._font)
        self._added = 0

    def add(self, rgb: ByteArray | None, name: str) -> None:
        """Put a photo, uint8 (H, W, 3), in the next cell, whole; None where it can't be seen."""
        line, column = divmod(self._added, self._columns)
        self._added += 1
        left = _MARGIN + column * (_WIDTH + _GAP)
        top = _MARGIN + _TITLE + line * (_HEIGHT + _NAME + _GAP)
        if rgb is None:
            self._draw.rectangle((left, top, left + _WIDTH - 1, top + _HEIGHT - 1), _EMPTY)
        else:
            photo = Image.fromarray(rgb)
            scale = min(_WIDTH / photo.width, _HEIGHT / photo.height, 1.0)
            size = max(1, round(photo.width * scale)), max(1, round(photo.height * scale))
            photo = photo.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
            at = left + (_WIDTH - photo.width) // 2, top + _HEIGHT - photo.height
            self._sheet.paste(photo, at)
        text = _fitted(name, self._font, _WIDTH)
        width = self._font.getlength(text)
        self._draw.text((left + (_WIDTH - width) / 2, top + _HEIGHT + 5), text, _MUTED, self._font)

    def write_png(self, path: str) -> None:
        """Write the sheet. Raises OSError."""
        self._sheet.save(path, "PNG")


def _fitted(text: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    """The text on one line, cut in the middle where it is too wide."""
    text = " ".join(text.encode("utf-8", "replace").decode("utf-8").split())
    if font.getlength(text) <= width:
        return text
    kept = len(text)
    while kept > 2 and font.getlength(_cut(text, kept)) > width:
        kept -= max(1, kept // 20)
    return _cut(text, kept)


def _cut(text: str, kept: int) -> str:
    return text[: kept - kept // 2] + "…" + (text[-(kept // 2) :] if kept > 1 else "")
