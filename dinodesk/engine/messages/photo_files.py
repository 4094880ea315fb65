"""Photos and their files: taken out of the library, moved to the trash, copied, found again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from dinodesk.engine.messages.base import Answer, Request
from dinodesk.engine.messages.tags import TagRequest
from dinodesk.records import Skipped

Chosen = tuple[tuple[int, str], ...]
"""Photos as they are chosen: the asset, and the absolute path at which it is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovePhotos(TagRequest):
    """Take photos out of the library; scans pass over their files, which stay where they are."""

    assets: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetMissing(TagRequest):
    """Take photos out of the library whose files are not there; they come back with their files."""

    assets: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrashPlan(Answer):
    """What moving photos to the trash would move.

    Attributes:
        photos: those of which at least one file is there.
        files: the files at which they are shown.
        partners: files of the same names beside these: the RAW file of a JPEG or the other way round, and
            sidecars.
        copies: further files with the same bytes.
        failed: photos whose files are not there now, each with the plain reason.
    """

    photos: int
    files: int
    partners: int
    copies: int
    failed: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTrash(Request[TrashPlan]):
    """Count what moving photos to the trash would move; nothing is moved."""

    lane: ClassVar[str] = "trash"  # asked twice before the answer, the question is shown once
    photos: Chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveToTrash(TagRequest):
    """Move the files of photos to the system's trash, with their partners and copies where that is wanted."""

    photos: Chosen
    partners: bool = False
    copies: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotosExported(Answer):
    """Copies of photos were made in `folder`; `failed` of them could not be, each with the plain reason."""

    folder: str
    written: int
    failed: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPhotos(Request[PhotosExported]):
    """Copy the files of photos as they are into a folder; nothing that is there is written over."""

    photos: Chosen
    folder: str


ExportForm = Literal["copies", "links", "sheet", "csv", "json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportDone(Answer):
    """Photos were written for other programs.

    Attributes:
        form: how.
        target: the folder of copies or links, the file of a table or a sheet.
        written: how many photos.
        failed: photos that could not be, each with the plain reason.
    """

    form: ExportForm
    target: str
    written: int
    failed: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportAssets(Request[ExportDone]):
    """Write photos for other programs; nothing that is there is written over.

    Attributes:
        assets: the photos, in order.
        target: a folder for copies and links, else a file.
        title: over a contact sheet.
    """

    assets: tuple[int, ...]
    form: ExportForm
    target: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingFound(Answer):
    """Missing photos were looked for: `found` are in the library again; `refused` are files that are not
    them, each with the plain reason."""

    found: int
    refused: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FindMissing(Request[MissingFound]):
    """Look for the bytes of missing photos in a file, or in all files of a folder (absolute path)."""

    assets: tuple[int, ...]
    path: str
