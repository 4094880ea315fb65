"""Bytes to text: marks, declared encodings, UTF-8, code pages; nothing is lost and nothing raises."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinodesk.text_decoding import decode_names, decode_text, utf_16_of

MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00")
WORDS = "Köln, José, 写真, Ø"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_mark_or_utf_8_tells_the_encoding_and_the_mark_is_no_character(encoding: str) -> None:
    assert decode_text(WORDS.encode(encoding)) == WORDS


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_latin_text_in_utf_16_is_recognised_without_a_mark(encoding: str) -> None:
    assert decode_text("cat\nKöln\n".encode(encoding)) == "cat\nKöln\n"


@pytest.mark.parametrize("short", [b"abc\0", b"ab\0\0", b"a\0\0\0", b"", b"\0\0\0\0", b"abcdef\0\0"])
def test_text_that_is_filled_up_with_zeros_is_no_utf_16(short: bytes) -> None:
    assert utf_16_of(short) == ""


@pytest.mark.parametrize("word", ["Köln", "José", "Malmö", "Straße", "Zürich", "Ø", "Ål", "Im Café"])
def test_what_is_not_utf_8_is_latin_1_and_keeps_its_end(word: str) -> None:
    assert decode_text(word.encode("latin-1")) == word


def test_the_declared_encoding_goes_first_and_a_lie_is_passed_over() -> None:
    assert decode_text("写真".encode("shift_jis"), "shift_jis") == "写真"
    assert decode_text("Köln".encode("latin-1"), "utf-8") == "Köln"
    assert decode_text("Köln".encode(), "no such encoding") == "Köln"


def test_half_a_character_is_dropped_only_where_the_bytes_were_cut() -> None:
    cut = "Köln ö".encode()[:-1]
    assert decode_text(cut, cut=True) == "Köln "
    assert decode_text(cut) == "KÃ¶ln Ã"
    # nothing before the last byte shows that this is UTF-8
    assert decode_text("Im langen Café".encode("latin-1"), cut=True) == "Im langen Café"
    assert decode_text(b"Caf\xc3", "utf-8", cut=True) == "Caf"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("東京タワー", "cp932"),
        ("京都の写真", "cp932"),
        ("Français 100", "mac-roman"),
        ("Œuvre – “x”", "cp1252"),
    ],
)
def test_no_letter_of_a_code_page_is_lost(text: str, encoding: str) -> None:
    assert decode_text(text.encode(encoding)) == text


@given(st.binary(max_size=200))
def test_any_bytes_give_some_text(data: bytes) -> None:
    assert isinstance(decode_text(data), str)


@given(st.text(max_size=50).filter(lambda word: "\0" not in word and not word.startswith("\ufeff")))
def test_utf_8_comes_back_exactly(word: str) -> None:
    assert decode_text(word.encode()) == word


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_lists_of_names_are_read_in_the_encodings_of_lists(encoding: str) -> None:
    assert decode_names("/tmp/café.jpg\n/tmp/b.jpg\n".encode(encoding)) == "/tmp/café.jpg\n/tmp/b.jpg\n"


@given(st.binary(max_size=60).filter(lambda data: not utf_16_of(data) and data[:2] not in MARKS))
def test_names_of_any_bytes_come_back(name: bytes) -> None:
    assert os.fsencode(decode_names(name)) == name.removeprefix(b"\xef\xbb\xbf")
