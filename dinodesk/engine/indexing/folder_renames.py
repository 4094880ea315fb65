"""Folders that were renamed as a whole: what was edited inside them meanwhile is still the same photo."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterable

from dinodesk.library.files import scanner


def renamed_folders(moved: Iterable[tuple[str, str]], vanished: Collection[str]) -> dict[str, str]:
    """Folders that are gone → what they are called now.

    `moved` are the old and new paths of photos known again by their inode, size, time and hash, `vanished`
    the paths of all photos that were not found where they were, those among them. A folder counts as renamed
    when more than half of its photos lie at the same places inside another one.
    """
    tops: dict[str, str] = {}
    inside = Counter(_top(path, tops) for path in vanished)
    found: Counter[tuple[str, str]] = Counter()
    for old, new in moved:
        folder = _top(old, tops)
        inner = old[len(folder) :]
        if folder and new.endswith(inner):
            found[folder, new[: -len(inner)]] += 1
    return {old: new for (old, new), count in found.items() if 2 * count > inside[old]}


def new_paths(vanished: Iterable[str], renamed: dict[str, str]) -> dict[str, str]:
    """Where those of the vanished paths would lie now that were inside of folders that were `renamed`."""
    found = {}
    for path in vanished if renamed else ():
        folder = os.path.dirname(path)
        while folder not in renamed and folder != os.path.dirname(folder):
            folder = os.path.dirname(folder)
        if folder in renamed:
            found[path] = renamed[folder] + path[len(folder) :]
    return found


def _top(path: str, known: dict[str, str]) -> str:
    """The outermost folder of a path that is gone; "" where its folder is still there."""
    folder = os.path.dirname(path)
    if folder not in known:
        parent = os.path.dirname(folder)
        gone = folder != parent and scanner.is_gone(folder)
        known[folder] = (_top(folder, known) or folder) if gone else ""
    return known[folder]
