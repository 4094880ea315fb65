"""A plain installation: the wheel carries everything of `resources/`, and runs from another folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program as pip installs it from a clean export, without its dependencies."""
    base = tmp_path_factory.mktemp("install")
    export = base / "export"
    export.mkdir()
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    for name in listing.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (export / name).parent.mkdir(parents=True, exist_ok=True)
            os.link(ROOT / name, export / name)
    target = base / "site"
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run(
        [*command, "--target", str(target), str(export)], capture_output=True, text=True, cwd=base
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return target


def run_installed(installed: Path, tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = dict(os.environ, PYTHONPATH=str(installed), HOME=str(tmp_path))
    return subprocess.run(
        [sys.executable, "-m", "dinodesk", *words],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )


def test_the_wheel_carries_the_resources(installed: Path) -> None:
    here = {
        file.relative_to(ROOT / "resources") for file in (ROOT / "resources").rglob("*") if file.is_file()
    }
    there = installed / "dinodesk" / "resources"
    assert here == {file.relative_to(there) for file in there.rglob("*") if file.is_file()}


def test_it_runs_from_another_folder_with_an_empty_home(installed: Path, tmp_path: Path) -> None:
    samples = installed / "dinodesk" / "resources" / "samples"
    photos = [str(file) for file in sorted(samples.glob("*.jpg"))[:4]]
    done = run_installed(installed, tmp_path, "index", *photos, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["indexed"] == 4
    found = run_installed(installed, tmp_path, "search", "a cat", "--json", "--top", "1")
    assert json.loads(found.stdout)["results"][0]["path"].startswith(str(samples))
