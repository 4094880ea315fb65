"""One library and one model, many threads: every answer is whole, and nobody waits for a whole index run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeModel
from photos import make_photo

from dinodesk.api import Model, load_model, open_library
from dinodesk.api.turn_lock import TurnLock
from dinodesk.errors import LibraryError
from dinodesk.models.inference.model import Steps
from dinodesk.records import FloatArray

THREADS = 6


def at_once(*works: Callable[[], object]) -> list[object]:
    """Run the works in threads that begin together; what each gave back."""
    barrier = threading.Barrier(len(works))

    def started(work: Callable[[], object]) -> object:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [each.result() for each in [pool.submit(started, work) for work in works]]


def test_first_searches_at_once_see_every_photo_once(
    tmp_path: Path, photo_folder: Path, model: FakeModel
) -> None:
    first = open_library(tmp_path / "library")
    first.index(photo_folder, Model(model))
    first.close()
    for _ in range(10):
        library = open_library(tmp_path / "library")
        answers = at_once(*[lambda: library.search("red", Model(model))] * THREADS)  # noqa: B023
        for answer in answers:
            assert (len(answer), answer.searched, len({hit.path for hit in answer})) == (12, 12, 12)
            assert answer.count == answers[0].count
        library.close()


def test_searches_and_index_runs_of_several_threads_end_with_every_photo(
    tmp_path: Path, photo_folder: Path, model: FakeModel
) -> None:
    library, wrapped = open_library(tmp_path / "library"), Model(model)
    other = tmp_path / "more"
    other.mkdir()
    for number in range(6):
        make_photo(other / f"{number}.jpg", seed=100 + number)

    def search() -> int:
        counts = [library.search("red", wrapped).searched for _ in range(20)]
        assert counts == sorted(counts) and counts[-1] <= 18
        return counts[-1]

    reports = at_once(
        lambda: library.index(photo_folder, wrapped), lambda: library.index(other, wrapped), search, search
    )[:2]
    assert [(each.indexed, each.found) for each in reports] == [(12, 12), (6, 6)]
    assert len({hit.path for hit in library.search("red", wrapped)}) == 18
    library.close()


class Watchful(FakeModel):
    """Notes when two threads compute at once."""

    def __init__(self) -> None:
        super().__init__()
        self._busy = threading.Lock()
        self.together = False

    def embed_steps(self, pixels: FloatArray) -> Steps:
        for _ in super().embed_steps(pixels):
            with self._computing():
                vectors = np.resize(pixels.reshape(len(pixels), -1)[:, :16] + 1, (len(pixels), 32))
            yield
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)

    def embed_texts(self, texts: list[str]) -> FloatArray:
        with self._computing():
            return super().embed_texts(texts)

    @contextmanager
    def _computing(self) -> Iterator[None]:
        free = self._busy.acquire(blocking=False)
        self.together |= not free
        yield
        if free:
            self._busy.release()


def test_a_network_computes_for_one_thread_at_a_time_whatever_wraps_it() -> None:
    network = Watchful()
    first, second = Model(network), Model(network)
    images = [np.full((40, 40, 3), shade, np.uint8) for shade in range(0, 200, 10)]
    works = [lambda: first.embed_images(images), lambda: second.embed_texts(["a cat"] * 3)] * 3
    for _ in range(10):
        vectors = at_once(*works)
        np.testing.assert_array_equal(vectors[0], vectors[2])
    assert not network.together and first.lock is second.lock


def test_the_built_in_model_gives_each_thread_its_own_answer() -> None:
    model = load_model("builtin", device="cpu")
    words = ["a cat", "a red car on a wet street", "snow", "two people at a table", "a dog", "x"]
    alone = model.embed_texts(words)
    for _ in range(3):
        together = at_once(*[lambda word=word: model.embed_texts(word) for word in words])
        np.testing.assert_allclose(np.concatenate(together), alone, atol=1e-5)


def test_a_library_that_is_closed_meanwhile_says_so_to_those_who_come_later(
    tmp_path: Path, photo_folder: Path, model: FakeModel
) -> None:
    library, wrapped = open_library(tmp_path / "library"), Model(model)
    library.index(photo_folder, wrapped)

    def search() -> object:
        try:
            return library.search("red", wrapped).searched
        except LibraryError as error:
            return error.sentence

    said = at_once(*[search] * 5, library.close, library.close)[:5]
    assert set(said) <= {12, "No library is open."}
    assert search() == "No library is open."


def test_turns_go_round_in_the_order_of_asking() -> None:
    lock, order = TurnLock(), []
    asked = [threading.Event() for _ in range(4)]

    def take(number: int) -> None:
        asked[number].set()
        with lock:
            order.append(number)

    with lock:
        threads = []
        for number in range(4):
            threads.append(threading.Thread(target=take, args=(number,)))
            threads[-1].start()
            asked[number].wait()
            while len(lock._asked) < number + 2:  # it stands in the row now
                threading.Event().wait(0.001)
        assert order == []
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3]


def test_who_gives_up_waiting_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    lock = TurnLock()

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with lock:
        with monkeypatch.context() as patch:
            patch.setattr(lock._changed, "wait_for", interrupted)
            with pytest.raises(KeyboardInterrupt), lock:
                raise AssertionError("it was never its turn")
        waiting = threading.Thread(target=lambda: lock.__enter__())
        waiting.start()
    waiting.join(10)
    assert not waiting.is_alive()
