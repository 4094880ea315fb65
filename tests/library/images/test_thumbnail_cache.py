"""The thumbnail cache: two sizes, whole files, kept within its limit in the stated order."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dinodesk.library.images import thumbnail_cache

ONLINE, OLDER, AWAY = "aa" * 16, "ab" * 16, "cc" * 16


@pytest.fixture
def rgb() -> np.ndarray:
    rows = np.linspace(0, 255, 1500).astype(np.uint8)
    return np.repeat(np.repeat(rows[:, None, None], 2000, 1), 3, 2)


def sizes(folder: Path, content: str) -> list[tuple[int, int]]:
    found = []
    for path in (thumbnail_cache.large_path(folder, content), thumbnail_cache.small_path(folder, content)):
        with Image.open(path) as image:
            found.append(image.size)
    return found


def test_both_sizes_come_from_one_photo(tmp_path: Path, rgb: np.ndarray) -> None:
    thumbnail_cache.write_missing(tmp_path, ONLINE, rgb)
    assert sizes(tmp_path, ONLINE) == [(1024, 768), (320, 240)]
    kept = thumbnail_cache.read_large(tmp_path, ONLINE)
    assert kept is not None and kept.shape == (768, 1024, 3) and abs(int(kept[384, 5, 0]) - 127) < 4
    assert not list(tmp_path.rglob("*.part"))


def test_what_is_there_is_left_as_it_is(tmp_path: Path, rgb: np.ndarray) -> None:
    thumbnail_cache.write_missing(tmp_path, ONLINE, rgb[::4, ::4])  # as an older version left it
    thumbnail_cache.small_path(tmp_path, ONLINE).unlink()
    assert not thumbnail_cache.has_both(tmp_path, ONLINE)
    thumbnail_cache.write_missing(tmp_path, ONLINE, rgb)
    assert sizes(tmp_path, ONLINE) == [(500, 375), (320, 240)] and thumbnail_cache.has_both(tmp_path, ONLINE)


def test_small_photos_are_not_enlarged(tmp_path: Path, rgb: np.ndarray) -> None:
    thumbnail_cache.write_missing(tmp_path, ONLINE, rgb[:90, :120])
    assert sizes(tmp_path, ONLINE) == [(120, 90), (120, 90)]


def test_a_full_disk_leaves_nothing_half(
    tmp_path: Path, rgb: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> int:
        path.open("wb").close()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        thumbnail_cache.write_missing(tmp_path, ONLINE, rgb)
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


def test_the_kept_copy_is_the_large_one_else_the_small_one(tmp_path: Path, rgb: np.ndarray) -> None:
    assert thumbnail_cache.read_large(tmp_path, ONLINE) is None
    thumbnail_cache.write_missing(tmp_path, ONLINE, rgb)
    thumbnail_cache.large_path(tmp_path, ONLINE).write_bytes(b"damaged")
    kept = thumbnail_cache.read_large(tmp_path, ONLINE)
    assert kept is not None and kept.shape == (240, 320, 3)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Six files of 1,000 bytes: two photos online, one written long ago, and one away, the oldest."""
    for age, content in enumerate((ONLINE, OLDER, AWAY)):
        for path in (
            thumbnail_cache.large_path(tmp_path, content),
            thumbnail_cache.small_path(tmp_path, content),
        ):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(bytes(1000))
            os.utime(path, (10_000 - 1000 * age,) * 2)
    return tmp_path


ORDER = [
    (OLDER, "large"), (ONLINE, "large"), (AWAY, "large"),
    (AWAY, "small"), (OLDER, "small"), (ONLINE, "small"),
]  # fmt: skip


@pytest.mark.parametrize("gone", range(7))
def test_the_cache_is_cut_in_the_stated_order(cache: Path, gone: int) -> None:
    before = set(cache.rglob("*.jpg"))
    deleted = run(cache, 6000 - 1000 * gone)
    paths = {"large": thumbnail_cache.large_path, "small": thumbnail_cache.small_path}
    expected = {paths[kind](cache, content) for content, kind in ORDER[:gone]}
    assert before - set(cache.rglob("*.jpg")) == expected
    assert deleted == 1000 * gone


def run(cache: Path, limit: int) -> int:
    steps = thumbnail_cache.trim_steps(cache, limit, lambda content: content == AWAY, step=0.0)
    count = 0
    while True:
        try:
            next(steps)
            count += 1
        except StopIteration as end:
            assert count >= 6  # a step each, so that nobody waits for all of it
            return end.value


def test_abandoned_temporary_files_go_and_strange_files_stay(cache: Path) -> None:
    old, new = cache / "aa" / "x.jpg.1.part", cache / "aa" / "y.jpg.2.part"
    for file in (old, new, cache / "notes.txt", cache / "aa" / "notes.txt"):
        file.touch()
    os.utime(old, (0, 0))
    run(cache, 1)
    assert not old.exists() and new.exists()
    assert (cache / "notes.txt").exists() and (cache / "aa" / "notes.txt").exists()
