"""Files that commands write, whole or not at all, and never over a photo, an input or a library."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dinodesk import private_files
from dinodesk.errors import DinoDeskError
from dinodesk.library.files.file_types import ending, has_photo_ending, is_photo_start
from dinodesk.library.photos import photo_locations

_ANOTHER = "Nothing was written; choose another name."
_PNG = b"\x89PNG\r\n\x1a\n"


def target(named: str, inputs: Sequence[str] = (), *, maps_beside: Path | None = None) -> Path:
    """The file to write, checked before the work begins.

    Args:
        named: as the person typed it.
        inputs: files that the command reads.
        maps_beside: a library folder; a PNG that is there may be written over then (it is an earlier map),
            unless it is a photo of this library.

    Raises DinoDeskError for a file that must not be replaced, and for a name that can't be written to.
    """
    if named == "-":
        raise DinoDeskError("- is not a file.", "Name one; --json prints a result instead.")
    path = Path(named).expanduser()
    if path.is_dir() or named.endswith(os.sep):
        raise DinoDeskError(f"{named} is a folder.", "Name a file in it.")
    if not path.parent.is_dir():
        raise DinoDeskError(f"There is no folder for {named}.", "Make it first, or choose another name.")
    if path.name.lower() == "library.db":
        raise DinoDeskError(f"{named} has the name of a library's database.", _ANOTHER)
    if not path.exists():
        return path
    if not path.is_file():
        raise DinoDeskError(f"{named} is not an ordinary file.", _ANOTHER)
    if any(_same(path, each) for each in inputs):
        raise DinoDeskError(f"{named} is one of the files that the command reads.", _ANOTHER)
    with path.open("rb") as file:
        start = file.read(32)
    if maps_beside is not None and ending(named) == ".png" and start.startswith(_PNG):
        if photo_locations.is_known_file(maps_beside, str(path)):
            raise DinoDeskError(f"{named} is a photo of the library.", _ANOTHER)
    elif has_photo_ending(named) or is_photo_start(start):
        raise DinoDeskError(f"{named} is a photo that is there already.", _ANOTHER)
    return path


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A temporary file beside `path` that takes its place at the end, or goes when something fails.

    Nobody else can read it while it is written. At the end it has the rights of the file it replaces, else
    those of any new file: it is the person's document.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        private_files.create(part).close()
        yield part
        if path.exists():
            private_files.copy_rights(path, part)
        else:
            private_files.give_usual_rights(part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _same(path: Path, other: str) -> bool:
    try:
        return os.path.samefile(path, os.path.expanduser(other))
    except OSError:
        return False
