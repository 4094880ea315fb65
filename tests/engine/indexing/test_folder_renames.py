"""Telling a folder that was renamed from one of which some photos moved elsewhere."""

from __future__ import annotations

from pathlib import Path

from dinodesk.engine.indexing.folder_renames import new_paths, renamed_folders


def test_most_photos_at_the_same_places_inside_make_a_renamed_folder(tmp_path: Path) -> None:
    old, new = f"{tmp_path}/gone/photos", f"{tmp_path}/now/photos"
    vanished = [f"{old}/{name}" for name in ("a.jpg", "in/b.jpg", "in/deep/c.jpg", "in/deep/d.jpg")]
    moved = [(path, path.replace("/gone/", "/now/")) for path in vanished[:3]]
    renamed = renamed_folders(moved, vanished)
    assert renamed == {f"{tmp_path}/gone": f"{tmp_path}/now"}
    assert new_paths(vanished[3:], renamed) == {vanished[3]: f"{new}/in/deep/d.jpg"}
    assert renamed_folders(moved[:2], vanished) == {}  # half of them is not most of them
    assert renamed_folders([(moved[0][0], f"{new}/other.jpg")], vanished[:1]) == {}


def test_a_folder_that_is_still_there_was_not_renamed(tmp_path: Path) -> None:
    vanished = [f"{tmp_path}/{name}.jpg" for name in "abc"]
    renamed = renamed_folders([(path, path.replace("/", "/x/")) for path in vanished], vanished)
    assert renamed == {} and new_paths(vanished, renamed) == {}
    assert new_paths(["/elsewhere/a.jpg"], {"/gone": "/now"}) == {}
