"""From foreign bytes to text, in one place: a mark in the bytes, what the container says, UTF-8, a code page.

Files, lists and photos of strangers come in many encodings. No character is lost on the way: bytes that no
rule fits are read by a code page that knows every one of them.
"""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 4096
"""Bytes that are looked at to recognise UTF-16 without a mark."""
_EAST_ASIAN = ("cp932", "gb18030", "cp949")
"""Code pages of Japanese, Chinese and Korean, whose characters are pairs of bytes."""
_PAIRS = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]")
"""Kana, Han, Hangul, and the full-width forms that stand beside them."""


def decode_text(data: bytes, declared: str = "", *, fallback: str = "cp1252", cut: bool = False) -> str:
    """The text in `data`; never raises.

    Args:
        data: bytes of a text.
        declared: the encoding that the container names, "" where it names none; a lie is passed over.
        fallback: a code page for bytes that are not UTF-8; those that it does not know are read by another.
        cut: whether `data` may end where a limit cut it: half a character at its end is dropped, if what
            stands before it shows that the text is in this encoding.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    for encoding in (declared, utf_16_of(data), "utf-8"):
        if not encoding:
            continue
        try:
            decoder = codecs.getincrementaldecoder(encoding)("strict")
            text = decoder.decode(data, final=not cut)
        except (UnicodeDecodeError, LookupError):
            continue
        if not (decoder.getstate()[0] and text.isascii() and encoding != declared):
            return text
    return _by_code_page(data, fallback)


def decode_names(data: bytes) -> str:
    """A text of file names: by its mark or as UTF-16, else the very bytes; never raises.

    Names may be of any bytes: no code page is tried, and those that are not UTF-8 become surrogates.
    """
    if utf_16_of(data) or any(data.startswith(mark) and mark != codecs.BOM_UTF8 for mark, _ in _MARKS):
        return decode_text(data)
    return data.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")


def utf_16_of(data: bytes) -> str:
    """The byte order of UTF-16 without a mark, else "": Latin letters leave every other byte zero."""
    start = data[:_SAMPLE]
    if len(data) % 2 or len(data) < 4:
        return ""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    most, least = max(even, odd), min(even, odd)
    if least > 0 or 4 * most < 3 * (len(start) // 2):
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def without_filling(data: bytes) -> bytes:
    """`data` without the zeros that fill a field up, but for one that its last character has in UTF-16."""
    data = data.rstrip(b"\0")
    return data + b"\0" * (len(data) % 2)


def _by_code_page(data: bytes, fallback: str) -> str:
    """Text in a code page: the given one where it knows every byte, else one whose characters are pairs,
    where most of the text is such characters; else that of older Macintoshes, which knows every byte."""
    try:
        return data.decode(fallback)
    except (UnicodeDecodeError, LookupError):
        pass
    for encoding in _EAST_ASIAN:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        letters = [char for char in text if not char.isascii()]
        pairs = sum(_PAIRS.match(char) is not None for char in letters)
        if pairs >= 2 and pairs == len(letters) and 2 * pairs >= len(text.replace(" ", "")):
            return text
    return data.decode("mac-roman")
