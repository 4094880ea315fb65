"""How a query was read: chips and the line below the bar."""

from __future__ import annotations

import pytest

from dinodesk.search.query.parser import parse_query
from dinodesk.ui.query.reading_text import explanation, is_plain, is_sentence, query_chips


@pytest.mark.parametrize(
    ("text", "chips"),
    [
        ("dogs -snow after:2012", ["dogs", "not snow", "after 2012"]),
        ("dogs date:last summer running", ["dogs", "last summer", "running"]),
        ('dog AND "red  car"', ["dog", "red car"]),
        ('"say ""hi"" now"', ['say "hi" now']),
        ('-"a red car" -camera:x100', ["not a red car", "not camera x100"]),
        ("NOT people on a street", ["not people on a street"]),
        ('like:"/a/b c.jpg" dog', ["like b c.jpg", "dog"]),
        ("(red | blue) car", ["red", "blue", "car"]),
    ],
)
def test_each_part_of_the_text_is_a_chip(text: str, chips: list[str]) -> None:
    found = query_chips(parse_query(text))
    assert [chip.words for chip in found] == chips
    assert all(text[chip.start : chip.end].strip() for chip in found)


def test_chips_know_their_term_where_there_are_several() -> None:
    def terms(text: str) -> list[int]:
        return [chip.term for chip in query_chips(parse_query(text))]

    assert terms("dogs date:2019 running -snow") == [0, -1, 0, 1]  # words around a filter are one sentence
    assert terms("dog OR dog") == [0, 1]
    assert terms('like:"a.jpg" dog') == [0, 1]
    assert terms("dogs date:2019 running") == [-1, -1, -1]


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("camra:x100", "camera:x100"),
        ("-camra:x100", "-camera:x100"),
        ("type:rw", "type:raw"),
        ("iso>800 isoo>=5", "iso>=5"),
        ("zzzq:5", ""),
    ],
)
def test_an_unknown_part_offers_what_is_meant(text: str, instead: str) -> None:
    chip = query_chips(parse_query(text))[-1]
    assert chip.kind == "unknown" and chip.instead == instead and "not known" in chip.text


@pytest.mark.parametrize(
    ("text", "images", "line"),
    [
        (
            "two dogs playing -snow after:2012 rating>=3",
            (),
            "two dogs playing, without snow · taken from 1 January 2012 on · 3 stars or more",
        ),
        ("two dogs", (), ""),
        ("  two   dogs ", (), ""),
        ("", (), ""),
        ('"red car" OR bus', (), "“red car” or “bus”"),
        ("(red OR blue) car", (), "(“red” or “blue”) and “car”"),
        ("-snow -ice", (), "all photos without “snow” and “ice”"),
        ("-snow is:portrait", (), "all photos without snow · portrait"),
        ("-camera:x100", (), "not camera x100"),
        ("dog OR is:square", (), "“dog” or square"),
        ("dog -(cat OR bird)", (), "dog, without “cat” or “bird”"),
        ("dog -cat", ("/a/b.jpg",), "“dog” and like b.jpg, without cat"),
    ],
)
def test_the_line_says_the_whole(text: str, images: tuple[str, ...], line: str) -> None:
    assert explanation(parse_query(text), images) == line


def test_what_the_bar_says_already_is_plain() -> None:
    assert is_plain(parse_query(" a  dog ")) and is_plain(parse_query(""))
    assert not any(is_plain(parse_query(text)) for text in ('"a dog"', "-dog", "after:2012", "camra:x"))


def test_one_sentence_can_be_weighed_against_a_photo() -> None:
    assert is_sentence(parse_query("a dog")) and is_sentence(parse_query("a dog after:2012"))
    assert not any(is_sentence(parse_query(text)) for text in ("", "-dog", "after:2012", "dog OR cat"))
