"""Recipe `builtin`: align photos and sentences in the dino.txt way, on frozen features (arXiv 2412.16334).

The backbone and the sentence encoder stay as they are; two small heads (`builtin_heads`) learn by
symmetric InfoNCE from captioned photos, with some labelled photos in every step, while a class teacher,
the backbone's own classifier, keeps what names mean. Writes `head.safetensors`, `figures.json`, `log.jsonl`.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from dinodesk.models.inference import builtin_model
from dinodesk.models.inference.devices import pick
from dinodesk.models.networks import builtin_heads
from dinodesk.training import feature_cache, losses
from dinodesk.training.builtin_dataset import Aligner, BuiltinDataset, gather, heads, trains
from dinodesk.training.builtin_evaluation import judge, retrieval
from dinodesk.training.run_log import Figures, Options, Run, changed, cosine, optimiser


@dataclass(frozen=True, slots=True)
class BuiltinSettings:
    """Hyper-parameters of the recipe; the defaults made the shipped model.

    The names are those of `--set NAME=NUMBER`. The values were chosen on the validation photos
    (docs/builtin-model.md).

    Attributes:
        epochs: passes over the captioned photos.
        batch: captioned photos a step; the others are their negatives.
        labelled: photos with labels and no captions that are added to each step.
        rate: peak learning rate of AdamW; it rises over a twentieth of the steps and falls as half a cosine.
        decay: weight decay of AdamW, a factor of the learning rate.
        dropout: probability, in both heads.
        smoothing: label smoothing of InfoNCE, the share of the target that is spread over the batch.
        teacher: weight of the class teacher's loss beside InfoNCE, 0 for none.
        softness: temperature that the class teacher's logits are divided by.
        width: of a head's token; a photo's vector is twice as wide.
        hidden: width inside the text head.
    """

    epochs: int = 12
    batch: int = 256
    labelled: int = 64
    rate: float = 7e-4
    decay: float = 1e-2
    dropout: float = 0.3
    smoothing: float = 0.1
    teacher: float = 0.2
    softness: float = 1.0
    width: int = 384
    hidden: int = 1024


MOST_GRADIENT = 1.0
"""Norm to which the gradient is clipped."""
QUICK = BuiltinSettings(epochs=3, teacher=0.1)


def train(
    options: Options, parts_file: Path | None = None, settings: BuiltinSettings | None = None
) -> Generator[str, None, Figures]:
    """Run the recipe; yields progress in words, returns the last figures."""
    file = parts_file or options.frozen or builtin_model.path()
    settings = settings or changed(QUICK if options.quick else BuiltinSettings(), options.changes)
    parts = builtin_model.Parts(load_file(file), pick("auto" if options.device == "cuda" else "cpu"))
    dataset = yield from gather(parts, options, feature_cache.mark_of(file))
    run = Run(options, "builtin")
    run.note({"settings": asdict(settings), "photos": len(dataset.photos)})
    model = yield from fit(dataset, settings, run)
    save_file(
        {key: value.half().contiguous() for key, value in heads(model).items()},
        options.out / "head.safetensors",
        metadata={"card": json.dumps({"seed": options.seed, **asdict(settings)})},
    )
    figures = yield from judge(parts, dataset, model, options, feature_cache.mark_of(file))
    (options.out / "figures.json").write_text(json.dumps(figures, indent=1), "utf-8")
    return run.note(figures)


def fit(dataset: BuiltinDataset, settings: BuiltinSettings, run: Run) -> Generator[str, None, Aligner]:
    """All epochs, from the checkpoint if there is one."""
    device = run.options.device
    torch.manual_seed(run.options.seed)
    shape = builtin_heads.Shape(
        features=dataset.regions.shape[-1],
        sentence=dataset.vectors.shape[1],
        width=settings.width,
        hidden=settings.hidden,
    )
    model = Aligner(shape, settings.dropout).to(device)
    adam = optimiser(model, settings.rate, settings.decay)
    captioned = np.array(dataset.rows("train", captioned=True))
    labelled = np.array([row for row in dataset.rows("train", captioned=False) if trains(dataset, row)])
    batch = min(settings.batch, len(captioned))
    per_epoch = max(1, len(captioned) // batch)
    total = settings.epochs * per_epoch
    first = 0
    state = run.restore()
    if state is not None:
        model.load_state_dict(state["model"])
        adam.load_state_dict(state["adam"])
        first = state["epoch"]
    for epoch in range(first, settings.epochs):
        random = run.begin_epoch(epoch)
        order = random.permutation(captioned)
        sums = torch.zeros(2)
        for step in range(per_epoch):
            for group in adam.param_groups:
                number = epoch * per_epoch + step
                group["lr"] = settings.rate * cosine(number, total, max(20, total // 20))
            rows = order[step * batch : (step + 1) * batch]
            extra = random.choice(labelled, min(settings.labelled, len(labelled)))
            chosen = np.concatenate([rows, extra]).astype(np.int64)
            sums += _step(model, adam, dataset, chosen, settings, random, device)
            yield f"epoch {epoch + 1} of {settings.epochs}, step {step + 1} of {per_epoch}"
        run.save({"model": model.state_dict(), "adam": adam.state_dict(), "epoch": epoch + 1})
        pair, teacher = (sums / per_epoch).tolist()
        found = retrieval(dataset, model, "validation")
        line = run.note({"epoch": epoch + 1, "info_nce": pair, "class_teacher": teacher, "validation": found})
        yield f"epoch {epoch + 1}: loss {pair:.3f} + {teacher:.3f}, validation {found}, {line['seconds']} s"
    return model.eval()


def _step(
    model: Aligner,
    adam: torch.optim.AdamW,
    dataset: BuiltinDataset,
    rows: npt.NDArray[np.int64],
    settings: BuiltinSettings,
    random: np.random.Generator,
    device: str,
) -> Tensor:
    """Train on one batch; returns InfoNCE and the class teacher's loss, float32 (2,)."""
    model.train()
    view = random.integers(0, feature_cache.VIEWS, len(rows))
    texts = torch.tensor([random.choice(dataset.texts_of[row]) for row in rows])
    same = (texts[:, None] == texts[None]).to(device)
    names = dataset.names[random.integers(0, len(dataset.names))].to(device)
    teacher = (dataset.teacher[rows, view] / settings.softness).softmax(-1).to(device)
    with torch.autocast("cuda", torch.bfloat16, enabled=device == "cuda"):
        image = model.image(
            dataset.regions[rows, view].to(device).float(), dataset.conse[rows, view].to(device)
        )
        text = model.text(dataset.vectors[texts].to(device))
        pair = losses.info_nce(
            image.float(), text.float(), model.scale.exp(), smoothing=settings.smoothing, same=same
        )
        known = image.new_zeros(())
        if settings.teacher:
            known = losses.class_teacher(
                image.float(), model.text(names).float(), model.class_scale.exp(), teacher
            )
    adam.zero_grad()
    (pair + settings.teacher * known).backward()
    nn.utils.clip_grad_norm_(model.parameters(), MOST_GRADIENT)
    adam.step()
    return torch.tensor([pair.item(), known.item()])
