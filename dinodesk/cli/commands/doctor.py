"""`doctor` and `places`: looking after a library."""

from __future__ import annotations

import argparse
import os
import platform
from collections import Counter
from collections.abc import Generator
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from dinodesk import __version__, api
from dinodesk.cli.main import DONE, SKIPPED, Outcome
from dinodesk.cli.open_library import opened
from dinodesk.cli.progress import Progress
from dinodesk.engine.search.persistent_index import PersistentIndex, damaged_caches
from dinodesk.errors import DamagedLibraryError, LibraryError, UsageError
from dinodesk.library.files.exclude_rules import ExcludeRules
from dinodesk.library.folders import root_folders
from dinodesk.library.images.thumbnail_cache import drop_thumbnails
from dinodesk.library.maintenance import purge
from dinodesk.library.maintenance.move_library import move_library
from dinodesk.library.maintenance.verify import Verified, verify
from dinodesk.library.photos import export_rows, photo_locations
from dinodesk.library.photos.photo_queries import list_photos
from dinodesk.library.store import backups, key_values
from dinodesk.models.inference import devices
from dinodesk.search.index import hnsw_graph

PACKAGES = ("torch", "PySide6-Essentials", "numpy", "pillow", "hnswlib", "SQLAlchemy", "pyqtgraph")

DAY = 86_400.0


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
            _care(library, options, problems, notes)
        except LibraryError as error:
            problems.append(str(error))
        finally:
            library.close()
    if not hnsw_graph.available():
        notes.append("hnswlib is not installed: every search is exact, which is slower above 200,000 photos.")
    document: dict[str, Any] = {
        "healthy": not problems,
        "problems": problems,
        "notes": notes,
        "device": devices.describe(),
        "versions": _versions(),
    }
    lines = [f"library  {options.library}", f"device   {document['device']}"]
    lines += [f"{name:8} {number}" for name, number in document["versions"].items()]
    lines += [f"problem: {each}" for each in problems] + [f"note: {each}" for each in notes]
    lines.append("Everything is sound." if not problems else "There are problems.")
    return (SKIPPED if problems else DONE), document, lines


def _mended(
    library: api.Library, options: argparse.Namespace, problems: list[str], notes: list[str]
) -> api.Library:
    """The library, with a sound database in the damaged one's place where repairing was asked for."""
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
    """What is wrong with the database; what can be mended in place is, where repairing was asked for."""
    database = library.store.database
    try:
        found = database.quick_check()  # which reads all of it: once
        if not found and options.repair and (mended := backups.mend_links(database)):
            notes.append(
                f"{mended:,} rows that pointed to nothing were mended or removed; the next look through the "
                "folders reads those photos again."
            )
        return found + database.orphans()
    except DamagedLibraryError as error:
        return [error.sentence]


def _care(library: api.Library, options: argparse.Namespace, problems: list[str], notes: list[str]) -> None:
    """Verify, back up, move, if asked for."""
    store = library.store
    if options.verify:
        found = _verified(verify(store.database))
        problems += [f"{each.path}: {each.reason}" for each in found.damaged]
        notes.append(
            f"{found.done:,} photos verified: {found.sound:,} sound, {len(found.damaged):,} damaged, "
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
            progress.say(f"{done:,} of {total:,} files copied")
        progress.end()
        notes.append(f"The library is in {target} now; open it with --library or in the window.")


def _verified(steps: Generator[Verified, None, Verified]) -> Verified:
    progress = Progress()
    while True:
        try:
            found = next(steps)
        except StopIteration as end:
            progress.end()
            result: Verified = end.value
            return result
        progress.say(f"{found.done:,} of {found.total:,} photos verified")


def _check_library(
    library: api.Library, options: argparse.Namespace, problems: list[str], notes: list[str]
) -> None:
    store = library.store
    away = [root for root in root_folders.list_roots(store.database) if not root.online]
    for root in away:
        count = len(photo_locations.offline_photos(store.database, away, root))
        if root.here and not count:
            continue  # renamed: its photos are known where they are now
        notes.append(f"{root.path} is away: {count:,} photos are offline, nothing is forgotten.")
    skipped = photo_locations.count_skipped(store.database)
    if skipped:
        notes.append(f"{skipped:,} files can't be read as photos (`dinodesk index` lists them).")
    damaged = damaged_caches(store)
    if damaged and not options.repair:
        words = "an index cache is" if len(damaged) == 1 else f"{len(damaged)} index caches are"
        problems.append(
            f"{words.capitalize()} damaged and not used; `dinodesk doctor --repair` makes it anew."
        )
    left_over = list(store.index.glob("*.part"))
    if left_over:
        notes.append(f"{len(left_over)} temporary files were left behind by a program that was ended.")
    if options.repair and not problems:
        for file in store.index.glob("*"):
            file.unlink(missing_ok=True)
        model = api.load_model(options.model, options.device, options.precision)
        index = PersistentIndex(store, model.info)
        index.load()
        if index.wants_saving:
            index.save()
        notes.append(
            f"The index was rebuilt from {len(index.vectors):,} vectors; thumbnails return when shown."
        )


def _versions() -> dict[str, str]:
    found = {"dinodesk": __version__, "python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "missing"
    return found


def list_places(options: argparse.Namespace) -> Outcome:
    """The folders of the library with their drives and states; take out, forget, set what is left out."""
    if options.what and options.action != "remove":
        raise UsageError(
            f"`places {options.action}` takes no folders.", "`places remove FOLDER` takes one out."
        )
    library = opened(options)
    try:
        action = {"list": _list, "remove": _remove, "forget": _forget, "rules": _rules}[options.action]
        return action(library, options)
    finally:
        library.close()


def _list(library: api.Library, options: argparse.Namespace) -> Outcome:
    database = library.store.database
    every = root_folders.list_roots(database)
    photos, _ = list_photos(database)
    rows = []
    for root in every:
        start = root.path.rstrip(os.sep) + os.sep
        # another drive may have been mounted at the same path
        assets, skipped = export_rows.held_by(database, root)
        here = (p for p in photos if p.asset in assets and any(path.startswith(start) for path in p.places))
        states = Counter(photo.state for photo in here)
        rows.append(
            {
                "path": root.path,
                "drive": root.drive,
                "state": "online" if root.online else "offline",
                "photos": sum(states.values()),
                "missing": states["missing"],
                "skipped": skipped,
            }
        )
    lines = [
        f"{row['path']}  ({row['drive']}, {row['state']}): {row['photos']:,} photos, "
        f"{row['missing']:,} missing, {row['skipped']:,} skipped"
        for row in rows
    ]
    return DONE, rows, lines or ["The library has no folders."]


def _remove(library: api.Library, options: argparse.Namespace) -> Outcome:
    wanted = {os.path.abspath(os.path.expanduser(path)) for path in options.what}
    if not wanted:
        raise UsageError("Name the folder to take out of the library.", "Its files stay where they are.")
    database = library.store.database
    gone = [
        root_folders.remove_root(database, root.id)
        for root in root_folders.list_roots(database)
        if root.path in wanted
    ]
    if not gone:
        raise LibraryError("The library has no such folder.", "`dinodesk places` lists them.")
    return DONE, {"removed": gone}, [f"removed {path} (the files stay)" for path in gone]


def _forget(library: api.Library, options: argparse.Namespace) -> Outcome:
    database = library.store.database
    purged = (
        purge.purge_leftovers(database)
        if options.leftovers
        else purge.purge_missing(database, options.older_than * DAY)
    )
    drop_thumbnails(library.store.thumbnails, purged.contents)
    document = {"photos": purged.photos, "places": purged.places, "contents": len(purged.contents)}
    return DONE, document, [f"{purged.photos:,} photos forgotten"]


def _rules(library: api.Library, options: argparse.Namespace) -> Outcome:
    database = library.store.database
    now = key_values.read_rules(database)
    if options.exclude is not None or options.smallest is not None or options.hidden is not None:
        patterns = now.patterns if options.exclude is None else tuple(filter(None, options.exclude))
        smallest = now.smallest if options.smallest is None else options.smallest
        hidden = now.hidden if options.hidden is None else options.hidden == "yes"
        now = ExcludeRules(patterns, hidden, smallest)
        key_values.write_rules(database, now)
    lines = [f"left out: {pattern}" for pattern in now.patterns] or ["no pattern is left out"]
    lines += [
        f"files of fewer than {now.smallest:,} bytes are left out"
        if now.smallest
        else "no file is too small",
        f"hidden folders are {'looked into' if now.hidden else 'left out'}",
    ]
    return DONE, asdict(now), lines
