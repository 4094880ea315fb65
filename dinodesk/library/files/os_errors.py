"""What the system says of a file, in words a person knows; decoder processes need no more of a scan."""

from __future__ import annotations


def plain_reason(error: OSError) -> str:
    """What the system said, in words a person knows."""
    if isinstance(error, PermissionError):
        return "no permission"
    if isinstance(error, FileNotFoundError):
        return "it is no longer there"
    return (error.strerror or str(error)).lower()
