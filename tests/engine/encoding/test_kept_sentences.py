"""Sentences are kept with the library where the person wants that, and never with another one."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import FakeModel

from dinodesk.engine.encoding.kept_sentences import KeptSentences
from dinodesk.engine.encoding.query_encoder import QueryEncoder


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    return tmp_path / "one", tmp_path / "two"


def kept_in(folder: Path) -> int:
    return len(list(folder.iterdir()))


def test_nothing_happens_until_the_choice_is_known(folders: tuple[Path, Path], model: FakeModel) -> None:
    folder, _ = folders
    kept, encoder = KeptSentences(), QueryEncoder(model)
    kept.choose(True)
    kept.use(folder, encoder)
    encoder.encode("red")
    kept.save()
    unknown, other = KeptSentences(), QueryEncoder(model)
    unknown.use(folder, other)
    assert other.texts.get("red", "none") is None and kept_in(folder) == 1
    other.encode("blue")
    unknown.save()
    unknown.choose(True)
    assert other.texts.get("red", "none") is not None and other.texts.get("blue", "none") is None


def test_where_none_are_kept_those_of_before_are_deleted(
    folders: tuple[Path, Path], model: FakeModel
) -> None:
    one, two = folders
    kept, encoder = KeptSentences(), QueryEncoder(model)
    kept.choose(True)
    for folder in folders:
        kept.use(folder, encoder)
        encoder.encode("red")
        kept.save()
    (two / "other.f16").write_bytes(b"vectors")
    kept.choose(False)
    assert (kept_in(one), kept_in(two)) == (1, 1) and encoder.texts.get("red", "none") is None
    encoder.encode("blue")
    kept.save()
    kept.use(one, encoder)  # what was kept before the choice
    assert kept_in(one) == 0 and (two / "other.f16").exists()


def test_sentences_of_one_library_do_not_come_into_another(
    folders: tuple[Path, Path], model: FakeModel
) -> None:
    kept, encoder = KeptSentences(), QueryEncoder(model)
    kept.choose(True)
    kept.use(folders[0], encoder)
    encoder.encode("red")
    kept.save()
    kept.use(folders[1], encoder)
    assert encoder.texts.get("red", "none") is None
    kept.save()
    assert kept_in(folders[1]) == 0


def test_they_can_be_forgotten(folders: tuple[Path, Path], model: FakeModel) -> None:
    kept, encoder = KeptSentences(), QueryEncoder(model)
    kept.forget()  # no library yet
    kept.choose(True)
    kept.use(folders[0], encoder)
    encoder.encode("red")
    kept.save()
    kept.forget()
    assert kept_in(folders[0]) == 0 and encoder.texts.get("red", "none") is None
    encoder.encode("blue")
    kept.save()
    assert kept_in(folders[0]) == 1, "later ones are kept again"
