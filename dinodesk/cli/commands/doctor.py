"""`doctor`: check device, versions and the library; repair, verify, back up and move it."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Generator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from dinodesk import __version__, api
from dinodesk.cli.exit_codes import DONE, SKIPPED, Outcome
from dinodesk.cli.progress import Progress
from dinodesk.engine.search.persistent_index import PersistentIndex, damaged_caches
from dinodesk.engine.search.scan_kernels import scan_kernel
from dinodesk.errors import DamagedLibraryError, LibraryError
from dinodesk.generators import run_to_end
from dinodesk.library.folders import root_folders
from dinodesk.library.maintenance import privacy
from dinodesk.library.maintenance.move_library import move_library
from dinodesk.library.maintenance.verify import Verified, verify
from dinodesk.library.photos import photo_locations, photo_queries
from dinodesk.library.store import backups
from dinodesk.models.inference import devices
from dinodesk.search.index import hnsw_graph
from dinodesk.search.index.projected_rows import PROJECT_FROM
from dinodesk.search.index.vector_index import RERANK
from dinodesk.wording import count

PACKAGES = ("torch", "PySide6-Essentials", "numpy", "pillow", "hnswlib", "SQLAlchemy", "pyqtgraph")


def doctor(options: argparse.Namespace) -> Outcome:
    """Check device, versions and the library."""
    problems: list[str] = []
    notes: list[str] = []
    try:
        library = api.open_library(options.library)
    except LibraryError as error:
        problems.append(str(error))
    else:
        notes += library.store.notices
        try:
            library = _mended(library, options, problems, notes)
            _check_library(library, options, problems, notes)
            _check_privacy(library, options, notes)
            _check_estimates(library, options, notes)
            _maintain(library, options, problems, notes)
        except LibraryError as error:
            problems.append(str(error))
        finally:
            library.close()
    if not hnsw_graph.available():
        notes.append("hnswlib is not installed: every search is exact, which is slower above 200,000 photos.")
    kernel = scan_kernel()
    document: dict[str, Any] = {
        "healthy": not problems,
        "problems": problems,
        "notes": notes,
        "device": devices.describe(),
        "kernels": {"used": kernel.name, "milliseconds": dict(kernel.milliseconds)},
        "versions": _versions(),
    }
    times = ", ".join(f"{name} {value:.2f} ms" for name, value in kernel.milliseconds.items())
    lines = [f"library  {options.library}", f"device   {document['device']}"]
    lines.append(f"scans    {kernel.name} (measured here: {times})")
    lines += [f"{name:8} {number}" for name, number in document["versions"].items()]
    lines += [f"problem: {each}" for each in problems] + [f"note: {each}" for each in notes]
    lines.append("Everything is sound." if not problems else "There are problems.")
    return (SKIPPED if problems else DONE), document, lines


def _mended(
    library: api.Library, options: argparse.Namespace, problems: list[str], notes: list[str]
) -> api.Library:
    """The library; with `--repair`, a damaged database is replaced by a sound one."""
    if options.repair and library.store.database.read_only:
        raise LibraryError(
            f"The library {library.store.folder} can't be written to, so nothing was repaired.",
            "Change its permissions, or run `dinodesk doctor` without --repair.",
        )
    found = _faults(library, options, notes)
    if found and options.repair:
        library.close()
        notes.append(backups.restore(library.store.folder))
        library = api.open_library(options.library)
        found = _faults(library, options, notes)  # a backup may have its own
    problems += [f"The database is damaged: {each}" for each in found]
    return library


def _faults(library: api.Library, options: argparse.Namespace, notes: list[str]) -> list[str]:
    """Faults of the database; with `--repair`, those that can be repaired in place are, with a note."""
    database = library.store.database
    try:
        found = database.quick_check()  # which reads all of it: once
        if not found and options.repair and (mended := backups.mend_links(database)):
            notes.append(
                f"{count(mended, 'row that pointed to nothing was', 'rows that pointed to nothing were')} "
                "mended or removed; the next look through the "
                "folders reads those photos again."
            )
        return found + database.orphans()
    except DamagedLibraryError as error:
        return [error.sentence]


def _maintain(
    library: api.Library, options: argparse.Namespace, problems: list[str], notes: list[str]
) -> None:
    """Verify, back up and move the library, as far as the options ask for it."""
    store = library.store
    if options.verify:
        found = _verified(verify(store.database))
        problems += [f"{each.path}: {each.reason}" for each in found.damaged]
        notes.append(
            f"{count(found.done, 'file')} verified: {found.sound:,} sound, {len(found.damaged):,} damaged, "
            f"{found.changed:,} edited since, {found.away:,} away."
        )
    if options.back_up and problems:
        notes.append("It was not backed up: older backups are kept until it is sound.")
    elif options.back_up:
        file = backups.back_up(store.database)
        notes.append(f"Backed up to {file} ({file.stat().st_size / 1e6:,.1f} MB).")
    if options.move_to:
        progress = Progress()
        target = Path(os.path.abspath(os.path.expanduser(options.move_to)))
        for done, total in move_library(store, target):
            progress.show(f"{done:,} of {count(total, 'file')} copied")
        progress.end()
        notes.append(f"The library is in {target} now; open it with --library or in the window.")


def _verified(steps: Generator[Verified, None, Verified]) -> Verified:
    progress = Progress()
    found = run_to_end(
        steps, lambda step: progress.show(f"{step.done:,} of {count(step.total, 'file')} verified")
    )
    progress.end()
    return found


def _check_library(
    library: api.Library, options: argparse.Namespace, problems: list[str], notes: list[str]
) -> None:
    store = library.store
    away = [root for root in root_folders.list_roots(store.database) if not root.online]
    for root in away:
        offline = len(photo_locations.offline_photos(store.database, away, root))
        if root.here and not offline:
            continue  # renamed: its photos are known where they are now
        notes.append(
            f"{root.path} is away: {count(offline, 'photo is', 'photos are')} offline, nothing is forgotten."
        )
    skipped = photo_locations.count_skipped(store.database)
    if skipped:
        notes.append(f"{count(skipped, 'file')} can't be read as photos (`dinodesk index` lists them).")
    damaged = damaged_caches(store)
    if damaged and not options.repair:
        words = "an index cache is" if len(damaged) == 1 else f"{len(damaged)} index caches are"
        problems.append(
            f"{words.capitalize()} damaged and not used; `dinodesk doctor --repair` makes it anew."
        )
    left_over = list(store.index.glob("*.part"))
    if left_over:
        notes.append(
            f"{count(len(left_over), 'temporary file was', 'temporary files were')} left behind by a program "
            "that was ended."
        )
    if options.repair and not problems:
        for file in store.index.glob("*"):
            file.unlink(missing_ok=True)
        model = api.load_model(options.model, options.device, options.precision)
        index = PersistentIndex(store, model.info)
        index.load()
        if index.wants_saving:
            index.save()
        notes.append(
            f"The index was rebuilt from {count(len(index.vectors), 'vector')}; thumbnails return when shown."
        )


def _check_estimates(library: api.Library, options: argparse.Namespace, notes: list[str]) -> None:
    """Note how exact the estimates are by which a large library is counted."""
    if photo_queries.count_photos(library.store.database) < PROJECT_FROM:
        return
    model = api.load_model(options.model, options.device, options.precision)
    vectors = library.refresh(model).vectors
    if len(vectors) < PROJECT_FROM:
        return
    run_to_end(vectors.projection_steps(scan_kernel().make()))
    if vectors.projected is not None:
        notes.append(
            f"Searches score all {len(vectors):,} photos by estimates that are off by "
            f"{vectors.projected.error:.4f} (one standard deviation, measured on a sample); the first "
            f"{RERANK:,} are scored exactly."
        )


def _check_privacy(library: api.Library, options: argparse.Namespace, notes: list[str]) -> None:
    """Note that others can read the library; with `--repair` it is closed to them.

    Where a folder above keeps them out it is closed all the same, and nothing said.
    """
    store = library.store
    shared = privacy.is_shared(store)
    if not shared and not (options.repair and privacy.can_be_tightened(store)):
        return
    if not options.repair:
        notes.append(
            f"Other people who use this computer can read the library {store.folder}; "
            "`dinodesk doctor --repair` makes it private."
        )
        return
    progress = Progress()
    steps = privacy.make_private_steps(store)
    refused = run_to_end(
        steps, lambda step: progress.show(f"{step[0]:,} of {step[1]:,} folders made private")
    )
    progress.end()
    if not shared:
        return
    notes.append(
        f"{refused:,} of its files could not be made private: they may belong to another person."
        if refused
        else "The library was readable for other people who use this computer; now it is private."
    )


def _versions() -> dict[str, str]:
    found = {"dinodesk": __version__, "python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "missing"
    return found
