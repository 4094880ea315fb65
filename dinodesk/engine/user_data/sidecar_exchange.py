"""Writing XMP sidecars from annotations, and importing them, a photo at a time."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace

from dinodesk.library.annotations import changes, queries
from dinodesk.library.files.sidecar_names import FolderListings, SidecarStyle, sidecars_of
from dinodesk.library.photos.file_availability import FileAvailability, files_of
from dinodesk.library.photos.photo_queries import list_photos
from dinodesk.library.sidecars import sidecar_reader, sidecar_writer
from dinodesk.library.store.database import Database
from dinodesk.records import PhotoMetadata, Skipped, TagChange

STEP = 0.03
CHUNK = 200  # photos whose annotations are read at once


@dataclass(slots=True)
class ExchangeReport:
    """What a run did.

    Attributes:
        written: sidecars written, or photos that were given something by an import.
        photos: those for which sidecars were written.
        unchanged: photos with nothing to write or to import.
        skipped: files that could not be written or read, or are not there now, with the plain reason.
        undo: changes that undo an import, in the order they were made.
    """

    written: int = 0
    photos: int = 0
    unchanged: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    undo: list[changes.Change] = field(default_factory=list)


Steps = Generator[tuple[int, int], None, None]
"""Yields how many photos are done, and of how many; the report is filled meanwhile."""


def export_sidecars(
    database: Database,
    assets: Sequence[int] | None,
    report: ExchangeReport,
    style: SidecarStyle = "name",
    *,
    only_look: bool = False,
) -> Steps:
    """Write the annotations of the assets (None: of all) into sidecars beside each of their locations.

    `style`: how new sidecars are named where their folder has none. With `only_look` what would be written is
    counted, and the disk stays as it is.
    """
    wanted = _all(database) if assets is None else list(assets)
    began = time.perf_counter()
    for start in range(0, len(wanted), CHUNK):
        some = wanted[start : start + CHUNK]
        with database.reading() as connection:
            by_asset = queries.annotations_of(connection, some)
            known = sidecar_reader.sidecar_metadata(connection, some)
        where, folders = files_of(database, some), FolderListings()
        for number, asset in enumerate(some, start=start + 1):
            annotations = by_asset.get(asset, queries.Annotations())
            empty = annotations == queries.Annotations(albums=annotations.albums)
            if empty and (assets is None and asset not in known):
                # of a whole library only photos with annotations are worth a look at the disk
                report.unchanged += 1
            else:
                before = report.written
                _export(where[asset], annotations, folders, report, style, only_look=only_look)
                report.photos += report.written > before
            if time.perf_counter() - began > STEP:
                yield number, len(wanted)
                began = time.perf_counter()
    yield len(wanted), len(wanted)


def _export(
    files: Sequence[FileAvailability],
    annotations: queries.Annotations,
    folders: FolderListings,
    report: ExchangeReport,
    style: SidecarStyle,
    *,
    only_look: bool,
) -> None:
    for file in files:
        if why_not := file.why_not():
            report.skipped.append(Skipped(file.path, why_not))
            continue
        try:
            written = sidecar_writer.write(file.path, annotations, folders, style, only_look=only_look)
        except ValueError as error:
            report.skipped.append(Skipped(file.path, f"The sidecar can't be written: {error}."))
            continue
        if written is None:
            report.unchanged += 1
        else:
            report.written += 1


def import_sidecars(database: Database, assets: Sequence[int] | None, report: ExchangeReport) -> Steps:
    """Import sidecars: keywords become labels; annotations that are here already stay."""
    wanted = _all(database) if assets is None else list(assets)
    began = time.perf_counter()
    for start in range(0, len(wanted), CHUNK):
        some = wanted[start : start + CHUNK]
        with database.reading() as connection:
            by_asset = queries.annotations_of(connection, some)
        where, folders = files_of(database, some), FolderListings()
        batch: list[changes.Change] = []
        for number, asset in enumerate(some, start=start + 1):
            why_not = {file.path: file.why_not() for file in where[asset]}
            there = [path for path, why in why_not.items() if not why]
            if there or not why_not:
                read = _read(there, folders, report)
                batch.append(_change(asset, by_asset.get(asset, queries.Annotations()), read))
            else:  # of several files one is enough to take over from
                report.skipped += [Skipped(path, why) for path, why in why_not.items()]
            if time.perf_counter() - began > STEP or number == start + len(some):
                _apply(database, batch, report)
                batch = []
                yield number, len(wanted)
                began = time.perf_counter()
    if not wanted:
        yield 0, 0


def _apply(database: Database, batch: Sequence[changes.Change], report: ExchangeReport) -> None:
    together = joined(batch)
    undo = changes.apply(database, together) if together else together
    report.written += len(undo.assets)
    report.unchanged += len(batch) - len(undo.assets)
    if undo:
        report.undo.append(undo)


def joined(batch: Sequence[changes.Change]) -> changes.Change:
    """Several changes of different photos as one import."""
    whole = changes.Change(
        None,
        tuple(row for each in batch for row in each.ratings),
        tuple(row for each in batch for row in each.texts),
        tuple(row for each in batch for row in each.added),
        tuple(row for each in batch for row in each.removed),
    )
    return replace(whole, summary=TagChange("import", len(whole.assets)))


def _read(paths: Sequence[str], folders: FolderListings, report: ExchangeReport) -> list[PhotoMetadata]:
    found: list[PhotoMetadata] = []
    for path in paths:
        for file in sidecars_of(path, folders):
            metadata, reason = sidecar_reader.read_file(file.path)
            if reason is None:
                found.append(metadata)
            else:
                report.skipped.append(Skipped(file.path, f"The sidecar can't be used: {reason}."))
    return found


def _change(asset: int, present: queries.Annotations, read: Sequence[PhotoMetadata]) -> changes.Change:
    """What the sidecars (the most telling first) add to the annotations of an asset."""
    stars = [each.rating for each in read if each.rating is not None and each.rating >= 0]
    titles = [each.title for each in read if each.title]
    stories = [each.description for each in read if each.description]
    words = next((each.keywords for each in read if each.keywords), ())
    there = {label.casefold() for label in present.labels}
    title = present.title if present.title is not None or not titles else titles[0]
    story = present.description if present.description is not None or not stories else stories[0]
    return changes.Change(
        None,
        ((asset, stars[0]),) if present.rating is None and stars else (),
        ((asset, title, story),) if (title, story) != (present.title, present.description) else (),
        tuple((asset, "label", word, None) for word in words if word.casefold() not in there),
    )


def _all(database: Database) -> list[int]:
    return [photo.asset for photo in list_photos(database)[0]]
