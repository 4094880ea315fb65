"""What scripts hand over: one item where a list is meant, Pillow images as files, and nonsense refused."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeModel
from PIL import Image, ImageCms

from dinodesk.api import Library, Model, load_model, open_library
from dinodesk.errors import DinoDeskError, PhotoError, UsageError
from dinodesk.records import ConfidenceCurve


@pytest.fixture
def library(tmp_path: Path, photo_folder: Path, model: FakeModel) -> Iterator[Library]:
    library = open_library(tmp_path / "library")
    library.index(photo_folder, Model(model))
    yield library
    library.close()


# ── one item, or many ───────────────────────────────────────────────────────────────────────────


def test_a_lone_folder_is_indexed_as_one(tmp_path: Path, photo_folder: Path, model: FakeModel) -> None:
    for given in (photo_folder, str(photo_folder), str(photo_folder).encode(), iter([photo_folder])):
        library = open_library(tmp_path / f"library-{type(given).__name__}")
        assert library.index(given, Model(model)).found == 12
        library.close()


def test_a_lone_example_is_one_photo(library: Library, model: FakeModel, photo_folder: Path) -> None:
    own = photo_folder / "red" / "01.jpg"
    for given in (own, str(own), [own], (str(own),)):
        assert library.search("", Model(model), given, top=1)[0].path == str(own)


def test_a_lone_text_or_image_is_one_row(model: FakeModel, photo_folder: Path) -> None:
    wrapped, file = Model(model), photo_folder / "red" / "01.jpg"
    np.testing.assert_array_equal(wrapped.embed_texts("red"), wrapped.embed_texts(["red"]))
    with Image.open(file) as opened:
        picture = opened.convert("RGB")
    array = np.asarray(picture)
    wanted = wrapped.embed_images([file])
    for given in (file, str(file), picture, array, array[None], [array], (each for each in [file])):
        np.testing.assert_allclose(wrapped.embed_images(given), wanted, atol=1e-6)
    names = np.array([str(file), str(file)])
    assert wrapped.embed_images(names).shape == (2, 32) and wrapped.embed_images([]).shape == (0, 32)
    assert len(wrapped.tokens(np.zeros((1, 3, 32, 32)), layers=1)) == 1


# ── Pillow images ───────────────────────────────────────────────────────────────────────────────


def waves(height: int = 60, width: int = 80) -> np.ndarray:
    rows, columns = np.mgrid[0:height, 0:width]
    return np.stack([rows * 4 % 256, columns * 3 % 256, (rows + columns) % 256], -1).astype(np.uint8)


def transposed(folder: Path) -> Path:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(waves()).save(folder / "x.jpg", exif=exif)
    return folder / "x.jpg"


def sixteen_bit(folder: Path) -> Path:
    Image.fromarray(np.linspace(0, 65535, 4800).astype(np.uint16).reshape(60, 80)).save(folder / "x.png")
    return folder / "x.png"


def with_alpha(folder: Path) -> Path:
    alpha = np.where(np.arange(80) < 40, 0, 255).astype(np.uint8)
    image = np.dstack([waves(), np.broadcast_to(alpha, (60, 80))])
    Image.fromarray(image).save(folder / "x.png")
    return folder / "x.png"


def palette(folder: Path) -> Path:
    image = Image.fromarray(waves()).quantize(16)
    image.save(folder / "x.png", transparency=3)
    return folder / "x.png"


def cmyk(folder: Path) -> Path:
    Image.fromarray(np.dstack([waves(), waves()[..., :1]]), "CMYK").save(folder / "x.jpg")
    return folder / "x.jpg"


def profiled(folder: Path) -> Path:
    Image.fromarray(waves()).save(folder / "x.tif", icc_profile=swapped_profile())
    return folder / "x.tif"


def swapped_profile() -> bytes:
    """sRGB with red and blue colorants exchanged, under another name."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = int.from_bytes(data[128:132], "big")
    tags = {bytes(data[o : o + 4]): o for o in range(132, 132 + 12 * count, 12)}
    red, blue = tags[b"rXYZ"], tags[b"bXYZ"]
    data[red + 4 : red + 12], data[blue + 4 : blue + 12] = (
        data[blue + 4 : blue + 12],
        data[red + 4 : red + 12],
    )
    return bytes(
        data.replace(b"sRGB", b"odd!").replace("sRGB".encode("utf-16-be"), "odd!".encode("utf-16-be"))
    )


def float_grey(folder: Path) -> Path:
    Image.fromarray(np.linspace(-3, 9, 4800, dtype=np.float32).reshape(60, 80)).save(folder / "x.tif")
    return folder / "x.tif"


@pytest.mark.parametrize(
    "make",
    [transposed, sixteen_bit, with_alpha, palette, cmyk, profiled, float_grey],
    ids=lambda f: f.__name__,
)
def test_a_pillow_image_has_the_vector_of_its_file(make: Callable[[Path], Path], tmp_path: Path) -> None:
    model, file = load_model("builtin", device="cpu"), make(tmp_path)
    with Image.open(file) as opened:
        plain = np.asarray(opened.convert("RGB"))
        mode, size = opened.mode, opened.size
        vectors = model.embed_images([file, opened, plain])
        assert (opened.mode, opened.size) == (mode, size)  # the script's own picture is left alone
    np.testing.assert_allclose(vectors[1], vectors[0], atol=1e-6)
    if make is not cmyk:  # Pillow's own conversion would have given another picture
        assert vectors[2] @ vectors[0] < 0.999


@pytest.mark.parametrize("mode", ["RGBA", "L", "LA", "P", "1", "CMYK", "YCbCr", "HSV", "I", "F", "I;16"])
def test_pictures_made_in_memory_are_taken_in_any_mode(model: FakeModel, mode: str) -> None:
    grey = Image.linear_gradient("L").resize((40, 30))
    picture = grey.convert("I").convert(mode) if mode == "I;16" else grey.convert(mode)
    assert Model(model).embed_images(picture).shape == (1, 32)


def test_a_picture_that_can_not_be_read_is_a_photo_error(model: FakeModel) -> None:
    buffer = io.BytesIO()
    Image.fromarray(waves()).save(buffer, "PNG")
    cut = Image.open(io.BytesIO(buffer.getvalue()[: len(buffer.getvalue()) // 2]))
    with pytest.raises(PhotoError, match=r"cut off|damaged"):
        Model(model).embed_images(cut)
    with pytest.raises(PhotoError, match="too small"):
        Model(model).embed_images(Image.new("RGB", (2, 2)))


# ── nonsense ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros((40, 40, 3), np.float32), "not float32"),
        (np.zeros((40, 40), np.uint8), r"\(40, 40\)"),
        (np.zeros((40, 40, 4), np.uint8), r"\(40, 40, 4\)"),
        (np.zeros((3, 40, 40), np.uint8), r"\(3, 40, 40\)"),
        (np.zeros((0, 40, 3), np.uint8), r"\(0, 40, 3\)"),
        (np.zeros(5), r"\(5,\)"),
    ],
)
def test_arrays_of_another_kind_are_refused_with_what_is_wanted(
    model: FakeModel, array: np.ndarray, words: str
) -> None:
    with pytest.raises(ValueError, match=rf"uint8 \(H, W, 3\).*{words}"):
        Model(model).embed_images(array)


def test_things_that_are_no_images_and_no_texts_are_refused(model: FakeModel) -> None:
    for nothing in (None, 7, [None], {"a": 1}.values()):
        with pytest.raises(TypeError):
            Model(model).embed_images(nothing)
    with pytest.raises(TypeError, match="must be a string"):
        Model(model).embed_texts(["red", None])  # type: ignore[list-item]


class Zero(FakeModel):
    """Gives no direction at all, as a broken checkpoint does."""

    def embed_steps(self, pixels):
        yield
        return np.zeros((len(pixels), 32), np.float32)


def test_a_vector_of_zeros_is_no_vector() -> None:
    with pytest.raises(PhotoError, match="no usable vector for image 0"):
        Model(Zero()).embed_images(waves())


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"top": -1}, "0 or more"),
        ({"templates": "openai81"}, "choose one of none, simple, openai80"),
        ({"templates": ""}, "no templates named"),
        ({"images": ""}, "path is empty"),
        ({"images": ["a.jpg", ""]}, "path is empty"),
    ],
)
def test_nonsense_in_a_search_is_refused(
    library: Library, model: FakeModel, wrong: dict[str, object], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        library.search("red", Model(model), **wrong)  # type: ignore[arg-type]


def test_no_results_may_be_asked_for_and_half_a_one_not(library: Library, model: FakeModel) -> None:
    answer = library.search("red", Model(model), top=0)
    assert len(answer) == 0 and answer.searched == 12
    with pytest.raises(TypeError):
        library.search("red", Model(model), top=2.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="sentence"):
        library.search(None, Model(model))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="nothing to search for"):
        library.search("  ", Model(model))


@pytest.mark.parametrize(
    ("threshold", "temperature"),
    [
        (0.1, 0.0),
        (0.1, -5.0),
        (0.1, float("nan")),
        (0.1, float("inf")),
        (float("nan"), 25.0),
        (float("inf"), 25.0),
    ],
)
def test_a_curve_of_nonsense_is_refused(threshold: float, temperature: float) -> None:
    with pytest.raises(ValueError, match="must be a finite number"):
        ConfidenceCurve(threshold, temperature)


def test_empty_names_never_mean_the_current_folder(
    library: Library, model: FakeModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for attempt in (
        lambda: open_library(""),
        lambda: load_model(""),
        lambda: load_model(["a.pth", ""]),
        lambda: library.index("", Model(model)),
        lambda: library.index([".", ""], Model(model)),
        lambda: Model(model).embed_images(""),
        lambda: library.trim_thumbnails(-1),
    ):
        with pytest.raises(ValueError):
            attempt()
    assert not list(Path().iterdir()) and library.index([], Model(model)).found == 0
    with pytest.raises(DinoDeskError, match="There is no"):
        library.index("nowhere", Model(model))
