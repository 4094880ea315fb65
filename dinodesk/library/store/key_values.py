"""Small things a library remembers for the program, and the reports of its jobs."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, insert, select

from dinodesk.library.files.exclude_rules import ExcludeRules, parsed
from dinodesk.library.store.database import Database
from dinodesk.library.store.schema import KeyValue, ReportRow
from dinodesk.records import StoredReport

_RULES = "rules"
KEPT = 50
"""Reports that are kept; the oldest go first."""


def read(database: Database, key: str, default: Any = None) -> Any:
    """What was noted under `key` (anything JSON knows), else `default`.

    So is what is no JSON, or of another type than the default: a note is never worth an error.
    """
    with database.reading() as connection:
        found = connection.execute(select(KeyValue.value).where(KeyValue.key == key)).scalar_one_or_none()
    try:
        value = default if found is None else json.loads(found)
    except (ValueError, RecursionError):
        return default
    return value if default is None or isinstance(value, type(default)) else default


def write(database: Database, key: str, value: Any) -> None:
    """Note `value` under `key`; None takes the note away."""
    with database.writing() as connection:
        connection.execute(delete(KeyValue).where(KeyValue.key == key))
        if value is not None:
            connection.execute(insert(KeyValue).values(key=key, value=json.dumps(value)))


def read_rules(database: Database) -> ExcludeRules:
    """What scans of this library leave out."""
    return parsed(read(database, _RULES, {}))


def write_rules(database: Database, rules: ExcludeRules) -> None:
    """Keep what scans leave out; the next one goes by it."""
    write(database, _RULES, asdict(rules))


def add_report(database: Database, what: str, data: dict[str, Any]) -> int:
    """Keep a job's report; returns its id."""
    with database.writing() as connection:
        values = {"at": time.time(), "what": what, "data": json.dumps(data)}
        new: int = connection.execute(insert(ReportRow).values(**values)).inserted_primary_key[0]  # type: ignore[index]
        old = select(ReportRow.id).order_by(ReportRow.id.desc()).offset(KEPT)
        connection.execute(delete(ReportRow).where(ReportRow.id.in_(old)))
    return new


def reports(database: Database) -> list[StoredReport]:
    """The kept reports, newest first."""
    with database.reading() as connection:
        rows = connection.execute(select(ReportRow).order_by(ReportRow.id.desc())).all()
    return [StoredReport(row.id, row.at, row.what, json.loads(row.data)) for row in rows]
