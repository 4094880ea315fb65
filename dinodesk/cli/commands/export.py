"""`export`: ratings, labels, dates, cameras and places of photos as CSV or JSON, or as XMP sidecars."""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from dinodesk import api, paths, settings
from dinodesk.cli import output_files
from dinodesk.cli.exit_codes import DONE, Outcome
from dinodesk.cli.open_library import assets_named, opened
from dinodesk.cli.query_text import checked_query
from dinodesk.cli.sidecar_outcome import follow, sidecar_outcome
from dinodesk.engine.search.query_answer import needs_model
from dinodesk.engine.user_data import sidecar_exchange
from dinodesk.errors import DinoDeskError, UsageError
from dinodesk.library.annotations import changes, queries
from dinodesk.library.photos import export_rows
from dinodesk.records import Tagged
from dinodesk.wording import count

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


_ENDINGS = {"csv": (".csv", ".txt"), "json": (".json",)}


def export(options: argparse.Namespace) -> Outcome:
    """Write metadata and annotations of photos as CSV or JSON, or into XMP sidecars."""
    if (options.format == "xmp") == bool(options.output):
        wanted = (
            "Sidecars are written beside the photos: leave -o out." if options.output else "Name it with -o."
        )
        raise UsageError(f"`export --format {options.format}` and its output do not fit.", wanted)
    if options.output:
        endings, what = _ENDINGS[options.format], f"`export --format {options.format}` writes text"
        output_files.check_ending(Path(options.output), endings, what)
    target = output_files.target(options.output) if options.output else Path()
    library = opened(options)
    try:
        assets = _chosen(library, options)
        if options.format == "xmp":
            report = sidecar_exchange.ExchangeReport()
            style = settings.load(paths.config_dir() / "settings.toml").sidecar_names
            follow(sidecar_exchange.export_sidecars(library.store.database, assets, report, style))
            return sidecar_outcome(report, "sidecar written", "sidecars written")
        rows = export_rows.read_export_rows(library.store.database, assets)
    finally:
        library.close()
    text = as_csv(rows) if options.format == "csv" else json.dumps(
        [asdict(row) for row in rows], ensure_ascii=True, allow_nan=False, indent=1
    )  # fmt: skip
    with output_files.whole(target) as part:
        part.write_bytes(text.encode("utf-8", "surrogateescape"))  # file names keep their bytes
    document = {"output": os.path.abspath(target), "photos": len(rows)}
    return DONE, document, [f"{count(len(rows))} written to {target}"]


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
        below, unknown = assets_named(library, [options.place])
        if unknown:
            raise DinoDeskError(
                f"The library has no photos in {unknown[0]}.", "`dinodesk index` adds folders."
            )
        chosen = below if chosen is None else [asset for asset in chosen if asset in set(below)]
    if options.query:
        ranks = needs_model(checked_query(options.query))
        model = api.load_model(options.model, options.device, options.precision) if ranks else None
        answer = library.search(options.query, model, top=10**9, exact=True)
        by_path = {photo.path: photo.asset for photo in library.catalog.photos}
        hits = [by_path[hit.path] for hit in answer.results[: answer.count]]  # the best come first
        chosen = hits if chosen is None else [asset for asset in hits if asset in set(chosen)]
    return chosen
