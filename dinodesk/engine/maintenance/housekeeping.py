"""Housekeeping of the open library: automatic backups, forgetting on purpose, statistics, marked drives."""

from __future__ import annotations

from collections.abc import Generator

from dinodesk.engine.maintenance.maintenance_runs import on_a_thread
from dinodesk.engine.messages import ForgetPhotos, StatisticsShown
from dinodesk.errors import DinoDeskError, LibraryError
from dinodesk.library.files import volumes
from dinodesk.library.folders import root_folders, volume_registry
from dinodesk.library.images.thumbnail_cache import drop_thumbnails
from dinodesk.library.library import LibraryStore
from dinodesk.library.maintenance import purge
from dinodesk.library.maintenance.statistics import collect_statistics
from dinodesk.library.store import backups, job_reports
from dinodesk.library.store.database import mark_suspect


def wants_backup(library: LibraryStore) -> bool:
    """Whether an automatic backup is due."""
    database = library.database
    return (
        not database.read_only and backups.is_due(library.folder) and bool(root_folders.list_roots(database))
    )


def automatic_backup(library: LibraryStore) -> Generator[None, None, None]:
    """A backup when one is due, in slices; trouble with it is a notice of the library, not an error."""
    database = library.database

    def work() -> None:
        damage = backups.problem_of(database.file)
        if damage:  # never a damaged database over a sound backup
            mark_suspect(library.folder)
            raise LibraryError(
                "The library's database is damaged.", "Open the library again to restore its backup."
            )
        backups.back_up(database)

    trouble = ""
    try:
        for _ in on_a_thread(work):
            yield
    except DinoDeskError as error:
        trouble = str(error)
    if trouble != library.trouble:
        library.notices[:] = [each for each in library.notices if each != library.trouble]
        library.notices += [trouble] if trouble else []
        library.trouble = trouble


def statistics(library: LibraryStore, forgotten: int | None = None) -> StatisticsShown:
    """What the library holds, and the reports of earlier jobs."""
    reports = tuple(job_reports.list_reports(library.database))
    return StatisticsShown(statistics=collect_statistics(library), reports=reports, forgotten=forgotten)


def forget_photos(library: LibraryStore, request: ForgetPhotos) -> int:
    """Forget photos on purpose, with their thumbnails; how many."""
    database = library.database
    if request.what == "leftovers":
        purged = purge.purge_leftovers(database)
    else:
        purged = purge.purge_missing(database, 0.0 if request.what == "missing" else purge.GRACE)
    drop_thumbnails(library.thumbnails, purged.contents)
    return purged.photos


def mark_drive(library: LibraryStore, root_id: int) -> None:
    """Leave a marker on the drive of a root, so that it is known wherever it is mounted.

    Raises LibraryError when that is not possible.
    """
    database = library.database
    root = next((each for each in root_folders.list_roots(database) if each.id == root_id), None)
    if root is None or not root.online:
        raise LibraryError("That folder is not there now.", "Plug its drive in first.")
    mount = volumes.mount_point(root.path)
    try:
        identity = volumes.write_marker(mount)
    except OSError as error:
        raise LibraryError(
            f"No marker could be written to {mount} ({(error.strerror or str(error)).lower()}).",
            "The drive stays known by the place it is mounted at.",
        ) from error
    volume_registry.set_identity(database, root.volume, identity)
