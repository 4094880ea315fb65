"""A library: one folder with the database (the only truth) and caches that may be deleted at any moment."""

from __future__ import annotations

import os
from pathlib import Path

from dinodesk.errors import LibraryError
from dinodesk.library.database import Database, plain_errors
from dinodesk.library.roots import refresh_mounts


class Library:
    """An open library folder.

    Attributes:
        folder: absolute path of the folder.
        database: the open database; the modules of this room take it as their first argument.
        thumbnails: folder of the thumbnail cache.
        index: folder of the search index caches.
    """

    def __init__(self, folder: Path) -> None:
        """Open the library in `folder`, made if it is not there. Raises LibraryError in plain words."""
        self.folder = Path(os.path.abspath(folder))
        self.thumbnails = self.folder / "thumbnails"
        self.index = self.folder / "index"
        try:
            for needed in (self.folder, self.thumbnails, self.index):
                with plain_errors(self.folder / "library.db"):
                    needed.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                f"The library folder {self.folder} can't be made ({(error.strerror or str(error)).lower()}).",
                "Choose another folder for it.",
            ) from error
        file = self.folder / "library.db"
        self._refuse_a_lost_database(file)
        read_only = file.is_file() and not (os.access(file, os.W_OK) and os.access(self.folder, os.W_OK))
        self.database = Database(file, read_only=read_only)
        if not read_only:
            refresh_mounts(self.database)

    def _refuse_a_lost_database(self, file: Path) -> None:
        """Never a silent new library where an old one has lost its database."""
        if file.is_file() and file.stat().st_size:
            return
        if any(any(folder.iterdir()) for folder in (self.thumbnails, self.index)):
            raise LibraryError(
                f"The database of the library {self.folder} is {'empty' if file.is_file() else 'gone'}.",
                "Restore library.db from a backup; to begin anew, choose another folder or delete this one.",
            )

    def close(self) -> None:
        """Close the database."""
        self.database.close()
