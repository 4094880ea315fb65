"""Recipe `tuning`: the second generation of the built-in model, after the recipe `builtin`.

The backbone's stages at stride 32, the sentence encoder's last layers and both heads are trained together,
from the weights of the first generation. Half of the loss is captions, as in `builtin`; the other half is
phrases, a few words as people type them, which all photos of a batch that say them are right for. What the
stages before give of several views of each photo is computed once. The result is the moving average of the
weights. Writes `tuned.safetensors`, `figures.json`, `log.jsonl`.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Generator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from dinodesk.errors import UsageError
from dinodesk.models.inference import builtin_model
from dinodesk.models.inference.devices import DeviceChoice
from dinodesk.training import feature_cache, losses
from dinodesk.training.run_log import BETAS, Figures, Options, Run, changed, cosine
from dinodesk.training.run_log import parts as beginning
from dinodesk.training.student_network import follow
from dinodesk.training.tuning.phrases import NOT_SAID, SAID
from dinodesk.training.tuning.tuned_network import EARLY_SAMPLE, TunedNetwork
from dinodesk.training.tuning.tuning_dataset import TuningDataset, gather
from dinodesk.training.tuning.tuning_evaluation import judge, retrieval


@dataclass(frozen=True, slots=True)
class TuningSettings:
    """Hyper-parameters of the recipe; the names are those of `--set NAME=NUMBER`.

    Attributes:
        epochs: passes over the captioned photos.
        views: of each captioned photo that are cached: plain, mirrored, then random ones.
        batch: captioned photos a step.
        labelled: photos with labels and no captions that are added to each step.
        rate: peak learning rate of the heads (AdamW, a short rise, half a cosine).
        stage_rate: of the backbone's last stages.
        layer_rate: of the sentence encoder's last layers.
        layers: of the sentence encoder that are trained.
        decay: weight decay, a factor of the learning rate.
        dropout: probability, in both heads.
        layer_dropout: in the sentence encoder's layers.
        smoothing: label smoothing of the captions' InfoNCE.
        phrases: share of the phrases' loss beside the captions' (1 less that).
        drawn: phrases a step.
        least: photos that must say a phrase.
        teacher: weight of the class teacher's loss on photo-name cosines.
        names: class names a step for that.
        keeping: weight of the cross-entropy of class probabilities from tuned features with the frozen ones'.
        average: momentum of the moving average of the weights, a step.
        early: 1 if the image head reads early features, 0 if not.
    """

    epochs: int = 6
    views: int = 4
    batch: int = 192
    labelled: int = 32
    rate: float = 3e-4
    stage_rate: float = 2e-4
    layer_rate: float = 1e-4
    layers: int = 2
    decay: float = 1e-2
    dropout: float = 0.3
    layer_dropout: float = 0.1
    smoothing: float = 0.1
    phrases: float = 0.5
    drawn: int = 96
    least: int = 6
    teacher: float = 0.2
    names: int = 192
    keeping: float = 0.5
    average: float = 0.99
    early: int = 1


CHOICE = DeviceChoice("cpu", "fp32")
"""Where it runs, whatever else there is: what is cached once is trained on, the same numbers everywhere."""
MOST_GRADIENT = 1.0
"""Norm to which the gradient is clipped."""
PLAIN_WORDING = 0.5
"""Share of the phrases that are said as they are, without a wording around them."""
LOSSES = ("captions", "phrases", "names", "keeping")
QUICK = TuningSettings(epochs=2, views=1)


def train(
    options: Options, parts_file: Path | None = None, settings: TuningSettings | None = None
) -> Generator[str, None, Figures]:
    """Run the recipe; yields progress in words, returns the last figures."""
    file = parts_file or options.frozen or builtin_model.path()
    settings = settings or changed(QUICK if options.quick else TuningSettings(), options.changes)
    tensors = {**_frozen(load_file(file)), **_first_heads(options)}
    parts = builtin_model.Parts(tensors, CHOICE)
    mark = feature_cache.mark_of(file)
    depth = 1 + max(int(key.split(".")[2]) for key in tensors if key.startswith("text.layer."))
    dataset = yield from gather(
        parts,
        options,
        mark,
        views=settings.views,
        least=settings.least,
        layers=depth - settings.layers,
    )
    run = Run(options, "tuning")
    run.note(
        {
            "settings": asdict(settings),
            "photos": len(dataset.photos),
            "views": len(dataset.views.keys),
            "phrases": len(dataset.phrases.texts),
        }
    )
    network = start(tensors, dataset, settings, depth - settings.layers)
    tuned = yield from fit(dataset, network, parts, settings, run)
    stored = {key: value.half().contiguous() for key, value in tuned.stored().items()}
    card = {"seed": options.seed, **asdict(settings)}
    save_file(stored, options.out / "tuned.safetensors", metadata={"card": json.dumps(card)})
    figures: Figures = {"seed": options.seed}
    for split in ("validation", "dev"):
        figures[f"{split}_trained_part"] = retrieval(dataset, tuned, parts, split)
    if not options.quick:
        model = builtin_model.BuiltinModel({**_frozen(tensors), **stored}, CHOICE, "")
        figures |= yield from judge(model, options.data, dataset.photos)
    (options.out / "figures.json").write_text(json.dumps(figures, indent=1), "utf-8")
    return run.note(figures)


def _frozen(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """What the packages' weights say, without the heads.

    Raises:
        UsageError: these tensors are those of a model that is fine-tuned already.
    """
    if any(key.startswith("tuned.") for key in tensors):
        raise UsageError(
            "This model is fine-tuned already.", "Give the frozen parts that it was made of with --frozen."
        )
    return {key: value for key, value in tensors.items() if not key.startswith("head.")}


def _first_heads(options: Options) -> dict[str, Tensor]:
    """The heads that the recipe `builtin` wrote, as `head.…`.

    Raises:
        UsageError: there are none.
    """
    file = (options.start or options.out) / "head.safetensors"
    if not file.exists():
        raise UsageError(f"There is no {file.name} in {file.parent}.", "Run the recipe without --tune first.")
    return {f"head.{key}": value for key, value in load_file(file).items()}


def start(
    tensors: dict[str, Tensor], dataset: TuningDataset, settings: TuningSettings, first: int
) -> TunedNetwork:
    """The network with the weights of the first generation; its layers from number `first` on are trained."""
    layers = {
        key: value
        for key, value in beginning(tensors, "text.").items()
        if key.startswith("layer.") and int(key.split(".")[1]) >= first
    }
    model = TunedNetwork(
        beginning(tensors, "image."),
        layers,
        beginning(tensors, "head."),
        tensors["centre"],
        dataset.views.early.shape[-1] if settings.early else 0,
        (settings.dropout, settings.layer_dropout),
    )
    model.know_early(dataset.views.early[::EARLY_SAMPLE])
    return model


def fit(
    dataset: TuningDataset,
    model: TunedNetwork,
    parts: builtin_model.Parts,
    settings: TuningSettings,
    run: Run,
) -> Generator[str, None, TunedNetwork]:
    """All epochs, from the checkpoint if there is one; returns the moving average."""
    torch.manual_seed(run.options.seed)
    average = copy.deepcopy(model).eval().requires_grad_(False)
    adam = _optimiser(model, settings)
    captioned, labelled = dataset.trained_on(captioned=True), dataset.trained_on(captioned=False)
    batch = min(settings.batch, len(captioned))
    per_epoch = max(1, len(captioned) // batch)
    total = settings.epochs * per_epoch
    first = 0
    state = run.restore()
    if state is not None:
        model.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        adam.load_state_dict(state["adam"])
        first = state["epoch"]
    for epoch in range(first, settings.epochs):
        random = run.begin_epoch(epoch)
        order = random.permutation(captioned)
        sums = torch.zeros(len(LOSSES))
        for step in range(per_epoch):
            number = epoch * per_epoch + step
            for group in adam.param_groups:
                group["lr"] = group["peak"] * cosine(number, total, min(20, max(1, total // 20)))
            chosen = order[step * batch : (step + 1) * batch]
            extra = random.choice(labelled, min(settings.labelled, len(labelled)), replace=False)
            photos = np.concatenate([chosen, extra]).astype(np.int64)
            model.train()
            found = _losses(model, dataset, parts, photos, settings, random)
            adam.zero_grad()
            (found * _weights(settings)).sum().backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(model.parameters(), MOST_GRADIENT)
            adam.step()
            follow(average, model, settings.average)
            sums += found.detach()
            yield f"epoch {epoch + 1} of {settings.epochs}, step {step + 1} of {per_epoch}"
        run.save(
            {
                "model": model.state_dict(),
                "average": average.state_dict(),
                "adam": adam.state_dict(),
                "epoch": epoch + 1,
            }
        )
        means = dict(zip(LOSSES, (sums / per_epoch).tolist(), strict=True))
        scored = retrieval(dataset, average, parts, "validation")
        line = run.note({"epoch": epoch + 1, **means, "validation": scored})
        yield f"epoch {epoch + 1}: {means}, validation {scored}, {line['seconds']} s"
    return average


def _optimiser(model: TunedNetwork, settings: TuningSettings) -> torch.optim.AdamW:
    """AdamW; each group keeps its peak rate under "peak", and only weights of two axes and more decay."""
    stages, layers = list(model.stages.parameters()), list(model.layers.parameters())
    known = {id(value) for value in (*stages, *layers)}
    others = [value for value in model.parameters() if id(value) not in known]
    groups = []
    for values, rate in (
        (stages, settings.stage_rate),
        (layers, settings.layer_rate),
        (others, settings.rate),
    ):
        for decays in (True, False):
            chosen = [value for value in values if (value.ndim > 1) == decays]
            decay = settings.decay if decays else 0.0
            groups.append({"params": chosen, "peak": rate, "weight_decay": decay})
    return torch.optim.AdamW(groups, lr=settings.rate, betas=BETAS)


def _weights(settings: TuningSettings) -> Tensor:
    """Of each of the `LOSSES`."""
    return torch.tensor([1 - settings.phrases, settings.phrases, settings.teacher, settings.keeping])


def _losses(
    model: TunedNetwork,
    dataset: TuningDataset,
    parts: builtin_model.Parts,
    photos: npt.NDArray[np.int64],
    settings: TuningSettings,
    random: np.random.Generator,
) -> Tensor:
    """The `LOSSES` of one batch of photos, (4,)."""
    rows = [random.choice(dataset.rows_of[photo]) for photo in photos]
    views = dataset.views.batch(rows)
    with torch.no_grad():
        conse = parts.conse(views.regions.mean(1))
        known = parts.logits(_with_mean(views.regions)).softmax(-1)
    image, regions = model.photos(views.trunk, views.early, conse)
    captions = [int(random.choice(dataset.texts_of[photo])) for photo in photos]
    drawn = dataset.phrases.drawn(photos, settings.drawn, random)
    names = _drawn_names(known[:, 0], settings.names, random)
    form = int(random.integers(len(dataset.names)))
    short = [*_phrase_texts(dataset, drawn, random), *dataset.names[form, names].tolist()]
    sentences = model.sentences(*dataset.tokens.batch(captions))
    short_vectors = model.sentences(*dataset.tokens.batch(short))
    phrases, named = short_vectors[: len(drawn)], short_vectors[len(drawn) :]
    said = torch.from_numpy(dataset.phrases.said[drawn][:, photos])
    texts = torch.tensor(captions)
    return torch.stack(
        [
            losses.info_nce(
                image,
                sentences,
                model.scale.exp(),
                smoothing=settings.smoothing,
                same=texts[:, None] == texts[None],
            ),
            losses.said_phrases(
                image, phrases, model.phrase_scale.exp(), said == SAID, (said == SAID) | (said == NOT_SAID)
            ),
            losses.class_teacher(
                image, named, model.class_scale.exp(), functional.normalize(known[:, 0, names], 1, dim=1)
            ),
            losses.kept_classes(parts.logits(_with_mean(regions)), known),
        ]
    )


def _with_mean(regions: Tensor) -> Tensor:
    """The mean of the regions, then the regions: (B, 9, C) → (B, 10, C)."""
    return torch.cat([regions.mean(1, keepdim=True), regions], 1)


def _drawn_names(known: Tensor, count: int, random: np.random.Generator) -> npt.NDArray[np.int64]:
    """Classes for a step: each photo's likeliest, filled up with others; `known` probabilities (B, K)."""
    likely = np.unique(known.argmax(1).numpy())
    others = np.setdiff1d(np.arange(known.shape[1]), likely)
    more = random.permutation(others)[: max(0, count - len(likely))]
    return np.concatenate([likely, more]).astype(np.int64)


def _phrase_texts(
    dataset: TuningDataset, drawn: npt.NDArray[np.int64], random: np.random.Generator
) -> list[int]:
    """A text for each phrase: one of the ways to write it, plain or in one of the wordings."""
    _, ways, forms = dataset.phrase_texts.shape
    way = random.integers(ways, size=len(drawn))
    form = np.where(random.random(len(drawn)) < PLAIN_WORDING, 0, random.integers(forms, size=len(drawn)))
    found: list[int] = dataset.phrase_texts[drawn, way, form].tolist()
    return found
