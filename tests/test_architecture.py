"""The shape of the house: what loads what, how long files and functions are, versions that agree."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
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
        ("import dinodesk.engine.engine_state", {"PySide6"}),
    ],
)
def test_importing_loads_only_what_it_should(statement: str, never: set[str]) -> None:
    assert not loaded_by(statement) & never


def test_only_the_store_uses_sqlites_dialect() -> None:
    """lint-imports sees whole external packages, so it cannot hold `sqlalchemy.dialects`."""
    library = ROOT / "dinodesk" / "library"
    using = [file for file in library.rglob("*.py") if "sqlalchemy.dialects" in file.read_text("utf-8")]
    assert {file.parent.name for file in using} == {"store"}


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
                if methods > 38:  # Engine, Session and Worker have one for each kind of message
                    too_big.append(f"{file.name}:{node.name} has {methods} methods")
    assert too_big == []


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
