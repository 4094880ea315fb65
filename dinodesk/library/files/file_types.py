"""Which files are photos: an allow-list of endings, of magic bytes and of Pillow's decoders."""

from __future__ import annotations

import os
from importlib.util import find_spec

HAS_JXL = find_spec("pillow_jxl") is not None
HAS_VIDEO = find_spec("av") is not None
"""Optional packages (extras `jxl` and `video`): without them such files are not photos at all."""

RAW_ENDINGS = frozenset(".cr2 .cr3 .nef .nrw .arw .dng .raf .orf .rw2 .pef .srw".split())
VIDEO_ENDINGS = frozenset(".mp4 .mov .m4v .avi .mkv .webm".split())

ENDINGS = (
    frozenset(
        ".jpg .jpeg .jpe .jfif .mpo .png .apng .webp .gif .tif .tiff .bmp .avif .heic .heif .hif".split()
    )
    | RAW_ENDINGS
    | (frozenset([".jxl"]) if HAS_JXL else frozenset())
    | (VIDEO_ENDINGS if HAS_VIDEO else frozenset())
)

DECODERS = ("JPEG", "MPO", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF", "JXL")
"""Names of Pillow's decoders that may see a file; never EPS, PDF, FITS, WMF, JPEG 2000 and the like."""

_NEVER_SNIFFED = VIDEO_ENDINGS | frozenset(
    # further RAW files, TIFF inside, but their first picture is a stamp-sized preview
    ".sr2 .srf .3fr .iiq .rwl .x3f"
    # known to be something else, not worth an open
    " .txt .md .json .xml .xmp .html .py .js .csv .log .ini .pdf .zip .gz .tar .7z .db"
    " .mp3 .wav .flac .exe .dll .so .psd .ai .svg .doc .docx .xls .xlsx .ds_store .part .tmp".split()
)

_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")
_BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)
"""Sizes of a bitmap's header: its first two letters alone begin many a text."""
_TIFF_MAGIC = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")  # TIFF, and BigTIFF
_RAW_MAGIC = (b"FUJIFILMCCD-RAW", b"IIRO", b"IIRS", b"MMOR", b"IIU\x00")  # RAF, ORF, RW2
_RAW_BRAND = b"crx "  # CR3
_JXL_MAGIC = (b"\xff\x0a", b"\x00\x00\x00\x0cJXL \r\n\x87\n")
_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis")


def ending(name: str) -> str:
    """The file's ending with its dot, in small letters."""
    return os.path.splitext(name)[1].lower()


def has_photo_ending(name: str) -> bool:
    """Whether the file's ending is on the allow-list."""
    # nearly all photos end in a dot and three letters, and splitext takes four times as long
    return (name[-4:].lower() in ENDINGS and name[-5:-4] not in ("", ".")) or ending(name) in ENDINGS


def why_not(name: str) -> str:
    """Why a file can't be added, as a sentence."""
    end = ending(name)
    if end in VIDEO_ENDINGS and not HAS_VIDEO:
        return "Videos need an extra: pip install '.[video]' in DinoDesk's folder."
    if end == ".jxl" and not HAS_JXL:
        return "JPEG XL needs an extra: pip install '.[jxl]' in DinoDesk's folder."
    return "It is not a photo DinoDesk can read."


def worth_sniffing(name: str) -> bool:
    """Whether a file with this foreign ending may still be a photo."""
    return ending(name) not in _NEVER_SNIFFED


def is_photo_start(start: bytes) -> bool:
    """Whether a file's first 32 bytes are those of any allowed format: a picture, a TIFF or a RAW file."""
    return is_image_start(start) or is_tiff_start(start) or is_raw_start(start)


def is_image_start(start: bytes) -> bool:
    """Whether a file's first 32 bytes are those of a picture; a TIFF's are not, for it may be RAW."""
    if start.startswith(_MAGIC) or (start[:4] == b"RIFF" and start[8:12] == b"WEBP"):
        return True
    if HAS_JXL and start.startswith(_JXL_MAGIC):
        return True
    if start[:2] == b"BM" and int.from_bytes(start[14:18], "little") in _BMP_HEADERS:
        return True
    return start[4:8] == b"ftyp" and start[8:12] in _BRANDS


def is_tiff_start(start: bytes) -> bool:
    """Whether a file's first bytes are those of a TIFF, which many RAW files are too."""
    return start.startswith(_TIFF_MAGIC)


def is_raw_start(start: bytes) -> bool:
    """Whether a file's first 32 bytes are those of a RAW file and of nothing else."""
    if start.startswith(_RAW_MAGIC) or start[4:12] == b"ftyp" + _RAW_BRAND:
        return True
    return start.startswith(b"II*\x00") and start[8:10] == b"CR"  # CR2
