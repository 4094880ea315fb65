"""Opening the library that a command names."""

from __future__ import annotations

import argparse
import sys

from dinodesk import api
from dinodesk.engine.maintenance import housekeeping


def opened(options: argparse.Namespace) -> api.Library:
    """The library; what a person must know of it (it was restored, it lies badly) goes to stderr."""
    library = api.open_library(options.library)
    for notice in library.store.notices:
        print(f"dinodesk: {notice}", file=sys.stderr)
    return library


def back_up_when_due(library: api.Library) -> None:
    """The automatic backup, which a library that is never opened in the window would not have."""
    if housekeeping.wants_backup(library.store):
        for _ in housekeeping.automatic_backup(library.store):
            pass
        if library.store.trouble:
            print(f"dinodesk: {library.store.trouble}", file=sys.stderr)
