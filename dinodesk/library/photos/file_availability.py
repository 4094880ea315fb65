"""Which files of photos can be opened now, and why the others can't."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

from dinodesk.library.folders.root_folders import list_roots
from dinodesk.library.photos.photo_queries import list_files
from dinodesk.library.store.database import Database

MISSING = "It is missing."


class FileAvailability(NamedTuple):
    """A file of a photo: its absolute path, and a sentence on its drive where that is offline, else ""."""

    path: str
    away: str

    def why_not(self) -> str:
        """A sentence on why the file can't be opened now; "" when it is there. Looks at the disk."""
        return self.away or ("" if os.path.lexists(self.path) else MISSING)


def files_of(database: Database, assets: Sequence[int]) -> dict[int, list[FileAvailability]]:
    """The files of each of the assets, those that are not missing first.

    By volume, not by path alone: another drive may be mounted now at the mount point of an offline one.
    """
    away = {root.volume: _away(root.drive) for root in list_roots(database) if not root.here}
    found: dict[int, list[FileAvailability]] = {asset: [] for asset in assets}
    for asset, path, volume in list_files(database, assets):
        found[asset].append(FileAvailability(path, away.get(volume, "")))
    return found


def _away(drive: str) -> str:
    name = "" if drive == "/" else " ".join(drive.split())
    return f"Its drive is away: plug in {name}." if name else "Its drive is away."
