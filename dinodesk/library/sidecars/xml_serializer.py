"""Serializing a minidom tree so that a parser gets back exactly what is in it.

Python 3.11's `toxml` writes line breaks and tabs of attributes as they are, and every reader makes spaces
of them; here they are character references, as is a carriage return in a text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.dom.minidom import Document, Node

_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE = _TEXT | str.maketrans({'"': "&quot;", "\t": "&#9;", "\n": "&#10;"})


def as_bytes(document: Document) -> bytes:
    """The document in UTF-8. Raises RecursionError for one that is nested too deeply."""
    alone = ' standalone="yes"' if document.standalone else ""
    whole = f'<?xml version="1.0" encoding="utf-8"{alone}?>' + "".join(_serialized(document))
    return whole.encode()


def _serialized(node: Any) -> Iterator[str]:
    kind = node.nodeType
    if kind == Node.TEXT_NODE:
        yield node.data.translate(_TEXT)
    elif kind == Node.CDATA_SECTION_NODE:
        yield f"<![CDATA[{node.data}]]>"
    elif kind == Node.COMMENT_NODE:
        yield f"<!--{node.data}-->"
    elif kind == Node.PROCESSING_INSTRUCTION_NODE:
        yield f"<?{node.target} {node.data}?>"
    elif kind == Node.ELEMENT_NODE:
        attributes = (
            f' {name}="{(value or "").translate(_ATTRIBUTE)}"' for name, value in node.attributes.items()
        )
        yield f"<{node.tagName}{''.join(attributes)}"
        yield ">" if node.childNodes else "/>"
        for child in node.childNodes:
            yield from _serialized(child)
        if node.childNodes:
            yield f"</{node.tagName}>"
    elif kind == Node.DOCUMENT_NODE:
        for child in node.childNodes:
            yield from _serialized(child)
            if child.nodeType != Node.ELEMENT_NODE:
                yield "\n"
