"""Metadata in the database: it comes back as it was, and what is missing or old is read again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stored_files import StoredFolder

from dinodesk.library.metadata import metadata_store
from dinodesk.library.metadata.embedded_reader import READER, fill_missing
from dinodesk.records import DateClaim, PhotoMetadata

FLOATS = st.none() | st.floats(allow_nan=False, allow_infinity=False, width=32)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
CLAIMS = st.builds(
    DateClaim,
    st.floats(-4e9, 4e9),
    st.none() | st.integers(-720, 840),
    st.sampled_from(("year", "month", "day", "minute", "second")),
    TEXTS,
    st.integers(0, 9),
)
KINDS: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("focal_length", "aperture", "exposure", "latitude", "longitude", "altitude"), FLOATS),
    **dict.fromkeys(("iso", "rating", "flag"), st.none() | st.integers(-(2**31), 2**31)),
    **dict.fromkeys(("keywords", "people"), st.lists(TEXTS.filter(bool), max_size=4).map(tuple)),
    "dates": st.lists(CLAIMS, max_size=3).map(tuple),
}
METADATA = st.builds(PhotoMetadata, **{name: KINDS.get(name, TEXTS) for name in PhotoMetadata.__slots__})


@given(METADATA)
def test_a_record_comes_back_from_its_json(metadata: PhotoMetadata) -> None:
    assert metadata_store.from_json(metadata_store.to_json(metadata)) == metadata


@pytest.mark.parametrize("stored", ["", "{", "[]", "null", '{"unknown": 1}', '{"keywords": 5}'])
def test_a_damaged_row_is_an_empty_record(stored: str) -> None:
    assert metadata_store.from_json(stored) == PhotoMetadata()


@given(METADATA, METADATA)
def test_missing_fields_are_filled_coordinates_stay_together_and_every_date_is_kept(
    one: PhotoMetadata, other: PhotoMetadata
) -> None:
    filled = fill_missing(one, other)
    for name in set(PhotoMetadata.__slots__) - {"dates", "altitude"}:
        assert getattr(filled, name) in (getattr(one, name), getattr(other, name))
    assert filled.dates == one.dates + other.dates
    source = other if one.latitude is None else one
    assert (filled.latitude, filled.longitude) == (source.latitude, source.longitude)
    assert fill_missing(one, PhotoMetadata()).keywords == one.keywords


def test_stored_metadata_replaces_what_was_stored_before(folder: StoredFolder) -> None:
    folder.add("a.jpg", b"one")
    date = DateClaim(1.5, None, "second", "EXIF", 2)
    first = PhotoMetadata(dates=(date,), camera_model="X100", keywords=("sea", "ｗｅｌｌｅ"), people=("Zoë",))
    second = PhotoMetadata(dates=(date, date), flag=-1)
    for metadata in (first, second):
        metadata_store.store_batch(folder.library.database, [(1, metadata)])
        with folder.library.database.reading() as connection:
            assert metadata_store.metadata_of(connection, [1, 2]) == {1: metadata}
    metadata_store.store_batch(folder.library.database, [])


def test_damaged_keywords_cost_the_keywords_only(folder: StoredFolder) -> None:
    folder.add("a.jpg", b"one")
    metadata_store.store_batch(folder.library.database, [(1, PhotoMetadata(title="Sea", keywords=("a",)))])
    with folder.library.database.writing() as connection:
        connection.exec_driver_sql("UPDATE facts SET keywords = '{oops'")
    with folder.library.database.reading() as connection:
        assert metadata_store.metadata_of(connection, [1]) == {1: PhotoMetadata(title="Sea")}


def test_contents_without_metadata_by_the_current_reader_are_read_again(
    folder: StoredFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metadata_store, "_AT_ONCE", 2)
    names = ["a.jpg", "b.jpg", "sub/c.jpg", "d.jpg", "e.jpg"]
    for name in names:
        folder.add(name, name.encode())
    database = folder.library.database
    metadata_store.store_batch(database, [(1, PhotoMetadata()), (2, PhotoMetadata())])
    with database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE facts SET reader = {READER - 1} WHERE content_id = 2")
        connection.exec_driver_sql("UPDATE places SET missing_since = 1 WHERE id = 4")
    steps = list(metadata_store.contents_without_metadata(database, folder.root))
    assert len(steps) == 3 and {number: path for step in steps for number, path in step.items()} == {
        2: str(folder.path / "b.jpg"), 3: str(folder.path / "sub" / "c.jpg"), 5: str(folder.path / "e.jpg"),
    }  # fmt: skip
