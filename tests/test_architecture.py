"""The shape of the house: what loads what, how long files and functions are, versions that agree."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import dinodesk

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "dinodesk").rglob("*.py"))


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(' '.join(sorted({{n.split('.')[0] for n in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("statement", "never"),
    [
        ("import dinodesk", {"torch", "PySide6", "sqlalchemy", "hnswlib", "numpy"}),
        ("import dinodesk.ui.shell.main_window", {"torch", "sqlalchemy", "hnswlib", "PIL"}),
        ("import dinodesk.app", {"torch", "sqlalchemy", "hnswlib", "PIL"}),
        ("import dinodesk.cli.main", {"torch", "sqlalchemy", "PySide6"}),
        ("import dinodesk.models.loader", {"PySide6", "sqlalchemy"}),
        ("import dinodesk.library.library", {"PySide6", "torch"}),
        ("import dinodesk.api", {"PySide6"}),
        ("import dinodesk.engine.messages", {"torch", "sqlalchemy", "PIL", "PySide6"}),
        ("import dinodesk.engine.runtime.scheduler", {"PySide6"}),
        ("import dinodesk.engine.runtime.worker", {"torch", "sqlalchemy", "hnswlib", "PIL"}),
    ],
)
def test_importing_loads_only_what_it_should(statement: str, never: set[str]) -> None:
    assert not loaded_by(statement) & never


ONLY_IN = {
    "torch": ("models/", "training/", "engine/search/torch_kernel.py"),
    "sqlalchemy": ("library/",),
    "sqlalchemy.dialects": ("library/store/",),
    "sqlite3": ("library/store/", "cli/bench/"),
    "hnswlib": ("search/index/hnsw_graph.py",),
    "PIL": ("library/images/", "library/metadata/", "models/preprocessing/", "training/", "cli/"),
    "PySide6": ("ui/", "app.py", "engine/client.py", "engine/runtime/worker.py"),
    "shiboken6": ("ui/", "engine/client.py"),
    "pyqtgraph": ("ui/",),
    "watchdog": ("library/files/folder_watcher.py",),
    "pickle": ("engine/decoding/decoder_process.py", "models/checkpoints/weight_files.py"),
    "subprocess": ("engine/decoding/decoder_pool.py", "library/files/mounts.py", "ui/shell/display.py"),
    **dict.fromkeys(("socket", "ssl", "http", "urllib", "ftplib", "requests"), ()),
    "dinodesk.ui": ("ui/", "app.py"),
    "dinodesk.engine.client": ("ui/", "app.py"),
}
"""Where a library, or a part of the program, may be imported, inside of functions as well."""

NEVER_IN = {
    "engine/messages/": ("dinodesk.library", "dinodesk.models", "dinodesk.search", "dinodesk.features"),
    "engine/client.py": ("dinodesk.library", "dinodesk.models", "dinodesk.search", "dinodesk.features"),
    "engine/decoding/": ("dinodesk.models.networks", "dinodesk.library.store"),
}
"""What the window could reach through the two modules of the engine that it knows; and decoder processes."""

ASKS_THE_ENGINE = r"ui/(\w+/\w+_controller|library/tree_menu|context/feedback|shell/main_window)\.py"
"""Widgets, dialogs and item models know no engine."""


def test_each_library_is_imported_where_it_belongs() -> None:
    wrong = []
    for file in SOURCES:
        name = file.relative_to(ROOT / "dinodesk").as_posix()
        wrong += [f"{name} imports {module}" for module in _imported(file) if not _may_import(name, module)]
    assert wrong == []


def _may_import(name: str, module: str) -> bool:
    def within(*packages: str) -> bool:
        return any(f"{module}.".startswith(f"{package}.") for package in packages)

    if any(within(library) and not name.startswith(places) for library, places in ONLY_IN.items()):
        return False
    if any(name.startswith(start) and within(*packages) for start, packages in NEVER_IN.items()):
        return False
    knows = within("dinodesk.engine.client") and name.startswith("ui/")
    return not knows or re.fullmatch(ASKS_THE_ENGINE, name) is not None


def _imported(file: Path) -> Iterator[str]:
    """Full names of the modules that a file imports; of `from a import b` both "a" and "a.b"."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def test_files_functions_and_classes_stay_small() -> None:
    too_big = []
    for file in SOURCES:
        text = file.read_text(encoding="utf-8")
        if text.count("\n") > 500:
            too_big.append(f"{file.name}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno + 1 > 60:
                too_big.append(f"{file.name}:{node.name} is longer than 60 lines")
            if isinstance(node, ast.ClassDef):
                methods = sum(isinstance(each, ast.FunctionDef) for each in node.body)
                if methods > 25:
                    too_big.append(f"{file.name}:{node.name} has {methods} methods")
    assert too_big == []


def test_rooms_stay_small() -> None:
    rooms = Counter(file.parent for file in SOURCES if file.name != "__init__.py")
    assert {str(room.relative_to(ROOT)): count for room, count in rooms.items() if count > 16} == {}


def test_no_two_rooms_use_one_class_name() -> None:
    """A class is found by its name; a leading underscore keeps it to its own file."""
    known: dict[str, list[str]] = {}
    for file in SOURCES:
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                known.setdefault(node.name, []).append(str(file.relative_to(ROOT)))
    assert {name: files for name, files in known.items() if len(files) > 1 and name not in FACES} == {}


FACES = {"Answer", "Model"}  # the Python door's own: what it answers, and its wrapper of a model


def test_no_module_imports_in_a_circle() -> None:
    """Imports under TYPE_CHECKING and inside functions count as well."""
    names = {_module(file): file for file in SOURCES}
    imports = {name: set(_imports(name, file, names)) for name, file in names.items()}
    reach = {name: set(direct) for name, direct in imports.items()}
    grows = True
    while grows:
        grows = False
        for reached in reach.values():
            further = set().union(*(reach[each] for each in reached)) - reached
            reached |= further
            grows = grows or bool(further)
    assert sorted(name for name in reach if name in reach[name]) == []


def _module(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(name: str, file: Path, names: dict[str, Path]) -> Iterator[str]:
    """The modules of the program that a module names, but for the packages that it lies in."""
    for each in _imported(file):
        while each and each not in names:
            each = each.rpartition(".")[0]
        if each and each != name and not name.startswith(each + "."):
            yield each


def test_no_star_imports_and_no_letters_for_modules() -> None:
    for file in [*SOURCES, *(ROOT / "tests").rglob("*.py")]:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"^\s*from \S+ import \*", text, re.MULTILINE), file
        assert not re.search(r"^\s*from dinodesk\S* import \w+ as \w$", text, re.MULTILINE), file


def test_engine_connects_no_lambdas_and_tests_do_not_sleep() -> None:
    for file in (ROOT / "dinodesk" / "engine").rglob("*.py"):
        assert "connect(lambda" not in file.read_text(encoding="utf-8"), file
    for file in (ROOT / "tests").rglob("test_*.py"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(time\.sleep|qtbot\.wait)\(", text, re.MULTILINE), file


def test_weights_never_load_as_plain_pickle() -> None:
    for file in SOURCES:
        for call in re.findall(r"torch\.load\([^)]*\)", file.read_text(encoding="utf-8")):
            assert "weights_only=True" in call, (file, call)
        assert "allow_pickle=True" not in file.read_text(encoding="utf-8")


def test_version_and_changelog_agree() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## \[(\d.+?)\]", changelog, re.MULTILINE)  # what is not released yet stands above
    assert newest is not None and newest.group(1) == dinodesk.__version__
    assert f'version = "{dinodesk.__version__}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_nothing_opens_a_connection(tmp_path: Path) -> None:
    """What the command line does with photos, with every socket refused but those of this machine."""
    guard = tmp_path / "sitecustomize.py"
    guard.write_text(
        "import socket\n"
        "def refuse(*a, **k): raise RuntimeError('a connection was opened')\n"
        "def local(do): return lambda one, *a: do(one, *a) if one.family == socket.AF_UNIX else refuse()\n"
        "for name in ('connect', 'connect_ex', 'sendto', 'sendmsg', 'bind'):\n"
        "    setattr(socket.socket, name, local(getattr(socket.socket, name)))\n"
        "socket.getaddrinfo = socket.gethostbyname = socket.create_connection = refuse\n"
    )
    environment = dict(os.environ, PYTHONPATH=str(tmp_path))
    samples = sorted((ROOT / "resources" / "samples").glob("*.jpg"))[:3]
    for command in (
        ["index", *map(str, samples)],
        ["search", "a dog"],
        ["inspect", str(samples[0]), "--map", "text", "--text", "a dog", "-o", str(tmp_path / "map.png")],
        ["export", "--format", "json", "-o", str(tmp_path / "all.json")],
        ["models"],
        ["doctor"],
    ):
        line = [sys.executable, "-m", "dinodesk", *command, "--library", str(tmp_path / "library"), "--json"]
        done = subprocess.run(line, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
