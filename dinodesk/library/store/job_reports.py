"""The reports of a library's jobs, stored for a person to read later."""

from __future__ import annotations

import json
import time
from typing import Any

from sqlalchemy import delete, insert, select

from dinodesk.library.store.database import Database, inserted_id
from dinodesk.library.store.schema import ReportRow
from dinodesk.records import StoredReport

KEPT = 50
"""Reports that are kept; the oldest are deleted first."""


def add_report(database: Database, what: str, data: dict[str, Any]) -> int:
    """Keep a job's report; returns its id."""
    with database.writing() as connection:
        values = {"at": time.time(), "what": what, "data": json.dumps(data)}
        new = inserted_id(connection, insert(ReportRow).values(**values))
        old = select(ReportRow.id).order_by(ReportRow.id.desc()).offset(KEPT)
        connection.execute(delete(ReportRow).where(ReportRow.id.in_(old)))
    return new


def list_reports(database: Database) -> list[StoredReport]:
    """The kept reports, newest first."""
    with database.reading() as connection:
        rows = connection.execute(select(ReportRow).order_by(ReportRow.id.desc())).all()
    return [StoredReport(row.id, row.at, row.what, json.loads(row.data)) for row in rows]
