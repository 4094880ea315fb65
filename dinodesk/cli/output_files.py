"""Files that commands write, whole or not at all, and never over a photo, an input or a library."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PIL import ExifTags, Image

from dinodesk import private_files
from dinodesk.errors import DinoDeskError, UsageError
from dinodesk.library.files.file_types import ending, has_photo_ending, is_photo_start
from dinodesk.library.photos import photo_locations

_ANOTHER = "Nothing was written; choose another name."
MAP_MARK = "DinoDesk map"
"""Software that a written map says it is of (EXIF)."""
_PNG = b"\x89PNG\r\n\x1a\n"


def target(named: str, inputs: Sequence[str] = (), *, maps_beside: Path | None = None) -> Path:
    """The file to write, checked before the work begins.

    Args:
        named: as the person typed it.
        inputs: files that the command reads.
        maps_beside: a library folder; a PNG that is there may be written over then (it is an earlier map),
            and any picture that says it is one, unless it is a photo of this library.

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
    is_png = ending(named) == ".png" and start.startswith(_PNG)
    if maps_beside is not None and (is_png or _is_marked(path)):
        if photo_locations.is_known_file(maps_beside, str(path)):
            raise DinoDeskError(f"{named} is a photo of the library.", _ANOTHER)
    elif has_photo_ending(named) or is_photo_start(start):
        raise DinoDeskError(f"{named} is a photo that is there already.", _ANOTHER)
    return path


def check_ending(path: Path, wanted: Sequence[str], what: str) -> None:
    """Raise UsageError for a name that ends as a file of another kind; one without an ending passes.

    `wanted` are endings with their dot, in small letters, `what` begins the sentence.
    """
    kind = path.suffix.lower()
    if kind and kind not in wanted:
        names = ", ".join(each for each in wanted if each)
        raise UsageError(f"{what}, and {path} ends in {path.suffix}.", f"Choose a name that ends in {names}.")


def refuse_same(one: Path, other: Path) -> None:
    """Raise UsageError where two outputs are one file, by whatever path or link.

    Names that differ in small and large letters only are one on some disks.
    """
    places = [Path(os.path.realpath(each)) for each in (one, other)]
    names = [unicodedata.normalize("NFC", place.name).casefold() for place in places]
    same_name = names[0] == names[1] and _same(places[0].parent, str(places[1].parent))
    if same_name or _same(one, str(other)):
        raise UsageError(f"Two outputs have one name: {one} and {other}.", "Give each its own.")


def model_inputs(model: str) -> list[str]:
    """The files that `--model` names, if it names files."""
    return [model, *(part.strip().partition("#")[0] for part in model.split(","))]


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


def _is_marked(path: Path) -> bool:
    """Whether this is a picture that `inspect` wrote."""
    try:
        with Image.open(path, formats=("PNG", "JPEG", "WEBP", "TIFF")) as image:
            return image.getexif().get(ExifTags.Base.Software) == MAP_MARK
    except Exception:  # whatever it is, it is no map
        return False
