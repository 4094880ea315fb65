"""Sentences on jobs: their estimate, their result, and what is left to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dinodesk.engine.messages import JobDone, JobEstimate, MaintenanceDone, SidecarPlan, SidecarsDone
from dinodesk.records import Folder, Skipped, Statistics, VerifyCounts
from dinodesk.ui.text.formatting import about, count, duration, size
from dinodesk.ui.text.plain_text import one_line

REASONS = 3
"""So many reasons why files were skipped are named in a sentence."""
LONG_IMPORT = 60.0
"""Seconds from which on adding photos deserves a line of its own."""
_STOPPED = {
    "verify": "Verifying was stopped; it goes on from there when it is started again.",
    "backup": "The backup was stopped; the older ones are as they were.",
    "move": "Moving was stopped; the library is where it was.",
    "private": "Stopped. Others can't get into the library's folders any more, which is what counts.",
}


def skipped_sentence(files: Sequence[Skipped]) -> str:
    """How many files were skipped, by the reasons that most of them have."""
    counts = Counter(one_line(each.reason).removesuffix(".") for each in files)
    named = [f"{number:,} “{reason}”" for reason, number in counts.most_common(REASONS)]
    others = len(files) - sum(number for _, number in counts.most_common(REASONS))
    named += [f"{others:,} for other reasons"] if others else []
    return f"{count(len(files), 'file')} {'was' if len(files) == 1 else 'were'} skipped: {', '.join(named)}."


def estimate_sentence(estimate: JobEstimate) -> str:
    """What a long job will take."""
    return (
        f"{count(estimate.photos)}: {about(estimate.seconds)} on this device, {size(estimate.bytes)} of disk"
    )


def deserves_report(done: JobDone) -> bool:
    """Whether adding these photos took long, or left files out."""
    return done.skipped > 0 or done.seconds > LONG_IMPORT


def added_sentence(done: JobDone) -> str:
    """One sentence on photos that a person added."""
    parts = [f"{count(done.indexed)} added"]
    if done.unchanged:
        parts.append(f"{done.unchanged:,} known before")
    if done.moved:
        parts.append(f"{done.moved:,} recognised and not indexed again")
    if done.skipped:
        parts.append(f"{done.skipped:,} could not be read")
    sentence = ", ".join(parts) + f", in {duration(done.seconds)}"
    return f"Stopped: {sentence}{left_to_do(done)}" if done.stopped else sentence


def left_to_do(done: JobDone) -> str:
    """What a stopped job left, as the end of a sentence; "" where there is nothing left."""
    if done.left < 0:
        return ". Not all folders were looked through; F5 goes on."
    return f". {count(done.left)} still to be indexed; F5 goes on." if done.left else ""


def scan_sentence(done: JobDone, *, total: int = 0, lost: bool = False) -> str:
    """One sentence on any indexing job.

    Its counts are those of the progress before it: what was indexed, known at another place, and could not be
    read. `total` is how many photos the library has, named where the job brought but a part of them. With
    `lost`, what can't be read is not with a drive that is away: its folder is gone.
    """
    parts = [f"{count(done.indexed)} indexed"] if done.indexed else []
    if 0 < done.indexed < total:
        parts = [f"{count(done.indexed)} indexed ({total:,} in the library now)"]
    if done.moved:  # renamed, copied, or added again
        parts.append(f"{count(done.moved)} recognised, not indexed again")
    if done.unreadable:
        parts.append(f"{count(done.unreadable, 'file')} can't be read")
    for number, word in ((done.missing, "missing"), (done.left_out, "left out")):
        if number:
            parts.append(f"{count(number)} {word}")
    if not parts and not done.stopped and (done.found or done.unchanged):
        parts = ["Everything here is up to date" if done.offline else "Everything is up to date"]
    if done.offline:
        parts.append(f"{count(done.offline)} {'not found' if lost else 'away'}")
    if done.stopped:
        return ("Stopped: " + " · ".join(parts) if parts else "Stopped") + left_to_do(done)
    return " · ".join(parts or ["No photos found"])


def rules_applied_sentence(done: JobDone) -> str:
    """The result of changed exclude rules, after the scan."""
    if done.stopped:
        return "Saved. The look through the folders was stopped; press F5 to look through them."
    words = f"{count(done.left_out)} left the library; the files stay where they are."
    if not done.left_out:
        words = "No photo had to leave the library."
    came = done.indexed + done.moved
    return "Saved. " + words + (f" {count(came)} came in." if came else "")


def left_behind_sentence(done: JobDone, drive: str) -> str:
    """What a drive that was pulled while it was indexed left to do."""
    waits = "photo waits" if done.left_behind == 1 else "photos wait"
    where = f" “{drive}”" if drive else ""
    return f"{done.left_behind:,} {waits} for the drive{where}: plug it in, and indexing goes on"


def missing_sentence(shown: Statistics) -> str:
    """How many photos are missing, and for how long."""
    number = shown.states.get("missing", 0)
    if not number:
        return "No photo is missing."
    if number == 1:
        return "1 photo is missing" + (", for over 30 days." if shown.overdue else ".")
    words = f"{number:,} photos are missing"
    if shown.overdue:
        words += ", all of them" if shown.overdue == number else f", {shown.overdue:,} of them"
        words += " for over 30 days"
    return words + "."


def folder_lost_sentence(folder: Folder) -> str:
    """One sentence on a root folder that is gone while its drive is here."""
    kept = "Its one photo is kept" if folder.count == 1 else f"Its {folder.count:,} photos are kept"
    return f"The folder {one_line(folder.name)} is not where it was ({one_line(folder.path)}). {kept}."


# ── maintenance ─────────────────────────────────────────────────────────────────────────────────


def maintenance_sentence(done: MaintenanceDone) -> str:
    """The result of verifying, backing up, moving the library or closing it to others."""
    if done.stopped:
        return _STOPPED[done.what]
    if done.what == "verify":
        return _verified_sentence(done.counts or VerifyCounts(0, 0, 0, 0, 0))
    if done.what == "backup":
        return f"The library was backed up to {done.path} ({size(done.bytes)})."
    if done.what == "private":
        return _private_sentence(done.refused)
    return f"The library is in {done.path} now."


def shared_sentence(path: str) -> str:
    """One sentence on a library that others can read."""
    return (
        f"Other people who use this computer can read this library ({one_line(path)}): the thumbnails of "
        "your photos, where they are, your labels and ratings."
    )


def _private_sentence(refused: int) -> str:
    if refused:
        which = "1 file" if refused == 1 else f"{refused:,} files"
        return f"{which} of the library could not be made private: they may belong to another person."
    return "Only you can read this library now."


def _verified_sentence(found: VerifyCounts) -> str:
    parts = [f"{found.sound:,} {'is' if found.sound == 1 else 'are'} sound"]
    for number, one, many in (
        (found.damaged, "is damaged", "are damaged"),
        (found.changed, "was edited since", "were edited since"),
        (found.away, "is away", "are away"),
    ):
        if number:
            parts.append(f"{number:,} {one if number == 1 else many}")
    return f"{count(found.done, 'file')} verified: {', '.join(parts)}."


def forgotten_sentence(photos: int) -> str:
    """How many photos were just forgotten."""
    return "One photo was forgotten." if photos == 1 else f"{photos:,} photos were forgotten."


def sidecars_question(plan: SidecarPlan) -> str:
    """What is about to be written."""
    return f"Write {count(plan.files, 'XMP file')} for {count(plan.photos)}?"


def nothing_to_write_sentence(plan: SidecarPlan) -> str:
    """Why no sidecar is written."""
    if plan.skipped:
        return f"No sidecar can be written: {count(plan.skipped, 'file')} can’t be reached or used now"
    return "There is nothing to write: the XMP files hold all labels and ratings already"


def sidecars_sentence(done: SidecarsDone) -> str:
    """The result of writing or reading sidecars."""
    written = f"{count(done.written, 'sidecar')} written"
    if done.way == "import":
        verb = "takes" if done.written == 1 else "take"
        written = f"{count(done.written)} {verb} over what the sidecars say"
    sentence = f"{written} · {done.unchanged:,} with nothing new"
    return ("Stopped: " if done.stopped else "") + sentence
