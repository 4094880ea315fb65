"""`file:` addresses, as file managers hand them over: from and to paths, whatever bytes are in their names.

Qt decodes them as UTF-8, by which names of other bytes are lost, and takes `localhost` for a server.
"""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

_SCHEME = "file:"
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")


def is_file_url(text: str) -> bool:
    """Whether this is an address of the scheme `file`."""
    return text[: len(_SCHEME)].lower() == _SCHEME


def path_of(url: str) -> str:
    """The path that a `file:` address names, "" for one of another scheme or machine.

    Bytes that are not UTF-8 become surrogates, as in all paths of Python.
    """
    if not is_file_url(url):
        return ""
    rest = url[len(_SCHEME) :]
    if rest.startswith("//"):
        host, slash, rest = rest[2:].partition("/")
        rest = slash + rest
        if host.lower() not in ("", "localhost", "127.0.0.1", platform.node().lower()):
            return ""
    data = _PERCENT.sub(lambda match: bytes([int(match[1], 16)]), rest.encode("utf-8", "surrogateescape"))
    if b"\0" in data or not data.startswith(b"/"):
        return ""
    path = os.fsdecode(data)
    if os.name == "nt" and re.match(r"/[A-Za-z]:", path):
        return path[1:]
    return path


def url_of(path: str) -> str:
    """The `file:` address of an absolute path, ASCII."""
    return Path(path).as_uri()
