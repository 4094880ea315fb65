"""`labels`: list labels and albums; put a label on photos or take it off."""

from __future__ import annotations

import argparse

from dinodesk.cli.exit_codes import DONE, SKIPPED, Outcome
from dinodesk.cli.open_library import assets_named, back_up_when_due, opened
from dinodesk.errors import DinoDeskError, UsageError
from dinodesk.library.annotations import changes, queries


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
        assets, unknown = assets_named(library, paths)
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
