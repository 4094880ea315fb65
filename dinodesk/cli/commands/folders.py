"""`places`: the root folders of the library, listed, taken out; missing photos forgotten; exclude rules."""

from __future__ import annotations

import argparse
import os
from collections import Counter
from dataclasses import asdict

from dinodesk import api
from dinodesk.cli.exit_codes import DONE, Outcome
from dinodesk.cli.open_library import opened
from dinodesk.errors import LibraryError, UsageError
from dinodesk.library.files.exclude_rules import ExcludeRules
from dinodesk.library.folders import root_folders
from dinodesk.library.images.thumbnail_cache import drop_thumbnails
from dinodesk.library.maintenance import purge
from dinodesk.library.photos import photo_locations
from dinodesk.library.photos.photo_queries import list_photos
from dinodesk.library.store import key_values
from dinodesk.wording import count

DAY = 86_400.0


def folders(options: argparse.Namespace) -> Outcome:
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
        assets, skipped = photo_locations.assets_in_root(database, root)
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
        f"{row['path']}  ({row['drive']}, {row['state']}): {count(int(row['photos']))}, "
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
        removed.path
        for root in root_folders.list_roots(database)
        if root.path in wanted and (removed := root_folders.remove_root(database, root.id)) is not None
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
    document = {"photos": purged.photos, "places": purged.locations, "contents": len(purged.contents)}
    return DONE, document, [f"{count(purged.photos)} forgotten"]


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
        f"files of fewer than {count(now.smallest, 'byte')} are left out"
        if now.smallest
        else "no file is too small",
        f"hidden folders are {'looked into' if now.hidden else 'left out'}",
    ]
    return DONE, asdict(now), lines
