"""What the C library does with memory that is freed.

A network's activations are some 50 MB a layer, made and freed at every one. glibc maps blocks that large anew
each time and gives them back, so that the system must clear every page again: 12,000 page faults a photo and
half of the time of the built-in model without bf16 (docs/performance.md). Told to keep them, it takes none.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Any

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Of glibc's `mallopt`, from <malloc.h>."""
_NEVER = 1 << 30
"""Bytes that no block has."""


@cache
def keep_freed_memory() -> bool:
    """Have freed memory kept for what is computed next; whether that can be said, as to glibc it can."""
    tell = _of_glibc("mallopt")
    return tell is not None and bool(tell(_MMAP_THRESHOLD, _NEVER)) and bool(tell(_TRIM_THRESHOLD, _NEVER))


def give_back_memory() -> None:
    """Give what is kept back to the system, after much was computed."""
    trim = _of_glibc("malloc_trim")
    if trim is not None:
        trim(ctypes.c_size_t(0))


def _of_glibc(name: str) -> Any:
    """A function of glibc; None on another system, or with another C library."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return getattr(library, name, None) if hasattr(library, "gnu_get_libc_version") else None
