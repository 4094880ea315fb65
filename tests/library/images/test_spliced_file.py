"""A file of pieces reads like the one that their bytes would make."""

from __future__ import annotations

import io
import os
import random

import pytest

from dinodesk.library.images.spliced_file import SplicedFile

BELOW = bytes(range(256)) * 4
PIECES = [(0, 10), b"between", (100, 300), b"", (1000, 24), b"end"]
WHOLE = BELOW[:10] + b"between" + BELOW[100:400] + BELOW[1000:] + b"end"


def test_it_reads_as_the_joined_bytes_do() -> None:
    spliced, plain, chance = SplicedFile(io.BytesIO(BELOW), PIECES), io.BytesIO(WHOLE), random.Random(0)
    assert spliced.read() == WHOLE and spliced.read() == b"" and spliced.readable() and spliced.seekable()
    for _ in range(500):
        size = chance.choice((0, 1, 7, 50, 400, -1))
        offset, whence = chance.choice(
            ((chance.randrange(400), os.SEEK_SET), (0, os.SEEK_CUR), (-chance.randrange(300), os.SEEK_END))
        )
        assert spliced.seek(offset, whence) == plain.seek(offset, whence)
        assert spliced.read(size) == plain.read(size) and spliced.tell() == plain.tell()
    with pytest.raises(ValueError, match="negative"):
        spliced.seek(-1)


def test_it_ends_where_the_file_below_does() -> None:
    assert SplicedFile(io.BytesIO(b"abc"), [(1, 50), b"never reached"]).read() == b"bc"
