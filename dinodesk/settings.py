"""The person's choices, one frozen record read from and written to one TOML file."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from dinodesk import file_urls, paths, private_files
from dinodesk.text_decoding import decode_text

_SURROGATE = re.compile("[\ud800-\udfff]")
"""What stands in a path for a byte that is not UTF-8."""


@dataclass(frozen=True, slots=True)
class SettingSpec:
    """What there is to know of a setting beside its key and default, which are those of the field.

    Attributes:
        title, sentence: what it is called, and what it does; both "" for one that is set elsewhere.
        choices: its values and the words for each; empty for other kinds.
        least, most: of a number; 0 and 0 for what is none.
        unit: of a number, behind it.
        zero: the words for the number 0.
        restart: it counts from the next start of the program; others at once.
    """

    title: str = ""
    sentence: str = ""
    choices: tuple[tuple[str | bool, str], ...] = ()
    least: int = 0
    most: int = 0
    unit: str = ""
    zero: str = ""
    restart: bool = False

    def allowed(self, value: Any, default: Any) -> Any:
        """`value` where the setting may have it, else the nearest one or the default."""
        if self.choices and value not in [each for each, _ in self.choices]:
            return default
        return min(max(value, self.least), self.most) if self.most else value


def _setting(default: Any, title: str, sentence: str, **more: Any) -> Any:
    return field(default=default, metadata={"spec": SettingSpec(title, sentence, **more)})


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices that outlive a session: key, kind, default and sentence of each stand here and nowhere else.

    Attributes:
        model: zoo name of the chosen model, or comma-joined checkpoint files.
        library: the library opened last; empty for the default one.
        recent_libraries: libraries that were open, the last one first, one a line.
        open_with: programs that photos were opened with, the last one first, one a line.
        sort_search, sort_browse, sort_album, group_search, group_browse, group_album: order and headings of
            the photos (`records.Sort`, `records.Group`), of a query, without one, and of an album.
        templates: what becomes of sentences (`records.TemplateSet`), by model: its fingerprint and the set's
            name, one model a line; one that is not there reads them as they are typed.
    """

    model: str = "builtin"
    library: str = ""
    recent_libraries: str = ""
    open_with: str = ""
    sort_search: str = "relevance"
    sort_browse: str = "date"
    sort_album: str = "relevance"
    group_search: str = "none"
    group_browse: str = "none"
    group_album: str = "none"
    templates: str = ""
    theme: str = _setting(
        "system",
        "Appearance",
        "Dark or light; or as the system is.",
        choices=(("system", "As the system"), ("dark", "Dark"), ("light", "Light")),
    )
    crop_thumbnails: bool = _setting(
        False,
        "Photos in the grid",
        "Whole, or cropped so that they fill their cells.",
        choices=((False, "Whole photos"), (True, "Cropped to fill their cells")),
    )
    dimming: int = _setting(
        62,
        "Dimming of less likely photos",
        "How much fainter a photo is shown, the less likely it is. They are never hidden.",
        least=0,
        most=80,
        unit=" %",
        zero="Off",
    )
    auto_stop: str = _setting(
        "balanced",
        "Good matches",
        "How much Auto lets in: fewer photos that are surer, or more of them.",
        choices=(("sure", "Few but sure"), ("balanced", "Balanced"), ("more", "Show more")),
    )
    keep_searches: bool = _setting(
        True,
        "Past searches",
        "Down in the empty search field lists them. They are kept on this computer, for you alone to read.",
        choices=((True, "Remembered"), (False, "Not remembered")),
    )
    default_library: str = _setting(
        "",
        "Default library",
        "The library of “Open my library”, of the command line, and of a start without another one.",
    )
    start_with_last: bool = _setting(
        True,
        "At the start open",
        "The library that was open last, or always the default one.",
        choices=((True, "The last library"), (False, "The default library")),
        restart=True,
    )
    thumbnail_gigabytes: int = _setting(
        20,
        "Thumbnails of a library",
        "They are made again when they are needed; the oldest go first.",
        least=1,
        most=10_000,
        unit=" GB",
    )
    threads: int = _setting(
        0,
        "Threads of the processor",
        "How many of them indexing and searching may use.",
        least=0,
        most=256,
        zero="Automatic",
        restart=True,
    )
    sidecar_names: Literal["name", "stem"] = _setting(
        "name",
        "New sidecars in a folder without any",
        "Where a folder has sidecars, new ones are named like those.",
        choices=(("name", "IMG.jpg.xmp, as darktable and digiKam"), ("stem", "IMG.xmp, as Adobe")),
    )

    def __post_init__(self) -> None:
        if not self.model.strip():
            object.__setattr__(self, "model", "builtin")
        for each in fields(self):
            spec: SettingSpec | None = each.metadata.get("spec")
            if spec is not None:
                allowed = spec.allowed(getattr(self, each.name), each.default)
                object.__setattr__(self, each.name, allowed)

    def templates_of(self, fingerprint: str) -> str:
        """The name of the templates that are chosen for a model; "none" where none are."""
        return _by_model(self.templates).get(fingerprint, "none")

    def with_templates(self, fingerprint: str, templates: str) -> str:
        """The value of `templates` with another choice for one model."""
        chosen = {**_by_model(self.templates), fingerprint: templates}
        return "\n".join(f"{model} {name}" for model, name in chosen.items() if model and name != "none")


def _by_model(lines: str) -> dict[str, str]:
    pairs = (line.split() for line in lines.splitlines())
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}


SPECS: Mapping[str, SettingSpec] = MappingProxyType(
    {each.name: each.metadata["spec"] for each in fields(Settings) if "spec" in each.metadata}
)
"""The settings that a person sets as such, by key; the others are remembered where they are chosen."""


def default_library(chosen: Settings) -> Path:
    """The library to start with: `DINODESK_LIBRARY`, else the chosen folder, else the platform's.

    Raises ValueError where the variable holds blanks only.
    """
    if chosen.default_library.strip() and not os.environ.get("DINODESK_LIBRARY"):
        return Path(chosen.default_library)
    return paths.default_library()


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
