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
                "Choose another folder with --library.",
            ) from error
        self.database = Database(self.folder / "library.db")
        if os.access(self.database.file, os.W_OK):
            refresh_mounts(self.database)

    def close(self) -> None:
        """Close the database."""
        self.database.close()
