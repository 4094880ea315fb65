"""Indexing run to its end in a test, its report's counts checked against each other."""

from __future__ import annotations

from pathlib import Path

from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.engine.indexing.report import IndexReport
from dinodesk.generators import run_to_end


def index_photos(indexer: Indexer, *paths: Path) -> IndexReport:
    """Add the paths, or without any rescan all folders; each file found is in exactly one count."""
    report = run_to_end(indexer.add([str(path) for path in paths]) if paths else indexer.rescan())
    assert report.found == report.indexed + report.unchanged + report.moved + len(report.skipped)
    return report
