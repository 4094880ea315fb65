"""Numbered migrations on SQLite's `user_version`: plain SQL on tables as they were, never today's classes.

Append-only. Each step runs in the one transaction that also sets its number, so a killed migration
leaves the database as it was. A database of a newer program is refused, untouched.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, text

from dinodesk.errors import LibraryError

Migration = Callable[[Connection], None]


def m001_first_tables(connection: Connection) -> None:
    """Volumes, roots, contents, assets, places, models, vectors."""
    for statement in (
        "CREATE TABLE volumes (id INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE, mount BLOB NOT NULL)",
        "CREATE TABLE roots (id INTEGER PRIMARY KEY, volume_id INTEGER NOT NULL REFERENCES volumes(id),"
        " path BLOB NOT NULL, recursive BOOLEAN NOT NULL, added REAL NOT NULL, UNIQUE (volume_id, path))",
        "CREATE TABLE contents (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, size INTEGER NOT NULL,"
        " width INTEGER NOT NULL, height INTEGER NOT NULL, taken REAL)",
        "CREATE TABLE assets (id INTEGER PRIMARY KEY, content_id INTEGER NOT NULL REFERENCES contents(id))",
        "CREATE INDEX ix_assets_content_id ON assets (content_id)",
        "CREATE TABLE places (id INTEGER PRIMARY KEY, volume_id INTEGER NOT NULL REFERENCES volumes(id),"
        " path BLOB NOT NULL, asset_id INTEGER REFERENCES assets(id), size INTEGER NOT NULL,"
        " mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL, reason TEXT, missing_since REAL,"
        " UNIQUE (volume_id, path))",
        "CREATE INDEX ix_places_asset_id ON places (asset_id)",
        "CREATE TABLE models (id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE,"
        " name TEXT NOT NULL, dim INTEGER NOT NULL)",
        "CREATE TABLE vectors (id INTEGER PRIMARY KEY,"
        " content_id INTEGER NOT NULL REFERENCES contents(id),"
        " model_id INTEGER NOT NULL REFERENCES models(id), view TEXT NOT NULL, data BLOB NOT NULL,"
        " UNIQUE (model_id, content_id, view))",
        "CREATE INDEX ix_vectors_content_id ON vectors (content_id)",
    ):
        connection.execute(text(statement))


def m002_facts_and_user_data(connection: Connection) -> None:
    """Metadata, sidecars and annotations."""
    for statement in (
        "CREATE TABLE facts (content_id INTEGER NOT NULL PRIMARY KEY REFERENCES contents(id),"
        " reader INTEGER NOT NULL, taken REAL, utc_offset INTEGER, taken_from TEXT NOT NULL DEFAULT '',"
        " camera_maker TEXT NOT NULL DEFAULT '', camera_model TEXT NOT NULL DEFAULT '',"
        " lens TEXT NOT NULL DEFAULT '', focal_length REAL, aperture REAL, exposure REAL, iso INTEGER,"
        " latitude REAL, longitude REAL, altitude REAL, keywords TEXT NOT NULL DEFAULT '[]',"
        " rating INTEGER, title TEXT NOT NULL DEFAULT '', description TEXT NOT NULL DEFAULT '',"
        " creator TEXT NOT NULL DEFAULT '', copyright TEXT NOT NULL DEFAULT '')",
        # deleting a location deletes its sidecars; annotations belong to assets
        "CREATE TABLE sidecars (place_id INTEGER NOT NULL REFERENCES places(id) ON DELETE CASCADE,"
        " path BLOB NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, reader INTEGER NOT NULL,"
        " reason TEXT, said TEXT NOT NULL, PRIMARY KEY (place_id, path))",
        "ALTER TABLE assets ADD COLUMN rating INTEGER",
        "ALTER TABLE assets ADD COLUMN title TEXT",
        "ALTER TABLE assets ADD COLUMN description TEXT",
        # AUTOINCREMENT: the number of a label that is gone never comes to mean another one
        "CREATE TABLE labels (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL,"
        " folded TEXT NOT NULL UNIQUE)",
        "CREATE TABLE asset_labels (asset_id INTEGER NOT NULL REFERENCES assets(id),"
        " label_id INTEGER NOT NULL REFERENCES labels(id), PRIMARY KEY (asset_id, label_id))",
        "CREATE INDEX ix_asset_labels_label_id ON asset_labels (label_id)",
        "CREATE TABLE albums (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL,"
        " folded TEXT NOT NULL UNIQUE)",
        "CREATE TABLE asset_albums (asset_id INTEGER NOT NULL REFERENCES assets(id),"
        " album_id INTEGER NOT NULL REFERENCES albums(id), position INTEGER NOT NULL,"
        " PRIMARY KEY (asset_id, album_id))",
        "CREATE INDEX ix_asset_albums_album_id ON asset_albums (album_id)",
    ):
        connection.execute(text(statement))


def m003_care(connection: Connection) -> None:
    """Names of drives, quick hashes, what verifying found, nested roots, notes and reports."""
    for statement in (
        "ALTER TABLE volumes ADD COLUMN name TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE roots ADD COLUMN nested BOOLEAN NOT NULL DEFAULT 0",
        "ALTER TABLE contents ADD COLUMN quick BLOB",
        "ALTER TABLE places ADD COLUMN verified REAL",
        "ALTER TABLE places ADD COLUMN damage TEXT",
        "CREATE TABLE notes (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
        "CREATE TABLE reports (id INTEGER PRIMARY KEY, at REAL NOT NULL, what TEXT NOT NULL,"
        " data TEXT NOT NULL)",
    ):
        connection.execute(text(statement))


def m004_identity(connection: Connection) -> None:
    """What photos were before they were edited, and which folder a root is."""
    for statement in (
        "CREATE TABLE earlier (content_id INTEGER NOT NULL REFERENCES contents(id),"
        " asset_id INTEGER NOT NULL REFERENCES assets(id) ON DELETE CASCADE,"
        " PRIMARY KEY (content_id, asset_id))",
        "CREATE INDEX ix_earlier_asset_id ON earlier (asset_id)",
        "ALTER TABLE roots ADD COLUMN inode INTEGER",
    ):
        connection.execute(text(statement))


def m005_date_claims(connection: Connection) -> None:
    """Every date that a photo or sidecar states in place of the one that was believed; people, flags, words.

    A claim is a JSON list: clock, minutes east of UTC, precision, block, rank. A RAW file's 0 meant unknown,
    and was stored as 1970 on the clock of whatever zone the computer was in.
    """
    ranks = "WHEN 'EXIF' THEN 2 WHEN 'XMP' THEN 3 WHEN 'IPTC' THEN 4 WHEN 'GPS' THEN 10 ELSE 9"
    claim = (
        "json_array(json_array(taken + 60 * coalesce(utc_offset, 0), utc_offset, 'second', taken_from,"
        f" CASE taken_from {ranks} END))"
    )
    of_content = (
        "(SELECT json_array(json_array(taken, NULL, 'second', 'EXIF', 9)) FROM contents"
        " WHERE id = content_id AND abs(taken) >= 86400)"
    )
    for statement in (
        "ALTER TABLE facts ADD COLUMN dates TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE facts ADD COLUMN latest REAL",
        "ALTER TABLE facts ADD COLUMN zone_from TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE facts ADD COLUMN people TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE facts ADD COLUMN color_label TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE facts ADD COLUMN flag INTEGER",
        "ALTER TABLE facts ADD COLUMN headline TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE facts ADD COLUMN city TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE facts ADD COLUMN province TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE facts ADD COLUMN country TEXT NOT NULL DEFAULT ''",
        # contents of a library from before metadata was read; reader 0: read at the next scan
        "INSERT INTO facts (content_id, reader) SELECT id, 0 FROM contents"
        " WHERE taken IS NOT NULL AND id NOT IN (SELECT content_id FROM facts)",
        f"UPDATE facts SET dates = {claim} WHERE taken IS NOT NULL",
        f"UPDATE facts SET dates = coalesce({of_content}, '[]') WHERE taken IS NULL",
        "UPDATE facts SET taken = json_extract(dates, '$[0][0]'), taken_from = 'EXIF'"
        " WHERE taken IS NULL AND dates <> '[]'",
        "UPDATE facts SET latest = taken, zone_from = CASE WHEN taken_from = 'GPS' THEN 'utc'"
        " WHEN utc_offset IS NOT NULL THEN 'stated' ELSE '' END",
        "UPDATE sidecars SET said = json_remove(json_set(said, '$.dates', json_array(json_array("
        "json_extract(said, '$.taken') + 60 * coalesce(json_extract(said, '$.utc_offset'), 0),"
        " json_extract(said, '$.utc_offset'), 'second', 'sidecar', 0))),"
        " '$.taken', '$.utc_offset', '$.taken_from')"
        " WHERE json_valid(said) AND json_extract(said, '$.taken') IS NOT NULL",
        "ALTER TABLE contents DROP COLUMN taken",
    ):
        connection.execute(text(statement))


def m006_filter_facts(connection: Connection) -> None:
    """What filters compare, derived from the other tables, and triggers that note what is out of date."""
    cascade = "REFERENCES assets(id) ON DELETE CASCADE"
    for statement in (
        f"CREATE TABLE filter_facts (asset_id INTEGER NOT NULL PRIMARY KEY {cascade}, clock REAL,"
        " doubted_until REAL, rating INTEGER NOT NULL, iso INTEGER, aperture REAL, focal_length REAL,"
        " has_gps BOOLEAN NOT NULL, has_caption BOOLEAN NOT NULL)",
        "CREATE INDEX ix_filter_facts_clock ON filter_facts (clock)",
        "CREATE INDEX ix_filter_facts_doubted ON filter_facts (doubted_until)"
        " WHERE doubted_until IS NOT NULL",
        f"CREATE TABLE filter_words (id INTEGER PRIMARY KEY, asset_id INTEGER NOT NULL {cascade},"
        " kind TEXT NOT NULL, folded TEXT NOT NULL, word BLOB NOT NULL)",
        "CREATE INDEX ix_filter_words_asset_id ON filter_words (asset_id)",
        "CREATE INDEX ix_filter_words_kind ON filter_words (kind, folded, asset_id)",
        f"CREATE TABLE stale_facts (asset_id INTEGER NOT NULL PRIMARY KEY {cascade})",
        "INSERT INTO stale_facts SELECT id FROM assets",
        *_stale_triggers(),
    ):
        connection.execute(text(statement))


def _stale_triggers() -> list[str]:
    """Triggers that note in `stale_facts` the assets whose rows were changed in any table."""
    # not OR IGNORE: a statement that fires a trigger imposes its own way with conflicts on it
    noted = (
        "INSERT INTO stale_facts SELECT id FROM assets"
        " WHERE NOT EXISTS (SELECT 1 FROM stale_facts WHERE asset_id = assets.id) AND id"
    )
    on_volume = "IN (SELECT asset_id FROM places WHERE volume_id = {row}.id)"
    of_content = "IN (SELECT id FROM assets WHERE content_id = {row}.content_id)"
    of_place = "IN (SELECT asset_id FROM places WHERE id = {row}.place_id)"
    found = []
    for table, which, events in (
        ("assets", "= {row}.id", ("INSERT", "UPDATE OF content_id, rating, title, description")),
        ("places", "= {row}.asset_id", ("INSERT", "DELETE", "UPDATE OF asset_id, path, missing_since")),
        ("facts", of_content, ("INSERT", "UPDATE", "DELETE")),
        ("sidecars", of_place, ("INSERT", "UPDATE", "DELETE")),
        ("volumes", on_volume, ("UPDATE OF mount, name",)),
    ):
        for event in events:
            kind = event.split()[0].lower()
            rows = {"insert": ("new",), "delete": ("old",), "update": ("old", "new")}[kind]
            body = "; ".join(f"{noted} {which.format(row=row)}" for row in rows)
            found.append(f"CREATE TRIGGER stale_{table}_{kind} AFTER {event} ON {table} BEGIN {body}; END")
    return found


def m007_saved_searches(connection: Connection) -> None:
    """Searches that a person saves."""
    connection.execute(
        text(
            "CREATE TABLE saved_searches (id INTEGER PRIMARY KEY, name TEXT NOT NULL,"
            " folded TEXT NOT NULL UNIQUE, query TEXT NOT NULL, literal BOOLEAN NOT NULL,"
            " images TEXT NOT NULL, image_weight REAL, scene REAL NOT NULL,"
            " templates TEXT NOT NULL, stop TEXT NOT NULL, threshold REAL, temperature REAL, cut REAL,"
            " sort TEXT NOT NULL, model TEXT NOT NULL, created REAL NOT NULL, seen INTEGER NOT NULL)"
        )
    )


MIGRATIONS: tuple[Migration, ...] = (
    m001_first_tables,
    m002_facts_and_user_data,
    m003_care,
    m004_identity,
    m005_date_claims,
    m006_filter_facts,
    m007_saved_searches,
)
LATEST = len(MIGRATIONS)


def version(connection: Connection) -> int:
    """The schema version of an open database; 0 for an empty one."""
    return int(connection.execute(text("PRAGMA user_version")).scalar_one())


def check_not_newer(found: int) -> None:
    """Raise LibraryError for a database that a newer program wrote."""
    if found > LATEST:
        raise LibraryError(
            f"This library was made by a newer DinoDesk (format {found}, this program knows {LATEST}).",
            "Update DinoDesk; the library was not touched.",
        )


def migrate(connection: Connection, upto: int = LATEST) -> int:
    """Bring the database to version `upto` inside the caller's transaction; returns the version found."""
    found = version(connection)
    check_not_newer(found)
    for number, step in enumerate(MIGRATIONS[:upto], start=1):
        if number > found:
            step(connection)
            connection.execute(text(f"PRAGMA user_version = {number}"))
    return found
