"""Changes of a query's text that keep the rest as it was typed."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLineEdit

from dinodesk.search.query.parser import parse_query
from dinodesk.ui.query.query_edits import replace_all, replace_part, without_span


@pytest.mark.parametrize(
    ("text", "part", "left"),
    [
        ("two dogs -snow after:2012", "two dogs", "-snow after:2012"),
        ("two dogs -snow after:2012", "-snow", "two dogs after:2012"),
        ("two dogs -snow after:2012", "after:2012", "two dogs -snow"),
        ("dog AND cat", "dog", "cat"),
        ("dog AND cat", "cat", "dog"),
        ("dog OR cat OR bird", "cat", "dog OR bird"),
        ("NOT people outside", "people outside", ""),
        ("a NOT people outside", "people outside", "a"),
        ("(red | blue) car", "red", "(blue) car"),
        ("(red) car", "red", "car"),
        ("car OR (red)", "red", "car"),
        ("car -(red)", "red", "car"),
        ("((red)) car", "red", "car"),
        ("car (red", "red", "car"),
        ("(red", "red", ""),
        ("a  dog   is:square", "is:square", "a  dog"),
    ],
)
def test_a_part_goes_with_what_joined_it_alone(text: str, part: str, left: str) -> None:
    query = parse_query(text)
    span = next(each for each in query.spans if text[each.start : each.end] == part)
    assert without_span(query, span.start, span.end) == left
    assert not parse_query(left).notes


def test_an_edit_can_be_undone(qapp) -> None:
    field = QLineEdit("a dog camra:x")
    replace_part(field, 6, 13, "camera:x")
    assert field.text() == "a dog camera:x" and field.cursorPosition() == 14
    replace_all(field, "a dog")
    assert field.text() == "a dog"
    field.undo()
    field.undo()
    assert field.text() == "a dog camra:x"
