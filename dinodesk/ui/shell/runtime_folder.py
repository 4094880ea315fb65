"""The folder for locks and sockets: one that nobody else can have made, read or taken a name in.

In the common temporary folder any user of the machine can make a file of a name that is known beforehand: the
window would then talk to theirs, or never start.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import platformdirs

from dinodesk import private_files

_NAME = "dinodesk"
_LONGEST = 102 if sys.platform == "darwin" else 106
"""Bytes of a socket's path: `sun_path`, of which Qt uses all but two."""


def runtime_folder(longest_name: int) -> Path | None:
    """The person's own folder for files that live as long as the program, made if it is not there.

    `longest_name` is the length of the longest file name that a socket will have in it. Two programs of one
    person find the same. None where none is safe: somebody else owns the name, it is a link, or every path
    is too long.
    """
    for folder in _candidates():
        if os.name == "posix" and len(os.fsencode(folder)) + 1 + longest_name > _LONGEST:
            continue
        try:
            private_files.require_private_folder(folder)
        except OSError:
            continue
        return folder
    return None


def _candidates() -> Iterator[Path]:
    if os.name == "posix" and sys.platform != "darwin":
        for name in (os.environ.get("XDG_RUNTIME_DIR", ""), f"/run/user/{os.geteuid()}"):
            if os.path.isabs(name) and _is_own_private(Path(name)):
                yield Path(name, _NAME)
    yield Path(platformdirs.user_cache_dir("DinoDesk", appauthor=False), "run")
    if os.name == "posix":  # only where the others have too long paths; refused where the name is taken
        yield Path(tempfile.gettempdir(), f"{_NAME}-{os.geteuid()}")


def _is_own_private(folder: Path) -> bool:
    """Whether a folder that the system should have made is the person's alone (XDG Base Directory)."""
    try:
        about = folder.lstat()
    except OSError:
        return False
    return folder.is_dir() and about.st_uid == os.geteuid() and not about.st_mode & private_files.OTHERS
