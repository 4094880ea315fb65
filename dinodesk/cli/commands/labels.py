"""`labels`, `export` and `import-sidecars`: what the person said of photos, listed, changed, taken along."""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
from collections.abc import Generator, Sequence
from dataclasses import asdict
from pathlib import Path

from dinodesk import api
from dinodesk.cli import output_files
from dinodesk.cli.main import DONE, SKIPPED, Outcome
from dinodesk.cli.open_library import back_up_when_due, opened
from dinodesk.cli.progress import Progress
from dinodesk.engine.user_data import sidecar_exchange
from dinodesk.errors import DinoDeskError, UsageError
from dinodesk.library.annotations import changes, queries
from dinodesk.library.library import LibraryStore
from dinodesk.library.photos import export_rows
from dinodesk.records import HIT, Tagged

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def labels(options: argparse.Namespace) -> Outcome:
    """List labels and albums, put a label on photos or take it off."""
    library = opened(options)
    try:
        database = library.store.database
        if options.action == "list":
            if options.what:
                raise UsageError("`labels` alone lists them.", "Say `labels add NAME PATH…` to label photos.")
            found = queries.list_tags(database)
            document: dict[str, object] = {
                kind + "s": [{"name": tag.name, "count": tag.count} for tag in found if tag.kind == kind]
                for kind in ("label", "album")
            }
            return DONE, document, [f"{tag.count:7,}  {tag.kind:5}  {tag.name}" for tag in found]
        if len(options.what) < 2:
            raise UsageError(f"`labels {options.action}` needs a name and photos.", "NAME PATH…")
        name, *paths = options.what
        assets, unknown = _assets(library.store, paths)
        change = changes.add_tag if options.action == "add" else changes.remove_tag
        undo = change(database, "label", assets, name)
        back_up_when_due(library)
    finally:
        library.close()
    if not assets:
        raise DinoDeskError("None of these photos is in the library.", "Add them with `dinodesk index`.")
    document = {
        "label": changes.clean_name(name),
        "changed": len(undo.assets),
        "unchanged": len(assets) - len(undo.assets),
        "skipped": [{"path": path, "reason": "It is not in the library."} for path in unknown],
    }
    lines = [f"{len(undo.assets):,} changed, {len(assets) - len(undo.assets):,} unchanged"]
    lines += [f"skipped {path}: it is not in the library" for path in unknown]
    return (SKIPPED if unknown else DONE), document, lines


def export(options: argparse.Namespace) -> Outcome:
    """Write what is known of photos as CSV or JSON, or into XMP sidecars beside them."""
    if (options.format == "xmp") == bool(options.output):
        wanted = (
            "Sidecars are written beside the photos: leave -o out." if options.output else "Name it with -o."
        )
        raise UsageError(f"`export --format {options.format}` and its output do not fit.", wanted)
    target = output_files.target(options.output) if options.output else Path()
    library = opened(options)
    try:
        assets = _chosen(library, options)
        if options.format == "xmp":
            report = sidecar_exchange.ExchangeReport()
            _run(sidecar_exchange.export_sidecars(library.store.database, assets, report))
            return _exchanged(report, "sidecars written")
        rows = export_rows.list_known(library.store.database, assets)
    finally:
        library.close()
    text = as_csv(rows) if options.format == "csv" else json.dumps(
        [asdict(row) for row in rows], ensure_ascii=True, allow_nan=False, indent=1
    )  # fmt: skip
    with output_files.whole(target) as part:
        part.write_bytes(text.encode("utf-8", "surrogateescape"))  # names leave as the disk knows them
    document = {"output": os.path.abspath(target), "photos": len(rows)}
    return DONE, document, [f"{len(rows):,} photos written to {target}"]


def import_sidecars(options: argparse.Namespace) -> Outcome:
    """Take over ratings, labels, titles from XMP sidecars; what was said here already stays."""
    library = opened(options)
    try:
        assets: list[int] | None = None
        if options.paths:
            assets, unknown = _assets(library.store, options.paths)
            if unknown:
                raise DinoDeskError(f"{unknown[0]} is not in the library.", "Add it with `dinodesk index`.")
        report = sidecar_exchange.ExchangeReport()
        _run(sidecar_exchange.import_sidecars(library.store.database, assets, report))
        back_up_when_due(library)
    finally:
        library.close()
    return _exchanged(report, "photos took over what their sidecars say")


def as_csv(rows: Sequence[export_rows.ExportRow]) -> str:
    """A table with a heading; no cell is taken for a formula; several words are joined by "; "."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(export_rows.ExportRow.__slots__)
    for row in rows:
        writer.writerow([_cell(getattr(row, name)) for name in export_rows.ExportRow.__slots__])
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, tuple):
        value = "; ".join(str(each) for each in value)
    if isinstance(value, str) and value.startswith(FORMULAS):
        return "'" + value
    return "" if value is None else value


def _assets(store: LibraryStore, paths: Sequence[str]) -> tuple[list[int], list[str]]:
    """The assets at the given files and below the given folders, and the paths that are unknown."""
    found: list[int] = []
    unknown: list[str] = []
    places = export_rows.assets_by_path(store.database)
    for path in paths:
        full = os.path.abspath(os.path.expanduser(path))
        prefix = full.rstrip(os.sep) + os.sep
        here = [asset for place, asset in places.items() if place == full or place.startswith(prefix)]
        found += here
        if not here:
            unknown.append(full)
    return list(dict.fromkeys(found)), unknown


def _chosen(library: api.Library, options: argparse.Namespace) -> list[int] | None:
    """The assets that `--query`, `--label` and `--place` have in common; None for all."""
    chosen: list[int] | None = None
    store = library.store
    if options.label:
        wanted = changes.clean_name(options.label).casefold()
        known = (each for each in queries.list_tags(store.database) if each.kind == "label")
        tag = next((each for each in known if each.name.casefold() == wanted), None)
        if tag is None:
            raise DinoDeskError(f"There is no label {options.label!r}.", "`dinodesk labels` lists them.")
        chosen = queries.assets_with(store.database, Tagged("label", tag.id))
    if options.place:
        below, unknown = _assets(store, [options.place])
        if unknown:
            raise DinoDeskError(
                f"The library has no photos in {unknown[0]}.", "`dinodesk index` adds folders."
            )
        chosen = below if chosen is None else [asset for asset in chosen if asset in set(below)]
    if options.query:
        model = api.load_model(options.model, options.device, options.precision)
        answer = library.search(options.query, model, top=10**9, exact=True)
        by_path = {photo.path: photo.asset for photo in library.catalog.photos}
        hits = [by_path[hit.path] for hit in answer if hit.confidence >= HIT]
        chosen = hits if chosen is None else [asset for asset in hits if asset in set(chosen)]
    return chosen


def _run(steps: Generator[tuple[int, int], None, None]) -> None:
    progress = Progress()
    for done, total in steps:
        progress.say(f"{done:,} of {total:,} photos")
    progress.end()


def _exchanged(report: sidecar_exchange.ExchangeReport, words: str) -> Outcome:
    document = {
        "written": report.written,
        "unchanged": report.unchanged,
        "skipped": [asdict(each) for each in report.skipped],
    }
    lines = [
        f"{report.written:,} {words}, {report.unchanged:,} with nothing new, {len(report.skipped):,} skipped"
    ]
    lines += [f"skipped {each.path}: {each.reason}" for each in report.skipped]
    return (SKIPPED if report.skipped else DONE), document, lines
