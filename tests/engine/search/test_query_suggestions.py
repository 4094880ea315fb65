"""Completions by what the library holds, offers for words that look like filters, nearest values."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from stored_files import StoredFolder

from dinodesk.engine.search.catalog import Catalog
from dinodesk.engine.search.query_filter import QueryFilter
from dinodesk.engine.search.query_suggestions import complete, examples, why_empty
from dinodesk.generators import run_to_end
from dinodesk.library.annotations import changes
from dinodesk.library.library import LibraryStore
from dinodesk.records import DateClaim, PhotoMetadata
from dinodesk.search.query.parser import parse_query
from dinodesk.search.query.planner import plan_query

CLOCK = 1_400_000_000.0  # in 2014


@pytest.fixture
def filters(library: LibraryStore, tmp_path: Path) -> QueryFilter:
    folder = StoredFolder(library, tmp_path / "Holidays")
    claim = DateClaim(CLOCK, None, "second", "EXIF", 2)
    x100 = PhotoMetadata(
        camera_maker="FUJIFILM",
        camera_model="X100V",
        lens="23mm",
        iso=400,
        dates=(claim,),
        people=("Anna Lee",),
    )
    eos = PhotoMetadata(camera_maker="Canon", camera_model="Canon EOS R", city="Paris", country="France")
    assets = []
    for number, metadata in enumerate((x100, x100, eos)):
        folder.write(f"{number}.jpg", f"{number}".encode())
        ((_, asset),) = folder.store(f"{number}.jpg", metadata=metadata)
        assets.append(asset)
    changes.add_tag(library.database, "label", assets[:2], "Done")
    changes.add_tag(library.database, "label", assets[:1], "to do")
    catalog = Catalog(library)
    catalog.reload()
    found = QueryFilter(library, catalog)
    run_to_end(found.refresh())
    return found


def test_examples_are_made_of_what_the_library_holds(filters: QueryFilter) -> None:
    found = list(examples(filters))
    assert found[0] == "two dogs playing" and "people outside date:2014" in found
    assert "a street place:Paris" in found and "label:Done -people" in found
    assert "a portrait camera:X100V" in found
    for example in found[1:5]:
        restriction = plan_query(parse_query(example).tree).restriction
        assert restriction is not None and filters.inside(restriction, date(2020, 1, 1)).any(), example


def offered(filters: QueryFilter, typed: str) -> list[tuple[str, int | None]]:
    """The whole query after each suggestion, and its count; the cursor is at "^", else at the end."""
    at = typed.index("^") if "^" in typed else len(typed)
    text = typed.replace("^", "")
    return [
        (text[: each.start] + each.text + text[each.end :], each.count)
        for each in complete(filters, text, at)
    ]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("camera:x", ('camera:"FUJIFILM X100V"', 2)),
        ("a dog camera:eos", ('a dog camera:"Canon EOS R"', 1)),
        ("-camera:x", ('-camera:"FUJIFILM X100V"', 2)),
        ("camera:canon,fuji", ('camera:canon,"FUJIFILM X100V"', 2)),
        ('camera:"fuji', ('camera:"FUJIFILM X100V"', 2)),
        ("cam", ("camera:", None)),
        ("(cam", ("(camera:", None)),
        ("cam^ dogs", ("camera: dogs", None)),
        ("#do", ("#Done", 2)),
        ("#to", ('#"to do"', 1)),
        ("label:d", ("label:Done", 2)),
        ("is:po", ("is:portrait", None)),
        ("date:20", ("date:2014", 2)),
        ("date:last", ('date:"last summer"', None)),
        ("iso:", ("iso:400", 2)),
        ("in:hol", ("in:Holidays", 3)),
        ("dogs 2014", ("dogs date:2014", 2)),
        ("dogs 5 stars", ("dogs rating>=5", None)),
        ("street no people", ("street -people", None)),
        ("raw *.nef", ("raw ext:nef", None)),
        ("a day in paris", ("a day in place:Paris", 1)),
        ("done", ("label:Done", 2)),
        ("to do", ('label:"to do"', 1)),
        ("with anna lee", ('with person:"Anna Lee"', 2)),
    ],
)
def test_what_is_offered(filters: QueryFilter, typed: str, expected: tuple[str, int | None]) -> None:
    found = offered(filters, typed)
    assert expected in found
    query = parse_query(expected[0])
    assert not query.notes or expected[0].endswith(":") or "camera: " in expected[0]


@pytest.mark.parametrize("typed", ["", "a dog ", "1234", "the 1999", "xyz:", '"in quotes', "zzz"])
def test_nothing_is_offered_where_nothing_fits(filters: QueryFilter, typed: str) -> None:
    assert offered(filters, typed) == []


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("camera:X100W", "None with camera:X100W; X100V has 2."),
        ("label:dome", "None with label:dome; Done has 2."),
        ("date:2013", "None with date:2013; 2014 has 2."),
        ("after:2019-07", "None with after:2019-07; 2014 has 2."),
        ("date:9d", "None with date:9d."),
        ("date:2000d", "None with date:2000d."),
        ("rating>=3", "None with rating>=3; nothing is rated yet."),
        ("place:pariss", "None with place:pariss; Paris has 1."),
        ("camera:leica", "None with camera:leica."),
        ("camera:eos iso>=100", "None with camera:eos iso>=100 together."),
        ("(iso:50 OR camera:leica)", "None with iso:50 OR camera:leica."),
    ],
)
def test_an_empty_filter_names_what_is_near(filters: QueryFilter, query: str, note: str) -> None:
    restriction = plan_query(parse_query(query).tree).restriction
    assert restriction is not None
    assert why_empty(filters, restriction, date(2026, 1, 1)) == note
