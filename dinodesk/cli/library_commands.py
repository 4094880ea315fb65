"""`index`, `search` and `doctor`."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from dinodesk import __version__, paths, settings
from dinodesk.cli.progress import Progress
from dinodesk.cli.run import DONE, SKIPPED, Outcome
from dinodesk.engine import headless
from dinodesk.engine.indexing import Indexer
from dinodesk.engine.live_index import LiveIndex, damaged_caches
from dinodesk.errors import DinoDeskError, LibraryError, UsageError
from dinodesk.library import places, roots
from dinodesk.models import devices
from dinodesk.records import Line
from dinodesk.search import graph

STEP_BUDGET = 0.25  # nobody types beside a command, so steps may be longer than the window's

PACKAGES = ("torch", "PySide6-Essentials", "numpy", "pillow", "hnswlib", "SQLAlchemy", "pyqtgraph")


def index(options: argparse.Namespace) -> Outcome:
    """Add folders or files, embed what is new or changed."""
    wanted = [os.path.abspath(os.path.expanduser(path)) if path else "" for path in options.paths]
    for path in wanted:
        if not path or not os.path.lexists(path):
            raise DinoDeskError(
                f"There is no {path or 'file without a name'}.",
                "Check the name; a drive may not be plugged in.",
            )
    library = headless.open_library(options.library)
    try:
        model = headless.load_model(options.model, options.device, options.precision)
        indexer = Indexer(library.store, model.network, budget=STEP_BUDGET, decoders=library.decoders)
        progress = Progress()
        for step in indexer.add(wanted):
            progress.say(
                "Looking for photos…"
                if step.phase == "scanning"
                else f"{step.done:,} of {step.total:,} photos"
            )
        progress.end()
        if indexer.report.indexed:
            chosen = settings.load(paths.config_dir() / "settings.toml")
            library.trim_thumbnails(chosen.thumbnail_gigabytes * 10**9)
    finally:
        library.close()
    report = indexer.report
    for question in report.questions:
        print(question, file=sys.stderr)
    pace = report.indexed / report.seconds if report.seconds > 0 else 0.0
    document = {
        "model": model.info.name,
        **{
            key: getattr(report, key)
            for key in ("found", "indexed", "unchanged", "moved", "missing", "offline")
        },
        "skipped": [asdict(each) for each in report.skipped],
        "seconds": round(report.seconds, 3),
        "images_per_second": round(pace, 2),
    }
    lines = [
        f"{report.indexed:,} indexed, {report.unchanged:,} unchanged, {report.moved:,} moved, "
        f"{len(report.skipped):,} skipped of {report.found:,} found, "
        f"in {report.seconds:.1f} s ({pace:.1f} photos/s)"
    ]
    lines += [f"missing: {report.missing:,}"] * bool(report.missing)
    lines += [f"offline: {report.offline:,}"] * bool(report.offline)
    lines += [f"skipped {each.path}: {each.reason}" for each in report.skipped]
    return (SKIPPED if report.skipped else DONE), document, lines


def search(options: argparse.Namespace) -> Outcome:
    """Rank the library."""
    if not options.query.strip() and not options.image:
        raise UsageError("There is nothing to search for.", "Give a sentence, or a photo with --image.")
    library = headless.open_library(options.library)
    try:
        model = headless.load_model(options.model, options.device, options.precision)
        own = model.info.line
        line = Line(
            own.threshold if options.threshold is None else options.threshold,
            own.temperature if options.temperature is None else options.temperature,
        )
        answer = library.search(
            options.query,
            model,
            options.image,
            options.top,
            line=line,
            templates=options.templates,
            exact=options.exact,
        )
        total = len(library.catalog.photos)
    finally:
        library.close()
    if not total:
        print("The library is empty; add photos with `dinodesk index FOLDER`.", file=sys.stderr)
    elif not answer.searched:
        raise LibraryError(
            f"None of the {total:,} photos has been indexed with the model {model.info.title}.",
            "Run `dinodesk index` on their folders with this model.",
        )
    document = {
        "query": options.query,
        "model": model.info.name,
        "count": answer.count,
        "expected_precision": None,
        "threshold": line.threshold,
        "temperature": line.temperature,
        "auto": False,
        "milliseconds": {"encode": round(answer.encode_ms, 2), "search": round(answer.search_ms, 2)},
        "results": [asdict(hit) for hit in answer.results],
    }
    lines = [f"{answer.count:,} photos match · {answer.searched:,} searched in {answer.search_ms:.0f} ms"]
    lines += [f"{hit.score:7.4f}  {hit.confidence:4.2f}  {hit.path}" for hit in answer.results]
    return DONE, document, lines


def doctor(options: argparse.Namespace) -> Outcome:
    """Check device, versions and the library."""
    problems: list[str] = []
    notes: list[str] = []
    try:
        library = headless.open_library(options.library)
    except LibraryError as error:
        problems.append(str(error))
    else:
        try:
            _check_library(library, options, problems, notes)
        except LibraryError as error:
            problems.append(str(error))
        finally:
            library.close()
    if not graph.available():
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


def _check_library(
    library: headless.Library, options: argparse.Namespace, problems: list[str], notes: list[str]
) -> None:
    store = library.store
    problems += [f"The database is damaged: {each}" for each in store.database.check()]
    for root in roots.list_roots(store.database):
        if not root.online:
            count = len(places.photos_in(store.database, [root]))
            notes.append(f"{root.path} is away: {count:,} photos are offline, nothing is forgotten.")
    skipped = places.count_skipped(store.database)
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
        model = headless.load_model(options.model, options.device, options.precision)
        index = LiveIndex(store, model.info)
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
