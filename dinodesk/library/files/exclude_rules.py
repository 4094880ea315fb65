"""Which files a scan leaves out: patterns, hidden folders, small files. One set of rules a library."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

_GLOB = re.compile(r"\*\*|.", re.DOTALL)


@dataclass(frozen=True)
class ExcludeRules:
    """Exclude rules.

    Attributes:
        patterns: globs. One without a slash is about the name of any file or folder (`*_thumb.jpg`,
            `cache`); one with a slash is about the path below the folder that was added (`2019/*/raw`).
            `*` matches anything but a slash, `**` anything, `?` one character; case never matters.
        hidden: whether folders whose names begin with a dot are looked into.
        smallest: files of fewer bytes are left out.
    """

    patterns: tuple[str, ...] = ()
    hidden: bool = False
    smallest: int = 0

    def leaves_out(self, relative: str, *, folder: bool = False, size: int = 0) -> bool:
        """Whether the file or folder at `relative`, its path below the root, is left out."""
        if not folder and size < self.smallest:
            return True
        names, paths = self._expressions
        if not folder and names is None and paths is None:
            return False  # most files of most libraries
        name = os.path.basename(relative)
        if folder and not self.hidden and name.startswith("."):
            return True
        if names is not None and names.fullmatch(name):
            return True
        return paths is not None and paths.fullmatch(relative.replace(os.sep, "/")) is not None

    def leaves_out_file(self, relative: str, size: int) -> bool:
        """Whether a file is left out, by itself or with one of the folders it lies in."""
        parts = relative.split(os.sep)
        above = (os.sep.join(parts[:count]) for count in range(1, len(parts)))
        return any(self.leaves_out(each, folder=True) for each in above) or self.leaves_out(
            relative, size=size
        )

    @cached_property
    def _expressions(self) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
        cleaned = [pattern.strip().strip("/") for pattern in self.patterns]
        return (
            _joined([each for each in cleaned if each and "/" not in each]),
            _joined([each for each in cleaned if "/" in each]),
        )


def _joined(globs: list[str]) -> re.Pattern[str] | None:
    """One expression for all globs; fnmatch's star would cross slashes, so it is no use here."""
    if not globs:
        return None
    kinds = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
    pieces = ("".join(kinds.get(each) or re.escape(each) for each in _GLOB.findall(glob)) for glob in globs)
    return re.compile("|".join(pieces), re.IGNORECASE | re.DOTALL)


def rules_from_json(stored: dict[str, Any]) -> ExcludeRules:
    """Rules from their stored JSON; values of a wrong type are ignored."""
    patterns, smallest = stored.get("patterns"), stored.get("smallest")
    return ExcludeRules(
        tuple(each for each in patterns if isinstance(each, str)) if isinstance(patterns, list) else (),
        stored.get("hidden") is True,
        max(0, smallest) if isinstance(smallest, int) else 0,
    )
