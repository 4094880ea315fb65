"""From foreign bytes to text, in one place: a mark in the bytes, what the container says, UTF-8, a code page.

Files, lists and photos of strangers come in many encodings. No character is lost on the way: bytes that no
rule fits are read by a code page that knows every one of them.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 4096
"""Bytes that are looked at to recognise UTF-16 without a mark."""
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")
"""Characters that no text has: they are bytes of UTF-16, or of no text at all."""
_CONTROL_BYTES = re.compile(_CONTROLS.pattern.encode())
_NOT_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_NO_CHARACTER = ("Cc", "Cn", "Co", "Cs")
"""Unicode's categories of controls, and of numbers that stand for no character that programs agree on."""
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


def decode_list(data: bytes) -> str:
    """A text of lines, for a file that a person wrote as a list; never raises.

    Text has no zeros and no control characters, so a file that has them may be UTF-16 or UTF-32 without a
    mark, of any script: that is recognised here where it gives plausible text.
    """
    return data.decode(wide) if (wide := wide_of(data)) else decode_text(data)


def decode_names(data: bytes) -> str:
    """A list of file names: by its mark, as UTF-16 or UTF-32, else the very bytes; never raises.

    Names may be of any bytes: no code page is tried, and those that are not UTF-8 become surrogates.
    """
    if wide_of(data) or any(data.startswith(mark) and mark != codecs.BOM_UTF8 for mark, _ in _MARKS):
        return decode_list(data)
    return data.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")


def by_code_page(name: str) -> str:
    """A name whose surrogates stand for bytes that are not UTF-8, read as text of a code page."""
    return _by_code_page(name.encode("utf-8", "surrogateescape"), "cp1252")


def lines_of(text: str) -> list[str]:
    """The lines of a list, without their ends: those of Unix, Windows, and of old Macs where no other is."""
    text = text.replace("\r\n", "\n")
    text = text if "\n" in text else text.replace("\r", "\n")
    return text.removesuffix("\n").split("\n") if text else []


def is_text(decoded: str) -> bool:
    """Whether what was decoded has no control characters but tabs and line ends, as a photo would have."""
    return _NOT_IN_TEXT.search(decoded) is None


def utf_16_of(data: bytes) -> str:
    """The byte order of UTF-16 without a mark, else "".

    Latin letters leave every other byte zero. Other text is told by a line break or a space, and by bytes
    that would be control characters in any code page: short fields that are filled up with zeros have none.
    """
    start = data[:_SAMPLE]
    if len(data) % 2 or len(data) < 4:
        return ""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    most, least = max(even, odd), min(even, odd)
    if least == 0 and 4 * most >= 3 * (len(start) // 2):
        return "utf-16-be" if even > odd else "utf-16-le"
    if not _CONTROL_BYTES.search(start.replace(b"\0", b"")) or not most:
        return ""
    found = wide_of(data)
    return found if found.startswith("utf-16") and _breaks(data.decode(found)) else ""


def wide_of(data: bytes) -> str:
    """The encoding of a list in UTF-16 or UTF-32 without a mark, "" where it is in none.

    Only bytes with zeros or control characters are tried, for other text has neither. They must give
    characters that exist and no controls; of two byte orders that do, the one with more line breaks and
    spaces counts, then the one whose characters lie closer together. Without any of them it must be one word
    of Latin or of another small script.
    """
    if not _CONTROL_BYTES.search(data) or any(data.startswith(mark) for mark, _ in _MARKS):
        return ""
    controls = _CONTROL_BYTES.search(data.replace(b"\0", b"")) is not None
    found: list[tuple[int, int, str]] = []
    for encoding in _WIDE:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not is_text(text) or any(
            unicodedata.category(char) in _NO_CHARACTER for char in text if char > " "
        ):
            continue
        breaks, blocks = _breaks(text), len({ord(char) >> 8 for char in text})
        if breaks or (blocks == 1 and len(text) > 1 and (controls or text.isascii())):
            found.append((-breaks, blocks, encoding))
    return min(found)[2] if found else ""


def _breaks(text: str) -> int:
    return sum(char in "\n\r " for char in text)


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
