"""Photos for other programs: copies or links in a folder, a table, a contact sheet; all under free names."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import wait
from dataclasses import dataclass, field
from pathlib import Path

from dinodesk import private_files
from dinodesk.engine.decoding.decoders import Decoders
from dinodesk.errors import PhotoError, UsageError
from dinodesk.library.files.moved_files import copy_steps, link_file, name_freely
from dinodesk.library.files.os_errors import plain_reason
from dinodesk.library.images import thumbnail_cache
from dinodesk.library.images.contact_sheet import MOST, ContactSheet
from dinodesk.library.images.decoder import decode
from dinodesk.library.photos.export_rows import read_export_rows
from dinodesk.library.photos.export_tables import TableFormat, table_of
from dinodesk.library.photos.file_availability import MISSING, files_of
from dinodesk.library.store.database import Database
from dinodesk.records import ByteArray, Photo, Skipped

_PATIENCE = 0.02
"""Seconds that one step waits for a decoder."""


@dataclass(slots=True)
class CopyReport:
    """What was written, and of which photos it could not be, each with the plain reason.

    Attributes:
        written: how many copies, links, rows or pictures.
        target: the file of a table or a sheet; "" for folders.
    """

    written: int = 0
    failed: list[Skipped] = field(default_factory=list)
    target: str = ""


Chosen = Sequence[tuple[int, str]]
"""Photos: the asset, and the path at which it is shown."""


def copy_photos_steps(
    database: Database, photos: Chosen, folder: str, report: CopyReport
) -> Generator[None, None, None]:
    """Copy the photos into a folder, in steps; fills the report."""
    yield from _each_file(database, photos, report, "copied", lambda source: copy_steps(source, folder))


def link_photos_steps(
    database: Database, photos: Chosen, folder: str, report: CopyReport
) -> Generator[None, None, None]:
    """Make links to the photos in a folder, copies where links are refused, in steps; fills the report."""

    def link(source: str) -> Generator[None, None, object]:
        if not link_file(source, folder):
            yield from copy_steps(source, folder)
        return None

    yield from _each_file(database, photos, report, "linked", link)


def _each_file(
    database: Database,
    photos: Chosen,
    report: CopyReport,
    done: str,
    put: Callable[[str], Generator[None, None, object]],
) -> Generator[None, None, None]:
    """Put one file of each photo where it is wanted; `done` is what that is called."""
    where = files_of(database, [asset for asset, _ in photos])
    for asset, shown in photos:
        files = sorted(where[asset], key=lambda file: file.path != shown)
        reasons = [(file.path, file.why_not()) for file in files]
        source = next((path for path, why in reasons if not why), None)
        if source is None:
            report.failed.append(Skipped(shown, reasons[0][1] if reasons else MISSING))
            continue
        try:
            yield from put(source)
            report.written += 1
        except OSError as error:
            report.failed.append(Skipped(source, f"It can’t be {done}: {plain_reason(error)}."))
        yield


def table_steps(
    database: Database, assets: Sequence[int], form: TableFormat, target: str, report: CopyReport
) -> Generator[None, None, None]:
    """Write metadata and annotations of photos as a table, in steps; under another name where there is a
    file. Raises OSError."""
    rows = read_export_rows(database, assets)
    yield
    data = table_of(rows, form)
    yield
    report.target = _write_freely(target, lambda part: part.write_bytes(data))
    report.written = len(rows)


def sheet_steps(
    photos: Sequence[Photo],
    thumbnails: Path,
    decoders: Decoders,
    heading: tuple[str, str],
    target: str,
    report: CopyReport,
) -> Generator[None, None, None]:
    """Draw a contact sheet, PNG, in steps; under another name where there is a file.

    `heading` is its title and what stands behind it. A photo that can't be seen leaves its cell empty.
    Raises UsageError for more photos than a sheet holds, and for none; OSError.
    """
    check_sheet(len(photos))
    sheet = ContactSheet(*heading, len(photos))
    for photo in photos:
        rgb = thumbnail_cache.read_small(thumbnails, photo.content)
        if rgb is None:
            rgb = yield from _decoded(photo, decoders, report)
        sheet.add(rgb, os.path.basename(photo.path))
        report.written += rgb is not None
        yield
    report.target = _write_freely(target, lambda part: sheet.write_png(str(part)))


def check_sheet(count: int) -> None:
    """Raise UsageError for a number of photos that no sheet holds."""
    if count > MOST:
        raise UsageError(
            f"A contact sheet holds {MOST:,} photos, and these are {count:,}.",
            "Choose fewer, or a folder of links.",
        )
    if not count:
        raise UsageError("There is no photo for a contact sheet.", "Choose some.")


def _decoded(photo: Photo, decoders: Decoders, report: CopyReport) -> Generator[None, None, ByteArray | None]:
    if photo.state == "online":
        future = decoders.submit(decode, photo.path, thumbnail_cache.SMALL_SIDE, thumbnail_cache.SMALL_SIDE)
        while not future.done():
            wait([future], timeout=_PATIENCE)
            yield
        try:
            return future.result().rgb
        except (PhotoError, OSError) as error:
            reason = error.sentence if isinstance(error, PhotoError) else plain_reason(error)
            report.failed.append(Skipped(photo.path, reason))
            return None
    report.failed.append(Skipped(photo.path, "It can’t be seen: its file is not there now."))
    return None


def _write_freely(target: str, write: Callable[[Path], object]) -> str:
    """Write a file whole or not at all, under another name where there is one; returns its path."""
    folder, name = os.path.split(os.path.abspath(target))
    part = private_files.make_part(Path(target))
    try:
        write(part)
        private_files.give_usual_rights(part)
        return name_freely(str(part), folder, name)
    finally:
        part.unlink(missing_ok=True)
