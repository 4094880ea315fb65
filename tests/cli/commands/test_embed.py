"""Raw vectors: a row for each image and text, NaN for what can't be read, and patches if asked for."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeModel
from PIL import Image

from dinodesk.cli.image_vectors import BATCH, read_lines, read_texts
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


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lists_are_read_in_any_encoding(tmp_path: Path, encoding: str, end: str) -> None:
    words = ["a cat", "", "Köln at night", "a dog"]
    (tmp_path / "list").write_bytes((end.join(words) + end).encode(encoding))
    assert read_lines(str(tmp_path / "list")) == words == read_texts(str(tmp_path / "list"))


def test_texts_of_code_pages_and_old_macs_are_read(tmp_path: Path) -> None:
    (tmp_path / "list").write_bytes("Köln\r“here”\r".encode("cp1252"))
    assert read_texts(str(tmp_path / "list")) == ["Köln", "“here”"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_lists_of_any_encoding_give_the_same_vectors(
    encoding: str, photo_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo = photo_folder / "red" / "01.jpg"
    photo = photo.rename(photo.with_name("röd.jpg"))
    rows = {}
    for name in ("utf-8", encoding):
        (tmp_path / "images").write_bytes(f"{photo}\n".encode(name))
        (tmp_path / "texts").write_bytes("red\nblue\n".encode(name))
        out = tmp_path / f"{name}.npz"
        lists = ["--images-from", str(tmp_path / "images"), "--texts-from", str(tmp_path / "texts")]
        assert run(["embed", *lists, "-o", str(out), "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["skipped"] == []
        with np.load(out) as arrays:
            rows[name] = (arrays["images"], arrays["texts"])
    for plain, found in zip(rows["utf-8"], rows[encoding], strict=True):
        np.testing.assert_array_equal(found, plain)


def test_a_photo_whose_name_is_not_utf_8_is_found_by_a_list(
    photo_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = os.fsencode(photo_folder) + b"/r\xf6d.jpg"
    os.rename(photo_folder / "red" / "01.jpg", name)
    (tmp_path / "list").write_bytes(b"\xef\xbb\xbf" + name + b"\r\n")
    assert (
        run(["embed", "--images-from", str(tmp_path / "list"), "-o", str(tmp_path / "x.npz"), "--json"]) == 0
    )
    assert json.loads(capsys.readouterr().out)["images"] == 1


class Directionless(FakeModel):
    """Gives zeros for black photos, as the plain fake does, and for empty texts."""

    def embed_texts(self, texts):
        return np.stack([self._text(text) * bool(text) for text in texts]) if texts else np.zeros((0, 32))


def test_vectors_of_zeros_are_rows_of_nan_and_skipped(
    photo_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("dinodesk.models.loader.load_model", lambda name, **options: Directionless())
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (40, 40)).save("black.png")
    photos = ["--image", "black.png", "--image", str(photo_folder / "red" / "01.jpg")]
    assert run(["embed", *photos, "--text", "red", "--text=", "-o", "x.npz", "--json"]) == 1
    skipped = json.loads(capsys.readouterr().out)["skipped"]
    assert skipped == [
        {"path": str(tmp_path / "black.png"), "reason": "The model gave no usable vector for it."},
        {"path": None, "text": "", "reason": "The model gave no usable vector for it."},
    ]
    with np.load("x.npz") as arrays:
        for rows, bad in ((arrays["images"], 0), (arrays["texts"], 1)):
            assert np.isnan(rows[bad]).all() and np.isfinite(rows[1 - bad]).all()
    assert run(["embed", "--text", "red", "-o", "x.npz"]) == 0
    assert "0 images and 1 text, 32 wide" in capsys.readouterr().out
