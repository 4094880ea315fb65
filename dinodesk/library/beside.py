"""Which XMP files lie beside which photos, by name alone."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

ENDING = ".xmp"


@dataclass(frozen=True, slots=True)
class Beside:
    """An XMP file found beside a photo."""

    path: str
    size: int
    mtime_ns: int


def names_for(name: str) -> tuple[str, str]:
    """The names a sidecar of the file `name` may have, the one that is its alone first."""
    return name + ENDING, os.path.splitext(name)[0] + ENDING


class Siblings:
    """The XMP files of one folder by lower-case name, to be asked for those of each photo."""

    def __init__(self, files: Iterable[Beside]) -> None:
        self._files = {os.path.basename(file.path): file for file in files}
        self._any_case = {name.lower(): file for name, file in self._files.items()}

    def of(self, name: str) -> tuple[Beside, ...]:
        """The sidecars of the photo `name`, its own first."""
        if not self._files:
            return ()
        found = (self._files.get(each) or self._any_case.get(each.lower()) for each in names_for(name))
        return tuple(file for file in found if file is not None)


def beside(path: str) -> tuple[Beside, ...]:
    """The sidecars of one photo (absolute path), found by name."""
    folder, name = os.path.split(path)
    found = []
    for each in names_for(name):
        file = os.path.join(folder, each)
        try:
            about = os.stat(file)
        except OSError:
            continue
        if os.path.isfile(file):
            found.append(Beside(file, about.st_size, about.st_mtime_ns))
    return tuple(found)
