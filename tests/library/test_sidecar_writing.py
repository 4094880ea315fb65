"""Sidecars: what goes out comes back, what others wrote stays, nothing else is touched."""

from __future__ import annotations

import os
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st
from photo_blocks import bag, packet

from dinodesk.library import believing, xmp
from dinodesk.library.sidecar_writing import merged, target_for, write
from dinodesk.library.user_data import Said

FOREIGN = b"""<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><!-- by hand -->
<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<r:Description r:about="" xmlns:xmp="urn:not-adobe" xmp:Rating="keep"
 xmlns:A="http://ns.adobe.com/xap/1.0/"
 A:Rating="2" A:CreatorTool="Other 1.0" xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/"
 crs:Exposure="+0.5">
<crs:Tone><r:Seq><r:li>0, 0</r:li><r:li>255, 255</r:li></r:Seq></crs:Tone></r:Description>
<r:Description r:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:subject><r:Bag><r:li>theirs</r:li></r:Bag></dc:subject>
<dc:title><r:Alt><r:li xml:lang="x-default">Old</r:li><r:li xml:lang="de">Alt</r:li></r:Alt></dc:title>
</r:Description></r:RDF></x:xmpmeta><?xpacket end='w'?>"""

NAME = st.text(max_size=20).map(believing.text).filter(bool)
SAID = st.builds(
    Said,
    st.none() | st.integers(0, 5),
    st.none() | NAME,
    st.none() | st.text(max_size=60).map(lambda s: believing.text(s, 100, lines=True)).filter(bool),
    st.lists(NAME, max_size=6, unique_by=str.casefold).map(tuple),
)
BEFORE = st.sampled_from([None, FOREIGN, packet('xmp:Rating="1"', bag("dc:subject", "flat"))])


@given(SAID, SAID, BEFORE)
def test_what_goes_out_comes_back(first: Said, second: Said, before: bytes | None) -> None:
    data = before
    for said in (first, second):
        after = merged(data, said)
        if after is None:
            continue
        data = after
        found = xmp.read(data)
        assert said.rating in (None, found.rating)
        assert said.title in (None, found.title) and said.description in (None, found.description)
        assert {label.casefold() for label in said.labels} <= {word.casefold() for word in found.keywords}
        assert merged(data, said) is None  # and a second time nothing is written
    if before is None and data is not None:
        words = {word.casefold() for word in xmp.read(data).keywords}
        assert words == {label.casefold() for label in second.labels}


def test_what_others_wrote_stays() -> None:
    after = merged(FOREIGN, Said(5, "New", None, ("mine", "deep|mine")))
    assert after is not None
    text = after.decode()
    for kept in ("by hand", "W5M0MpCehiHzreSzNTczkc9d", 'xmp:Rating="keep"', 'A:CreatorTool="Other 1.0"',
                 'crs:Exposure="+0.5"', "255, 255", "theirs", ">Alt<"):  # fmt: skip
        assert kept in text
    found = xmp.read(after)
    assert (found.rating, found.title) == (5, "New")
    assert set(found.keywords) == {"theirs", "mine", "deep|mine"}
    again = merged(after, Said(5, None, None, ()))
    assert again is not None and xmp.read(again).keywords == ("theirs",)
    assert xmp.read(again).title == "New"  # nothing said, nothing changed


def test_a_label_that_others_wrote_too_is_theirs_to_take_away() -> None:
    after = merged(FOREIGN, Said(labels=("Theirs", "mine")))
    assert after is not None
    again = merged(after, Said())
    assert again is not None and xmp.read(again).keywords == ("theirs",)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no XML", "well-formed"),
        (b"<html/>", "no XMP"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "definitions"),
        (b"<a>" * 3000 + b"</a>" * 3000, "deeply"),
        (b" " * (xmp.LARGEST + 1), "large"),
    ],
)
def test_a_file_that_is_no_xmp_is_left_as_it_is(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "a.jpg").write_bytes(b"photo")
    sidecar = tmp_path / "a.jpg.xmp"
    sidecar.write_bytes(data)
    with pytest.raises(ValueError, match=reason):
        write(str(tmp_path / "a.jpg"), Said(3))
    assert sidecar.read_bytes() == data and len(list(tmp_path.iterdir())) == 2


def test_an_empty_sidecar_is_filled(tmp_path: Path) -> None:
    (tmp_path / "a.jpg.xmp").write_bytes(b"")
    written = write(str(tmp_path / "a.jpg"), Said(3))
    assert written is not None and xmp.read(Path(written).read_bytes()).rating == 3


def test_which_file_it_is(tmp_path: Path) -> None:
    photo = tmp_path / "IMG.jpg"
    photo.write_bytes(b"photo")
    assert target_for(str(photo)) == f"{photo}.xmp"
    shared = tmp_path / "IMG.xmp"
    shared.write_bytes(FOREIGN)
    assert target_for(str(photo)) == str(shared)
    (tmp_path / "IMG.nef").write_bytes(b"raw")
    assert target_for(str(photo)) == f"{photo}.xmp"  # two photos share IMG.xmp: it is neither's alone
    (tmp_path / "IMG.nef").unlink()
    (tmp_path / "IMG.jpg.xmp").write_bytes(FOREIGN)
    assert target_for(str(photo)) == f"{photo}.xmp"


def test_links_are_not_followed_and_modes_are_kept(tmp_path: Path) -> None:
    photo, outside = tmp_path / "a.jpg", tmp_path / "outside.xml"
    outside.write_bytes(FOREIGN)
    os.symlink(outside, f"{photo}.xmp")
    with pytest.raises(ValueError, match="link"):
        write(str(photo), Said(3))
    assert outside.read_bytes() == FOREIGN
    os.unlink(f"{photo}.xmp")
    Path(f"{photo}.xmp").write_bytes(FOREIGN)
    os.chmod(f"{photo}.xmp", 0o640)
    assert write(str(photo), Said(3)) == f"{photo}.xmp"
    assert os.stat(f"{photo}.xmp").st_mode & 0o777 == 0o640


def test_a_pipe_or_a_folder_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jpg.xmp")
    (tmp_path / "b.jpg.xmp").mkdir()
    for name in ("a.jpg", "b.jpg"):
        with pytest.raises(ValueError, match="no file"):
            write(str(tmp_path / name), Said(3))


def test_nothing_said_writes_nothing(tmp_path: Path) -> None:
    assert write(str(tmp_path / "a.jpg"), Said(albums=("only here",))) is None
    assert list(tmp_path.iterdir()) == []


def test_a_file_name_that_is_not_utf_8(tmp_path: Path) -> None:
    photo = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.jpg")
    written = write(photo, Said(2))
    assert written == f"{photo}.xmp"
    with open(written, "rb") as file:
        assert fromstring(file.read()) is not None
