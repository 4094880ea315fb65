"""Filters in plain words."""

from __future__ import annotations

import pytest

from dinodesk.records import FilterTerm
from dinodesk.search.query.parser import parse_query
from dinodesk.ui.query.filter_text import filter_sentence, filter_words


def read(text: str) -> FilterTerm:
    term = parse_query(text).tree
    assert isinstance(term, FilterTerm)
    return term


@pytest.mark.parametrize(
    ("text", "chip", "line"),
    [
        ("after:2012", "after 2012", "taken from 1 January 2012 on"),
        ("before:2019-07", "before 2019-07", "taken before 1 July 2019"),
        ("date:2019", "2019", "taken in 2019"),
        ("date:2019-07", "2019-07", "taken in July 2019"),
        ("date:2019-07-14", "2019-07-14", "taken on 14 July 2019"),
        ("date:2019..2021-05", "2019 to 2021-05", "taken from 2019 to May 2021"),
        ("date:..2021", "until 2021", "taken until the end of 2021"),
        ("date:2019..", "from 2019 on", "taken from 2019 on"),
        ("date:7d", "the last 7 days", "taken in the last 7 days"),
        ("date:1m", "the last month", "taken in the last month"),
        ("date:last summer", "last summer", "taken last summer"),
        ("date>2015", "after 2015", "taken after 2015"),
        ("date:2019,2021", "2019 or 2021", "taken in 2019 or in 2021"),
        ("rating>=3", "rating 3 or more", "3 stars or more"),
        ("rating>=1", "rating 1 or more", "1 star or more"),
        ("rating:1", "rating 1", "1 star"),
        ("rating:3..4", "rating 3 to 4", "3 to 4 stars"),
        ("rating:0", "rating 0", "unrated"),
        ("rating:-1", "rating -1", "rejected"),
        ("iso>=1600", "ISO 1,600 or more", "ISO 1,600 or more"),
        ("f:1.4..2.8", "f/1.4 to 2.8", "f/1.4 to 2.8"),
        ("mm:35,50", "35 or 50 mm", "35 or 50 mm"),
        ("size>5MB", "size over 5 MB", "size over 5 MB"),
        ("width<4000", "width under 4,000", "width under 4,000"),
        ("height:..1000", "height up to 1,000", "height up to 1,000"),
        ("camera:x100,5d,r5", "camera x100, 5d or r5", "camera x100, 5d or r5"),
        ("in:holidays", "in holidays", "in holidays"),
        ("person:anna", "with anna", "with anna"),
        ("#done", "label done", "label done"),
        ("ext:nef", ".nef", ".nef"),
        ("type:video", "videos", "of the kind videos"),
        ("is:portrait", "portrait", "portrait"),
        ("has:gps", "with a position", "with a position"),
    ],
)
def test_a_filter_is_said_in_plain_words(text: str, chip: str, line: str) -> None:
    assert (filter_words(read(text)), filter_sentence(read(text))) == (chip, line)


def test_a_name_with_a_line_break_stays_on_one_line() -> None:
    assert filter_words(FilterTerm("album", ("a\nb",))) == "album a↵b"
