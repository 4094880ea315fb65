"""`export`: photos for other programs, as a table, as XMP sidecars, as links, copies or a contact sheet."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from dinodesk import api, paths, settings
from dinodesk.cli import output_files
from dinodesk.cli.exit_codes import DONE, SKIPPED, Outcome
from dinodesk.cli.open_library import assets_named, opened
from dinodesk.cli.query_text import checked_query
from dinodesk.cli.sidecar_outcome import follow, sidecar_outcome
from dinodesk.engine.search.query_answer import needs_model
from dinodesk.engine.user_data import photo_export, sidecar_exchange
from dinodesk.errors import DinoDeskError, UsageError
from dinodesk.library.annotations import changes, queries
from dinodesk.library.photos import export_rows
from dinodesk.library.photos.export_tables import table_of
from dinodesk.records import Tagged
from dinodesk.wording import count

_ENDINGS = {"csv": (".csv", ".txt"), "json": (".json",), "sheet": (".png",)}
_FOLDERS = ("links", "copies")


def export(options: argparse.Namespace) -> Outcome:
    """Write what is known of photos as a table or into sidecars; or links, copies, a contact sheet."""
    if (options.format == "xmp") == bool(options.output):
        wanted = (
            "Sidecars are written beside the photos: leave -o out." if options.output else "Name it with -o."
        )
        raise UsageError(f"`export --format {options.format}` and its output do not fit.", wanted)
    target = _target(options)
    library = opened(options)
    try:
        assets = _chosen(library, options)
        if options.format == "xmp":
            report = sidecar_exchange.ExchangeReport()
            style = settings.load(paths.config_dir() / "settings.toml").sidecar_names
            follow(sidecar_exchange.export_sidecars(library.store.database, assets, report, style))
            return sidecar_outcome(report, "sidecar written", "sidecars written")
        if options.format in (*_FOLDERS, "sheet"):
            return _pictures(library, options, assets, target)
        rows = export_rows.read_export_rows(library.store.database, assets)
    finally:
        library.close()
    with output_files.whole(target) as part:
        part.write_bytes(table_of(rows, options.format))
    document = {"output": os.path.abspath(target), "photos": len(rows)}
    return DONE, document, [f"{count(len(rows))} written to {target}"]


def _target(options: argparse.Namespace) -> Path:
    """The file or the folder to write, checked before the work begins."""
    if not options.output:
        return Path()
    if options.format in _FOLDERS:
        folder = Path(options.output).expanduser()
        if folder.exists() and not folder.is_dir():
            raise DinoDeskError(f"{options.output} is a file.", "Name a folder.")
        folder.mkdir(exist_ok=True)
        return folder
    endings = _ENDINGS[options.format]
    what = "a picture" if options.format == "sheet" else "text"
    output_files.check_ending(
        Path(options.output), endings, f"`export --format {options.format}` writes {what}"
    )
    return output_files.target(options.output)


def _pictures(
    library: api.Library, options: argparse.Namespace, assets: list[int] | None, target: Path
) -> Outcome:
    """Links, copies or a contact sheet of the chosen photos, in their order."""
    by_asset = {photo.asset: photo for photo in library.photos()}
    photos = [by_asset[each] for each in (by_asset if assets is None else assets) if each in by_asset]
    report, store = photo_export.CopyReport(), library.store
    chosen = [(photo.asset, photo.path) for photo in photos]
    if options.format == "sheet":
        heading = options.query or options.label or options.place or "All photos", count(len(photos))
        steps = photo_export.sheet_steps(
            photos, store.thumbnails, library.decoders, heading, str(target), report
        )
    elif options.format == "links":
        steps = photo_export.link_photos_steps(store.database, chosen, str(target), report)
    else:
        steps = photo_export.copy_photos_steps(store.database, chosen, str(target), report)
    for _ in steps:
        pass
    output = report.target or os.path.abspath(target)
    document = {
        "output": output,
        "photos": report.written,
        "skipped": [{"path": each.path, "reason": each.reason} for each in report.failed],
    }
    lines = [f"{count(report.written)} written to {output}"]
    lines += [f"skipped {each.path}: {each.reason}" for each in report.failed]
    return (SKIPPED if report.failed else DONE), document, lines


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
