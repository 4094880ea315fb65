"""The words for orders and groups of photos."""

from __future__ import annotations

import pytest

from dinodesk.records import GROUPS, SORTS, Group
from dinodesk.ui.text.arrangement_text import GROUP_NAMES, SORT_NAMES, group_title


def test_every_order_and_group_has_a_name_of_its_own() -> None:
    assert tuple(SORT_NAMES) == SORTS and len(set(SORT_NAMES.values())) == len(SORTS)
    assert tuple(GROUP_NAMES) == GROUPS


@pytest.mark.parametrize(
    ("group", "name", "title"),
    [
        ("day", "2019-07-04", "4 July 2019"),
        ("month", "2019-07", "July 2019"),
        ("day", "0000-00-00", "Without a date"),
        ("folder", "/media/x/Trips/Rome", "Trips › Rome"),
        ("folder", "/Rome", "Rome"),
        ("folder", "/", "/"),
        ("drive", "Backup", "Backup"),
        ("drive", "", "This computer"),
        ("none", "", ""),
    ],
)
def test_a_heading_says_what_its_photos_share(group: Group, name: str, title: str) -> None:
    assert group_title(group, name) == title
