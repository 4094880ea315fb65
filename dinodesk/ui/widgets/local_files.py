"""Files whose names are any bytes, through Qt, which knows names of UTF-8 only.

In a program such a name holds surrogates (`os.fsdecode`); Qt drops them from its own strings. So paths travel
in signals of `object`, and files of such names are read here and handed to Qt as bytes.
"""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, QUrl
from PySide6.QtGui import QImage, QImageReader

from dinodesk import file_urls

_START = 4096
"""Bytes by which a picture's format is recognised."""


def local_path(url: QUrl) -> str:
    """The path of an address that is a file of this machine, "" of any other."""
    return file_urls.path_of(bytes(url.toEncoded().data()).decode("ascii", "replace"))


def local_url(path: str) -> QUrl:
    """The address of an absolute path."""
    return QUrl.fromEncoded(QByteArray(file_urls.url_of(path).encode("ascii")))


def picture_format(file: str) -> bytes:
    """Qt's name of a picture's format by its first bytes, b"" for what is none or can't be read."""
    try:
        with open(file, "rb") as opened:
            start = opened.read(_START)
    except (OSError, ValueError):
        return b""
    buffer = _buffer(start)
    return bytes(QImageReader.imageFormat(buffer).data())


def read_picture(file: str, side: int = 0) -> QImage:
    """The upright picture, within a square of `side` pixels where given; null where it can't be read."""
    if _is_unicode(file):
        return _read(QImageReader(file), side)
    try:
        with open(file, "rb") as opened:
            buffer = _buffer(opened.read())
    except OSError:
        return QImage()
    return _read(QImageReader(buffer), side)


def _read(reader: QImageReader, side: int) -> QImage:
    reader.setAutoTransform(True)
    if side and reader.size().isValid():
        # a JPEG is decoded at a fraction of its size this way
        reader.setScaledSize(reader.size().scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


def _buffer(data: bytes) -> QBuffer:
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    return buffer


def _is_unicode(file: str) -> bool:
    try:
        file.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
