"""Which folders, photos and drives can't be read now, with the reason in words.

`away` is what `folders_away` makes of the library's folders: their paths, each with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dinodesk.records import Folder, Photo
from dinodesk.ui.text.plain_text import one_line

HERE = "This computer"
NOT_FOUND = "not found where it was"
_COPY = "This is the copy kept for looking at it."
_GONE = "The file is not there any more."


# ── drives and folders ──────────────────────────────────────────────────────────────────────────


def drive_name(folder: Folder) -> str:
    """What people call the drive of a folder."""
    return one_line(folder.drive) if _is_named(folder.drive) else HERE


def drive_reason(drive: str) -> str:
    """Why what lies on a drive that is away can't be read, and what helps; `drive` is its name."""
    return f"away: plug in “{one_line(drive)}”" if _is_named(drive) else "away: its drive is not there"


def _is_named(drive: str) -> bool:
    return drive not in ("", "/")


def folder_reason(folder: Folder) -> str:
    """Why a folder can't be read, and what helps; "" when it can."""
    if folder.state == "online":
        return ""
    if folder.state == "missing":
        return NOT_FOUND
    return drive_reason(folder.drive)


def folders_away(folders: Sequence[Folder]) -> dict[str, str]:
    """The root folders that can't be read, by path, each with the reason."""
    reasons = {folder.path: folder_reason(folder) for folder in folders if not folder.parent}
    return {path: reason for path, reason in reasons.items() if reason}


def folders_by_drive(folders: Sequence[Folder]) -> dict[str, list[Folder]]:
    """The root folders of each drive, those of this computer first; all under "" when one group will do."""
    tops = [folder for folder in folders if not folder.parent]
    drives: dict[str, list[Folder]] = {}
    for folder in sorted(tops, key=lambda each: drive_name(each) != HERE):
        drives.setdefault(drive_name(folder), []).append(folder)
    if len(drives) < 2 and all(folder.state != "offline" for folder in tops):
        return {"": tops} if tops else {}
    return drives


def drive_counts(folders: Sequence[Folder]) -> tuple[tuple[str, int, bool], ...]:
    """Name, number of photos, and whether it is away, of each drive."""
    found: dict[str, tuple[int, bool]] = {}
    for folder in folders:
        if not folder.parent:
            name = drive_name(folder)
            number, gone = found.get(name, (0, False))
            found[name] = number + folder.count, gone or folder.state == "offline"
    return tuple((name, number, gone) for name, (number, gone) in found.items())


# ── photos ──────────────────────────────────────────────────────────────────────────────────────


def path_reason(path: str, away: Mapping[str, str]) -> str:
    """Why nothing at `path` can be read: the reason of the nearest folder above; "" when it can."""
    above = [folder for folder in away if lies_strictly_below(path, folder)]
    return away[max(above, key=len)] if above else ""


def is_away(photo: Photo, away: Mapping[str, str]) -> bool:
    """Whether a photo can't be read: it is known to be gone, or a folder above it is away."""
    return photo.state != "online" or bool(path_reason(photo.path, away))


def photo_reason(photo: Photo, away: Mapping[str, str]) -> str:
    """Why a photo can't be read, in the words of its folder; "" when it can."""
    if not is_away(photo, away):
        return ""
    return (photo.state != "missing" and path_reason(photo.path, away)) or NOT_FOUND


def lies_strictly_below(path: str, folder: str) -> bool:
    """Whether a path is below a folder and is not the folder itself; both separators count."""
    start = folder.rstrip("/\\")
    return path.startswith((start + "/", start + "\\"))


def copy_note(missing: bool) -> str:
    """The text over the large thumbnail that is shown instead of a photo that can't be read."""
    return f"{_GONE} {_COPY}" if missing else _COPY
