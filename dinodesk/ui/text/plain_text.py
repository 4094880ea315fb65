"""Names of files and folders, and queries, as people may read them: never as markup, on one line."""

from __future__ import annotations

import re
from html import escape

_BREAKS = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")


def one_line(name: str) -> str:
    """A name on one line: line breaks are shown as ↵."""
    return _BREAKS.sub("↵", name)


def tooltip(text: str) -> str:
    """A tooltip that shows `text` as it is, whatever tags it seems to hold."""
    if "<" not in text:
        return text
    return "<qt>" + escape(text).replace("\n", "<br>") + "</qt>"
