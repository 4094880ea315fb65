"""IPTC: encodings declared and not, values cut by their writers, longer datasets, damage."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinodesk.library.metadata.iptc_reader import read_iptc
from dinodesk.records import PhotoMetadata

WORDS = ("Köln", "José", "Malmö", "Straße", "Zürich", "Ø", "Ål")


def dataset(number: int, value: bytes, record: int = 2, *, extended: bool = False) -> bytes:
    length = struct.pack(">HI", 0x8004, len(value)) if extended else struct.pack(">H", len(value))
    return b"\x1c" + bytes([record, number]) + length + value


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "cp1252"])
def test_no_value_loses_its_end(encoding: str) -> None:
    words = (*WORDS, "Café – “x”") if encoding == "cp1252" else WORDS
    found = read_iptc(
        b"".join(dataset(25, word.encode(encoding)) for word in words)
        + dataset(5, "Bei Köln".encode(encoding)) + dataset(80, "José".encode(encoding))
        + dataset(120, "Im Café".encode(encoding)) + dataset(90, "Malmö".encode(encoding))
        + dataset(95, "Skåne".encode(encoding)) + dataset(101, "Österreich".encode(encoding))
        + dataset(105, "Kurz é".encode(encoding))
    )  # fmt: skip
    assert found.keywords == words
    assert (found.title, found.creator, found.description) == ("Bei Köln", "José", "Im Café")
    assert (found.city, found.province, found.country) == ("Malmö", "Skåne", "Österreich")
    assert found.headline == "Kurz é"


def test_the_declared_encoding_is_used() -> None:
    latin2 = "Łódź".encode("iso8859-2")
    assert read_iptc(dataset(90, b"\x1b.B", 1) + dataset(25, latin2)).keywords == ("Łódź",)
    utf8 = dataset(90, b"\x1b%G", 1)
    assert read_iptc(utf8 + dataset(25, "Łódź".encode())).keywords == ("Łódź",)
    assert read_iptc(utf8 + dataset(25, "Köln".encode("latin-1"))).keywords == ("Köln",)  # a lie


def test_half_a_character_is_dropped_where_the_standards_length_cut_it() -> None:
    name = ("é" * 20).encode()[:32] + b""
    assert read_iptc(dataset(80, ("a" + "é" * 20).encode()[:32])).creator == "a" + "é" * 15
    assert read_iptc(dataset(80, name)).creator == "é" * 16


def test_a_long_value_in_a_code_page_keeps_its_last_letter() -> None:
    for number, value in (
        (80, "Marie-Antoinette Dupont-Lefevre & José"),
        (90, "x" * 31 + "é"),
        (80, "y" * 31 + "é"),
    ):
        found = read_iptc(dataset(number, value.encode("latin-1")))
        assert value in (found.creator, found.city)


def test_several_creators() -> None:
    assert read_iptc(dataset(80, b"Ann") + dataset(80, b"Bob")).creator == "Ann, Bob"


def test_long_datasets_and_dates() -> None:
    story = "a" * 3000
    found = read_iptc(dataset(120, story.encode(), extended=True) + dataset(55, b"20210506"))
    assert found.description == story and found.dates[0].precision == "day"
    assert read_iptc(dataset(55, b"20210500")).dates[0].precision == "month"
    assert read_iptc(dataset(55, b"00000000")).dates == ()


@given(st.binary(max_size=200))
def test_noise_is_no_metadata_and_raises_nothing(noise: bytes) -> None:
    assert isinstance(read_iptc(noise), PhotoMetadata)
    found = read_iptc(dataset(25, b"sea") + noise)
    assert "sea" in found.keywords
