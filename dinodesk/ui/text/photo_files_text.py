"""Photos and their files in words: what goes to the trash, what was copied, what was found."""

from __future__ import annotations

from pathlib import Path

from dinodesk.engine.messages import MissingFound, PhotosExported, TrashPlan
from dinodesk.records import Photo
from dinodesk.ui.text.formatting import count
from dinodesk.ui.text.plain_text import one_line
from dinodesk.ui.text.tag_text import UNDO_KEY


def named(photos: list[Photo]) -> str:
    """One photo by its name, several by their number."""
    if len(photos) == 1:
        return f"“{one_line(Path(photos[0].path).name)}”"
    return count(len(photos))


def trash_question(plan: TrashPlan) -> str:
    """What is about to be moved."""
    return f"Move {count(plan.photos)} to the trash?"


def trash_explained(plan: TrashPlan) -> str:
    """What becomes of the photos, and of those that are not there."""
    it = "it" if plan.photos == 1 else "them"
    sentence = (
        f"{UNDO_KEY} brings {it} back, with labels, ratings and albums, until the library is closed or the "
        "trash is emptied."
    )
    if plan.failed:
        verb = "is" if len(plan.failed) == 1 else "are"
        sentence += f" {count(len(plan.failed))} {verb} not there now, and left out."
    return sentence


def partners_offer(plan: TrashPlan) -> str:
    """The choice to move what belongs to the photos by its name."""
    files = count(plan.partners, "file")
    return f"With {files} of the same name: RAW, JPEG and sidecars"


def copies_offer(plan: TrashPlan) -> str:
    """The choice to move copies, too."""
    stay = "the photo stays" if plan.photos == 1 else "such photos stay"
    return f"With {count(plan.copies, 'copy', 'copies')} in other folders; otherwise {stay} in the library"


def exported_sentence(done: PhotosExported) -> str:
    """The result of copying photos into a folder."""
    copies = count(done.written, "copy", "copies")
    return f"{copies} in {one_line(done.folder)}" if done.written else "Nothing was copied"


def found_sentence(done: MissingFound, wanted: int) -> str:
    """The result of looking for missing photos."""
    if done.found == wanted:
        return "The photo is found" if wanted == 1 else f"All {wanted:,} photos are found"
    if done.found:
        return f"{done.found:,} of {count(wanted)} are found"
    return (
        "The photo was not found there" if wanted == 1 else f"None of the {wanted:,} photos was found there"
    )


def refused_sentence(done: MissingFound) -> str:
    """Why a file is not the missing photo, or that several are none."""
    if len(done.refused) == 1:
        each = done.refused[0]
        return f"“{one_line(Path(each.path).name)}”: {each.reason}"
    return f"{count(len(done.refused), 'file')} there are none of them."


def forget_explained(photos: int) -> str:
    """What becomes of missing photos that are forgotten."""
    it, they, their = ("it", "It", "its file") if photos == 1 else ("them", "They", "their files")
    verb = "leaves" if photos == 1 else "leave"
    return (
        f"{they} {verb} the library. Labels, ratings and albums are kept, and count again when {their} "
        f"turn{'s' if photos == 1 else ''} up. {UNDO_KEY} brings {it} back."
    )
