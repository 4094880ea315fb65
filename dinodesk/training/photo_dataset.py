"""The photos of the data folder, with their captions and labels, and what each may be used for."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from dinodesk.errors import UsageError
from dinodesk.records import ByteArray
from dinodesk.text_decoding import decode_names, decode_text, lines_of

Split = Literal["train", "validation", "dev", "named"]

LIST = "photos-160.json"
ARCHIVE = "photos-160.tar"
HELD_OUT = "held-out-names.txt"
CLASSES = "imagenet-classes.json"


@dataclass(frozen=True, slots=True)
class TrainingPhoto:
    """A photo with its captions and labels.

    Attributes:
        name: its path in the archive, or `captioned/…`, `photos/…` for those that lie in folders.
        captions: what people wrote.
        labels: key words.
        split: "train"; "validation" chooses; "dev" (captioned/) and "named" (photos/) are reported.
        source: the collection it comes from; empty where it is a folder of its own.
    """

    name: str
    captions: tuple[str, ...]
    labels: tuple[str, ...]
    split: Split
    source: str = ""


def listed(data: Path) -> list[TrainingPhoto]:
    """Every photo of the data folder that may be used, held-out names left out.

    Raises:
        UsageError: this is no data folder.
    """
    try:
        meta = json.loads(decode_text((data / LIST).read_bytes()))
    except OSError as error:
        raise UsageError(f"There is no {LIST} in {data}.", "Give the data folder with --data DIR.") from error
    photos = []
    for name, entry in sorted(meta.items()):
        captions, labels = tuple(entry.get("captions", ())), tuple(entry.get("labels", ()))
        split: Split = "validation" if entry.get("split") == "validation" else "train"
        photos.append(TrainingPhoto(name, captions, labels, split, entry.get("source", "")))
    captioned = data / "captioned" / "captions.json"
    if captioned.exists():
        for name, captions in sorted(json.loads(decode_text(captioned.read_bytes())).items()):
            photos.append(TrainingPhoto(f"captioned/{name}", tuple(captions), (), "dev"))
    for file in sorted((data / "photos").glob("*.*")):
        label = file.stem.split("_", 1)[-1].replace("_", " ")
        photos.append(TrainingPhoto(f"photos/{file.name}", (), (label,), "named"))
    never = _held_out(data)
    return [photo for photo in photos if Path(photo.name).name not in never]


def _held_out(data: Path) -> set[str]:
    file = data / HELD_OUT
    lines = lines_of(decode_names(file.read_bytes())) if file.exists() else []
    return {line.strip() for line in lines if line.strip() and not line.startswith("#")}


def pixels(data: Path, names: Sequence[str]) -> Iterator[ByteArray]:
    """The photos as sRGB uint8 (H, W, 3), in the order of `names`."""
    archive = data / ARCHIVE
    tar = tarfile.open(archive) if archive.exists() else None  # noqa: SIM115 (closed below)
    try:
        members = {} if tar is None else {member.name.removeprefix("./"): member for member in tar}
        for name in names:
            member = members.get(name)
            if tar is not None and member is not None:
                content = tar.extractfile(member)
                raw = b"" if content is None else content.read()
            else:
                raw = (data / name).read_bytes()
            with Image.open(io.BytesIO(raw)) as image:
                yield np.asarray(image.convert("RGB"))
    finally:
        if tar is not None:
            tar.close()
