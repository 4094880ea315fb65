"""What is remembered of runs and options beyond the end of the program."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fakes import FakeModel

from dinodesk.engine.indexing.report import IndexReport
from dinodesk.engine.maintenance.library_options import LibraryOptions
from dinodesk.engine.maintenance.run_history import RunHistory
from dinodesk.engine.messages import AddPhotos, Rescan, RulesShown, SetRules
from dinodesk.library.folders.root_folders import add_root, list_roots
from dinodesk.library.library import LibraryStore
from dinodesk.library.store import job_reports, key_values
from dinodesk.records import Skipped


def test_a_pause_is_remembered_with_what_was_left(library: LibraryStore) -> None:
    assert (RunHistory(library).is_paused, RunHistory(library).left_paused) == (False, 0)
    RunHistory(library).note_pause(True, 37)
    assert (RunHistory(library).is_paused, RunHistory(library).left_paused) == (True, 37)
    RunHistory(library).note_pause(True)  # it is not known how many
    assert (RunHistory(library).is_paused, RunHistory(library).left_paused) == (True, 0)
    RunHistory(library).note_pause(False)
    assert not RunHistory(library).is_paused
    assert key_values.read(library.database, "paused") is None


def test_a_pace_belongs_to_a_model_on_a_device(library: LibraryStore, model: FakeModel) -> None:
    runs = RunHistory(library)
    assert runs.pace(None) == replace(runs.pace(model), vector_bytes=0)
    runs.note_pace(model.info, IndexReport(indexed=19, seconds=1.9))  # too few to tell
    assert runs.pace(model).seconds == 0
    runs.note_pace(model.info, IndexReport(indexed=50, seconds=10.0))
    assert RunHistory(library).pace(model).seconds == pytest.approx(0.2)
    assert runs.pace(model).vector_bytes == 2 * model.info.dim
    other = FakeModel()
    other.info = replace(other.info, device="cuda")
    assert runs.pace(other).seconds == 0
    key_values.write(library.database, "pace", {f"{model.info.fingerprint} cpu fp32": "soon"})
    assert runs.pace(model).seconds == 0  # rubbish is no pace


def test_reports_are_kept_of_runs_that_did_something(library: LibraryStore) -> None:
    runs = RunHistory(library)
    runs.keep_report(Rescan(), IndexReport(found=4, unchanged=4), stopped=False, even_if_idle=True)
    # a part of a run that begins again later
    runs.keep_report(AddPhotos(paths=("/photos",)), IndexReport(), stopped=True, even_if_idle=False)
    assert job_reports.list_reports(library.database) == []
    skipped = [Skipped(f"/photos/{number}.jpg", "it is no photo") for number in range(250)]
    done = IndexReport(found=260, indexed=10, skipped=skipped, slowest=[(1.234, "/photos/slow.jpg")])
    runs.keep_report(AddPhotos(paths=("/photos",)), done, stopped=True, even_if_idle=False)
    (report,) = job_reports.list_reports(library.database)
    assert report.what == "index" and report.data["folders"] == ["/photos"]
    assert (report.data["found"], report.data["indexed"], report.data["stopped"]) == (260, 10, True)
    assert len(report.data["skipped"]) == 200 and report.data["skipped_count"] == 250
    assert report.data["slowest"] == [["/photos/slow.jpg", 1.23]]
    runs.keep_report(AddPhotos(paths=("/photos",)), IndexReport(), stopped=False, even_if_idle=True)
    assert len(job_reports.list_reports(library.database)) == 2  # what a person added is always told of


def test_paths_still_to_be_added_survive_a_restart(library: LibraryStore, tmp_path: Path) -> None:
    known, single = tmp_path / "known", tmp_path / "single.jpg"
    (known / "inside").mkdir(parents=True)
    single.write_bytes(b"photo")
    add_root(library.database, str(known))
    runs = RunHistory(library)
    runs.note_to_add((str(known / "inside"), str(single), str(tmp_path / "gone.jpg")))
    again = RunHistory(library)
    assert again.left_to_add() == (str(single),)  # a scan of the known folder finds what is inside
    assert [str(tmp_path / "gone.jpg") in notice for notice in library.notices] == [True]
    again.note_to_add(())
    assert RunHistory(library).left_to_add() == ()


def test_folders_still_to_be_added_are_in_the_tree(library: LibraryStore, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    RunHistory(library).expect((str(tmp_path / "new"), str(tmp_path / "never")))
    assert [root.path for root in list_roots(library.database)] == [str(tmp_path / "new")]


def test_a_library_that_can_not_be_written_to_remembers_nothing(
    library: LibraryStore, model: FakeModel
) -> None:
    library.database.read_only = True
    runs = RunHistory(library)
    runs.note_pause(True, 3)
    runs.note_to_add(("/photos",))
    runs.note_pace(model.info, IndexReport(indexed=50, seconds=10.0))
    runs.keep_report(AddPhotos(paths=("/photos",)), IndexReport(indexed=1), stopped=False, even_if_idle=True)
    assert not runs.is_paused and runs.left_to_add() == () and runs.pace(model).seconds == 0
    assert job_reports.list_reports(library.database) == []


def test_options_are_kept_and_watching_is_wanted_by_default(library: LibraryStore) -> None:
    options = LibraryOptions(library.database)
    assert options.watching
    before = options.shown()
    wanted = SetRules(patterns=("*_thumb.*", "raw"), hidden=True, smallest=5000, watch=False)
    options.change(wanted)
    shown = LibraryOptions(library.database).shown()
    assert shown == RulesShown(patterns=("*_thumb.*", "raw"), hidden=True, smallest=5000, watch=False)
    options.change(SetRules())
    assert options.shown() == before and options.watching
