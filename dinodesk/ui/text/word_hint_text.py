"""What is said of words of a query that the model does not know, as HTML."""

from __future__ import annotations

from html import escape

from dinodesk.engine.messages import WordsChecked
from dinodesk.ui.text.plain_text import one_line

MOST = 3
"""So many unknown words are named."""


def word_hint(found: WordsChecked, accent: str) -> str:
    """Which words are unknown, and a link to the query that was probably meant; "" where all are known."""
    if not found.unknown:
        return ""
    named = ", ".join(f"“{escape(one_line(word), quote=False)}”" for word in found.unknown[:MOST])
    more = len(found.unknown) - MOST
    named += f" and {more:,} more" if more > 0 else ""
    verb = "is no word" if len(found.unknown) == 1 else "are no words"
    sentence = f"This model reads English; {named} {verb} that it knows."
    if found.instead:
        link, shown = escape(found.instead), escape(one_line(found.instead), quote=False)
        sentence += f' Did you mean <a href="{link}" style="color:{accent}">{shown}</a>?'
    return sentence
