"""kill -9 at any moment of indexing: the next run finds a sound library and does only what is left."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import pytest
from fakes import FakeModel
from photos import make_photo

from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.library.library import LibraryStore

CHILD = """
import os, signal, sys
from pathlib import Path
from fakes import FakeModel
from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.library.library import LibraryStore

model, left = FakeModel(), [int(sys.argv[3])]
library, pool = LibraryStore(Path(sys.argv[1])), DecoderPool(processes=False)

def die(frame, event, argument):  # any call of any function is a moment to die
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)

sys.setprofile(die)
for step in Indexer(library, model, decoders=pool).add([sys.argv[2]]):
    pass
"""
PHOTOS, KILLS = 120, 4


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_program_killed_at_random_moments_loses_at_most_a_step(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    for number in range(PHOTOS):
        make_photo(tmp_path / "photos" / f"{number:03}.jpg", seed=number)
    environment = dict(
        os.environ, PYTHONPATH=os.pathsep.join([str(Path(__file__).parents[1] / "helpers"), *sys.path])
    )
    chance, kept, killed = random.Random(9), dict[int, int](), 0
    for turn in range(KILLS):
        moment = str(chance.randint(40_000, 60_000) + 12_000 * turn)
        line = [
            sys.executable,
            "-c",
            textwrap.dedent(CHILD),
            str(tmp_path / "library"),
            str(tmp_path / "photos"),
        ]
        done = subprocess.run([*line, moment], env=environment, capture_output=True, text=True, timeout=60)
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        killed += done.returncode != 0
        now = vectors(tmp_path / "library" / "library.db")
        assert kept.items() <= now.items()  # nothing is lost, and nothing was embedded again
        kept = now
        print(moment, len(now), done.returncode)
    assert killed > 1 and len(kept) > 0
    library, model, pool = LibraryStore(tmp_path / "library"), FakeModel(), DecoderPool(processes=False)
    assert library.notices == [] and library.database.check() == []
    rest = Indexer(library, model, decoders=pool)
    for _ in rest.add([str(tmp_path / "photos")]):
        pass
    assert (rest.report.unchanged, model.embedded) == (len(kept), PHOTOS - len(kept))
    library.close()
    pool.close()
    assert kept.items() <= vectors(tmp_path / "library" / "library.db").items()


def vectors(database: Path) -> dict[int, int]:
    with closing(sqlite3.connect(database)) as connection:
        return dict(connection.execute("SELECT content_id, id FROM vectors").fetchall())
