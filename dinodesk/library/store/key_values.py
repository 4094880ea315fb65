"""Values that the program keeps in a library by key: exclude rules, a pause, how far verifying is."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, insert, select

from dinodesk.library.files.exclude_rules import ExcludeRules, rules_from_json
from dinodesk.library.store.database import Database
from dinodesk.library.store.schema import KeyValue

_RULES = "rules"


def read(database: Database, key: str, default: Any = None) -> Any:
    """The value stored under `key` (anything JSON knows), else `default`.

    `default` is also returned for what is no JSON, or of another type than `default`: it never raises.
    """
    with database.reading() as connection:
        found = connection.execute(select(KeyValue.value).where(KeyValue.key == key)).scalar_one_or_none()
    try:
        value = default if found is None else json.loads(found)
    except (ValueError, RecursionError):
        return default
    return value if default is None or isinstance(value, type(default)) else default


def write(database: Database, key: str, value: Any) -> None:
    """Store `value` under `key`; None deletes the key."""
    with database.writing() as connection:
        connection.execute(delete(KeyValue).where(KeyValue.key == key))
        if value is not None:
            connection.execute(insert(KeyValue).values(key=key, value=json.dumps(value)))


def read_rules(database: Database) -> ExcludeRules:
    """The exclude rules of this library."""
    return rules_from_json(read(database, _RULES, {}))


def write_rules(database: Database, rules: ExcludeRules) -> None:
    """Store the exclude rules; the next scan follows them."""
    write(database, _RULES, asdict(rules))
