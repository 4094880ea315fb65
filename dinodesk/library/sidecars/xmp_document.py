"""An XMP document that is changed in place: whatever is not replaced stays as others wrote it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from xml.dom.minidom import Attr, Document, Element, Node

import defusedxml.minidom
from defusedxml import DefusedXmlException

from dinodesk.library.metadata import sanitize, xmp_reader
from dinodesk.library.sidecars import xml_serializer

OWN = "urn:dinodesk:xmp:1.0"
"""Namespace of our own properties, which record the words that DinoDesk put into lists of the same names."""

_XMLNS, _XML = "http://www.w3.org/2000/xmlns/", "http://www.w3.org/XML/1998/namespace"
_RDF = xmp_reader.NAMESPACES["rdf"]
_TEXTS = (Node.TEXT_NODE, Node.CDATA_SECTION_NODE)


class XmpDocument:
    """An XMP packet as a tree.

    Attributes:
        changed: whether anything differs from the bytes it was made of.
    """

    def __init__(self, data: bytes) -> None:
        """Raises ValueError with a plain reason for what is no XMP, or a trap."""
        document = xmp_reader.well_formed(data)  # traps and limits
        try:
            parse: Any = defusedxml.minidom.parseString
            self._document: Document = parse(document, forbid_dtd=True)
        except (DefusedXmlException, ValueError) as error:
            raise ValueError("it is not well-formed XML") from error
        self.changed = False
        found = self._document.getElementsByTagNameNS(_RDF, "RDF")
        if not found:
            raise ValueError("the file beside it is no XMP")
        self._all = [node for node in _elements(found[0]) if _is(node, "Description")]
        if not self._all:
            self._all = [self._element(found[0], _RDF, "rdf", "Description")]
            name = self._prefix(self._all[0], _RDF, "rdf") + "about"
            self._all[0].setAttributeNS(_RDF, name, "")
        self._main = self._all[0]

    def bytes(self) -> bytes:
        """The document, in UTF-8."""
        return xml_serializer.as_bytes(self._document)

    def recorded(self, name: str) -> list[str]:
        """The words that DinoDesk put into the list `name`, as the document records them."""
        return [word for item in self._items(OWN, name) if (word := _word(item))]

    def set_plain(self, prefix: str, name: str, value: str) -> None:
        """Set a property that is one text; a new one becomes an attribute."""
        namespace = xmp_reader.NAMESPACES[prefix]
        there: list[Attr | Element] = [*self._attributes(namespace, name)]
        there += [(_list_items(each) or [each])[0] for each in self._properties(namespace, name)]
        for node in there:
            _set_value(node, value)
        if not there:
            self._main.setAttributeNS(namespace, self._prefix(self._main, namespace, prefix) + name, value)
        self.changed = True

    def set_language(self, name: str, value: str) -> None:
        """Set a property of `dc` in the default language; other languages stay."""
        namespace = xmp_reader.NAMESPACES["dc"]
        self._take_attributes(namespace, name)
        there = self._properties(namespace, name)
        for each in there or [self._element(self._main, namespace, "dc", name)]:
            container = self._list(each, "Alt")
            default = [
                item for item in _list_items(each) if item.getAttributeNS(_XML, "lang") in ("", "x-default")
            ][:1]
            item = default[0] if default else self._item(container, first=True)
            item.setAttributeNS(_XML, "xml:lang", "x-default")
            _set_value(item, value)
        self.changed = True

    def set_words(self, prefix: str, name: str, values: Iterable[str]) -> None:
        """Set the words of a list that are ours; words of other programs stay, with their qualifiers.

        Ours are the recorded ones. A word that another program wrote too is not ours.
        """
        namespace = xmp_reader.NAMESPACES[prefix]
        recorded = self.recorded(name)
        ours = self._ours(namespace, name, {word.casefold() for word in recorded})
        mine = set(ours.values())
        theirs = {_word(item).casefold() for item in self._items(namespace, name) if item not in mine}
        theirs |= {sanitize.text(each.value).casefold() for each in self._attributes(namespace, name)}
        wanted = [word for word in sanitize.words(values) if word.casefold() not in theirs]
        for key in ours.keys() - {word.casefold() for word in wanted}:
            self._drop(ours[key])
        for word in wanted:
            item = ours.get(word.casefold())
            if item is None:
                self._add(namespace, prefix, name, [word])
            elif _is_plain(item) and _word(item) != word:
                _set_value(item, word)
                self.changed = True
        if recorded != wanted:
            self._record(name, wanted)

    def _ours(self, namespace: str, name: str, recorded: set[str]) -> dict[str, Element]:
        """The items that we wrote, by word: one each, preferably one without qualifiers of others."""
        found: dict[str, Element] = {}
        for item in self._items(namespace, name):
            key = _word(item).casefold()
            if key in recorded and (key not in found or _is_plain(item)):
                found[key] = item
        return found

    def _record(self, name: str, words: Sequence[str]) -> None:
        for each in self._properties(OWN, name):
            _remove(each)
        self._take_attributes(OWN, name)
        if words:
            container = self._list(self._element(self._main, OWN, "dinodesk", name), "Bag")
            for word in words:
                _set_value(self._item(container), word)
        self.changed = True

    def _add(self, namespace: str, prefix: str, name: str, words: Sequence[str]) -> None:
        """Append words to the list that readers take, of whatever kind it is."""
        words = [*self._take_attributes(namespace, name), *words]
        there = self._properties(namespace, name)[:1]
        element = there[0] if there else self._element(self._main, namespace, prefix, name)
        container = self._list(element, "Bag")
        for word in words:
            _set_value(self._item(container), word)
        self.changed = True

    def _drop(self, item: Element) -> None:
        """Remove an item, and its list when it is empty then."""
        container: Any = item.parentNode
        _remove(item)
        self.changed = True
        if not _is(item, "li") or container.childNodes or container.attributes.length:
            return
        element = container.parentNode
        if element.childNodes == [container] and not element.attributes.length:
            _remove(element)

    # ── the tree ────────────────────────────────────────────────────────────────────────────────

    def _attributes(self, namespace: str, name: str) -> list[Attr]:
        found: list[Any] = [each.getAttributeNodeNS(namespace, name) for each in self._all]
        return [each for each in found if each is not None]

    def _take_attributes(self, namespace: str, name: str) -> list[str]:
        """Remove a property's attributes and return their values: it can't be an attribute and a list."""
        values = [each.value for each in self._attributes(namespace, name)]
        for description in self._all:
            if description.hasAttributeNS(namespace, name):
                description.removeAttributeNS(namespace, name)
        return values

    def _properties(self, namespace: str, name: str) -> list[Element]:
        return [
            node
            for description in self._all
            for node in _elements(description)
            if (node.namespaceURI, node.localName) == (namespace, name)
        ]

    def _items(self, namespace: str, name: str) -> list[Element]:
        """The items of a list, or the property itself where it is one text."""
        return [item for each in self._properties(namespace, name) for item in (_list_items(each) or [each])]

    def _list(self, element: Element, kind: str) -> Element:
        """The list in a property; where it has none, a new one whose first item is the property's text."""
        for each in _elements(element):
            if _is(each, "Bag", "Seq", "Alt"):
                return each
        attributes: list[Any] = [element.attributes.item(n) for n in range(element.attributes.length)]
        attributes = [each for each in attributes if each.namespaceURI != _XMLNS]
        moved: list[Any] = []
        if attributes or _elements(element) or _text(element).strip():
            moved = list(element.childNodes)
        container = self._element(element, _RDF, "rdf", kind)
        if attributes or moved:
            item = self._item(container)
            for attribute in attributes:
                item.setAttributeNS(attribute.namespaceURI, attribute.name, attribute.value)
                element.removeAttributeNode(attribute)
            for node in moved:
                item.appendChild(node)
        return container

    def _item(self, container: Element, *, first: bool = False) -> Element:
        prefix = f"{container.prefix}:" if container.prefix else ""
        item = self._document.createElementNS(_RDF, f"{prefix}li")
        container.insertBefore(item, container.firstChild if first else None)
        return item

    def _element(self, parent: Element, namespace: str, prefix: str, name: str) -> Element:
        prefix = self._prefix(parent, namespace, prefix)
        element = self._document.createElementNS(namespace, prefix + name)
        parent.appendChild(element)
        return element

    def _prefix(self, element: Element, namespace: str, wanted: str) -> str:
        """The prefix of a namespace in scope, with its colon; declared on the element if there is none."""
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


def _elements(node: Any) -> list[Element]:
    return [child for child in node.childNodes if child.nodeType == Node.ELEMENT_NODE]


def _is(node: Element, *names: str) -> bool:
    return node.namespaceURI == _RDF and node.localName in names


def _remove(node: Any) -> None:
    node.parentNode.removeChild(node)


def _list_items(element: Element) -> list[Element]:
    lists = [each for each in _elements(element) if _is(each, "Bag", "Seq", "Alt")]
    return [item for each in lists for item in _elements(each) if _is(item, "li")]


def _is_plain(item: Element) -> bool:
    """Whether an item is as we write it: text without qualifiers."""
    return not item.attributes.length and all(node.nodeType in _TEXTS for node in item.childNodes)


def _value_node(item: Element) -> Element | Attr:
    """The node that holds an item's text: itself, or the `rdf:value` of a qualified value."""
    for each in (item, *(child for child in _elements(item) if _is(child, "Description"))):
        for child in _elements(each):
            if _is(child, "value"):
                return child
        attribute = each.getAttributeNodeNS(_RDF, "value")
        if attribute is not None:
            return attribute
    return item


def _word(item: Element) -> str:
    node = _value_node(item)
    return sanitize.text(node.value if isinstance(node, Attr) else _text(node))


def _text(element: Element) -> str:
    """The text before the first child element, as readers take it."""
    found = ""
    nodes: list[Any] = element.childNodes
    for node in nodes:
        if node.nodeType == Node.ELEMENT_NODE:
            break
        found += node.data if node.nodeType in _TEXTS else ""
    return found


def _set_value(item: Element | Attr, value: str) -> None:
    node: Any = item if isinstance(item, Attr) else _value_node(item)
    if isinstance(node, Attr):
        node.value = value
        return
    for child in [child for child in node.childNodes if child.nodeType in _TEXTS]:
        node.removeChild(child)
    node.insertBefore(node.ownerDocument.createTextNode(value), node.firstChild)
