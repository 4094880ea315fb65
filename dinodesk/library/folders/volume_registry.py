"""The volumes that a library knows: registered by identity, and where each is mounted now."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from dinodesk.errors import LibraryError
from dinodesk.library.files import volumes
from dinodesk.library.store.database import Database, inserted_id
from dinodesk.library.store.schema import Volume


def register_volume(connection: Connection, location: volumes.VolumePath) -> int:
    """The id of the volume of a path, made if it is new; its mount point is noted.

    Raises LibraryError when another drive with the same identity is mounted too.
    """
    row = connection.execute(
        select(Volume.id, Volume.mount).where(Volume.identity == location.identity)
    ).one_or_none()
    if row is None:
        name = volumes.name_of(location.mount)
        return inserted_id(
            connection, insert(Volume).values(identity=location.identity, mount=location.mount, name=name)
        )
    if row.mount != location.mount:
        _refuse_duplicate(row.mount, location)
        connection.execute(update(Volume).where(Volume.id == row.id).values(mount=location.mount))
    return int(row.id)


def _refuse_duplicate(mount: str, location: volumes.VolumePath) -> None:
    """Raise LibraryError for two mounted drives of one identity: taken for one, photos would go missing."""
    if volumes.identity_of(mount) != location.identity or volumes.same_device(mount, location.mount):
        return
    marked = location.identity.startswith(volumes.MARKED)
    raise LibraryError(
        f"The drives at {mount} and {location.mount} have the same identity: one was copied from the other.",
        f"Delete the file {volumes.MARKER} on one of them."
        if marked
        else "Give one of them another identity, or unplug the one that is not meant.",
    )


def refresh_mounts(database: Database) -> None:
    """Note where known volumes are mounted now, so that a drive at another mount point is found again."""
    mounts = volumes.current_mounts()
    with database.reading() as connection:
        known = connection.execute(select(Volume.id, Volume.identity, Volume.mount, Volume.name)).all()
    changed = []
    for row in known:
        here = volumes.identity_of(row.mount) == row.identity
        mount = row.mount if here else mounts.get(row.identity)
        if mount is not None and (mount, volumes.name_of(mount)) != (row.mount, row.name):
            changed.append((row.id, mount))
    if changed:
        with database.writing() as connection:
            for volume, mount in changed:
                values = {"mount": mount, "name": volumes.name_of(mount)}
                connection.execute(update(Volume).where(Volume.id == volume).values(**values))


def set_identity(database: Database, volume: int, identity: str) -> None:
    """Note the new identity of a volume. Raises LibraryError when another volume has that identity."""
    with database.writing() as connection:
        taken = connection.execute(select(Volume.id).where(Volume.identity == identity)).scalar_one_or_none()
        if taken not in (None, volume):
            raise LibraryError(
                "Another drive of the library has the same marker.",
                "It was copied from there: delete the file .dinodesk-volume on one of them.",
            )
        connection.execute(update(Volume).where(Volume.id == volume).values(identity=identity))
