"""The person's choices, one frozen record read from and written to one TOML file."""

from __future__ import annotations

import json
import os
import re
import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from dinodesk import file_urls, private_files
from dinodesk.text_decoding import decode_text

_SURROGATE = re.compile("[\ud800-\udfff]")
"""What stands in a path for a byte that is not UTF-8."""


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
        if not self.model.strip():
            object.__setattr__(self, "model", "builtin")
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
    return Settings(**{key: _read(value) for key, value in chosen.items()})


def save(settings: Settings, path: Path) -> None:
    """Write `path` atomically. Raises OSError when the disk refuses, ValueError for what is no path.

    A path that is not UTF-8, which no TOML can hold, is written as a `file:` address.
    """
    private_files.make_folder(path.parent)
    # a JSON string is a valid TOML basic string, but for DEL, which JSON does not escape
    lines = [
        f"{key} = {json.dumps(_written(value), ensure_ascii=False)}\n".replace("\x7f", "\\u007f")
        for key, value in asdict(settings).items()
    ]
    private_files.replace(path, "".join(lines).encode("utf-8"))


def _written(value: Any) -> Any:
    """A value as UTF-8 can hold it: a path, or several joined by commas, that it can't as one address."""
    if not isinstance(value, str) or _SURROGATE.search(value) is None:
        return value
    return file_urls.url_of(os.path.abspath(value))


def _read(value: Any) -> Any:
    """What `_written` made of a value; other values are as they are."""
    return (file_urls.path_of(value) or value) if isinstance(value, str) else value
