"""A file made of pieces of another one and of bytes put between them, without a copy of either."""

from __future__ import annotations

import io
import os
from bisect import bisect_right
from collections.abc import Iterable
from typing import BinaryIO, cast

from typing_extensions import override

Piece = bytes | tuple[int, int]
"""Bytes, or (offset, length) of a stretch of the file below."""


class SplicedFile(io.RawIOBase):
    """Reads the pieces one after the other, as if they were one file.

    The file below is not closed with it: it belongs to the caller.
    """

    def __init__(self, file: BinaryIO, pieces: Iterable[Piece]) -> None:
        self._file = file
        self._pieces: list[Piece] = []
        self._starts: list[int] = []
        self._size = 0
        self._at = 0
        for piece in pieces:
            length = len(piece) if isinstance(piece, bytes) else piece[1]
            if length:
                self._pieces.append(piece)
                self._starts.append(self._size)
                self._size += length

    @override
    def readable(self) -> bool:
        return True

    @override
    def seekable(self) -> bool:
        return True

    @override
    def tell(self) -> int:
        return self._at

    @override
    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("negative seek position")
        self._at = base + offset
        return self._at

    @override
    def read(self, size: int | None = -1) -> bytes:
        end = self._size if size is None or size < 0 else min(self._size, self._at + size)
        read: list[bytes] = []
        while self._at < end:
            number = bisect_right(self._starts, self._at) - 1
            piece, skip = self._pieces[number], self._at - self._starts[number]
            if isinstance(piece, bytes):
                found = piece[skip : skip + end - self._at]
            else:
                self._file.seek(piece[0] + skip)
                found = self._file.read(min(piece[1] - skip, end - self._at))
            if not found:
                break  # the file below is shorter than it was
            read.append(found)
            self._at += len(found)
        return read[0] if len(read) == 1 else b"".join(read)

    def binary(self) -> BinaryIO:
        """This file for those who ask for that type: a raw file is one, in all but its name."""
        return cast("BinaryIO", self)
