"""The sample of a library's patches: which photos, in which steps, what is kept, what happens to damage."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeModel

from dinodesk.engine.inspection import patch_sample
from dinodesk.engine.inspection.patch_sample import PATCHES, PHOTOS, PatchSample
from dinodesk.errors import ModelError
from dinodesk.features import similarity, text_scale
from dinodesk.generators import run_to_end
from dinodesk.library.images import thumbnail_cache
from dinodesk.records import FloatArray, MapScale, Photo


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("index", "thumbnails"):
        (tmp_path / name).mkdir()
    return tmp_path


def photos(folder: Path, count: int, first: int = 0) -> list[Photo]:
    """Photos of random colours, with thumbnails; the hashes of those added later are no smaller or larger."""
    made = []
    for number in range(first, first + count):
        random = np.random.default_rng(number)
        content = random.bytes(16).hex()
        rgb = random.integers(0, 256, (4, 6, 3), np.uint8).repeat(20, 0).repeat(20, 1)
        thumbnail_cache.write_missing(folder / "thumbnails", content, rgb)
        made.append(
            Photo(
                asset=number + 1,
                path=f"/{number}.jpg",
                content=content,
                state="online",
                taken=0.0,
                width=120,
                height=80,
            )
        )
    return made


def painted(folder: Path, pictures: Sequence[np.ndarray], first: int) -> list[Photo]:
    """Photos that look so."""
    made = photos(folder, len(pictures), first)
    for photo, picture in zip(made, pictures, strict=True):
        thumbnail_cache.drop_thumbnails(folder / "thumbnails", [photo.content])
        thumbnail_cache.write_missing(folder / "thumbnails", photo.content, picture)
    return made


def sample_of(folder: Path, model: FakeModel) -> PatchSample:
    return PatchSample(model.info.fingerprint, folder / "index", folder / "thumbnails")


def direction(model: FakeModel, text: str) -> FloatArray:
    return model.patch_half(model.embed_texts([text]))[0]


def ask(
    sample: PatchSample, model: FakeModel, text: str = "red", best: Sequence[str] = ()
) -> MapScale | None:
    return sample.scale(text, direction(model, text), lambda: list(best))


def make(sample: PatchSample, model: FakeModel, library: Sequence[Photo]) -> bool:
    assert ask(sample, model) is None and sample.is_wanting(library)
    return run_to_end(sample.steps(model, library))


def test_nothing_is_wanted_before_a_text_map_was(folder: Path, model: FakeModel) -> None:
    library, sample = photos(folder, 3), sample_of(folder, model)
    assert not sample.is_wanting(library)
    assert ask(sample, model) is None
    assert sample.is_wanting(library) and not sample.is_wanting([])


def test_the_scale_is_that_of_the_patches_of_all_photos(folder: Path, model: FakeModel) -> None:
    library, sample = photos(folder, 5), sample_of(folder, model)
    assert make(sample, model, library) and not sample.is_wanting(library)
    heads = []
    for photo in library:
        rgb = thumbnail_cache.read_large(folder / "thumbnails", photo.content)
        assert rgb is not None
        heads.append(
            model.head_patches(model.prepare_whole(rgb, model.info.map_size)[None])[0].reshape(-1, 16)
        )
    assert all(len(head) <= PATCHES for head in heads)
    cosines = similarity.cosine_map(np.concatenate(heads)[None], direction(model, "blue"))
    expected = text_scale.scale_of(cosines)
    found = ask(sample, model, "blue")
    assert found is not None
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=2e-3)  # float16
    assert ask(sample, model, "blue") is found and sample.is_settled  # kept with the sentence


def test_of_many_photos_some_are_taken_whatever_their_order(folder: Path, model: FakeModel) -> None:
    library = photos(folder, 2 * PHOTOS)
    one, other = sample_of(folder, model), sample_of(folder, FakeModel("0the" * 8))
    assert make(one, model, library) and make(other, model, library[::-1])
    assert len(one._used) == PHOTOS and one._used == other._used
    assert not one.is_wanting([*library, *photos(folder, 4, 1000)])  # a few more change little
    many = [*library, *photos(folder, 6 * PHOTOS, 2000)]
    assert one.is_wanting(many)
    before, scale = one._used, ask(one, model)
    assert run_to_end(one.steps(model, many))
    assert one._used != before and ask(one, model) != scale and not one.is_wanting(many)


def test_photos_without_thumbnail_are_passed_over(folder: Path, model: FakeModel) -> None:
    library, sample = photos(folder, PHOTOS + 3), sample_of(folder, model)
    first = min(photo.content for photo in library)
    thumbnail_cache.drop_thumbnails(folder / "thumbnails", [first])
    assert make(sample, model, library)
    assert len(sample._used) == PHOTOS and first not in sample._used and not sample.is_wanting(library)


def test_work_that_is_left_off_is_gone_on_with(folder: Path, model: FakeModel, monkeypatch) -> None:
    library, sample = photos(folder, 6), sample_of(folder, model)
    ask(sample, model)
    steps = sample.steps(model, library)
    for _ in range(7):
        next(steps)
    steps.close()
    done = len(sample._known)
    assert 0 < done < 6 and ask(sample, model) is None
    read: list[str] = []
    whole = thumbnail_cache.read_large
    monkeypatch.setattr(
        thumbnail_cache, "read_large", lambda folder, content: read.append(content) or whole(folder, content)
    )
    assert run_to_end(sample.steps(model, library))
    assert len(read) == 6 - done and ask(sample, model) is not None


def test_the_next_start_finds_it(folder: Path, model: FakeModel) -> None:
    library, sample = photos(folder, 4), sample_of(folder, model)
    make(sample, model, library)
    (file,) = (folder / "index").iterdir()
    again = sample_of(folder, model)
    assert ask(again, model) == ask(sample, model) and not again.is_wanting(library)
    assert not run_to_end(again.steps(model, library))  # nothing differs
    file.rename(file.with_name(f"{'5a' * 16}.patches.npz"))
    other = FakeModel("5a" * 16)
    assert ask(sample_of(folder, other), other) is None


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "foreign"])
def test_a_damaged_file_is_made_anew(folder: Path, model: FakeModel, damage: str) -> None:
    library = photos(folder, 4)
    make(sample_of(folder, model), model, library)
    (file,) = (folder / "index").iterdir()
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 255
    spoiled = {"cut": data[: len(data) // 2], "flipped": data, "empty": b"", "foreign": b"no archive"}
    file.write_bytes(spoiled[damage])
    sample = sample_of(folder, model)
    assert make(sample, model, library) and ask(sample_of(folder, model), model) == ask(sample, model)


def test_a_model_that_fails_is_not_tried_again(folder: Path, model: FakeModel, monkeypatch) -> None:
    library, sample = photos(folder, 4), sample_of(folder, model)

    def fail(*_: object, **__: object) -> FloatArray:
        raise ModelError("There is no memory.")

    monkeypatch.setattr(model, "head_patches", fail)
    assert not make(sample, model, library)
    assert not sample.is_wanting(library) and ask(sample, model) is None


def test_numbers_that_are_not_finite_are_left_out(folder: Path, model: FakeModel, monkeypatch) -> None:
    library, sample = photos(folder, 3), sample_of(folder, model)
    whole = model.head_patches
    monkeypatch.setattr(model, "head_patches", lambda *a, **k: whole(*a, **k) * np.float32(np.nan))
    assert not make(sample, model, library) and ask(sample, model) is None
    assert not sample.is_wanting(library)


def test_a_disk_that_refuses_costs_only_the_file(folder: Path, model: FakeModel, monkeypatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("full")

    library, sample = photos(folder, 3), sample_of(folder, model)
    monkeypatch.setattr(patch_sample.private_files, "replace", refuse)
    assert make(sample, model, library) and ask(sample, model) is not None
    assert list((folder / "index").iterdir()) == []


def test_photos_that_match_best_count_for_their_sentence(folder: Path, model: FakeModel) -> None:
    """A thing that the sample does not show would else be beyond the upper end in every patch."""
    grey = [np.full((80, 120, 3), level, np.uint8) for level in (90, 120, 150)]
    library, sample = painted(folder, grey, 0), sample_of(folder, model)
    assert make(sample, model, library)
    red = np.full((80, 120, 3), (120, 120, 120), np.uint8)
    red[:40] = (255, 0, 0)
    (match,) = painted(folder, [red], 9)
    first = ask(sample, model, "red", [match.content])
    assert first is not None and not sample.is_settled and sample.is_wanting(library)
    assert run_to_end(sample.steps(model, library)) and not sample.is_wanting(library)
    found = ask(sample, model, "red", [match.content])
    assert found is not None and sample.is_settled and found.high > first.high + 0.1
    assert ask(sample, model, "red") is found  # kept with the sentence, whatever matches best later
    again = ask(sample, model, "blue", [match.content])  # its patches are there
    assert again is not None and sample.is_settled and not sample.is_wanting(library)


def test_of_two_sentences_the_newer_ones_photos_are_read(folder: Path, model: FakeModel) -> None:
    library, sample = photos(folder, 3), sample_of(folder, model)
    make(sample, model, library)
    one, two = (photo.content for photo in photos(folder, 2, 500))
    ask(sample, model, "red", [one])
    steps = sample.steps(model, library)
    next(steps)
    ask(sample, model, "blue", [two])
    assert run_to_end(steps) and set(sample._best) == {one, two}
    assert sample._lacking == []


def test_a_match_without_thumbnail_leaves_the_samples_scale(folder: Path, model: FakeModel) -> None:
    library, sample = photos(folder, 3), sample_of(folder, model)
    make(sample, model, library)
    first = ask(sample, model, "red", ["00" * 16])
    assert run_to_end(sample.steps(model, library))
    assert ask(sample, model, "red", ["00" * 16]) == first and sample.is_settled


def test_a_kept_sample_is_compared_with_the_library_of_now(folder: Path, model: FakeModel) -> None:
    library = photos(folder, 4)
    make(sample_of(folder, model), model, library)
    sample = sample_of(folder, model)
    assert ask(sample, model) is not None and not sample.is_settled  # it may have grown meanwhile
    assert sample.is_wanting([*library, *photos(folder, 40, 300)])
    again = sample_of(folder, model)
    assert ask(again, model) is not None and not again.is_wanting(library) and again.is_settled


def test_a_photo_that_left_the_library_leaves_the_sample(folder: Path, model: FakeModel) -> None:
    library, sample = photos(folder, 8), sample_of(folder, model)
    make(sample, model, library)
    assert sample.is_wanting(library[1:])
    assert run_to_end(sample.steps(model, library[1:]))
    assert library[0].content not in sample._used and not sample.is_wanting(library[1:])
    assert run_to_end(sample.steps(model, [])) is False  # with none there is nothing to make one of
