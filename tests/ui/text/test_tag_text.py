"""What is said of changes of annotations."""

from __future__ import annotations

import pytest

from dinodesk.engine.messages import TagsChanged
from dinodesk.records import TagChange
from dinodesk.ui.text.tag_text import tag_change_name, tags_changed_sentence

RATED = TagChange("rate", 3, rating=2)
LABELLED = TagChange("add", 1, "label", "sea")
ADDED = TagChange("add", 1_200, "album", "Best of 24")
UNLABELLED = TagChange("remove", 2, "label", "sea")
LEFT = TagChange("remove", 1, "album", "Best of 24")
RENAMED = TagChange("rename", 5, "label", "sea", "Ocean")
DELETED = TagChange("delete", 5, "label", "sea")
IMPORTED = TagChange("import", 7)
REMOVED = TagChange("removeFolder", 12, name="Holiday 24")


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (RATED, "rating of 3 photos"),
        (LABELLED, "label “sea” on 1 photo"),
        (ADDED, "adding 1,200 photos to “Best of 24”"),
        (UNLABELLED, "removal of label “sea” from 2 photos"),
        (LEFT, "removal of album “Best of 24” from 1 photo"),
        (RENAMED, "renaming of “sea” to “Ocean”"),
        (DELETED, "removal of label “sea” from 5 photos"),
        (IMPORTED, "import of sidecars for 7 photos"),
        (REMOVED, "removal of the folder “Holiday 24”"),
        (TagChange("removePhotos", 3), "removal of 3 photos from the library"),
        (TagChange("forget", 1), "forgetting of 1 photo"),
        (TagChange("trash", 2), "moving of 2 photos to the trash"),
        (TagChange("save", 0, name="Dogs"), "saving of the search “Dogs”"),
        (TagChange("unsave", 0, name="Dogs"), "removal of the saved search “Dogs”"),
        (TagChange("renameSaved", 0, name="Dogs", new="Cats"), "renaming of the search “Dogs” to “Cats”"),
    ],
)
def test_what_can_be_undone_has_a_name(change: TagChange, name: str) -> None:
    assert tag_change_name(change) == name


def test_photos_that_were_forgotten_since_are_counted() -> None:
    change = TagChange("rate", 1_500, rating=5, left=1_200)
    assert tag_change_name(change) == "rating of 1,500 photos, of which 1,200 are left"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (RATED, "3 photos rated ★★"),
        (TagChange("rate", 1, rating=0), "Rating removed from 1 photo"),
        (LABELLED, "1 photo labelled “sea”"),
        (ADDED, "1,200 photos added to “Best of 24”"),
        (UNLABELLED, "Label “sea” removed from 2 photos"),
        (LEFT, "Album “Best of 24” removed from 1 photo"),
        (RENAMED, "“sea” is called “Ocean” now"),
        (DELETED, "“sea” is gone from 5 photos"),
        (
            TagChange("removePhotos", 3),
            "3 photos removed from the library; their files stay, and Ctrl+Z brings them back",
        ),
        (
            TagChange("removePhotos", 1),
            "1 photo removed from the library; its file stays, and Ctrl+Z brings it back",
        ),
        (TagChange("forget", 1), "1 photo forgotten; Ctrl+Z brings it back"),
        (TagChange("trash", 2), "2 photos moved to the trash; Ctrl+Z brings them back"),
    ],
)
def test_what_was_done_is_said(change: TagChange, sentence: str) -> None:
    assert tags_changed_sentence(TagsChanged(change=change, direction="do", assets=(1,))) == sentence


def test_a_label_that_lost_its_last_photo_is_gone_and_comes_back_by_undo() -> None:
    answer = TagsChanged(change=UNLABELLED, direction="do", assets=(1, 2), emptied=True)
    assert tags_changed_sentence(answer) == (
        "Label “sea” removed from 2 photos, and gone with its last photo; Ctrl+Z brings it back"
    )


@pytest.mark.parametrize("change", [None, RATED])
def test_nothing_to_change_is_said(change: TagChange | None) -> None:
    answer = TagsChanged(change=change, direction="do", assets=())
    assert tags_changed_sentence(answer) == "Nothing to change"


@pytest.mark.parametrize(
    ("direction", "done", "nothing", "none_left"),
    [
        ("undo", "Undone: ", "There is nothing to be undone", "There was nothing left to be undone of: "),
        (
            "redo",
            "Done again: ",
            "There is nothing to be done again",
            "There was nothing left to be done again of: ",
        ),
    ],
)
def test_undoing_and_doing_again_are_said(direction, done: str, nothing: str, none_left: str) -> None:
    name = "rating of 3 photos"
    assert tags_changed_sentence(TagsChanged(change=RATED, direction=direction, assets=(1,))) == done + name
    assert (
        tags_changed_sentence(TagsChanged(change=RATED, direction=direction, assets=())) == none_left + name
    )
    assert tags_changed_sentence(TagsChanged(change=None, direction=direction, assets=())) == nothing


def test_an_empty_folder_is_taken_out_again_all_the_same() -> None:
    answer = TagsChanged(change=REMOVED, direction="redo", assets=())
    assert tags_changed_sentence(answer) == "Done again: removal of the folder “Holiday 24”"


def test_saved_searches_are_told_though_no_photo_changes() -> None:
    for action, sentence in (
        ("save", "The search “Dogs” is saved"),
        ("unsave", "The saved search “Dogs” is removed; Ctrl+Z brings it back"),
        ("renameSaved", "The search “Dogs” is called “Cats” now"),
    ):
        change = TagChange(action, 0, name="Dogs", new="Cats")  # type: ignore[arg-type]
        assert tags_changed_sentence(TagsChanged(change=change, direction="do", assets=())) == sentence
        undone = tags_changed_sentence(TagsChanged(change=change, direction="undo", assets=()))
        assert undone == f"Undone: {tag_change_name(change)}"
