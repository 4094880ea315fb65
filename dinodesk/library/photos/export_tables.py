"""Rows of photos as text for other programs: CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Literal

from dinodesk.library.photos.export_rows import ExportRow

TableFormat = Literal["csv", "json"]
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def table_of(rows: Sequence[ExportRow], form: TableFormat) -> bytes:
    """A whole table; file names keep their bytes."""
    if form == "csv":
        return as_csv(rows).encode("utf-8", "surrogateescape")
    text = json.dumps([asdict(row) for row in rows], ensure_ascii=True, allow_nan=False, indent=1)
    return text.encode("ascii")


def as_csv(rows: Sequence[ExportRow]) -> str:
    """A table with a heading; no cell is taken for a formula; several words are joined by "; "."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(ExportRow.__slots__)
    for row in rows:
        writer.writerow([_cell(getattr(row, name)) for name in ExportRow.__slots__])
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, tuple):
        value = "; ".join(str(each) for each in value)
    if isinstance(value, str) and value.startswith(FORMULAS):
        return "'" + value
    return "" if value is None else value
