"""Copies of photos in a folder that a person chose: the files as they are, under their names."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

from dinodesk.library.files.moved_files import copy_steps
from dinodesk.library.files.os_errors import plain_reason
from dinodesk.library.photos.file_availability import MISSING, files_of
from dinodesk.library.store.database import Database
from dinodesk.records import Skipped


@dataclass(slots=True)
class CopyReport:
    """How many copies were made, and of which photos none could be, each with the plain reason."""

    written: int = 0
    failed: list[Skipped] = field(default_factory=list)


def copy_photos_steps(
    database: Database, photos: Sequence[tuple[int, str]], folder: str, report: CopyReport
) -> Generator[None, None, None]:
    """Copy the photos (asset, path at which it is shown) into a folder, in steps; fills the report."""
    where = files_of(database, [asset for asset, _ in photos])
    for asset, shown in photos:
        files = sorted(where[asset], key=lambda file: file.path != shown)
        reasons = [(file.path, file.why_not()) for file in files]
        source = next((path for path, why in reasons if not why), None)
        if source is None:
            report.failed.append(Skipped(shown, reasons[0][1] if reasons else MISSING))
            continue
        try:
            yield from copy_steps(source, folder)
            report.written += 1
        except OSError as error:
            report.failed.append(Skipped(source, f"It can’t be copied: {plain_reason(error)}."))
