"""Names as people may read them: never as markup, on one line."""

from __future__ import annotations

import pytest

from dinodesk.ui.text.plain_text import one_line, tooltip


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("sea.jpg", "sea.jpg"),
        ("a\nb", "a↵b"),
        ("a\r\nb\rc", "a↵b↵c"),
        ("a\u2028b\u2029c\x85d", "a↵b↵c↵d"),
        ("", ""),
    ],
)
def test_a_line_break_is_shown_and_not_obeyed(name: str, shown: str) -> None:
    assert one_line(name) == shown


def test_a_tooltip_shows_tags_as_they_are() -> None:
    assert tooltip("a & b\nc") == "a & b\nc"  # plain for Qt: nothing in it looks like a tag
    assert tooltip("<b>a</b>\n& c") == "<qt>&lt;b&gt;a&lt;/b&gt;<br>&amp; c</qt>"
