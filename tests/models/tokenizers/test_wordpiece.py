"""WordPiece on a small vocabulary: longest pieces first, accents, CJK, punctuation, limits."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinodesk.models.tokenizers.wordpiece import WordPiece

PIECES = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "sun",
    "##set",
    "##s",
    "set",
    "a",
    "##a",
    "b",
    "##b",
    ",",
    "!",
    "猫",
    "e",
]
TOKENIZER = WordPiece(PIECES, length=8)


def pieces(text: str) -> list[str]:
    return [PIECES[number] for number in TOKENIZER.encode(text)[1:-1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sunset", ["sun", "##set"]),
        ("SUNSETS!", ["sun", "##set", "##s", "!"]),
        ("sun set", ["sun", "set"]),
        ("a,b", ["a", ",", "b"]),
        ("sunny", ["[UNK]"]),  # a word is known as a whole or not at all
        ("ÀB́", ["a", "##b"]),
        ("é", ["e"]),
        ("猫猫", ["猫", "猫"]),
        ("a\u200bb\0", ["a", "##b"]),
        ("a\u3000b\tset", ["a", "b", "set"]),
        ("", []),
        ("a" * 101, ["[UNK]"]),
    ],
)
def test_known_texts(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


@given(st.text(max_size=40))
def test_every_text_is_a_bounded_row_between_both_ends(text: str) -> None:
    ids = TOKENIZER.encode(text)
    assert ids[0] == TOKENIZER.start and ids[-1] == TOKENIZER.end and 2 <= len(ids) <= 8
    assert all(0 <= number < len(PIECES) for number in ids)
    if text.upper().lower() == text.lower():  # it is not for "ß", whose capital is "SS"
        assert TOKENIZER.encode(text.upper()) == TOKENIZER.encode(text.lower())
    assert TOKENIZER.encode(unicodedata.normalize("NFD", text)) == TOKENIZER.encode(
        unicodedata.normalize("NFC", text)
    )


@given(st.lists(st.sampled_from(["sunset", "set", "a", "!", "ab"]), max_size=3))
def test_words_are_encoded_one_by_one(words: list[str]) -> None:
    alone = [piece for word in words for piece in pieces(word)]
    assert pieces(" ".join(words)) == alone[:6]
