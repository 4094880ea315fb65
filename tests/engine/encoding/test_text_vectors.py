"""Sentences that were encoded are known after a restart; their file is private, whole, or as none."""

from __future__ import annotations

import stat
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeModel

from dinodesk.engine.encoding import text_vectors
from dinodesk.engine.encoding.query_encoder import QueryEncoder
from dinodesk.engine.encoding.text_vectors import MOST, TextVectors, forget_texts

VECTOR = np.linspace(-1, 1, 32, dtype=np.float32)


def file_of(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def written(folder: Path, model: FakeModel) -> TextVectors:
    texts = TextVectors(model, folder)
    texts.add("a dog", "none", VECTOR)
    texts.add("a dog", "simple", -VECTOR)
    texts.save()
    return texts


def test_a_sentence_is_known_again_exactly_in_each_wording(tmp_path: Path, model: FakeModel) -> None:
    written(tmp_path, model)
    again = TextVectors(model, tmp_path)
    for templates, vector in (("none", VECTOR), ("simple", -VECTOR)):
        found = again.get("a dog", templates)
        assert found is not None and found.tobytes() == vector.tobytes()
    assert again.get("a dog", "openai80") is None and again.get("a dog ", "none") is None
    assert b"dog" not in file_of(tmp_path).read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="no POSIX rights")
def test_only_its_owner_can_read_the_file(tmp_path: Path, model: FakeModel) -> None:
    tmp_path.chmod(0o755)
    written(tmp_path, model)
    assert stat.S_IMODE(file_of(tmp_path).stat().st_mode) == 0o600


def test_another_text_side_or_precision_makes_them_anew(tmp_path: Path, model: FakeModel) -> None:
    written(tmp_path, model)
    other = FakeModel()
    other.text_mark = "said in other ways"
    assert TextVectors(other, tmp_path).get("a dog", "none") is None
    other = FakeModel()
    other.info = replace(other.info, precision="bf16")
    assert TextVectors(other, tmp_path).get("a dog", "none") is None
    assert TextVectors(FakeModel("0" * 32), tmp_path).get("a dog", "none") is None
    assert TextVectors(model, tmp_path).get("a dog", "none") is not None


@pytest.mark.parametrize("damage", ["flip", "cut", "longer", "empty", "words", "folder"])
def test_a_damaged_file_is_as_none_and_written_anew(tmp_path: Path, model: FakeModel, damage: str) -> None:
    written(tmp_path, model)
    file = file_of(tmp_path)
    data = bytearray(file.read_bytes())
    data[-5] ^= 1
    bad = {"flip": bytes(data), "cut": data[:-4], "longer": data + b"1234", "empty": b"", "words": b"[1]\n"}
    if damage == "folder":
        file.unlink()
        file.mkdir()
    else:
        file.write_bytes(bad[damage])
    texts = TextVectors(model, tmp_path)
    assert texts.get("a dog", "none") is None
    if damage != "folder":
        written(tmp_path, model)
        assert TextVectors(model, tmp_path).get("a dog", "none") is not None


def test_the_last_ones_are_remembered(tmp_path: Path, model: FakeModel) -> None:
    texts = TextVectors(model, tmp_path)
    for number in range(MOST):
        texts.add(str(number), "none", VECTOR + number)
    assert texts.get("0", "none") is not None  # asked again, so "1" is the oldest now
    texts.add("one more", "none", VECTOR)
    texts.save()
    again = TextVectors(model, tmp_path)
    assert again.get("1", "none") is None and again.get("0", "none") is not None
    np.testing.assert_array_equal(again.get("7", "none"), VECTOR + 7)


def test_it_is_written_when_a_person_stays_with_the_last_one(
    tmp_path: Path, model: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(text_vectors.time, "monotonic", lambda: now[0])
    texts, unkept = TextVectors(model, tmp_path), TextVectors(model)
    assert not texts.is_settled
    for each in (texts, unkept):
        each.add("a d", "none", VECTOR)
    now[0] += 3
    texts.add("a dog", "none", VECTOR)
    now[0] += 3
    assert not texts.is_settled
    now[0] += 3
    assert texts.is_settled and not unkept.is_settled
    texts.save()
    unkept.save()
    assert not texts.is_settled and len(list(tmp_path.iterdir())) == 1


def test_a_disk_that_refuses_is_asked_once(tmp_path: Path, model: FakeModel) -> None:
    texts = TextVectors(model, tmp_path / "gone")
    texts.add("a dog", "none", VECTOR)
    texts.save()
    assert not texts.is_settled and texts.get("a dog", "none") is not None
    forget_texts(tmp_path / "gone")


def test_an_encoder_asks_the_model_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, asked = FakeModel(), []
    embed = model.embed_texts
    monkeypatch.setattr(model, "embed_texts", lambda texts: asked.extend(texts) or embed(texts))
    first = QueryEncoder(model)
    first.texts = TextVectors(model, tmp_path)
    vectors = [first.encode("red", templates=each) for each in ("none", "simple", "none")]
    assert asked == ["red", "a photo of a red"]
    first.texts.save()
    second = QueryEncoder(model)
    second.texts = TextVectors(model, tmp_path)
    for templates, vector in zip(("none", "simple"), vectors, strict=False):
        np.testing.assert_array_equal(second.encode("red", templates=templates), vector)
    assert asked == ["red", "a photo of a red"], "after a restart nothing is encoded"
