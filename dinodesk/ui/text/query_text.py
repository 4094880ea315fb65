"""How a query and what stands in it are named."""

from __future__ import annotations

from pathlib import Path

from dinodesk.ui.text.plain_text import one_line

PASTED_PREFIX = "dinodesk-pasted-"
"""How the names of temporary files begin that hold pictures from the clipboard."""


def query_photo_name(path: str) -> str:
    """The name of a photo that is searched by: that of its file, unless the file is the program's own."""
    return "pasted photo" if is_pasted(path) else one_line(Path(path).name)


def is_pasted(path: str) -> bool:
    """Whether a file holds a picture from the clipboard."""
    return Path(path).name.startswith(PASTED_PREFIX)


def term_name(text: str, *, photo: bool, negated: bool) -> str:
    """What a term of a query is called: "dog", "not snow", "like photo.jpg"."""
    name = f"like {query_photo_name(text)}" if photo else one_line(text)
    return f"not {name}" if negated else name
