"""Exports in words."""

from __future__ import annotations

from dinodesk.engine.messages import ExportDone, ExportForm
from dinodesk.ui.text.formatting import count
from dinodesk.ui.text.plain_text import one_line

EXPORT_FORMS: dict[ExportForm, str] = {
    "copies": "Copies in a folder…",
    "links": "Links in a folder…",
    "sheet": "Contact sheet (PNG)…",
    "csv": "Table (CSV)…",
    "json": "Table (JSON)…",
}
"""The ways to export, as a menu names them."""
KINDS: dict[ExportForm, str] = {
    "copies": "Copies in a folder",
    "links": "Links in a folder",
    "sheet": "Contact sheet",
    "csv": "Table",
    "json": "Table",
}
ENDINGS: dict[ExportForm, str] = {"sheet": ".png", "csv": ".csv", "json": ".json"}
"""Of what is one file."""


def export_done_sentence(done: ExportDone) -> str:
    """What was written, and where."""
    where = one_line(done.target)
    match done.form:
        case "copies":
            return f"{count(done.written, 'copy', 'copies')} in {where}"
        case "links":
            return f"{count(done.written, 'link')} in {where}"
        case _:
            return f"{count(done.written)} in {where}"
