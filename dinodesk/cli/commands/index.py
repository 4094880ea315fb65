"""`index`: add folders or files to the library and embed what is new or changed."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import asdict

from dinodesk import api, paths, settings
from dinodesk.cli.exit_codes import DONE, SKIPPED, Outcome
from dinodesk.cli.open_library import back_up_when_due, opened
from dinodesk.cli.progress import Progress
from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.errors import DinoDeskError
from dinodesk.wording import count

STEP_BUDGET = 0.25
"""Seconds of a step: longer than in the window, where a person types meanwhile."""


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
            progress.show(
                "Looking for photos…" if step.phase == "scanning" else f"{step.done:,} of {count(step.total)}"
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
