"""What scripts hand over, brought into one form: a lone item is a list of one, a path is absolute text."""

from __future__ import annotations

import os
from typing import Any

PathLike = str | os.PathLike[str]


def listed(given: Any, *alone: type) -> list[Any]:
    """The items; `given` itself is the only one where it is of a type in `alone`, as a string never is a
    list of its letters."""
    if isinstance(given, (str, bytes, os.PathLike, *alone)):
        return [given]
    return list(given)


def full_path(path: PathLike | bytes) -> str:
    """The absolute path, `~` resolved. Raises ValueError for a path without a name, which would mean the
    current folder."""
    text = os.fsdecode(path)
    if not text:
        raise ValueError("a path is empty: name a file or a folder")
    return os.path.abspath(os.path.expanduser(text))
