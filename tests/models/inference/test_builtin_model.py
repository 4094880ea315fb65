"""The built-in model: its shape, its parts, its answers."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file

from dinodesk.errors import ModelError
from dinodesk.generators import run_to_end
from dinodesk.models.inference import builtin_model, devices
from dinodesk.models.inference.model import FEW_WORDS, Model
from dinodesk.models.loader import load_model
from dinodesk.models.networks.efficientnet_lite import same_padding
from dinodesk.models.tokenizers.wordpiece import WordPiece


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def noise(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model("builtin", device="cpu", precision="fp32")


@pytest.fixture(scope="module")
def wordpiece() -> WordPiece:
    vocabulary = load_file(builtin_model.path())["vocabulary"]
    return WordPiece(bytes(vocabulary.numpy()).decode("utf-8").splitlines())


def test_the_file_is_small_half_precision_and_says_what_it_is() -> None:
    file = builtin_model.path()
    assert file.stat().st_size < 80e6
    assert hashlib.sha256(file.read_bytes()).hexdigest() == builtin_model.SHA256
    with safe_open(file, "pt") as content:
        card = json.loads(content.metadata()["card"])
        kinds = {content.get_tensor(key).dtype for key in content.keys()}  # noqa: SIM118
    assert kinds == {torch.float16, torch.uint8}
    parts = {"what", "training", "photos", "limits", "licence", "sources", "inputs", "changes", "settings"}
    assert parts <= set(card)
    assert "Apache-2.0" in card["licence"] and "small model, english only" in card["limits"].lower()
    assert {"seed", "validation", "dev", "named", "ten_classes"} <= set(json.loads(card["figures"]))
    assert len(json.loads(card["class_names"])) == 1000


def test_the_line_stands_between_matches_and_others() -> None:
    table = json.loads(builtin_model.path().with_name("builtin-calibration.json").read_text("utf-8"))
    assert set(table) == {"captions", "labels", "none", "simple", "openai80"}
    for name, rows in table.items():
        matches = dict(zip(rows["percentiles"], rows["matches"]["scores"], strict=True))
        others = dict(zip(rows["percentiles"], rows["others"]["scores"], strict=True))
        assert matches[50] > builtin_model.CURVE.threshold > others[95], name


def test_model_info_of_the_builtin_model(model: Model) -> None:
    info = model.info
    assert (info.name, info.title, info.family) == ("builtin", "built-in (small)", "builtin")
    assert (info.text, info.dim, info.patch, info.image_size, info.map_size) == (True, 1536, 32, 260, 384)
    assert model.decode_side == 260
    assert load_model("builtin", device="cpu", precision="bf16").info.fingerprint == info.fingerprint


def test_vectors_are_unit_and_their_halves_are_those_of_dinotxt(model: Model) -> None:
    pixels = noise(3, 3, 260, 260)
    vectors = model.embed_pixels(pixels)
    assert vectors.shape == (3, 1536)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    patches = model.head_patches(pixels)
    assert patches.shape == (3, 9, 9, 768)
    # each half is [class part, trained part]; cells read the same regions as the patch half is the mean of
    mean, half = unit(patches.reshape(3, 81, 768).mean(1)), unit(vectors[:, 768:])
    assert (mean * half).sum(1).min() > 0.9
    np.testing.assert_allclose(
        np.linalg.norm(patches[..., :384], axis=-1), builtin_model.PHOTO_WEIGHT, atol=1e-4
    )
    alone = np.concatenate([model.embed_pixels(one[None]) for one in pixels])
    np.testing.assert_allclose(alone, vectors, atol=1e-4)


def test_texts_have_their_sentence_vector_in_both_halves(model: Model) -> None:
    texts = ["a dog", "", "an old red car in the snow at night", "犬 😀"]
    vectors = model.embed_texts(texts)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(vectors[:, :384], vectors[:, 768:1152])
    alone = np.concatenate([model.embed_texts([text]) for text in texts])
    np.testing.assert_allclose(alone, vectors, atol=1e-5)
    assert model.embed_texts([]).shape == (0, 1536)
    low = load_model("builtin", device="cpu", precision="bf16")
    np.testing.assert_array_equal(low.embed_texts(texts), vectors)


def test_vectors_made_before_the_text_side_changed_stay_valid(model: Model) -> None:
    assert model.info.fingerprint == "41c25b414a4b854e46e3f6fcd304b4e7"


def test_a_few_words_are_said_in_several_ways_and_sentences_are_not(model: Model) -> None:
    few, sentence = "two dogs playing", "two dogs are playing with a ball on the grass"
    np.testing.assert_array_equal(model.embed_texts([sentence]), model.embed_as_written([sentence]))
    said, written = model.embed_texts([few])[0], model.embed_as_written([few])[0]
    assert 0.5 < said @ written < 0.99
    # the class part is that of the very words
    np.testing.assert_allclose(said[:384], written[:384], atol=1e-5)


def test_names_give_the_class_part_more_weight_than_captions(model: Model) -> None:
    name, caption = model.embed_texts(["a photo of a tench", "two boys laugh while they run from a wave"])
    shares = [
        np.linalg.norm(each[:384]) / np.linalg.norm(each[[*range(384, 768)]]) for each in (name, caption)
    ]
    assert shares[0] > 2 * shares[1] > 0


def test_the_kind_of_a_query_is_read_from_its_vector(model: Model, data: Path) -> None:
    classes = json.loads((data / "imagenet-classes.json").read_text())
    names = [each["name"] for each in classes][::25]
    texts = [
        *names,
        *(f"a photo of a {name}" for name in names),
        "two dogs playing",
        "children",
        "two boys laugh while they run from a wave",
    ]
    kinds = [
        model.query_kind(text, vector) for text, vector in zip(texts, model.embed_texts(texts), strict=True)
    ]
    with torch.inference_mode():
        weights = model._parts.text_weights(model._parts.sentences(texts))[:, 0].tolist()
    for text, kind, weight in zip(texts, kinds, weights, strict=True):
        assert (kind == "name") == (weight >= sum(builtin_model.TEXT_WEIGHTS) / 2)
        assert kind in ("name", "few" if len(text.split()) <= FEW_WORDS else "caption")
    assert kinds[-3:] == ["few", "few", "caption"] and kinds.count("name") > len(names)
    assert [model.query_kind(text) for text in texts[-3:]] == kinds[-3:]


def test_the_whole_photo_is_seen(model: Model) -> None:
    assert model.crop_box(640, 480) == (0, 0, 1, 1)
    assert model.crop_box(1600, 100) == (0, 0, 1, 1)
    rgb = np.zeros((100, 300, 3), np.uint8)
    rgb[:, :40] = 255
    assert model.prepare(rgb)[0, 100, 10] > 0.9


def test_meaning_orders_sentences(model: Model) -> None:
    dog, puppy, car = model.embed_texts(["a dog", "a photo of a puppy", "a sports car"])
    assert dog @ puppy > 0.4 > 0.3 > dog @ car


def test_tokens_of_all_layers_and_dense_cells(model: Model) -> None:
    pixels = noise(1, 3, 384, 448)
    grids = model.tokens(pixels, list(range(model.info.layers)))
    assert [grid.patches.shape[1] for grid in grids] == [192, 96, 48, 24, 24, 12, 12, 12]
    last = model.tokens(pixels)
    assert last.patches.shape == (1, 12, 14, 1280)
    assert last.registers.shape == (1, 0, 1280)
    np.testing.assert_allclose(last.cls, last.patches.mean((1, 2)), atol=1e-5)
    np.testing.assert_array_equal(last.patches, grids[-1].patches)
    dense = model.tokens(pixels, dense=True)
    assert dense.patches.shape == (1, 24, 28, 1280)
    # Same weights on a finer grid: every second cell is the plain one, borders included.
    np.testing.assert_allclose(dense.patches[:, 1::2, 1::2], last.patches, atol=1e-4)
    heads = model.head_patches(pixels, dense=True)
    assert heads.shape == (1, 24, 28, 768)
    np.testing.assert_array_equal(run_to_end(model.head_patch_steps(pixels, dense=True)), heads)
    (stepped,) = run_to_end(model.token_steps(pixels, [-1], dense=True))
    np.testing.assert_array_equal(stepped.patches, dense.patches)
    with pytest.raises(ModelError, match="no layer 8"):
        model.tokens(pixels, [8])


def test_same_padding_is_tensorflows() -> None:
    assert same_padding(260, 3, 2) == (0, 1)
    assert same_padding(65, 5, 2) == (2, 2)
    assert same_padding(24, 5, 2) == (1, 2)
    assert same_padding(24, 5, 1, 2) == (4, 4)
    for size in range(5, 40):
        before, after = same_padding(size, 5, 2)
        assert (size + before + after - 5) // 2 + 1 == -(-size // 2)


def test_bf16_stays_close_even_on_noise(model: Model) -> None:
    low = load_model("builtin", device="cpu", precision="bf16")
    pixels = noise(2, 3, 260, 260)
    assert (model.embed_pixels(pixels) * low.embed_pixels(pixels)).sum(1).min() > 0.9


def test_prepared_photos_may_be_read_only(model: Model) -> None:
    rgb = np.asarray(Image.new("RGB", (400, 300), "teal"))
    whole = model.prepare_whole(rgb, 384)
    assert whole.shape == (3, 384, 512)
    whole.flags.writeable = False
    assert model.head_patches(whole[None]).shape == (1, 12, 16, 768)
    assert model.prepare(rgb).shape == (3, 260, 260)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    place = devices.DeviceChoice("cpu", "fp32")
    with pytest.raises(ModelError, match="missing"):
        builtin_model.load(place, tmp_path / "none.safetensors")
    (tmp_path / "cut.safetensors").write_bytes(builtin_model.path().read_bytes()[:1_000_000])
    with pytest.raises(ModelError, match="damaged"):
        builtin_model.load(place, tmp_path / "cut.safetensors")


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("a photo of a cat", [1037, 6302, 1997, 1037, 4937]),
        ("A Photo of a CAT", [1037, 6302, 1997, 1037, 4937]),
        ("café", [7668]),
        ("cat!", [4937, 999]),
        ("", []),
        ("x" * 101, [100]),
        ("cat\u200b\x00", [4937]),
    ],
)
def test_known_pieces(wordpiece: WordPiece, text: str, ids: list[int]) -> None:
    found = wordpiece.encode(text)
    assert found[0] == 101
    assert found[-1] == 102
    assert found[1:-1] == ids


def test_long_texts_are_cut(wordpiece: WordPiece) -> None:
    ids = wordpiece.encode("word " * 300)
    assert len(ids) == 128
    assert ids[-1] == 102


def test_wordpiece_equals_tokenizers(wordpiece: WordPiece) -> None:
    """Against the library, on its own vocabulary; it is no dependency, so only where it is installed."""
    tokenizers = pytest.importorskip("tokenizers")
    vocabulary = dict(wordpiece._ids)
    oracle = tokenizers.BertWordPieceTokenizer(vocabulary, lowercase=True)
    rng = np.random.default_rng(1)
    letters = "abcdefghijklmnop éàüßñø '-.,!?0123 日本 ти"
    texts = ["".join(rng.choice(list(letters), 40)) for _ in range(200)]
    texts += ["It's a well-known “café”, isn't it?", "snowboarding skateboarders", "Ünïcödé ＡＢＣ"]
    for text in texts:
        assert wordpiece.encode(text) == oracle.encode(text).ids, text


@pytest.mark.data
def test_photos_of_named_things_are_named(model: Model, data: Path) -> None:
    """Twenty photos, one an ImageNet class, each among the twenty names."""
    files = sorted((data / "photos").glob("*.*"))[::6]
    names = [file.stem.split("_", 1)[1].replace("_", " ") for file in files]
    pixels = [model.prepare(np.asarray(Image.open(file).convert("RGB"))) for file in files]
    scores = model.embed_pixels(np.stack(pixels)) @ model.embed_texts([f"a photo of a {n}" for n in names]).T
    assert (scores.argmax(1) == np.arange(len(files))).mean() >= 0.85
    line = model.info.line
    matching = line.confidence(np.diag(scores))
    others = line.confidence(scores[~np.eye(len(files), dtype=bool)])
    assert np.median(matching) > 0.8
    assert (others < 0.5).mean() > 0.9
