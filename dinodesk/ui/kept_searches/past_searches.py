"""Searches of earlier days, in one small file that only its owner can read."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from dinodesk import private_files

LONGEST = 200
"""Searches that are kept."""


@dataclass(frozen=True, slots=True)
class PastSearch:
    """What was searched for: words, absolute paths of photos, and when (seconds since the epoch)."""

    text: str
    images: tuple[str, ...] = ()
    at: float = 0.0


class PastSearches:
    """The newest first, each once; a damaged file is as none."""

    def __init__(self, file: Path | None) -> None:
        """Without a `file` they are kept for as long as the program runs."""
        self._file = file
        self._searches = _read(file) if file is not None else []

    @property
    def searches(self) -> tuple[PastSearch, ...]:
        """The newest first."""
        return tuple(self._searches)

    def add(self, text: str, images: tuple[str, ...], *, instead: PastSearch | None = None) -> PastSearch:
        """Put a search first; `instead` of one that was a moment of typing it."""
        new = PastSearch(text, images, time.time())
        rest = (each for each in self._searches if each != instead)
        self._searches = [new, *(each for each in rest if (each.text, each.images) != (text, images))]
        del self._searches[LONGEST:]
        self._write()
        return new

    def clear(self) -> None:
        """Forget all, on the disk as well."""
        self._searches = []
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.unlink(missing_ok=True)

    def _write(self) -> None:
        if self._file is None:
            return
        data = json.dumps([asdict(each) for each in self._searches]).encode("ascii")
        with contextlib.suppress(OSError):  # a full disk; they are remembered until the end of the program
            private_files.make_folder(self._file.parent)
            private_files.replace(self._file, data)


def _read(file: Path) -> list[PastSearch]:
    try:
        rows = json.loads(file.read_bytes())
        found = [
            PastSearch(str(row["text"]), tuple(map(str, row["images"])), float(row["at"])) for row in rows
        ]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []
    return found[:LONGEST]


def _search(text: str, images: Sequence[object], at: float) -> PastSearch:
    return PastSearch(text, tuple(map(str, images)), at)
