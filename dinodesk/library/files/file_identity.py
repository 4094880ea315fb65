"""What a file is recognised by: a quick hash of its size and both ends, and its inode number."""

from __future__ import annotations

import os

import xxhash

_WORD = (1 << 64) - 1
ENDS = 64 << 10
"""Bytes of each end that the quick hash reads."""


def quick_hash(data: bytes) -> bytes:
    """8 bytes (xxh3) of the size, the first and the last `ENDS` bytes."""
    return _digest(len(data), data[:ENDS], data[-ENDS:])


def quick_hash_file(path: str) -> bytes:
    """The same of a file, which is read at its ends only. Raises OSError."""
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        start = file.read(ENDS)
        file.seek(max(0, size - ENDS))
        return _digest(size, start, file.read(ENDS))


def inode_of(about: os.stat_result) -> int:
    """The file's number in its file system as a signed one of 64 bits, the widest that SQLite knows.

    Union and network file systems give numbers of 64 bits, Windows' ReFS of 128: they are folded.
    """
    number = about.st_ino
    while number >> 64:
        number = (number & _WORD) ^ (number >> 64)
    return number - (1 << 64) if number >> 63 else number


def _digest(size: int, start: bytes, end: bytes) -> bytes:
    return xxhash.xxh3_64_digest(size.to_bytes(8, "little") + start + end)
