"""Words of a query in names and labels: whole ones, without case and accents, all that count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinodesk.records import PhotoWord
from dinodesk.search.literal_match import (
    STOP_WORDS,
    content_words,
    haystack,
    matching_rows,
    reasons,
)
from dinodesk.text_folding import folded, words_of

WORDS = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=6)


def matches(query: str, *texts: str) -> bool:
    return len(matching_rows(query, [haystack(texts)])) == 1


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("DSCN0042.jpg", "DSCN0042.jpg"),
        ("dscn0042", "DSCN0042.jpg"),
        ("malmo", "Malmö, Sweden"),
        ("MALMÖ", "malmo"),
        ("strasse", "Alte Straße"),
        ("lodz", "Łódź"),
        ("rodgrod", "Rødgrød"),
        ("a photo of the beach", "beach_2024"),
        ("写真", "写真展"),
        ("2024", "2024-07-01 Arezzo"),
        ("パリ", "パリの夜"),
        ("हिन्दी", "हिन्दी फ़िल्म"),
        ("கோயில்", "பழைய கோயில்"),
        ("שלום", "שָׁלוֹם"),
        ("می خواهم", "می\u200cخواهم می خواهم"),
        ("\u00adBüro", "bu\u0308ro"),
        ("🎂", "Oma 🎂"),
        ("❤️", "❤"),
    ],
)
def test_these_match(query: str, text: str) -> None:
    assert matches(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("42", "DSCN0042.jpg"),
        ("car", "Carmen"),
        ("red car", "red house"),
        ("the", "the house"),
        ("", "x"),
        ("パリ", "バリ島"),
        ("हिन्दी", "नदी हो"),
        ("दादी", "दादा"),
        ("கோயில்", "கயல"),
        ("🎂", "🎁 cake"),
    ],
)
def test_these_do_not(query: str, text: str) -> None:
    assert not matches(query, text)


def test_all_words_count_wherever_they_stand() -> None:
    assert matches("dog in Arezzo", "Arezzo, Italy", "dog")
    hays = [haystack(["Arezzo"]), haystack(["dog"]), haystack(["dog", "Arezzo"])]
    assert matching_rows("dog Arezzo", hays).tolist() == [2]


def test_reasons_cover_every_word_once() -> None:
    name, label = PhotoWord("file name", "dog.jpg"), PhotoWord("label", "Dog")
    near = PhotoWord("near", "Arezzo, Italy")
    assert reasons("a dog in Arezzo", [name, label, near]) == [name, near]
    assert reasons("cat", [name, label]) == [] == reasons("the", [name])


@given(st.lists(WORDS, min_size=1, max_size=4), st.sampled_from([str.upper, str.lower, str]))
def test_a_text_is_found_by_each_of_its_words_in_any_case(words: list[str], case) -> None:
    text = " ".join(words)
    for word in words:
        asked = case(word)
        if set(words_of(asked)) <= set(words_of(text)) and content_words(asked):
            assert matches(asked, text)


@given(st.text(max_size=30))
def test_folding_is_a_fixed_point_and_stop_words_are_folded(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert all(folded(word) == word for word in STOP_WORDS)
    assert not set(content_words(text)) & STOP_WORDS
