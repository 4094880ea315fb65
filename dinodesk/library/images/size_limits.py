"""How large a picture may be, and how small: judged by its header, before anything of it is decoded."""

from __future__ import annotations

from dinodesk.errors import PhotoError

MAX_PIXELS = 250_000_000
MIN_SIDE = 4
"""Pixels."""
MAX_ASPECT = 60
"""Longest side in shortest sides."""


def refuse_size(width: int, height: int) -> None:
    """Raise PhotoError, with a plain reason, for a picture that is too large, too small or too thin."""
    refuse_large(width, height)
    if min(width, height) < MIN_SIDE:
        raise PhotoError(f"It is too small to show anything: {width:,} × {height:,} pixels.")
    if max(width, height) > MAX_ASPECT * min(width, height):
        raise PhotoError(f"It is too thin: {width:,} × {height:,} pixels.")


def refuse_large(width: int, height: int, decoded: int = 0) -> None:
    """Raise PhotoError for a picture that is too large; `decoded` are its pixels with those not shown."""
    if max(width * height, decoded) > MAX_PIXELS:
        raise PhotoError(f"It is too large: {width:,} × {height:,} pixels (the limit is 250 million).")
