"""Writing what the person said into XMP files beside photos; never into a photo.

An existing file keeps everything that others wrote into it: unknown properties, attributes, comments,
prefixes. Only the rating, title, description, and the labels that DinoDesk itself put there are replaced;
which labels those are is noted in the file.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Sequence
from typing import Any
from xml.dom.minidom import Document, Element, Node

import defusedxml.minidom
from defusedxml import DefusedXmlException

from dinodesk.library import believing, xmp
from dinodesk.library.beside import names_for
from dinodesk.library.reasons import plain_reason
from dinodesk.library.user_data import Said

OWN = "urn:dinodesk:xmp:1.0"
"""Namespace of our own properties: the words that DinoDesk added to the lists of the same names."""

_XMLNS, _XML = "http://www.w3.org/2000/xmlns/", "http://www.w3.org/XML/1998/namespace"
_RDF = xmp.NAMESPACES["rdf"]
_EMPTY = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_RDF}">'
    '<rdf:Description rdf:about=""/></rdf:RDF></x:xmpmeta>\n<?xpacket end="w"?>'
).encode()


def target_for(photo: str) -> str:
    """The sidecar of a photo: `IMG.jpg.xmp`, unless only `IMG.xmp` is there and `IMG.jpg` alone uses it."""
    folder, name = os.path.split(photo)
    own, shared = (os.path.join(folder, each) for each in names_for(name))
    if os.path.lexists(own) or not os.path.lexists(shared):
        return own
    stem = os.path.splitext(name)[0]
    with os.scandir(folder) as listing:
        others = [
            entry.name
            for entry in listing
            if os.path.splitext(entry.name)[0] == stem
            and entry.name != name
            and not entry.name.lower().endswith(".xmp")
        ]
    return own if others else shared


def write(photo: str, said: Said) -> str | None:
    """Write what was said beside a photo; the path written, or None where there was nothing to change.

    Raises ValueError with a plain reason; the file that was there is untouched then.
    """
    try:
        target = target_for(photo)
        if os.path.islink(target):
            raise ValueError("the sidecar is a link to another place")
        before = None
        if os.path.lexists(target):
            if not os.path.isfile(target):  # a pipe is never opened
                raise ValueError("what is called like the sidecar is no file")
            with open(target, "rb") as file:
                before = file.read(xmp.LARGEST + 1)
        after = merged(before, said)
        if after is None:
            return None
        _replace(target, after)
    except OSError as error:
        raise ValueError(plain_reason(error)) from error
    return target


def _replace(target: str, data: bytes) -> None:
    part = f"{target}.{os.getpid()}.part"
    try:
        with open(part, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if os.path.lexists(target):
            os.chmod(part, stat.S_IMODE(os.stat(target).st_mode))
        os.replace(part, target)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(part)


def merged(before: bytes | None, said: Said) -> bytes | None:
    """The sidecar's new bytes; None where it says all that already.

    Raises ValueError with a plain reason for a file that is no XMP.
    """
    if before is None and said == Said(albums=said.albums):
        return None
    try:
        return _merged(before, said)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _merged(before: bytes | None, said: Said) -> bytes | None:
    packet = _Packet(before or _EMPTY)  # in an empty file nobody wrote anything
    if before is not None and packet.says(said):
        return None
    if said.rating is not None:
        packet.set_plain("xmp", "Rating", str(said.rating))
    for name, value in (("title", said.title), ("description", said.description)):
        if value is not None:
            packet.set_language(name, value)
    packet.set_labels(said.labels)
    return packet.bytes()


class _Packet:
    """An XMP document that is changed in place."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        xmp.parse(data)  # traps and limits
        try:
            parse: Any = defusedxml.minidom.parseString
            self._document: Document = parse(data.strip(b"\0 \t\r\n"), forbid_dtd=True)
        except (DefusedXmlException, ValueError) as error:
            raise ValueError("it is not well-formed XML") from error
        found = self._document.getElementsByTagNameNS(_RDF, "RDF")
        if not found:
            raise ValueError("the file beside it is no XMP")
        self._all = [
            node
            for node in found[0].childNodes
            if isinstance(node, Element) and (node.namespaceURI, node.localName) == (_RDF, "Description")
        ]
        if not self._all:
            description = self._document.createElementNS(
                _RDF, f"{self._prefix(found[0], _RDF, 'rdf')}Description"
            )
            found[0].appendChild(description)
            description.setAttributeNS(_RDF, f"{self._prefix(description, _RDF, 'rdf')}about", "")
            self._all = [description]
        self._main = self._all[0]

    def says(self, said: Said) -> bool:
        """Whether nothing would change."""
        there = xmp.read(self._data)
        labels = {label.casefold() for label in said.labels}
        return (
            said.rating in (None, there.rating)
            and said.title in (None, there.title)
            and said.description in (None, there.description)
            and labels <= {word.casefold() for word in there.keywords}
            and {word.casefold() for word in self._values(OWN, "hierarchicalSubject")} <= labels
        )

    def set_plain(self, prefix: str, name: str, value: str) -> None:
        """A property that is one text, as an attribute."""
        namespace = xmp.NAMESPACES[prefix]
        self._remove(namespace, name)
        self._main.setAttributeNS(namespace, self._prefix(self._main, namespace, prefix) + name, value)

    def set_language(self, name: str, value: str) -> None:
        """A property of `dc` in the default language; other languages stay."""
        namespace = xmp.NAMESPACES["dc"]
        others = [
            (item.getAttributeNS(_XML, "lang"), _text(item))
            for item in self._items(namespace, name)
            if item.getAttributeNS(_XML, "lang") not in ("", "x-default")
        ]
        self._remove(namespace, name)
        container = self._container(namespace, "dc", name, "Alt")
        for language, words in [("x-default", value), *others]:
            item = self._item(container, words)
            item.setAttributeNS(_XML, "xml:lang", language)

    def set_labels(self, labels: Sequence[str]) -> None:
        """Keywords of others, without the labels DinoDesk wrote before, with those of now."""
        for prefix, name, mine in (
            ("dc", "subject", [part for label in labels for part in _parts(label)]),
            ("lr", "hierarchicalSubject", list(labels)),
        ):
            namespace = xmp.NAMESPACES[prefix]
            ours = {word.casefold() for word in self._values(OWN, name)}
            kept = [word for word in self._values(namespace, name) if word.casefold() not in ours]
            theirs = {word.casefold() for word in kept}
            added = [word for word in believing.words(mine) if word.casefold() not in theirs]
            self._set_bag(namespace, prefix, name, kept + added)
            self._set_bag(OWN, "dinodesk", name, added)

    def bytes(self) -> bytes:
        """The document."""
        whole: bytes = self._document.toxml(encoding="utf-8")
        return whole

    # ── the tree ────────────────────────────────────────────────────────────────────────────────

    def _set_bag(self, namespace: str, prefix: str, name: str, values: list[str]) -> None:
        self._remove(namespace, name)
        if values:
            container = self._container(namespace, prefix, name, "Bag")
            for value in values:
                self._item(container, value)

    def _values(self, namespace: str, name: str) -> list[str]:
        return [text for text in map(_text, self._items(namespace, name)) if text]

    def _items(self, namespace: str, name: str) -> list[Element]:
        """The items of a list, or the property itself where it is one text."""
        found: list[Element] = []
        for each in self._properties(namespace, name):
            found += each.getElementsByTagNameNS(_RDF, "li") or [each]
        return found

    def _properties(self, namespace: str, name: str) -> list[Element]:
        return [
            node
            for description in self._all
            for node in description.childNodes
            if isinstance(node, Element) and (node.namespaceURI, node.localName) == (namespace, name)
        ]

    def _remove(self, namespace: str, name: str) -> None:
        for description in self._all:
            if description.hasAttributeNS(namespace, name):
                description.removeAttributeNS(namespace, name)
        for node in self._properties(namespace, name):
            node.parentNode.removeChild(node)  # type: ignore[union-attr]

    def _container(self, namespace: str, prefix: str, name: str, kind: str) -> Element:
        element = self._document.createElementNS(
            namespace, self._prefix(self._main, namespace, prefix) + name
        )
        self._main.appendChild(element)
        container = self._document.createElementNS(_RDF, self._prefix(element, _RDF, "rdf") + kind)
        element.appendChild(container)
        return container

    def _item(self, container: Element, value: str) -> Element:
        item = self._document.createElementNS(_RDF, self._prefix(container, _RDF, "rdf") + "li")
        item.appendChild(self._document.createTextNode(value))
        container.appendChild(item)
        return item

    def _prefix(self, element: Element, namespace: str, wanted: str) -> str:
        """The prefix of a namespace in this place, with its colon; declared on the description if new."""
        hidden: set[str] = set()
        node: Any = element
        while node is not None and node.nodeType == Node.ELEMENT_NODE:
            for number in range(node.attributes.length):
                attribute = node.attributes.item(number)
                if attribute.namespaceURI != _XMLNS or attribute.prefix != "xmlns":
                    continue
                if attribute.value == namespace and attribute.localName not in hidden:
                    return f"{attribute.localName}:"
                hidden.add(attribute.localName)
            node = node.parentNode
        while wanted in hidden:
            wanted += "1"
        element.setAttributeNS(_XMLNS, f"xmlns:{wanted}", namespace)
        return f"{wanted}:"


def _parts(label: str) -> list[str]:
    return [part.strip() for part in label.split("|") if part.strip()]


def _text(element: Element) -> str:
    texts: list[Any] = [node for node in element.childNodes if node.nodeType in _TEXTS]
    return "".join(node.data for node in texts).strip()


_TEXTS = (Node.TEXT_NODE, Node.CDATA_SECTION_NODE)
