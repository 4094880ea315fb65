"""Sidecars: annotations are read back, what other programs wrote stays, no photo is touched."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path
from xml.etree.ElementTree import Element, TreeBuilder, XMLParser, canonicalize, fromstring, tostring

import pytest
from hypothesis import given
from hypothesis import strategies as st
from photo_blocks import bag, packet

from dinodesk.library.annotations.queries import Annotations
from dinodesk.library.files.scanner import FoundFile, walk
from dinodesk.library.files.sidecar_names import PART, sidecars_of
from dinodesk.library.metadata import sanitize, xmp_reader
from dinodesk.library.sidecars.sidecar_writer import merged, target_for, write

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

NAME = st.text(max_size=20).map(sanitize.text).filter(bool)
SAID = st.builds(
    Annotations,
    st.none() | st.integers(0, 5),
    st.none() | NAME,
    st.none() | st.text(max_size=60).map(lambda s: sanitize.text(s, 100, lines=True)).filter(bool),
    st.lists(NAME, max_size=6, unique_by=str.casefold).map(tuple),
)
BEFORE = st.sampled_from([None, FOREIGN, packet('xmp:Rating="1"', bag("dc:subject", "flat"))])


@given(SAID, SAID, BEFORE | st.deferred(lambda: SIDECAR))
def test_written_annotations_are_read_back(
    first: Annotations, second: Annotations, before: bytes | None
) -> None:
    data = before
    for said in (first, second):
        after = merged(data, said)
        if after is None:
            continue
        data = after
        found = xmp_reader.read(data)
        assert said.rating in (None, found.rating)
        assert said.title in (None, found.title) and said.description in (None, found.description)
        assert {label.casefold() for label in said.labels} <= {word.casefold() for word in found.keywords}
        assert merged(data, said) is None  # and a second time nothing is written
    if before is None and data is not None:
        words = {word.casefold() for word in xmp_reader.read(data).keywords}
        assert words == {label.casefold() for label in second.labels}


def test_what_others_wrote_stays() -> None:
    after = merged(FOREIGN, Annotations(5, "New", None, ("mine", "deep|mine")))
    assert after is not None
    text = after.decode()
    for kept in ("by hand", "W5M0MpCehiHzreSzNTczkc9d", 'xmp:Rating="keep"', 'A:CreatorTool="Other 1.0"',
                 'crs:Exposure="+0.5"', "255, 255", "theirs", ">Alt<"):  # fmt: skip
        assert kept in text
    found = xmp_reader.read(after)
    assert (found.rating, found.title) == (5, "New")
    assert set(found.keywords) == {"theirs", "mine", "deep|mine"}
    again = merged(after, Annotations(5, None, None, ()))
    assert again is not None and xmp_reader.read(again).keywords == ("theirs",)
    assert xmp_reader.read(again).title == "New"  # nothing said, nothing changed


def test_a_label_that_others_wrote_too_is_theirs_to_take_away() -> None:
    after = merged(FOREIGN, Annotations(labels=("Theirs", "mine")))
    assert after is not None
    again = merged(after, Annotations())
    assert again is not None and xmp_reader.read(again).keywords == ("theirs",)


# ── what is in the file stays ───────────────────────────────────────────────────────────────────

THEIRS = """<dc:subject><rdf:Seq><!-- c --><rdf:li foo:conf="0.9">their word</rdf:li>
<rdf:li rdf:parseType="Resource"><rdf:value>qualified</rdf:value><foo:qual>yes</foo:qual></rdf:li>
<rdf:li><rdf:Description foo:qual="no"><rdf:value>described</rdf:value></rdf:Description></rdf:li>
<rdf:li><rdf:Description rdf:value="short" foo:qual="no"/></rdf:li></rdf:Seq></dc:subject>"""
HAND = packet(
    'xmlns:foo="urn:foo" photoshop:Instructions="line1&#10;line2&#9;tab&#13;cr &lt;&amp;&quot;"',
    f"<foo:text>cr&#13;lf]]&gt;</foo:text><foo:raw><![CDATA[<&>]]></foo:raw>{THEIRS}",
)
DC, LR, RDF = (f"{{{xmp_reader.NAMESPACES[name]}}}" for name in ("dc", "lr", "rdf"))
OWN = "{urn:dinodesk:xmp:1.0}"


def without_ours(data: bytes, *labels: str) -> str:
    """The document as a reader sees it, without our notes and the plain items that hold these labels."""
    root = fromstring(data, XMLParser(target=TreeBuilder(insert_comments=True, insert_pis=True)))
    for above in list(root.iter()):
        for child in list(above):
            ours = child.tag == f"{RDF}li" and not child.attrib and not len(child) and child.text in labels
            if ours or str(child.tag).startswith(OWN):
                _take_out(above, child)
    for tag in (f"{DC}subject", f"{LR}hierarchicalSubject"):
        for above in list(root.iter()):
            for child in above.findall(tag):
                if "".join(child.itertext()) == "" and len(child) == 1 and not len(child[0]):
                    _take_out(above, child)
    return canonicalize(tostring(root, "unicode"))


def _take_out(above: Element, child: Element) -> None:
    tail, place = child.tail or "", list(above).index(child)
    if place:
        above[place - 1].tail = (above[place - 1].tail or "") + tail
    else:
        above.text = (above.text or "") + tail
    above.remove(child)


def test_lists_of_others_are_added_to_in_place() -> None:
    before = without_ours(HAND)
    after = merged(HAND, Annotations(labels=("mine", "Described", "deep|short")))
    assert after is not None and without_ours(after, "mine", "deep", "deep|short", "Described") == before
    assert xmp_reader.read(after).keywords == ("their word", "qualified", "described", "mine", "deep|short")
    root = fromstring(after)
    assert 'line1\nline2\ttab\rcr <&"' in [value for each in root.iter() for value in each.attrib.values()]
    assert [each.text for each in root.iter("{urn:foo}text")] == ["cr\rlf]]>"] and b"<![CDATA[" in after
    again = merged(after, Annotations())
    assert again is not None and canonicalize(again.decode()) == canonicalize(HAND.decode())


def test_a_word_that_others_wrote_a_second_time_is_not_ours_to_take_off() -> None:
    after = merged(packet(), Annotations(labels=("mine",)))
    assert after is not None
    twice = after.replace(b"<rdf:li>mine</rdf:li>", b"<rdf:li>Mine</rdf:li><rdf:li>mine</rdf:li>", 1)
    again = merged(twice, Annotations())
    assert again is not None and xmp_reader.read(again).keywords == ("Mine",)


def test_a_label_in_other_letters_is_the_same_item() -> None:
    after = merged(packet(), Annotations(labels=("mine",)))
    assert after is not None
    again = merged(after, Annotations(labels=("MINE", "more")))
    assert again is not None and xmp_reader.read(again).keywords == ("MINE", "more")


@pytest.mark.parametrize(
    ("attributes", "children", "kept"),
    [
        ('dc:subject="one word"', "", []),
        ("", "<dc:subject>one word</dc:subject>", []),
        ("", "<dc:subject><!-- c --></dc:subject>", ["<!-- c -->"]),
        ("", '<dc:subject xml:lang="en" rdf:value="one word" tiff:a="b"/>', ['tiff:a="b"', 'xml:lang="en"']),
        (
            "",
            '<dc:subject rdf:parseType="Resource"><rdf:value>one word</rdf:value><tiff:a/></dc:subject>',
            ["<tiff:a/>"],
        ),
    ],
)
def test_a_property_that_is_no_list_becomes_one(attributes: str, children: str, kept: list[str]) -> None:
    data = packet(attributes, children)
    there = xmp_reader.read(data).keywords
    assert there == (("one word",) if "one word" in attributes + children else ())
    after = merged(data, Annotations(labels=("mine",)))
    assert after is not None and set(xmp_reader.read(after).keywords) == {*there, "mine"}
    assert all(each in after.decode() for each in kept)
    again = merged(after, Annotations())
    assert again is not None and xmp_reader.read(again).keywords == there


def test_titles_and_ratings_are_replaced_where_they_stand() -> None:
    data = packet(
        "",
        '<xmp:Rating rdf:parseType="Resource"><rdf:value>1</rdf:value><tiff:by>them</tiff:by></xmp:Rating>'
        '<dc:title><rdf:Alt><!-- c --><rdf:li xml:lang="de" tiff:q="1">Alt</rdf:li>'
        '<rdf:li xml:lang="x-default">Old</rdf:li></rdf:Alt></dc:title>'
        '<dc:description xml:lang="fr">Vieux</dc:description>',
    )
    after = merged(data, Annotations(4, "New", "Story"))
    assert after is not None
    found = xmp_reader.read(after)
    assert (found.rating, found.title, found.description) == (4, "New", "Story")
    for kept in ("<tiff:by>them</tiff:by>", "<!-- c -->", 'tiff:q="1"', ">Alt<", ">Vieux<"):
        assert kept in after.decode()
    assert b"Old" not in after


def test_more_keywords_than_are_read_do_not_make_it_write_for_ever() -> None:
    data = packet("", bag("dc:subject", *(f"word {number}" for number in range(sanitize.KEYWORDS + 9))))
    after = merged(data, Annotations(labels=("mine",)))
    assert after is not None and merged(after, Annotations(labels=("mine",))) is None


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", ["\ufeff", ""])
@pytest.mark.parametrize("declared", [True, False])
def test_two_bytes_a_character(codec: str, mark: str, declared: bool) -> None:
    heading = '<?xml version="1.0" encoding="UTF-16"?>\n' if declared else ""
    whole = heading + packet('xmp:Rating="2"', bag("dc:subject", "Größe Ā")).decode()
    for padding in ("", "\n \0\0"):
        data = (mark + whole + padding).encode(codec)
        assert (xmp_reader.read(data).rating, xmp_reader.read(data).keywords) == (2, ("Größe Ā",))
        after = merged(data, Annotations(3, labels=("mine",)))
        assert after is not None and xmp_reader.read(after).keywords == ("Größe Ā", "mine")
    with pytest.raises(ValueError, match="well-formed"):
        xmp_reader.read(b"\xff\xfe<\0x")


FOREIGN_TEXT = st.text("ab <>&\"'\t\n\r]ß😀", max_size=8)
ESCAPED = FOREIGN_TEXT.map(lambda s: "".join(f"&#{ord(c)};" if c in "<>&\"'\t\n\r" else c for c in s))
WHITE = st.sampled_from(["", " ", "\n  ", "\t", "\r\n"])
NOTE = st.sampled_from(["<!-- <&> -->", "<?foo bar?>", "<?foo?>", "<![CDATA[<&]]>"])
ATTRIBUTES = st.dictionaries(st.sampled_from(["foo:a", "foo:b", "xml:lang"]), ESCAPED, max_size=2).map(
    lambda found: "".join(f' {name}="{value}"' for name, value in found.items())
)
FOREIGN_NODE = st.recursive(
    ESCAPED | WHITE | NOTE,
    lambda inner: st.builds(
        lambda name, attributes, parts: f"<{name}{attributes}>{''.join(parts)}</{name.split()[0]}>",
        st.sampled_from(["foo:x", "foo:y", 'z xmlns="urn:z"', 'rdf:Seq xmlns:foo="urn:other"', "rdf:li"]),
        ATTRIBUTES,
        st.lists(inner, max_size=3),
    ),
    max_leaves=6,
)
THEIR_ITEM = st.one_of(
    WHITE,
    st.sampled_from(["<!-- c -->", "<?foo bar?>"]),
    st.builds("<rdf:li{}>{}</rdf:li>".format, ATTRIBUTES, ESCAPED | st.sampled_from(["Theirs", "mine "])),
    st.builds(
        '<rdf:li rdf:parseType="Resource">{}<rdf:value>{}</rdf:value>{}</rdf:li>'.format,
        WHITE, ESCAPED, FOREIGN_NODE.map("<foo:q>{}</foo:q>".format),
    ),
    st.builds("<rdf:li><rdf:Description{}><rdf:value>{}</rdf:value></rdf:Description></rdf:li>".format,
              ATTRIBUTES, ESCAPED),
)  # fmt: skip
THEIR_LIST = st.builds(
    lambda name, kind, items: f"<{name}><rdf:{kind}>{''.join(items)}\n</rdf:{kind}></{name}>",
    st.sampled_from(["dc:subject", "lr:hierarchicalSubject", "dc:title"]),
    st.sampled_from(["Bag", "Seq", "Alt"]),
    st.lists(THEIR_ITEM, max_size=4),
)
SIDECAR = st.builds(
    lambda attributes, parts: packet(f'xmlns:foo="urn:foo"{attributes}', "".join(parts)),
    ATTRIBUTES,
    st.lists(FOREIGN_NODE.map("<foo:top>{}</foo:top>".format) | WHITE | THEIR_LIST, max_size=5),
)


@given(SIDECAR, st.lists(NAME | st.sampled_from(["mine", "theirs", "deep|mine"]), max_size=4))
def test_whatever_others_wrote_stays(before: bytes, labels: list[str]) -> None:
    said = Annotations(labels=sanitize.words(labels))
    after = merged(before, said)
    if after is None:
        return
    parts = [part.strip() for label in said.labels for part in label.split("|")]
    assert without_ours(after, *said.labels, *parts) == without_ours(before, *said.labels, *parts)
    assert merged(after, said) is None
    again = merged(after, Annotations())
    assert again is not None and canonicalize(again.decode()) == canonicalize(before.decode())
    assert merged(again, Annotations()) is None


# ── files ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no XML", "well-formed"),
        (b"<html/>", "no XMP"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "definitions"),
        (b"<a>" * 3000 + b"</a>" * 3000, "deeply"),
        (b" " * (xmp_reader.LARGEST + 1), "large"),
    ],
)
def test_a_file_that_is_no_xmp_is_left_as_it_is(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "a.jpg").write_bytes(b"photo")
    sidecar = tmp_path / "a.jpg.xmp"
    sidecar.write_bytes(data)
    with pytest.raises(ValueError, match=reason):
        write(str(tmp_path / "a.jpg"), Annotations(3))
    assert sidecar.read_bytes() == data and len(list(tmp_path.iterdir())) == 2


def test_an_empty_sidecar_is_filled(tmp_path: Path) -> None:
    (tmp_path / "a.jpg.xmp").write_bytes(b"")
    written = write(str(tmp_path / "a.jpg"), Annotations(3))
    assert written is not None and xmp_reader.read(Path(written).read_bytes()).rating == 3


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


@pytest.mark.parametrize("raw", ["a.jpg", "A.JPG", "a"])
def test_the_own_sidecar_of_one_photo_is_never_shared_by_another(tmp_path: Path, raw: str) -> None:
    one, two = tmp_path / raw, tmp_path / f"{raw.lower()}.jpg"
    one.write_bytes(b"photo")
    two.write_bytes(b"photo")
    own = tmp_path / f"{raw}.xmp"
    own.write_bytes(packet('xmp:Rating="1"'))
    assert [each.path for each in sidecars_of(str(one))] == [str(own)] and sidecars_of(str(two)) == ()
    found = {each.path: each.sidecars for each in walk(str(tmp_path)) if isinstance(each, FoundFile)}
    assert found[str(two)] == () and (raw == "a" or [each.path for each in found[str(one)]] == [str(own)])
    assert target_for(str(one)) == str(own) and target_for(str(two)) == f"{two}.xmp"
    one.unlink()
    assert [each.path for each in sidecars_of(str(two))] == [str(own)] and target_for(str(two)) == str(own)


def test_large_and_small_letters_for_reading_and_writing(tmp_path: Path) -> None:
    photo, lone = tmp_path / "IMG_1.JPG", tmp_path / "IMG_2.JPG"
    for name in ("IMG_1.JPG", "IMG_2.JPG", "IMG_3.JPG", "img_3.JPG"):
        (tmp_path / name).write_bytes(b"photo")
    for name in ("IMG_1.XMP", "img_2.jpg.XMP", "IMG_3.JPG.xmp"):
        (tmp_path / name).write_bytes(packet('xmp:Rating="1"'))
    found = {each.path: each.sidecars for each in walk(str(tmp_path)) if isinstance(each, FoundFile)}
    for path, files in found.items():
        assert sidecars_of(path) == files
    assert (
        [each.path for each in found[str(photo)]] == [target_for(str(photo))] == [str(tmp_path / "IMG_1.XMP")]
    )
    assert (
        [each.path for each in found[str(lone)]]
        == [target_for(str(lone))]
        == [str(tmp_path / "img_2.jpg.XMP")]
    )
    assert found[str(tmp_path / "img_3.JPG")] == ()  # it is that of IMG_3.JPG
    (tmp_path / "img_1.png").write_bytes(b"photo")
    assert target_for(str(photo)) == f"{photo}.xmp"


def test_a_folder_of_the_same_name_owns_no_sidecar(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a.xmp").write_bytes(FOREIGN)
    (tmp_path / "a.jpg").write_bytes(b"photo")
    assert [each.path for each in sidecars_of(str(tmp_path / "a.jpg"))] == [str(tmp_path / "a.xmp")]
    assert target_for(str(tmp_path / "a.jpg")) == str(tmp_path / "a.xmp")


def test_what_a_killed_export_left_is_removed_by_the_next(tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"photo")
    code = (
        "import os, sys; from dinodesk.library.sidecars.sidecar_writer import write; "
        "from dinodesk.library.annotations.queries import Annotations; "
        "os.replace = lambda *each: os._exit(9); write(sys.argv[1], Annotations(3))"
    )
    assert subprocess.run([sys.executable, "-c", code, str(photo)]).returncode == 9
    left = [each.name for each in tmp_path.iterdir() if each.name.endswith(".part")]
    assert len(left) == 1 and PART.fullmatch(left[0])
    assert [each.sidecars for each in walk(str(tmp_path)) if isinstance(each, FoundFile)] == [()]
    others = [
        f"{left[0]}.xmp",
        "a.jpg.xmp.77.part",
        f".dinodesk-{'0' * 16}.part",
        f".dinodesk-{'1' * 16}.part",
    ]
    (tmp_path / others[0]).write_bytes(b"<?xml")
    (tmp_path / others[1]).write_bytes(b"<?xml")
    (tmp_path / others[2]).write_bytes(b"a diary")
    os.mkfifo(tmp_path / others[3])
    busy = tmp_path / f".dinodesk-{'2' * 16}.part"
    with open(busy, "xb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert write(str(photo), Annotations(3)) == f"{photo}.xmp"
        assert {each.name for each in tmp_path.iterdir()} == {"a.jpg", "a.jpg.xmp", busy.name, *others}
    assert write(str(photo), Annotations(3)) is None  # nothing to write, but to tidy up
    assert {each.name for each in tmp_path.iterdir()} == {"a.jpg", "a.jpg.xmp", *others}


def test_names_as_long_as_the_system_allows(tmp_path: Path) -> None:
    photo = tmp_path / ("n" * 247 + ".jpg")
    written = write(str(photo), Annotations(3))
    assert written == f"{photo}.xmp" and len(os.path.basename(written)) == 255
    with pytest.raises(ValueError, match="file name too long"):
        write(str(tmp_path / ("n" * 248 + ".jpg")), Annotations(3))
    assert [each.name for each in tmp_path.iterdir()] == [os.path.basename(written)]


def test_links_are_not_followed_and_modes_are_kept(tmp_path: Path) -> None:
    photo, outside = tmp_path / "a.jpg", tmp_path / "outside.xml"
    outside.write_bytes(FOREIGN)
    os.symlink(outside, f"{photo}.xmp")
    with pytest.raises(ValueError, match="link"):
        write(str(photo), Annotations(3))
    assert outside.read_bytes() == FOREIGN
    os.unlink(f"{photo}.xmp")
    Path(f"{photo}.xmp").write_bytes(FOREIGN)
    os.chmod(f"{photo}.xmp", 0o640)
    assert write(str(photo), Annotations(3)) == f"{photo}.xmp"
    assert os.stat(f"{photo}.xmp").st_mode & 0o777 == 0o640


def test_a_pipe_or_a_folder_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jpg.xmp")
    (tmp_path / "b.jpg.xmp").mkdir()
    for name in ("a.jpg", "b.jpg"):
        with pytest.raises(ValueError, match="no file"):
            write(str(tmp_path / name), Annotations(3))


def test_without_annotations_no_sidecar_is_written(tmp_path: Path) -> None:
    assert write(str(tmp_path / "a.jpg"), Annotations(albums=("only here",))) is None
    assert list(tmp_path.iterdir()) == []


def test_a_file_name_that_is_not_utf_8(tmp_path: Path) -> None:
    photo = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.jpg")
    written = write(photo, Annotations(2))
    assert written == f"{photo}.xmp"
    with open(written, "rb") as file:
        assert fromstring(file.read()) is not None
