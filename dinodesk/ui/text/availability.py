"""Folders by the drives they lie on, and what to say of a drive that is away."""

from __future__ import annotations

from collections.abc import Sequence

from dinodesk.records import Folder
from dinodesk.ui.grid.photo_model import NOT_FOUND
from dinodesk.ui.text.plain_text import one_line

HERE = "This computer"


def name_of(folder: Folder) -> str:
    """What people call the drive of a folder."""
    return HERE if folder.drive in ("", "/") else one_line(folder.drive)


def where_is(folder: Folder) -> str:
    """Why a folder can't be looked at, and what helps; "" when it can."""
    if folder.state == "online":
        return ""
    if folder.state == "missing":
        return NOT_FOUND
    name = name_of(folder)
    return "away: its drive is not there" if name == HERE else f"away: plug in “{name}”"


def away(folders: Sequence[Folder]) -> dict[str, str]:
    """Folders of the library that can't be looked at, each with what to say of it."""
    return {folder.path: where_is(folder) for folder in folders if not folder.parent and where_is(folder)}


def grouped(folders: Sequence[Folder]) -> dict[str, list[Folder]]:
    """The folders of each drive, those of this computer first; all under "" when there is nothing to tell."""
    tops = [folder for folder in folders if not folder.parent]
    drives: dict[str, list[Folder]] = {}
    for folder in sorted(tops, key=lambda each: name_of(each) != HERE):
        drives.setdefault(name_of(folder), []).append(folder)
    if len(drives) < 2 and all(folder.state != "offline" for folder in tops):
        return {"": tops} if tops else {}
    return drives


def by_drive(folders: Sequence[Folder]) -> tuple[tuple[str, int, bool], ...]:
    """Name, number of photos, and whether it is away, of each drive."""
    found: dict[str, tuple[int, bool]] = {}
    for folder in folders:
        if not folder.parent:
            number, gone = found.get(name_of(folder), (0, False))
            found[name_of(folder)] = number + folder.count, gone or folder.state == "offline"
    return tuple((name, number, gone) for name, (number, gone) in found.items())
