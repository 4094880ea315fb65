"""Raw vectors: a row for each image and text, NaN for what can't be read, and patches if asked for."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeModel

from dinodesk.cli.image_vectors import BATCH, read_lines
from dinodesk.cli.main import run


@pytest.fixture(autouse=True)
def fake(model: FakeModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dinodesk.models.loader.load_model", lambda name, **options: model)


def test_rows_follow_the_order_given_over_several_batches(
    photo_folder: Path, tmp_path: Path, model: FakeModel, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = sorted(str(each) for each in photo_folder.rglob("*.jpg"))
    assert len(photos) > BATCH
    photos.insert(3, str(tmp_path / "none.jpg"))
    (tmp_path / "list.txt").write_text("\n".join(photos) + "\n")
    (tmp_path / "texts.txt").write_text("red\nblue")
    out = tmp_path / "out.npz"
    arguments = [
        "--images-from",
        tmp_path / "list.txt",
        "--texts-from",
        tmp_path / "texts.txt",
        "--text",
        "green",
    ]
    assert run(["embed", *map(str, arguments), "--patches", "-o", str(out), "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["images"], document["texts"], document["dim"]) == (13, 3, 32)
    assert [each["path"] for each in document["skipped"]] == [str(tmp_path / "none.jpg")]
    with np.load(out) as arrays:
        images, texts = arrays["images"], arrays["texts"]
        assert np.isnan(images[3]).all() and np.isfinite(np.delete(images, 3, 0)).all()
        np.testing.assert_allclose(texts, model.embed_texts(["green", "red", "blue"]), rtol=1e-6)
        red = [texts[1] @ images[row] > texts[2] @ images[row] for row in range(13) if row != 3]
        assert red == ["/red/" in path for path in photos if "none" not in path]
        assert arrays["patches_0"].shape == (4, 4, 16) == arrays["head_patches_12"].shape
        assert "patches_3" not in arrays


def test_nothing_to_embed_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["embed", "-o", str(tmp_path / "out.npz")]) == 2
    assert "nothing to embed" in capsys.readouterr().err and not list(tmp_path.glob("*.npz"))


@pytest.mark.parametrize(
    ("data", "lines"),
    [(b"", []), (b"a\nb", ["a", "b"]), (b"a\r\nb\r\n", ["a", "b"]), (b"a\n\n", ["a", ""]),
     (b"\xff.jpg\n", [os.fsdecode(b"\xff.jpg")])],
)  # fmt: skip
def test_lines_of_a_list_keep_their_bytes(tmp_path: Path, data: bytes, lines: list[str]) -> None:
    (tmp_path / "list").write_bytes(data)
    assert read_lines(str(tmp_path / "list")) == lines and read_lines(None) == []
