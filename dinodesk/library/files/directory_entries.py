"""What lies in a folder, where that it can't be listed stops nothing."""

from __future__ import annotations

import os


def entries_of(folder: str) -> list[os.DirEntry[str]]:
    """The files and folders of a folder; none where it can't be listed."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []
