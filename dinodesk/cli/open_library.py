"""Opening the library that a command names, backing it up when due, and finding the photos it names."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from dinodesk import api
from dinodesk.engine.maintenance import housekeeping
from dinodesk.library.photos import photo_locations


def opened(options: argparse.Namespace) -> api.Library:
    """The library; its notices (it was restored, its folder is unsafe) are printed on stderr."""
    library = api.open_library(options.library)
    for notice in library.store.notices:
        print(f"dinodesk: {notice}", file=sys.stderr)
    return library


def back_up_when_due(library: api.Library) -> None:
    """Make the automatic backup if it is due, which otherwise only the window does."""
    if housekeeping.wants_backup(library.store):
        for _ in housekeeping.automatic_backup(library.store):
            pass
        if library.store.trouble:
            print(f"dinodesk: {library.store.trouble}", file=sys.stderr)


def assets_named(library: api.Library, paths: Sequence[str]) -> tuple[list[int], list[str]]:
    """The assets at the given files and below the given folders, and the paths at which there is none."""
    full = [os.path.abspath(os.path.expanduser(path)) for path in paths]
    return photo_locations.assets_at_paths(library.store.database, full)
