"""What the documents name exists, and what they show works."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import tomllib
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
DOCUMENTS = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")])
RECIPES = ("question", "map", "command", "column", "dialog", "checkpoint layout")


def name_of(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


def test_the_faults_page_names_tests_that_exist() -> None:
    text = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    cases = re.findall(r"^\| (\d+b?) \|", text, re.MULTILINE)
    assert cases == [*map(str, range(1, 25)), "24b", *map(str, range(25, 33))]
    file, named = "", 0
    for other, test in re.findall(r"`((?:\w+/)*test_\w+\.py)?(?:::(test_\w+))?`", text):
        file = other or file
        if other or test:
            source = (TESTS / file).read_text(encoding="utf-8")
            assert not test or f"def {test}(" in source, (file, test)
            named += 1
    assert named > 60


def test_documents_that_the_code_names_exist() -> None:
    there = {name_of(file) for file in [*DOCUMENTS, *(ROOT / "resources").rglob("*.md")]}
    absent = []
    for folder in ("dinodesk", "tests", "packaging"):
        for file in (ROOT / folder).rglob("*"):
            if file.suffix not in (".py", ".sh", ".ps1") or "resources" in file.parts:
                continue
            for named in re.findall(r"[\w/.-]*\w\.md\b", file.read_text(encoding="utf-8")):
                if not any(f"/{each}".endswith(f"/{named}") for each in there):
                    absent.append((name_of(file), named))
    assert absent == []


def test_sections_that_the_code_names_exist() -> None:
    named = set()
    for file in (ROOT / "dinodesk").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        named.update(re.findall(r"\b(docs/[\w-]+\.md), ([A-Z][\w ]*\w)", text))
    assert named
    for page, section in named:
        headings = re.findall(r"^#+ (.+)$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
        assert section in headings, (page, section)


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_files_that_a_document_names_exist(document: Path) -> None:
    """In backticks: paths from the top, from `dinodesk/` or from `tests/`, and names of modules alone."""
    if document.name == "CHANGELOG.md":  # it tells of files as they were
        return
    modules = {file.name for top in ("dinodesk", "tests", "packaging") for file in (ROOT / top).rglob("*.py")}
    absent = []
    text = re.sub(r"^```.*?^```", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for named in re.findall(r"`([\w./-]+?)(?:::\w*)?`", text):
        if "/" not in named:
            if named.endswith(".py") and named not in modules:
                absent.append(named)
        elif named.startswith(("dinodesk/", "tests/", "packaging/", "docs/")):
            if not (ROOT / named).exists():
                absent.append(named)
        elif named.endswith(".py") and not any(
            (ROOT / top / named).exists() for top in ("dinodesk", "tests")
        ):
            absent.append(named)
    assert absent == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (document.parent / target).exists(), target


def test_architecture_and_decisions_stay_short() -> None:
    pages = {ROOT / "docs" / "architecture.md": 150}
    pages |= dict.fromkeys((ROOT / "docs" / "decisions").glob("0*.md"), 40)
    assert len(pages) > 7
    for page, most in pages.items():
        assert len(page.read_text(encoding="utf-8").splitlines()) <= most, page


def test_the_layers_of_the_architecture_page_are_the_contracts() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms, packages = re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)[:2]
    shown = {
        "dinodesk": [re.split(r" {2,}", line.strip())[0] for line in re.findall(r"^  \w.*", rooms, re.M)]
    }
    for line in re.sub(r"\n +", " ", packages).splitlines():
        name, layers = line.split(maxsplit=1)
        shown[f"dinodesk.{name}"] = layers.split(" > ")
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    checked = {
        container: contract["layers"]
        for contract in contracts["contracts"]
        if contract["type"] == "layers"
        for container in contract["containers"]
    }
    assert {name: _siblings(layers) for name, layers in shown.items()} == {
        name: _siblings(layers) for name, layers in checked.items()
    }


def _siblings(layers: list[str]) -> list[set[str]]:
    """Each layer as the set of its members."""
    return [set(re.findall(r"\w+", layer)) for layer in layers]


def test_each_decision_is_listed_once() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert listed == sorted(file.name for file in folder.glob("0*.md"))


@pytest.mark.parametrize("recipe", RECIPES)
def test_each_recipe_names_the_files_to_touch(recipe: str) -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    found = re.search(rf"^### Add a {recipe}\b.*?(?=^##)", text, re.MULTILINE | re.DOTALL)
    assert found is not None
    assert len(re.findall(r"`(?:dinodesk|tests|docs)/[^`]+`", found.group())) >= 3


def test_the_reader_of_vectors_in_the_storage_page_works(tmp_path: Path, samples: list[Path]) -> None:
    library = tmp_path / "library"
    line = [sys.executable, "-m", "dinodesk", "index", *map(str, samples[:3]), "--library", str(library)]
    done = subprocess.run(line, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(library / "library.db")) as database:
        model, dim = database.execute("SELECT id, dim FROM models").fetchone()
    page = (ROOT / "docs" / "storage.md").read_text(encoding="utf-8")
    shown = re.search(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert shown is not None
    names: dict[str, Any] = {"library": library, "model": model}
    exec(shown.group(1), names)
    names["db"].close()
    assert names["vectors"].shape == (3, dim) and names["vectors"].dtype == np.float32
    assert np.abs(np.linalg.norm(names["vectors"], axis=1) - 1).max() < 1e-3
    assert len({content for content, _ in names["rows"]}) == 3


def test_tables_and_columns_in_the_storage_page_exist(tmp_path: Path) -> None:
    from dinodesk.library.store.schema import Base

    page = (ROOT / "docs" / "storage.md").read_text(encoding="utf-8")
    section = page.split("## Tables")[1].split("\n## ")[0]
    named: set[str] = set()
    for row in re.findall(r"^\| (`.+)", section, re.MULTILINE):
        first, _, columns = (cell.strip() for cell in row.rstrip(" |").split(" | "))
        tables = re.findall(r"`(\w+)`", first)
        named.update(tables)
        known = {column.name for table in tables for column in Base.metadata.tables[table].columns}
        for part in re.findall(r"`(\w+)`(?! \(JSON)", columns):
            assert part in known or part == "PhotoMetadata", (tables, part)
    assert named == set(Base.metadata.tables)
