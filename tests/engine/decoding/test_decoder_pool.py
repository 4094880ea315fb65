"""Decoder processes: what a crash, a timeout, excess memory and a killed program cost."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import select
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import bad_decoders as work
import numpy as np
import pytest
from fakes import FakeModel
from PIL import Image

import dinodesk.__main__
from dinodesk import api
from dinodesk.engine.decoding import decoder_pool
from dinodesk.engine.decoding.decoder_pool import DecoderError, DecoderPool
from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.errors import PhotoError
from dinodesk.library.library import LibraryStore

SOON = 60.0  # only how long a test waits before it gives up


@pytest.fixture
def pool() -> Iterator[DecoderPool]:
    pool = DecoderPool(1, seconds=SOON)
    yield pool
    pool.close()
    assert pool.processes() == []


def test_a_process_stays_warm_and_is_not_this_one(pool: DecoderPool) -> None:
    assert pool.processes() == []  # none before there is work
    results = [future.result(SOON) for future in [pool.submit(work.name_of, f"/{n}") for n in range(20)]]
    assert [name for name, _ in results] == [str(n) for n in range(20)]
    assert {pid for _, pid in results} == set(pool.processes()) != {os.getpid()}


def test_a_process_loads_neither_torch_nor_qt_nor_a_store(pool: DecoderPool) -> None:
    names = set(pool.submit(work.loaded, "").result(SOON))
    assert "PIL" in names and not names & {"torch", "PySide6", "sqlalchemy", "hnswlib"}


def test_urgent_work_does_not_wait_for_what_is_in_line(pool: DecoderPool) -> None:
    waiting = pool.submit(work.hang, "")
    assert pool.call(work.name_of, "/urgent")[0] == "urgent"
    assert not waiting.done()


def test_arrays_come_back_as_they_were(pool: DecoderPool) -> None:
    for array in (np.arange(3 * 64 * 64, dtype=np.float32).reshape(3, 64, 64), np.zeros((0, 3)), None):
        found = pool.call(work.give_back, "", array)
        np.testing.assert_array_equal(found, array)


def test_a_process_asks_for_hashes_one_by_one(pool: DecoderPool) -> None:
    known = {b"a"}
    assert pool.submit(work.ask, "", [b"a", b"b", b"a"], known=known).result(SOON) == [True, False, True]
    known.add(b"b")
    assert pool.submit(work.ask, "", [b"b"], known=known).result(SOON) == [True]


def test_a_crash_fails_one_file(pool: DecoderPool) -> None:
    before, crash, after = (pool.submit(each, "/f") for each in (work.name_of, work.crash, work.name_of))
    with pytest.raises(DecoderError, match=r"^Its decoder crashed\.$"):
        crash.result(SOON)
    assert before.result(SOON)[1] != after.result(SOON)[1] in pool.processes()


def test_a_timeout_fails_one_file() -> None:
    pool = DecoderPool(1, seconds=1)
    try:
        hang, after = pool.submit(work.hang, "/f"), pool.submit(work.name_of, "/f")
        with pytest.raises(DecoderError, match=r"^Its decoder did not finish within 1 seconds\.$"):
            hang.result(SOON)
        assert after.result(SOON)[0] == "f"
    finally:
        pool.close()


def test_a_large_file_gets_more_time(
    pool: DecoderPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[float] = []
    honest = decoder_pool._Worker._within

    def noting(worker: decoder_pool._Worker, seconds: float):
        given.append(seconds)
        return honest(worker, seconds)

    monkeypatch.setattr(decoder_pool._Worker, "_within", noting)
    with open(tmp_path / "large", "wb") as file:
        file.truncate(40 << 20)
    pool.submit(work.name_of, str(tmp_path / "large")).result(SOON)
    assert given[-1] == SOON + 10


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such a limit")
def test_exceeding_the_memory_limit_fails_one_file(pool: DecoderPool) -> None:
    with pytest.raises(PhotoError, match=r"^It needs too much memory to decode\.$"):
        pool.call(work.eat_memory, "")
    assert pool.call(work.name_of, "/f")[0] == "f"


def test_a_decoder_that_prints_disturbs_nobody(pool: DecoderPool, capfd: pytest.CaptureFixture[str]) -> None:
    assert [pool.call(work.chatter, "/f"), pool.call(work.chatter, "/g")] == ["/f", "/g"]
    assert capfd.readouterr().out == ""


def test_a_process_that_was_killed_while_idle_fails_no_file(pool: DecoderPool) -> None:
    _, pid = pool.submit(work.name_of, "/f").result(SOON)
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)  # until it is dead
    assert pool.submit(work.name_of, "/f").result(SOON)[1] != pid


def test_idle_processes_end_but_for_the_one_that_somebody_may_wait_for(
    pool: DecoderPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoder_pool, "IDLE", 0.01)
    urgent = pool.submit(work.name_of, "/f", urgent=True).result(SOON)[1]
    ordinary = pool.submit(work.name_of, "/f").result(SOON)[1]
    with contextlib.suppress(ChildProcessError):  # it was waited for already
        os.waitid(os.P_PID, ordinary, os.WEXITED | os.WNOWAIT)
    assert urgent in pool.processes()
    assert pool.submit(work.name_of, "/f").result(SOON)[1] != ordinary
    assert pool.submit(work.name_of, "/f", urgent=True).result(SOON)[1] == urgent


def test_closing_ends_what_hangs() -> None:
    pool = DecoderPool(1)
    pool.call(work.name_of, "/f")
    hanging, queued = pool.submit(work.hang, "/f"), pool.submit(work.name_of, "/f")
    pool.submit(work.name_of, "/f", urgent=True).result(SOON)  # `hang` has begun by then, or will never
    pool.close()
    assert queued.cancelled() and (hanging.cancelled() or hanging.exception(SOON))
    assert pool.processes() == [] and pool.submit(work.name_of, "/f").cancelled()


def test_where_no_process_can_be_started_threads_decode(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(
        decoder_pool, "_command", lambda memory: [sys.executable, "-c", "raise SystemExit(1)"]
    )
    pool = DecoderPool(1)
    try:
        with caplog.at_level(logging.WARNING):
            assert pool.call(work.name_of, "/f") == ("f", os.getpid())
            assert pool.submit(work.ask, "", [b"a"], known={b"a"}).result(SOON) == [True]
        assert "threads decode" in caplog.text
    finally:
        pool.close()


def test_a_frozen_program_starts_itself_as_a_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/dinodesk")
    frozen = decoder_pool._command(1 << 30)
    assert frozen == ["/opt/dinodesk", dinodesk.__main__.DECODER, str(1 << 30)]
    monkeypatch.undo()
    as_here = [sys.executable, "-m", "dinodesk", *frozen[1:]]
    monkeypatch.setattr(decoder_pool, "_command", lambda memory: as_here)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(os.path.abspath, sys.path)))
    pool = DecoderPool(1)
    try:
        assert pool.call(work.name_of, "/f")[1] == pool.processes()[0]
    finally:
        pool.close()


@pytest.mark.parametrize("busy", [False, True])
def test_a_killed_program_leaves_no_process(busy: bool) -> None:
    script = textwrap.dedent("""
        import sys
        import bad_decoders as work
        from dinodesk.engine.decoding.decoder_pool import DecoderPool
        pool = DecoderPool(1)
        pool.call(work.name_of, "")
        pool.submit(work.name_of, "").result()
        if sys.argv[1] == "True":
            pool.submit(work.hang, "")
        print(*pool.processes(), flush=True)
        sys.stdin.read()
    """)
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, map(os.path.abspath, sys.path))))
    command = [sys.executable, "-c", script, str(busy)]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        pids = [int(word) for word in program.stdout.readline().split()]
        assert len(pids) == 2
        watched = [os.pidfd_open(pid) for pid in pids]
        program.kill()
    for each in watched:
        assert select.select([each], [], [], SOON)[0], "a decoder process outlived its program"
        os.close(each)


def test_bad_decoders_fail_only_their_own_files_and_once(
    tmp_path: Path, photo_folder: Path, model: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    for word in ("crash", "hang", "memory"):
        (photo_folder / f"{word}.jpg").write_bytes(
            next(photo_folder.rglob("*.jpg")).read_bytes() + word.encode()
        )
    monkeypatch.setattr("dinodesk.engine.indexing.indexer.read_photo", work.misbehave_by_name)
    library, pool = LibraryStore(tmp_path / "library"), DecoderPool(2, seconds=2)
    try:
        for run in range(2):
            indexer = Indexer(library, model, decoders=pool)
            for _ in indexer.add([str(photo_folder)]):
                pass
            reasons = {Path(bad.path).stem: bad.reason for bad in indexer.report.skipped}
            assert reasons == {
                "crash": "Its decoder crashed.",
                "hang": "Its decoder did not finish within 2 seconds.",
                "memory": "It needs too much memory to decode.",
            }
            assert (indexer.report.indexed, indexer.report.unchanged) == ((12, 0), (0, 12))[run]
            monkeypatch.setattr("dinodesk.engine.indexing.indexer.read_photo", "not to be called")
    finally:
        pool.close()
        library.close()


def test_the_python_door_decodes_in_processes_that_end_with_the_model(
    photo_folder: Path, model: FakeModel
) -> None:
    door = api.Model(model)
    file = next(photo_folder.rglob("*.jpg"))
    with Image.open(file) as image:
        vectors = door.embed_images([file, np.asarray(image), image])
    assert np.abs(vectors - vectors[0]).max() == 0
    with pytest.raises(PhotoError, match="not an image"):
        door.embed_images([__file__])
    with pytest.raises(ValueError, match="uint8"):
        door.embed_images([np.zeros((4, 4))])
    pool = door._decoders
    assert pool is not None and len(pool.processes()) == 1
    del door
    gc.collect()
    assert pool.processes() == []


def test_indexing_through_processes_gives_what_threads_give(
    tmp_path: Path, photo_folder: Path, model: FakeModel, threads: DecoderPool, pool: DecoderPool
) -> None:
    found = []
    for number, decoders in enumerate((pool, threads)):
        library = LibraryStore(tmp_path / f"library-{number}")
        for _ in Indexer(library, model, decoders=decoders).add([str(photo_folder)]):
            pass
        with library.database.reading() as connection:
            vectors = connection.exec_driver_sql("SELECT data FROM vectors ORDER BY content_id").all()
        thumbs = {file.name: file.read_bytes() for file in library.thumbnails.rglob("*.jpg")}
        found.append((vectors, thumbs))
        library.close()
    assert found[0] == found[1] and len(found[0][0]) == 12
