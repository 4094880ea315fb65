"""Opening the library that a command names."""

from __future__ import annotations

import argparse
import sys

from dinodesk.engine import headless


def opened(options: argparse.Namespace) -> headless.Library:
    """The library; what a person must know of it (it was restored, it lies badly) goes to stderr."""
    library = headless.open_library(options.library)
    for notice in library.store.notices:
        print(f"dinodesk: {notice}", file=sys.stderr)
    return library
