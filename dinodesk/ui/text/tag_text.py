"""Changes that can be undone in words: for the status line, the notice, and behind "Undo"."""

from __future__ import annotations

from dinodesk.engine.messages import TagsChanged
from dinodesk.records import TagChange
from dinodesk.ui.text.formatting import count

UNDO_KEY = "Ctrl+Z"
LIBRARY_ACTIONS = ("removeFolder", "removePhotos", "forget", "trash")
"""Changes of what is in the library, rather than of what is said of photos."""


SAVED_ACTIONS = ("save", "unsave", "renameSaved")
"""Changes of saved searches, which no photo has."""


def tag_change_name(change: TagChange) -> str:
    """The change as a thing that can be undone: "rating of 3 photos", "label “sea” on 1 photo"."""
    name = _name_of(change)
    if change.left is not None:
        name += f", of which {change.left:,} are left"
    return name


def _name_of(change: TagChange) -> str:
    photos, name = count(change.photos), f"“{change.name}”"
    if change.action == "rate":
        return f"rating of {photos}"
    if change.action == "import":
        return f"import of sidecars for {photos}"
    if change.action == "rename":
        return f"renaming of {name} to “{change.new}”"
    if change.action in LIBRARY_ACTIONS:
        return {
            "removeFolder": f"removal of the folder {name}",
            "removePhotos": f"removal of {photos} from the library",
            "forget": f"forgetting of {photos}",
            "trash": f"moving of {photos} to the trash",
        }[change.action]
    if change.action in SAVED_ACTIONS:
        return {
            "save": f"saving of the search {name}",
            "unsave": f"removal of the saved search {name}",
            "renameSaved": f"renaming of the search {name} to “{change.new}”",
        }[change.action]
    if change.action == "add":
        return f"label {name} on {photos}" if change.kind == "label" else f"adding {photos} to {name}"
    return f"removal of {change.kind} {name} from {photos}"


def tags_changed_sentence(answer: TagsChanged) -> str:
    """What just happened to the annotations of photos."""
    if answer.direction != "do":
        return _stepped_sentence(answer)
    if answer.change is not None and answer.change.action in SAVED_ACTIONS:
        return _saved_sentence(answer.change)
    if answer.change is None or not answer.assets:
        return "Nothing to change"
    return _done_sentence(answer.change, answer.emptied)


def _saved_sentence(change: TagChange) -> str:
    name = f"“{change.name}”"
    if change.action == "save":
        return f"The search {name} is saved"
    if change.action == "renameSaved":
        return f"The search {name} is called “{change.new}” now"
    return f"The saved search {name} is removed; {UNDO_KEY} brings it back"


def _done_sentence(change: TagChange, emptied: bool) -> str:
    photos, name = count(change.photos), f"“{change.name}”"
    if change.action == "rate":
        return f"{photos} rated {'★' * change.rating}" if change.rating else f"Rating removed from {photos}"
    if change.action == "add":
        return f"{photos} {'labelled' if change.kind == 'label' else 'added to'} {name}"
    if change.action == "remove":
        sentence = f"{change.kind.capitalize()} {name} removed from {photos}"
        return sentence + (f", and gone with its last photo; {UNDO_KEY} brings it back" if emptied else "")
    if change.action == "rename":
        return f"{name} is called “{change.new}” now"
    it = "it" if change.photos == 1 else "them"
    if change.action == "removePhotos":
        file = "its file stays" if change.photos == 1 else "their files stay"
        return f"{photos} removed from the library; {file}, and {UNDO_KEY} brings {it} back"
    if change.action == "forget":
        return f"{photos} forgotten; {UNDO_KEY} brings {it} back"
    if change.action == "trash":
        return f"{photos} moved to the trash; {UNDO_KEY} brings {it} back"
    if change.action == "delete":
        return f"{name} is gone from {photos}"
    return tag_change_name(change)


def _stepped_sentence(answer: TagsChanged) -> str:
    """The result of undo or redo."""
    word, verb = ("Undone", "undone") if answer.direction == "undo" else ("Done again", "done again")
    if answer.change is None:
        return f"There is nothing to be {verb}"
    name = tag_change_name(answer.change)
    if not answer.assets and answer.change.action not in ("removeFolder", *SAVED_ACTIONS):
        # its photos were forgotten, or have what it would give them
        return f"There was nothing left to be {verb} of: {name}"
    return f"{word}: {name}"
