"""Counts in words, for every room that speaks to people."""

from __future__ import annotations


def count(number: int, noun: str = "photo", plural: str = "") -> str:
    """ "1 photo", "3,310 photos"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
