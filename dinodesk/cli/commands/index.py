"""`index` and `search`."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import asdict

from dinodesk import api, paths, settings
from dinodesk.cli.main import DONE, SKIPPED, Outcome
from dinodesk.cli.open_library import back_up_when_due, opened
from dinodesk.cli.progress import Progress
from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.errors import DinoDeskError, LibraryError, UsageError
from dinodesk.records import ConfidenceCurve

STEP_BUDGET = 0.25  # nobody types beside a command, so steps may be longer than the window's


def index(options: argparse.Namespace) -> Outcome:
    """Add folders or files, embed what is new or changed."""
    wanted = [os.path.abspath(os.path.expanduser(path)) if path else "" for path in options.paths]
    for path in wanted:
        if not path or not os.path.lexists(path):
            raise DinoDeskError(
                f"There is no {path or 'file without a name'}.",
                "Check the name; a drive may not be plugged in.",
            )
    library = opened(options)
    try:
        model = api.load_model(options.model, options.device, options.precision)
        indexer = Indexer(
            library.store,
            model.network,
            budget=STEP_BUDGET,
            decoders=library.decoders,
            believe=None if options.believe else (),
        )
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
        back_up_when_due(library)
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
            for key in ("found", "indexed", "unchanged", "moved", "missing", "offline", "left_out")
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
    lines += [f"left out by the rules: {report.left_out:,}"] * bool(report.left_out)
    lines += [f"skipped {each.path}: {each.reason}" for each in report.skipped]
    return (SKIPPED if report.skipped else DONE), document, lines


def search(options: argparse.Namespace) -> Outcome:
    """Rank the library."""
    if not options.query.strip() and not options.image:
        raise UsageError("There is nothing to search for.", "Give a sentence, or a photo with --image.")
    library = opened(options)
    try:
        model = api.load_model(options.model, options.device, options.precision)
        own = model.info.line
        line = ConfidenceCurve(
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
