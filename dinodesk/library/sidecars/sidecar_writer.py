"""Writing annotations into XMP files beside photos; never into a photo.

An existing file keeps everything that others wrote into it: unknown properties, attributes, comments,
prefixes. Only the rating, title, description, and the labels that DinoDesk itself put there are replaced;
the file itself records which labels those are.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import sys
from collections.abc import Iterable
from typing import BinaryIO

from dinodesk.library.annotations.queries import Annotations
from dinodesk.library.files.os_errors import plain_reason
from dinodesk.library.files.sidecar_names import FolderListings, SidecarStyle
from dinodesk.library.metadata import xmp_reader
from dinodesk.library.sidecars.xmp_document import XmpDocument

if sys.platform != "win32":
    import fcntl

_WINDOWS = sys.platform == "win32"
_BEGINNING = b"<?xml"
"""What every sidecar that is written here begins with."""
_RDF = xmp_reader.NAMESPACES["rdf"]
_EMPTY = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_RDF}">'
    '<rdf:Description rdf:about=""/></rdf:RDF></x:xmpmeta>\n<?xpacket end="w"?>'
).encode()


def target_for(photo: str, folders: FolderListings | None = None, style: SidecarStyle = "name") -> str:
    """The sidecar of a photo to write, as `SiblingFiles.target` chooses it. Raises OSError."""
    folder, name = os.path.split(photo)
    return os.path.join(folder, (folders or FolderListings()).siblings(folder).target(name, style))


def write(
    photo: str,
    annotations: Annotations,
    folders: FolderListings | None = None,
    style: SidecarStyle = "name",
    *,
    only_look: bool = False,
) -> str | None:
    """Write annotations into the sidecar of a photo; its path, or None where nothing had to be changed.

    `folders` keeps listings for a run over many photos; `style` names new sidecars. Temporary files of killed
    exports are removed. With `only_look` the disk stays as it is.
    Raises ValueError with a plain reason; the file that was there is untouched then.
    """
    folders = folders or FolderListings()
    try:
        target = target_for(photo, folders, style)
        if not only_look:
            _clear(os.path.dirname(photo), folders)
        if os.path.islink(target):
            raise ValueError("the sidecar is a link to another place")
        before = None
        if os.path.lexists(target):
            if not os.path.isfile(target):  # a pipe is never opened
                raise ValueError("what is called like the sidecar is no file")
            with open(target, "rb") as file:
                before = file.read(xmp_reader.LARGEST + 1)
        after = merged(before, annotations)
        if after is None:
            return None
        if not only_look:
            _replace(target, after)
    except OSError as error:
        raise ValueError(plain_reason(error)) from error
    return target


def _replace(target: str, data: bytes) -> None:
    # a short name: that of the photo may be as long as the system allows
    part = os.path.join(os.path.dirname(target), f".dinodesk-{secrets.token_hex(8)}.part")
    try:
        with open(part, "xb") as file:
            _lock(file)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            if os.path.lexists(target):
                os.chmod(part, stat.S_IMODE(os.stat(target).st_mode))
            if not _WINDOWS:  # while the lock is held; Windows renames no open file
                os.replace(part, target)
        if _WINDOWS:
            os.replace(part, target)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(part)


def _clear(folder: str, folders: FolderListings) -> None:
    """Remove temporary files of killed exports: named and beginning as ours, and locked by no writer."""
    parts = folders.siblings(folder).parts
    while parts:
        part = os.path.join(folder, parts.pop())
        with contextlib.suppress(OSError):
            if not stat.S_ISREG(os.lstat(part).st_mode):
                continue
            with open(part, "rb") as file:
                dead = _lock(file) and _BEGINNING.startswith(file.read(len(_BEGINNING)))
            if dead:
                os.unlink(part)


def _lock(file: BinaryIO) -> bool:
    """Lock a file until it is closed; False where another writer has it or the disk knows no locks."""
    if sys.platform == "win32":
        return True  # what is open can't be removed there anyway
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def merged(before: bytes | None, annotations: Annotations) -> bytes | None:
    """The sidecar's new bytes; None where it holds all of the annotations already.

    Raises ValueError with a plain reason for a file that is no XMP.
    """
    if before is None and annotations == Annotations(albums=annotations.albums):
        return None
    try:
        return _merged(before, annotations)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _merged(before: bytes | None, annotations: Annotations) -> bytes | None:
    data = before or _EMPTY  # an empty file is treated as none
    document, there = XmpDocument(data), xmp_reader.read(data)
    if annotations.rating not in (None, there.rating):
        document.set_plain("xmp", "Rating", str(annotations.rating))
    for name, value, now in (
        ("title", annotations.title, there.title),
        ("description", annotations.description, there.description),
    ):
        if value is not None and value != now:
            document.set_language(name, value)
    parts = [part for label in annotations.labels for part in _parts(label)]
    missing = _folded(annotations.labels) - _folded(there.keywords)
    removed = _folded(document.recorded("subject")) - _folded(parts)
    removed |= _folded(document.recorded("hierarchicalSubject")) - _folded(annotations.labels)
    if missing or removed:
        document.set_words("dc", "subject", parts)
        document.set_words("lr", "hierarchicalSubject", annotations.labels)
    return document.bytes() if document.changed else None


def _parts(label: str) -> list[str]:
    return [part.strip() for part in label.split("|") if part.strip()]


def _folded(words: Iterable[str]) -> set[str]:
    return {word.casefold() for word in words}
