"""Words of literal matches: why a photo stands in the strip above the grid."""

from __future__ import annotations

from collections.abc import Sequence

from dinodesk.records import PhotoWord, WordKind
from dinodesk.wording import count

_KINDS: dict[WordKind, str] = {
    "file name": "file name", "folder": "folder", "title": "title", "headline": "headline",
    "keyword": "keyword", "person": "person", "label": "label", "album": "album", "place": "place",
    "near": "taken near",
}  # fmt: skip


def literal_heading(total: int, text: str) -> str:
    """What the strip holds: "3 photos by name, label or place: Arezzo"."""
    return f"{count(total, 'photo', 'photos')} by name, label or place: {text}"


def short_reason(words: Sequence[PhotoWord]) -> str:
    """The texts that match, in one short line."""
    return " · ".join(word.text for word in words)


def reason_sentence(words: Sequence[PhotoWord]) -> str:
    """The texts that match, each with what it is."""
    return ", ".join(f"{_KINDS[word.kind]} “{word.text}”" for word in words)
