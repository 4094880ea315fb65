"""Errors of the operating system in plain words."""

from __future__ import annotations


def plain_reason(error: OSError) -> str:
    """The reason of an error, to stand after a colon: "no permission"."""
    if isinstance(error, PermissionError):
        return "no permission"
    if isinstance(error, FileNotFoundError):
        return "it is no longer there"
    return (error.strerror or str(error)).lower()
