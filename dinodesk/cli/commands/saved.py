"""`saved`: searches under a name; `saved run` is answered by `search`."""

from __future__ import annotations

import argparse
import time
from dataclasses import asdict

from dinodesk import api
from dinodesk.cli.exit_codes import DONE, Outcome
from dinodesk.cli.given_search import values_of
from dinodesk.cli.open_library import back_up_when_due, opened
from dinodesk.cli.query_text import checked_query
from dinodesk.engine.search.query_answer import needs_model
from dinodesk.errors import UsageError
from dinodesk.library.annotations import saved_searches
from dinodesk.records import SavedSearch


def saved(options: argparse.Namespace) -> Outcome:
    """List, add or remove saved searches."""
    words = {"list": 0, "add": 2, "remove": 1}[options.action]
    if len(options.what) != words and not (options.action == "add" and options.image and options.what):
        needs = ("nothing more", "a name", "a name and a query, in quotes")[words]
        raise UsageError(f"`saved {options.action}` needs {needs}.", "See `dinodesk saved --help`.")
    model = _model(options) if options.action == "add" else None
    library = opened(options)
    try:
        database = library.store.database
        if options.action == "add":
            search = SavedSearch(
                name=options.what[0],
                values=values_of(options, model),
                model="" if model is None else model.info.fingerprint,
                created=time.time(),
            )
            undo = saved_searches.save(database, search)
            row = _row(saved_searches.find_saved(database, search.name))
            back_up_when_due(library)
            verb = "replaced" if undo.put else "saved"
            return DONE, row | {"replaced": bool(undo.put)}, [f"{row['name']} {verb}"]
        if options.action == "remove":
            search = saved_searches.find_saved(database, options.what[0])
            saved_searches.remove(database, search.name)
            return DONE, _row(search), [f"{search.name} removed"]
        rows = [_row(each) for each in saved_searches.list_saved(database)]
    finally:
        library.close()
    return DONE, rows, [f"{row['name']}: {row['query']}" for row in rows]


def _model(options: argparse.Namespace) -> api.Model | None:
    """The model of a search to be saved; None where nothing ranks. Fills in its query."""
    options.query = options.what[1] if len(options.what) > 1 else ""
    query = checked_query(options.query, literal=options.literal)
    if not options.query.strip() and not options.image:
        raise UsageError("There is nothing to search for.", "Give a query, or a photo with --image.")
    if not needs_model(query, options.image):
        return None
    return api.load_model(options.model, options.device, options.precision)


def _row(search: SavedSearch) -> dict[str, object]:
    values = search.values
    line = values.line
    row = {"name": search.name, **asdict(values)}
    return row | {
        "images": list(values.images),
        "auto": line is None,
        "threshold": None if line is None else line.threshold,
        "temperature": None if line is None else line.temperature,
        "line": None if line is None else line.cut,
        "model": search.model or None,
        "created": search.created,
    }
