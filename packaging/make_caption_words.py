"""Makes resources/text/caption-words.txt: words of captions, labels and class names, the commonest first.

Run once when the list should be renewed: `python packaging/make_caption_words.py DATA` with the data folder
that the built-in model is trained from. Photos that are kept aside give no words. The list holds single words
and nothing of a sentence.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

from dinodesk.search.literal_match import words_of
from dinodesk.training.photo_dataset import CLASSES, listed

TARGET = Path(__file__).resolve().parent.parent / "resources" / "text" / "caption-words.txt"
LEAST = 3
"""A word of fewer captions may be misspelt."""


def make(data: Path) -> list[str]:
    """The words in order."""
    counts: Counter[str] = Counter()
    certain: set[str] = set()  # written by a curator, not typed into a form
    for photo in listed(data):
        if photo.split == "train":
            counts.update({word for text in photo.captions for word in words_of(text)})
            certain.update(word for text in photo.labels for word in words_of(text))
    for entry in json.loads((data / CLASSES).read_text(encoding="utf-8")):
        certain.update(word for text in (entry["name"], *entry["synonyms"]) for word in words_of(text))
    chosen = {word for word, number in counts.items() if number >= LEAST} | certain
    plain = [word for word in chosen if word.isascii() and word.isalpha() and len(word) > 1]
    return sorted(plain, key=lambda word: (-counts[word], word))


if __name__ == "__main__":
    TARGET.write_text("\n".join(make(Path(sys.argv[1]))) + "\n", encoding="ascii")
