"""From foreign bytes to text, in one place: a mark in the bytes, what the container says, UTF-8, a code page.

Files, lists and photos of strangers come in many encodings. No byte is lost on the way: what no rule fits
is read by a code page that knows every byte.
"""

from __future__ import annotations

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 4096
"""Bytes that are looked at to recognise UTF-16 without a mark."""


def decode_text(data: bytes, declared: str = "", *, fallback: str = "cp1252", cut: bool = False) -> str:
    """The text in `data`; never raises.

    Args:
        data: bytes of a text.
        declared: the encoding that the container names, "" where it names none; a lie is passed over.
        fallback: a code page for bytes that are not UTF-8; bytes that it does not know are Latin-1.
        cut: whether `data` ends where a limit cut it, so that half a character at its end is dropped.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _whole_characters(data[len(mark) :], encoding)
    for encoding in (declared, utf_16_of(data), "utf-8"):
        if encoding:
            try:
                return codecs.getincrementaldecoder(encoding)("strict").decode(data, final=not cut)
            except (UnicodeDecodeError, LookupError):
                continue
    try:
        return data.decode(fallback)
    except (UnicodeDecodeError, LookupError):
        return data.decode("latin-1")


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


def _whole_characters(data: bytes, encoding: str) -> str:
    """A text in the encoding that its mark names; what is no character in it becomes U+FFFD."""
    return data.decode(encoding, "replace")
