"""Which folder lies in which, by their paths alone."""

from __future__ import annotations

import os
from collections.abc import Iterable


def lies_in(path: str, folder: str) -> bool:
    """Whether an absolute path is `folder` or lies inside it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def outermost(folders: Iterable[str]) -> list[str]:
    """The folders (absolute paths) without those that lie inside another one."""
    kept: list[str] = []
    # with the separator at its end, a folder sorts right before what lies in it
    for folder in sorted(set(folders), key=lambda each: each.rstrip(os.sep) + os.sep):
        if not kept or not lies_in(folder, kept[-1]):
            kept.append(folder)
    return kept
