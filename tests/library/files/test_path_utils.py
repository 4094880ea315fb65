"""Which folder lies in which."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinodesk.library.files.path_utils import lies_in, outermost

FOLDERS = st.lists(st.text("ab-.", min_size=1, max_size=2), max_size=3).map(
    lambda parts: "/" + "/".join(parts)
)


@pytest.mark.parametrize(
    ("path", "folder", "expected"),
    [
        ("/a", "/a", True),
        ("/a/b", "/a", True),
        ("/ab", "/a", False),
        ("/a", "/a/b", False),
        ("/a", "/", True),
    ],
)
def test_what_lies_in_a_folder(path: str, folder: str, expected: bool) -> None:
    assert lies_in(path, folder) is expected


@given(st.sets(FOLDERS, max_size=8))
def test_the_outermost_folders_cover_all_and_none_of_them_lies_in_another(folders: set[str]) -> None:
    kept = outermost(folders)
    assert set(kept) <= folders and len(kept) == len(set(kept))
    assert all(any(lies_in(folder, each) for each in kept) for folder in folders)
    assert not any(lies_in(one, other) for one in kept for other in kept if one != other)
