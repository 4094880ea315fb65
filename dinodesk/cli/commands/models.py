"""`models`: list, import and verify models."""

from __future__ import annotations

import argparse
import os
from dataclasses import asdict

from dinodesk.cli.exit_codes import DONE, Outcome
from dinodesk.errors import UsageError
from dinodesk.models.zoo import installed_models
from dinodesk.records import ZooEntry


def models(options: argparse.Namespace) -> Outcome:
    """The zoo: list it, import files, verify one model's files."""
    lines: list[str] = []
    if options.action == "list":
        if options.what:
            raise UsageError("`models list` takes no names.")
    elif not options.what:
        raise UsageError(f"`models {options.action}` needs a name or files.")
    elif options.action == "import":
        lines.append(
            installed_models.import_files(
                [os.path.abspath(os.path.expanduser(each)) for each in options.what]
            )
        )
    else:
        lines += [installed_models.verify(name) for name in options.what]
    entries = installed_models.entries()
    if options.action == "verify":
        entries = tuple(each for each in entries if each.name in options.what)
    if options.action == "list":
        lines += [_entry_line(each) for each in entries]
    return DONE, [asdict(each) for each in entries], lines


def _entry_line(entry: ZooEntry) -> str:
    size = f"{entry.bytes / 1e6:,.0f} MB" if entry.bytes else ""
    words = "text" if entry.text else ""
    return f"{entry.name:28} {entry.state:8} {size:>10} {words:5} {entry.licence}  {entry.missing}".rstrip()
