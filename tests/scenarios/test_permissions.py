"""Folders and files that the system refuses to open; the test drops root's privileges for it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

CHILD = """
import json, os, sys
from pathlib import Path
from fakes import FakeModel
from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.library.library import LibraryStore
from dinodesk.library.photos.photo_queries import list_photos

photos, told = Path(sys.argv[2]), []
library, pool = LibraryStore(Path(sys.argv[1])), DecoderPool(processes=False)

def index():
    indexer = Indexer(library, FakeModel(), decoders=pool)
    for _ in indexer.add([str(photos)]):
        pass
    report = indexer.report
    told.append({
        "indexed": report.indexed, "unchanged": report.unchanged, "missing": report.missing,
        "questions": len(report.questions), "known": len(list_photos(library.database)[0]),
        "skipped": {os.path.relpath(each.path, photos): each.reason for each in report.skipped},
    })

index()
for path, mode in ((photos / "red", 0), (photos / "blue", 0o444), (photos, 0)):
    path.chmod(mode)
    index()
for path in (photos, photos / "blue", photos / "red"):
    path.chmod(0o755)
shut = photos / "red" / "01.jpg"
os.utime(shut, (1, 1))
shut.chmod(0)
index()
shut.chmod(0o644)
index()
library.close()
pool.close()
print(json.dumps(told))
"""


def test_files_without_permission_are_listed_and_kept(tmp_path: Path, photo_folder: Path) -> None:
    command = [sys.executable, "-c", textwrap.dedent(CHILD), str(tmp_path / "library"), str(photo_folder)]
    if sys.platform == "win32":
        pytest.skip("Windows has other permissions")
    if os.getuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root may read everything, and setpriv is not there to change that")
        command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *command]
    environment = dict(
        os.environ, PYTHONPATH=os.pathsep.join([str(Path(__file__).parents[1] / "helpers"), *sys.path])
    )
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    first, *refused, shut, again = json.loads(done.stdout)
    assert (first["indexed"], first["skipped"]) == (12, {})
    for found in (*refused, shut):
        assert (found["known"], found["missing"], found["questions"]) == (12, 0, 0), found
        assert all("no permission" in reason for reason in found["skipped"].values())
    assert [sorted(found["skipped"]) for found in refused] == [["red"], ["blue", "red"], ["."]]
    assert (shut["unchanged"], list(shut["skipped"])) == (11, ["red/01.jpg"])
    assert (again["unchanged"], again["skipped"]) == (12, {})
