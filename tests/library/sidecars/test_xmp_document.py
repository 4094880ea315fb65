"""Changing an XMP document in place: only our words change, and a parser reads back what was written."""

from __future__ import annotations

import xml.dom.minidom
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from photo_blocks import bag, packet

from dinodesk.library.metadata import xmp_reader
from dinodesk.library.sidecars import xml_serializer
from dinodesk.library.sidecars.xmp_document import XmpDocument

CHARACTERS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
TEXTS = st.text(CHARACTERS | st.sampled_from("\t\n\r&<>\"' "), max_size=12)
WORDS = st.lists(st.text(CHARACTERS, min_size=1, max_size=6).map(str.strip).filter(bool), max_size=5)


def read(document: XmpDocument) -> xmp_reader.PhotoMetadata:
    return xmp_reader.read(document.bytes())


@given(TEXTS, TEXTS, TEXTS)
def test_any_text_comes_back_from_the_serializer(attribute: str, text: str, comment: str) -> None:
    document = xml.dom.minidom.Document()
    root = document.createElement("root")
    document.appendChild(root)
    root.setAttribute("name", attribute)
    root.appendChild(document.createTextNode(text))
    root.appendChild(document.createElement("empty"))
    parsed = ElementTree.fromstring(xml_serializer.as_bytes(document))
    assert parsed.get("name") == attribute and (parsed.text or "") == text and len(parsed) == 1


@given(WORDS, WORDS, WORDS)
def test_setting_words_replaces_ours_and_keeps_those_of_others(
    others: list[str], first: list[str], second: list[str]
) -> None:
    document = XmpDocument(
        packet("", bag("dc:subject", *(word.replace("&", "").replace("<", "") for word in others)))
    )
    theirs = read(document).keywords
    for words in (first, second):
        document.set_words("dc", "subject", words)
        document = XmpDocument(document.bytes())  # as the next export finds it
    expected = {word.casefold() for word in (*theirs, *xmp_reader.sanitize.words(second))}
    assert {word.casefold() for word in read(document).keywords} == expected
    document.set_words("dc", "subject", [])
    assert read(document).keywords == theirs
    assert document.recorded("subject") == []


def test_setting_the_same_words_again_changes_nothing() -> None:
    document = XmpDocument(packet())
    document.set_words("dc", "subject", ["sea", "Alps"])
    again = XmpDocument(document.bytes())
    again.set_words("dc", "subject", ["sea", "Alps"])
    assert document.changed and not again.changed


def test_what_others_wrote_stays_byte_for_byte() -> None:
    foreign = (
        '<crs:Look xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/" crs:Exposure="+0.5">'
        "<!-- kept --><crs:Deep><rdf:Seq><rdf:li>1</rdf:li></rdf:Seq></crs:Deep></crs:Look>"
    )
    document = XmpDocument(packet('xmp:Rating="1"', foreign))
    document.set_plain("xmp", "Rating", "5")
    document.set_language("title", "A title & more")
    written = document.bytes().decode()
    assert foreign in written and read(document).rating == 5 and read(document).title == "A title & more"


def test_other_languages_of_a_title_stay() -> None:
    title = (
        '<dc:title><rdf:Alt><rdf:li xml:lang="de">Meer</rdf:li>'
        '<rdf:li xml:lang="x-default">Sea</rdf:li></rdf:Alt></dc:title>'
    )
    document = XmpDocument(packet("", title))
    document.set_language("title", "Ocean")
    assert "Meer" in document.bytes().decode() and read(document).title == "Ocean"


def test_a_qualified_keyword_of_others_keeps_its_qualifier() -> None:
    qualified = (
        "<dc:subject><rdf:Bag><rdf:li rdf:parseType='Resource'><rdf:value>sea</rdf:value>"
        "<dc:source>robot</dc:source></rdf:li></rdf:Bag></dc:subject>"
    )
    document = XmpDocument(packet("", qualified))
    document.set_words("dc", "subject", ["sea", "sand"])
    document.set_words("dc", "subject", [])
    assert "robot" in document.bytes().decode()


@pytest.mark.parametrize("data", [b"", b"text", b"<a/>", packet()[:-5]])
def test_what_is_no_xmp_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"it is|the file beside it"):
        XmpDocument(data)
