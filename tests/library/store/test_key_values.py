"""Values by key, exclude rules, and the reports of jobs: kept, replaced, and never worth an error."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from dinodesk.library.files.exclude_rules import ExcludeRules
from dinodesk.library.library import LibraryStore
from dinodesk.library.store import job_reports, key_values
from dinodesk.library.store.database import Database

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_any_json_comes_back_as_it_was(values: dict[str, object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder, "library.db"))
        for key, value in values.items():
            key_values.write(database, key, "replaced")
            key_values.write(database, key, value)
        assert {key: key_values.read(database, key) for key in values} == values
        database.close()


@pytest.mark.parametrize("stored", ["{", "", "[1]", '"text"', "[" * 100_000])
def test_what_is_no_json_or_of_another_type_is_the_default(store: LibraryStore, stored: str) -> None:
    with store.database.writing() as connection:
        connection.execute(text("INSERT INTO notes VALUES ('pause', :value)"), {"value": stored})
    assert key_values.read(store.database, "pause", {"kept": True}) == {"kept": True}
    assert key_values.read(store.database, "never written", 5) == 5


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text(max_size=5), max_size=3), st.booleans(), st.integers(0, 10**12))
def test_rules_are_stored_with_the_library(patterns: list[str], hidden: bool, smallest: int) -> None:
    rules = ExcludeRules(tuple(patterns), hidden, smallest)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder, "library.db"))
        assert key_values.read_rules(database) == ExcludeRules()
        key_values.write_rules(database, rules)
        assert key_values.read_rules(database) == rules
        database.close()


def test_of_the_reports_the_newest_are_kept(store: LibraryStore) -> None:
    ids = [job_reports.add_report(store.database, "index", {"n": n}) for n in range(job_reports.KEPT + 3)]
    found = job_reports.list_reports(store.database)
    assert [report.id for report in found] == list(reversed(ids))[: job_reports.KEPT]
    assert [report.data["n"] for report in found][:2] == [job_reports.KEPT + 2, job_reports.KEPT + 1]
    assert found[0].what == "index" and found[0].at >= found[-1].at > 1.7e9
