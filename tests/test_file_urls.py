"""Addresses of files: any bytes there and back, this machine's only."""

from __future__ import annotations

import os
import platform

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinodesk.file_urls import is_file_url, path_of, url_of

names = st.binary(min_size=1, max_size=20).filter(
    lambda name: b"\0" not in name and b"/" not in name and name not in (b".", b"..")
)


@given(names)
def test_every_name_comes_back(name: bytes) -> None:
    path = os.fsdecode(b"/tmp/" + name)
    url = url_of(path)
    assert url.isascii() and is_file_url(url) and path_of(url) == path
    assert path_of(url.replace("file://", "file://localhost")) == path


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("file:///tmp/a%20b.jpg", "/tmp/a b.jpg"),
        ("file:///tmp/caf%E9.jpg", "/tmp/caf\udce9.jpg"),
        ("file:///tmp/caf%C3%A9.jpg", "/tmp/café.jpg"),
        ("file:///tmp/café.jpg", "/tmp/café.jpg"),
        ("file:///tmp/raw\udce9.jpg", "/tmp/raw\udce9.jpg"),
        ("file://localhost/tmp/a", "/tmp/a"),
        (f"file://{platform.node()}/tmp/a", "/tmp/a"),
        ("FILE:/tmp/a", "/tmp/a"),
        ("file:///tmp/a#1.jpg", "/tmp/a#1.jpg"),
        ("file:///tmp/50%.jpg", "/tmp/50%.jpg"),
        ("file:///tmp/%00", ""),
        ("file://elsewhere/tmp/a", ""),
        ("file:relative", ""),
        ("https://example.org/a.jpg", ""),
        ("/tmp/a", ""),
        ("", ""),
    ],
)
def test_an_address_names_a_file_of_this_machine(url: str, path: str) -> None:
    assert path_of(url) == path
