"""Scopes and the keys by which tree and settings name them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinodesk.records import (
    EVERYTHING,
    MISSING,
    InFolder,
    Rated,
    Scope,
    Tag,
    Tagged,
    scope_from_key,
)

NUMBERS = st.integers(0, 2**40)
SCOPES = st.one_of(
    st.just(EVERYTHING),
    st.just(MISSING),
    st.builds(Rated, NUMBERS),
    st.builds(Tagged, st.sampled_from(["label", "album"]), NUMBERS),
    st.builds(InFolder, st.text(min_size=1).map(lambda name: "/" + name)),
)


@given(SCOPES)
def test_a_key_names_its_scope_and_no_other(scope: Scope) -> None:
    assert scope_from_key(scope.key) == scope


@pytest.mark.parametrize(
    "key", ["/label:3", "label:", "label:x", "label:٣", "tag:3", "C:\\label:3", "state:2"]
)
def test_what_is_no_tag_is_a_folder(key: str) -> None:
    assert scope_from_key(key) == InFolder(key)


@pytest.mark.parametrize(
    ("tag", "key"),
    [
        (Tag("label", 3, "sea", 1), "label:3"),
        (Tag("album", 5, "Best", 2), "album:5"),
        (Tag("rating", 4, "★★★★", 1), "rating:4"),
        (Tag("state", 1, "Missing", 1), "state:1"),
    ],
)
def test_a_tag_is_a_scope(tag: Tag, key: str) -> None:
    assert tag.scope.key == key and scope_from_key(key) == tag.scope
