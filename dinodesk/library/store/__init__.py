"""The SQLite database: schema, migrations, vectors, backups, salvage."""
