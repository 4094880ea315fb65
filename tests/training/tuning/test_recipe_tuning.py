"""Fine-tuning on made-up features: it learns, goes on after a stop, and its average follows."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from dinodesk.errors import UsageError
from dinodesk.generators import run_to_end
from dinodesk.models.networks import builtin_heads
from dinodesk.models.networks.efficientnet_lite import LAST_STRIDED, STAGES
from dinodesk.models.networks.minilm import Layer
from dinodesk.training.photo_dataset import TrainingPhoto
from dinodesk.training.run_log import Options, Run
from dinodesk.training.tuning import recipe_tuning
from dinodesk.training.tuning.phrases import phrases_of
from dinodesk.training.tuning.recipe_tuning import TuningSettings
from dinodesk.training.tuning.token_cache import TokenCache
from dinodesk.training.tuning.tuned_network import TunedNetwork
from dinodesk.training.tuning.tuning_dataset import TuningDataset
from dinodesk.training.tuning.view_cache import ViewCache

TRUNK, FEATURES, EARLY, WORDS = 8, 12, 6, 32
CLASSES = 5
THINGS = ("dog", "boat", "tree", "house")
SMALL = TuningSettings(
    epochs=4, views=2, batch=16, labelled=4, drawn=4, names=4, rate=2e-3, stage_rate=1e-3, layer_rate=1e-3,
    dropout=0.0, layer_dropout=0.0, average=0.8,
)  # fmt: skip


class MadeUpParts:
    """A frozen classifier over `FEATURES` values."""

    def __init__(self) -> None:
        generator = torch.Generator().manual_seed(1)
        self._classes = torch.randn(CLASSES, FEATURES, generator=generator)
        self._names = torch.randn(CLASSES, WORDS, generator=generator)

    def logits(self, features: Tensor) -> Tensor:
        return features @ self._classes.T

    def conse(self, features: Tensor) -> Tensor:
        return torch.nn.functional.normalize(self.logits(features).softmax(-1) @ self._names, dim=-1)


def network() -> TunedNetwork:
    torch.manual_seed(3)
    stages, width, number = {}, TRUNK, sum(count for count, _, _ in STAGES[:LAST_STRIDED])
    for count, kernel, _ in STAGES[LAST_STRIDED:]:
        for _ in range(count):
            for name, shape in (
                ("expand", (2 * width, width, 1, 1)),
                ("depthwise", (2 * width, 1, kernel, kernel)),
                ("project", (width, 2 * width, 1, 1)),
            ):
                fan = np.prod(shape[1:])
                stages[f"blocks.{number}.{name}.weight"] = torch.randn(shape) * (2 / fan) ** 0.5
                stages[f"blocks.{number}.{name}.bias"] = torch.zeros(shape[0])
            number += 1
    stages["head.weight"] = torch.randn(FEATURES, width, 1, 1) * (2 / width) ** 0.5
    stages["head.bias"] = torch.zeros(FEATURES)
    layers = {f"layer.4.{key}": value for key, value in Layer(WORDS, WORDS).state_dict().items()}
    shape = builtin_heads.Shape(FEATURES, WORDS, width=64, hidden=32, depth=1)
    heads = {f"image.{key}": value for key, value in builtin_heads.ImageHead(shape).state_dict().items()}
    heads |= {f"text.{key}": value for key, value in builtin_heads.TextHead(shape).state_dict().items()}
    return TunedNetwork(stages, layers, heads, torch.zeros(WORDS), EARLY, (0.0, 0.0))


def dataset(count: int = 48) -> TuningDataset:
    """Photos of one thing each, whose trunk tells which; captions and labels name it."""
    random = np.random.default_rng(0)
    things = [THINGS[number % len(THINGS)] for number in range(count)]
    photos = []
    for number, thing in enumerate(things):
        captioned = number % 6 != 5
        photos.append(
            TrainingPhoto(
                f"{number}.jpg",
                (f"a {thing} there", f"one {thing}") if captioned else (),
                () if captioned else (thing,),
                "validation" if number % 8 == 4 else "train",
            )
        )
    views = 2
    signs = random.standard_normal((len(THINGS), TRUNK))
    trunk = np.stack([signs[THINGS.index(thing)] for thing in things for _ in range(views)])
    trunk = trunk[:, None, None] + 0.2 * random.standard_normal((count * views, 4, 4, TRUNK))
    cache = ViewCache(
        [(photo.name, view) for photo in photos for view in range(views)],
        trunk.astype(np.float16),
        random.random((count * views, 9, FEATURES)).astype(np.float16),
        random.random((count * views, 9, EARLY)).astype(np.float16),
    )
    texts = sorted({text for photo in photos for text in (*photo.captions, *photo.labels)} | {*THINGS})
    words = {word: random.standard_normal(WORDS) for text in texts for word in text.split()}
    tokens = [np.stack([words[word] for word in text.split()]) for text in texts]
    starts = np.cumsum([0, *map(len, tokens)])
    rows = {text: row for row, text in enumerate(texts)}
    use = [photo.split == "train" for photo in photos]
    phrases = phrases_of(
        [photo.captions if good else () for photo, good in zip(photos, use, strict=True)],
        [photo.labels if good else () for photo, good in zip(photos, use, strict=True)],
        least=4,
    )
    return TuningDataset(
        photos=photos,
        views=cache,
        rows_of=[[views * number, views * number + 1] for number in range(count)],
        tokens=TokenCache(rows, starts, np.concatenate(tokens).astype(np.float16)),
        texts_of=[[rows[text] for text in (photo.captions or photo.labels)] for photo in photos],
        phrases=phrases,
        phrase_texts=np.array([[[rows[ways[1]]]] for ways in phrases.texts]),
        names=np.array([[rows["dog"]] * CLASSES]),
    )


def run(folder: Path, settings: TuningSettings, stop: str = "") -> TunedNetwork | None:
    chosen = Run(Options(folder, folder, folder), "tuning")
    made_up = dataset()
    steps = recipe_tuning.fit(made_up, network(), MadeUpParts(), settings, chosen)  # type: ignore[arg-type]
    if not stop:
        return run_to_end(steps)
    while not next(steps).startswith(stop):
        pass
    steps.close()
    return None


def test_it_learns_captions_and_phrases(tmp_path: Path) -> None:
    tuned = run(tmp_path, replace(SMALL, epochs=12))
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    for loss in ("captions", "phrases"):
        assert lines[-1][loss] < 0.8 * lines[0][loss]
    made_up, parts = dataset(), MadeUpParts()
    rows = [2 * number for number in made_up.captioned("validation")]
    views = made_up.views.batch(rows)
    assert tuned is not None
    photos, _ = tuned.photos(views.trunk, views.early, parts.conse(views.regions.mean(1)))
    said = tuned.sentences(*made_up.tokens.batch([made_up.tokens.rows[thing] for thing in THINGS]))
    right = [THINGS[number % len(THINGS)] for number in made_up.captioned("validation")]
    assert [THINGS[best] for best in (photos @ said.T).argmax(1).tolist()] == right


def test_a_run_that_was_stopped_goes_on_to_the_same_end(tmp_path: Path) -> None:
    whole = run(tmp_path / "whole", SMALL)
    run(tmp_path / "stopped", SMALL, stop="epoch 2:")
    resumed = run(tmp_path / "stopped", SMALL)
    assert whole is not None and resumed is not None
    for key, value in whole.state_dict().items():
        torch.testing.assert_close(resumed.state_dict()[key], value)


def test_each_part_has_its_rate_and_is_trained(tmp_path: Path) -> None:
    before = network().stored()
    frozen = run(tmp_path / "frozen", replace(SMALL, epochs=1, stage_rate=0.0, layer_rate=0.0))
    moved = run(tmp_path / "moved", replace(SMALL, epochs=1))
    assert frozen is not None and moved is not None
    for key, value in before.items():
        fixed = key.startswith(("image.", "tuned.")) or key in (
            "head.image.early.mean",
            "head.image.early.deviation",
        )
        assert torch.equal(frozen.stored()[key], value) == fixed or key.endswith("cells.bias"), key
    changed = {
        key.rsplit(".", 1)[0]
        for key, value in before.items()
        if key.startswith(("image.", "tuned.")) and not torch.equal(moved.stored()[key], value)
    }
    assert {"image.blocks.15.expand", "image.head", "tuned.text.layer.4.qkv"} <= changed


def test_the_average_lags_behind_the_weights(tmp_path: Path) -> None:
    run(tmp_path, replace(SMALL, epochs=1, batch=64, average=0.9))  # all photos: one step
    state = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    start = network().state_dict()
    for key in ("text.fc2.weight", "stages.head.weight", "layers.layers.0.fc1.weight"):
        expected = 0.9 * start[key] + 0.1 * state["model"][key]
        torch.testing.assert_close(state["average"][key], expected)


def test_stored_names_are_those_of_the_models_file() -> None:
    stored = network().stored()
    assert "image.blocks.20.project.weight" in stored and "tuned.text.layer.4.qkv.weight" in stored
    assert "image.head.bias" in stored and "head.image.early.linear.weight" in stored
    image, text = builtin_heads.build({key[5:]: v for key, v in stored.items() if key.startswith("head.")})
    assert image(torch.randn(2, 9, FEATURES + EARLY), torch.randn(2, WORDS)).shape == (2, 128)
    assert text(torch.randn(2, WORDS)).shape == (2, 128)


def test_likely_names_are_drawn_first() -> None:
    known = torch.zeros(3, 50)
    known[0, 7] = known[1, 7] = known[2, 31] = 1
    drawn = recipe_tuning._drawn_names(known, 10, np.random.default_rng(0))
    assert len(set(drawn.tolist())) == 10 and {7, 31} <= set(drawn.tolist())
    assert set(recipe_tuning._drawn_names(known, 1, np.random.default_rng(0)).tolist()) == {7, 31}


def test_early_features_are_standardised() -> None:
    model = network()
    sample = np.random.default_rng(0).normal(3, 2, (400, 9, EARLY)).astype(np.float16)
    model.know_early(sample)
    assert model.image.early is not None
    assert model.image.early.mean.tolist() == pytest.approx([3] * EARLY, abs=0.2)
    assert model.image.early.deviation.tolist() == pytest.approx([2] * EARLY, abs=0.2)


def test_a_model_that_is_fine_tuned_already_is_not_trained_on() -> None:
    tensors = {"image.stem.bias": torch.zeros(1), "head.image.last.bias": torch.zeros(1)}
    assert set(recipe_tuning._frozen(tensors)) == {"image.stem.bias"}
    with pytest.raises(UsageError, match="fine-tuned already"):
        recipe_tuning._frozen({**tensors, "tuned.text.layer.4.out.bias": torch.zeros(1)})
