"""What the documents name exists."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parent


def test_the_faults_page_names_tests_that_exist() -> None:
    text = (TESTS.parent / "docs" / "faults.md").read_text(encoding="utf-8")
    cases = re.findall(r"^\| (\d+b?) \|", text, re.MULTILINE)
    assert cases == [*map(str, range(1, 25)), "24b", *map(str, range(25, 31))]
    file, named = "", 0
    for other, test in re.findall(r"`((?:\w+/)*test_\w+\.py)?(?:::(test_\w+))?`", text):
        file = other or file
        if other or test:
            source = (TESTS / file).read_text(encoding="utf-8")
            assert not test or f"def {test}(" in source, (file, test)
            named += 1
    assert named > 60
