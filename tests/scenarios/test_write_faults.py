"""Every write, sync and rename below the library fails once: a sentence, and a sound library afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

CHILD = """
import ctypes, errno, hashlib, json, os, shutil, sys
from pathlib import Path
from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.engine.search.persistent_index import PersistentIndex
from dinodesk.errors import DinoDeskError
from dinodesk.library.store import backups
from dinodesk.library.library import LibraryStore
from dinodesk.library.photos.photo_queries import list_photos
from fakes import FakeModel

shim, base, photos, error = ctypes.CDLL(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
originals = {file: hashlib.sha256(file.read_bytes()).hexdigest() for file in Path(photos).rglob("*.jpg")}
model = FakeModel()
decoders = DecoderPool(processes=False)  # so that thumbnails are written where the faults are

def work(folder):
    library = LibraryStore(folder)
    try:
        for _ in Indexer(library, model, decoders=decoders).add([photos]):
            pass
        index = PersistentIndex(library, model.info)
        index.load()
        index.save()
        backups.back_up(library.database)
    finally:
        library.close()

def look(folder, nth):
    library = LibraryStore(folder)
    assert library.notices == [], (nth, library.notices)
    assert library.database.check() == [], nth
    for _ in Indexer(library, model, decoders=decoders).add([photos]):
        pass
    index = PersistentIndex(library, model.info)
    index.load()
    assert len(index.vectors) == len(list_photos(library.database)[0]) == len(originals), nth
    assert not list(folder.rglob("*.part*")) or nth, nth
    library.close()

nth, sentences = 0, set()
while True:
    nth += 1
    folder = base / str(nth)
    shim.fault_arm(os.fsencode(folder), nth, error)
    try:
        work(folder)
    except DinoDeskError as told:
        sentences.add(str(told).replace(str(folder), "LIBRARY"))
    failed, seen = shim.fault_failed(), shim.fault_seen()
    shim.fault_arm(b"", 0, 0)
    look(folder, nth)
    shutil.rmtree(folder)
    if not failed:
        break
for file, digest in originals.items():
    assert hashlib.sha256(file.read_bytes()).hexdigest() == digest, file
decoders.close()
print(json.dumps({"tried": nth - 1, "sentences": sorted(sentences)}))
"""


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The preloaded library, compiled here."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("needs a C compiler on Linux")
    target = tmp_path_factory.mktemp("shim") / "faults.so"
    source = Path(__file__).with_name("faults.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(target), str(source), "-ldl"], check=True)
    return target


@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
def test_each_write_may_fail(shim: Path, tmp_path: Path, photo_folder: Path, error: str) -> None:
    import errno
    import json

    for extra in sorted(photo_folder.rglob("*.jpg"))[4:]:
        extra.unlink()
    environment = {
        **os.environ,
        "LD_PRELOAD": str(shim),
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1] / "helpers"), *sys.path]),
    }
    arguments = [str(shim), str(tmp_path / "libraries"), str(photo_folder), str(getattr(errno, error))]
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(CHILD), *arguments],
        env=environment, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    assert told["tried"] > 50, told
    assert all("LIBRARY" in each or "disk" in each for each in told["sentences"]), told
