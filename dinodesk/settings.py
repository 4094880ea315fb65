"""The person's choices, one frozen record read from and written to one TOML file."""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from dinodesk import private_files
from dinodesk.text_decoding import decode_text


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices that outlive a session.

    Attributes:
        model: zoo name of the chosen model, or comma-joined checkpoint files.
        theme: "system", "dark" or "light".
        library: the library opened last; empty for the default one.
        crop_thumbnails: whether photos fill the cells of the grid, rather than being shown whole.
        sidecar_names: how a new sidecar is named where its folder has none: "name" for `IMG.jpg.xmp`
            (darktable, digiKam), "stem" for `IMG.xmp` (Adobe).
        thumbnail_gigabytes: how much room a library's thumbnails may take, at least 1.
    """

    model: str = "builtin"
    theme: str = "system"
    library: str = ""
    crop_thumbnails: bool = False
    sidecar_names: Literal["name", "stem"] = "name"
    thumbnail_gigabytes: int = 20

    def __post_init__(self) -> None:
        if self.thumbnail_gigabytes < 1:
            object.__setattr__(self, "thumbnail_gigabytes", 1)
        if self.sidecar_names not in ("name", "stem"):
            object.__setattr__(self, "sidecar_names", "name")


def load(path: Path) -> Settings:
    """Read `path`; a missing or damaged file gives the defaults, unknown keys are ignored."""
    try:
        raw = tomllib.loads(decode_text(path.read_bytes()))
    except (OSError, ValueError):
        return Settings()
    kinds = {f.name: type(f.default) for f in fields(Settings)}
    chosen: dict[str, Any] = {k: v for k, v in raw.items() if k in kinds and type(v) is kinds[k]}
    return Settings(**chosen)


def save(settings: Settings, path: Path) -> None:
    """Write `path` atomically. Raises OSError when the disk refuses."""
    private_files.make_folder(path.parent)
    # a JSON string of printable text is a valid TOML basic string
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in asdict(settings).items()]
    temporary = path.with_name(path.name + ".part")
    private_files.write(temporary, "".join(lines).encode("utf-8"))
    os.replace(temporary, path)
