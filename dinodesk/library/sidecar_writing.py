"""Writing what the person said into XMP files beside photos; never into a photo.

An existing file keeps everything that others wrote into it: unknown properties, attributes, comments,
prefixes. Only the rating, title, description, and the labels that DinoDesk itself put there are replaced;
which labels those are is noted in the file.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable

from dinodesk.library import xmp
from dinodesk.library.beside import names_for
from dinodesk.library.reasons import plain_reason
from dinodesk.library.user_data import Said
from dinodesk.library.xmp_tree import Packet

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
    data = before or _EMPTY  # in an empty file nobody wrote anything
    packet, there = Packet(data), xmp.read(data)
    if said.rating not in (None, there.rating):
        packet.set_plain("xmp", "Rating", str(said.rating))
    for name, value, now in (
        ("title", said.title, there.title),
        ("description", said.description, there.description),
    ):
        if value is not None and value != now:
            packet.set_language(name, value)
    parts = [part for label in said.labels for part in _parts(label)]
    missing = _folded(said.labels) - _folded(there.keywords)
    taken_off = _folded(packet.noted("subject")) - _folded(parts)
    taken_off |= _folded(packet.noted("hierarchicalSubject")) - _folded(said.labels)
    if missing or taken_off:
        packet.set_words("dc", "subject", parts)
        packet.set_words("lr", "hierarchicalSubject", said.labels)
    return packet.bytes() if packet.changed else None


def _parts(label: str) -> list[str]:
    return [part.strip() for part in label.split("|") if part.strip()]


def _folded(words: Iterable[str]) -> set[str]:
    return {word.casefold() for word in words}
