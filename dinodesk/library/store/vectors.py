"""Vectors in the database: models that made them, reading them back as one float16 matrix."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from sqlalchemy import func, insert, select

from dinodesk.library.store.database import Database, inserted_id
from dinodesk.library.store.schema import ModelRow, Vector
from dinodesk.records import IntArray

HalfArray = npt.NDArray[np.float16]


def register_model(database: Database, fingerprint: str, name: str, dim: int) -> int:
    """The id of the model with this fingerprint, made if it is new here.

    In a read-only library a new model has the id 0, of which there are no vectors.
    """
    query = select(ModelRow.id).where(ModelRow.fingerprint == fingerprint)
    with database.reading() as connection:
        known = connection.execute(query).scalar_one_or_none()
    if known is not None or database.read_only:
        return known or 0
    with database.writing() as connection:
        known = connection.execute(query).scalar_one_or_none()  # another program may have been quicker
        if known is not None:
            return known
        return inserted_id(connection, insert(ModelRow).values(fingerprint=fingerprint, name=name, dim=dim))


def count_vectors(database: Database, model: int, upto: int | None = None) -> int:
    """How many vectors a model has here (those with row ids up to `upto`)."""
    query = select(func.count()).select_from(Vector).where(Vector.model_id == model)
    if upto is not None:
        query = query.where(Vector.id <= upto)
    with database.reading() as connection:
        return int(connection.execute(query).scalar_one())


def read_vectors(
    database: Database, model: int, dim: int, after: int = 0, limit: int = 10_000
) -> tuple[int, IntArray, HalfArray]:
    """The next vectors of a model with row ids above `after`, in their order.

    Returns the last row id read (or `after`), content ids int64 (N,), and the matrix float16 (N, dim).
    Rows of a wrong length are left out; they can only come from a damaged database.
    """
    query = (
        select(Vector.id, Vector.content_id, Vector.data)
        # + 0: by the row ids, of which mostly none is new, not by the index of all vectors of a model
        .where(Vector.model_id + 0 == model, Vector.id > after)
        .order_by(Vector.id)
        .limit(limit)
    )
    with database.reading() as connection:
        rows = connection.execute(query).all()
    last = rows[-1].id if rows else after
    sound = [row for row in rows if len(row.data) == 2 * dim]
    contents = np.fromiter((row.content_id for row in sound), np.int64, len(sound))
    joined = b"".join(row.data for row in sound)
    return last, contents, np.frombuffer(joined, "<f2").reshape(len(sound), dim)
