"""CLIP's byte-pair encoding: published facts and properties."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dinodesk import paths
from dinodesk.models.tokenizers.clip_bpe import CONTEXT, Tokenizer, byte_characters, clean

TOKENIZER = Tokenizer()
START, END = 49406, 49407


def test_the_vocabulary_is_the_published_file() -> None:
    content = paths.resource("text", "bpe_simple_vocab_16e6.txt.gz").read_bytes()
    assert len(content) == 1_356_917
    assert (
        hashlib.sha256(content).hexdigest()
        == "924691ac288e54409236115652ad4aa250f48203de50a9e4722a6ecd48d6804a"
    )


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("a photo of a cat", [320, 1125, 539, 320, 2368]),
        ("A  Photo\tOF a\ncat ", [320, 1125, 539, 320, 2368]),
        ("", []),
        ("!", [256]),
        ("cat &amp;amp; dog", TOKENIZER.encode("cat & dog")[1:-1]),
        ("“cat”", TOKENIZER.encode('"cat"')[1:-1]),
        ("ｃａｔ", [2368]),
        ("12", TOKENIZER.encode("1")[1:-1] + TOKENIZER.encode("2")[1:-1]),
        ("<|endoftext|>", []),
        ("cat<|ENDOFTEXT|>", [2368]),
        ("<|end<|endoftext|>oftext|> cat", TOKENIZER.encode("<|end oftext|> cat")[1:-1]),
    ],
)
def test_known_texts(text: str, ids: list[int]) -> None:
    assert TOKENIZER.encode(text) == [START, *ids, END]


def test_long_texts_are_cut_and_still_end() -> None:
    ids = TOKENIZER.encode("cat " * 200)
    assert len(ids) == CONTEXT
    assert ids[-1] == END
    assert ids[1:-1] == [2368] * 75
    assert TOKENIZER.encode("cat " * 75) == ids


def test_every_byte_has_its_character() -> None:
    table = byte_characters()
    assert len(set(table.values())) == len(table) == 256
    assert table[ord("a")] == "a"
    assert table[ord(" ")] == "Ġ"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=120))
def test_any_text_gives_a_well_formed_row(text: str) -> None:
    ids = TOKENIZER.encode(text)
    assert ids[0] == START
    assert ids[-1] == END
    assert 2 <= len(ids) <= CONTEXT
    assert START not in ids[1:]
    assert END not in ids[:-1]
    assert all(0 <= number < START for number in ids[1:-1])


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet=st.characters(max_codepoint=126), max_size=60))  # ftfy reads more by its context
def test_cleaning_collapses_space_and_case(text: str) -> None:
    once = clean(text)
    assert once == once.strip()
    assert "  " not in once
    assert TOKENIZER.encode(f"  {text}\n") == TOKENIZER.encode(text)


@given(st.lists(st.sampled_from(["cat", "dog", "house", "running", "42", "it's", "!"]), max_size=12))
@settings(max_examples=60, deadline=None)
def test_words_are_encoded_one_by_one(words: list[str]) -> None:
    together = TOKENIZER.encode(" ".join(words))[1:-1]
    assert together == [number for word in words for number in TOKENIZER.encode(word)[1:-1]]
