"""Recipe `ssl`: DINO, iBOT, KoLeo and Gram anchoring on a small DINOv3-shaped ViT.

The terms and their weights: docs/models.md, Training objectives.

Two global and some local crops a photo; an EMA teacher with Sinkhorn-Knopp targets sees the whole global
crops, the student the masked ones and the local ones. Distillation from the built-in backbone's regions,
if it is chosen, speeds a small run up. Gram anchoring begins late, with the teacher of that moment, which
is given crops of twice the size. Writes `student.safetensors`, `figures.json` and `log.jsonl`.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel

from dinodesk.features.pca import outliers
from dinodesk.features.similarity import smoothness
from dinodesk.models.inference import builtin_model
from dinodesk.models.inference.devices import pick
from dinodesk.models.networks import builtin_heads
from dinodesk.models.networks.vit import LayerTokens
from dinodesk.records import ByteArray
from dinodesk.training import crops, feature_cache, losses
from dinodesk.training.photo_dataset import listed, pixels
from dinodesk.training.run_log import Figures, Options, Run, changed, cosine, optimiser
from dinodesk.training.student_network import PATCH, PrototypeHead, Student, follow, small_shape

GLOBAL_SHARE = (0.32, 1.0)
LOCAL_SHARE = (0.05, 0.32)
"""Share of a photo's area that a crop covers, least and most (DINOv2's, arXiv 2304.07193)."""
TEACHER_TEMPERATURE, TEMPERATURE_RISE = 0.04, 0.03
"""Of Sinkhorn's targets: at the start, and by how much it has risen after `TEMPERATURE_WARM_UP`."""
TEMPERATURE_WARM_UP = 0.3
"""Share of all steps over which the teacher's temperature rises."""
LEAST_RATE = 0.01
"""Share of the learning rate that is left at the last step."""
MOST_GRADIENT = 3.0
"""Norm to which the student's gradient is clipped (DINO's)."""
REGION_GRID = builtin_heads.REGIONS
TEACHER_WIDTH = builtin_heads.Shape().features
"""Width of the built-in backbone's features, which are distilled on a grid of 3 × 3 regions."""
VALIDATION_PHOTOS = 32
"""Photos that smoothness, outliers and CLS-patch cosine are measured on."""


@dataclass(frozen=True, slots=True)
class SslSettings:
    """Hyper-parameters of the recipe; the names are those of `--set NAME=NUMBER`.

    "DINOv3" marks values of docs/models.md, Training objectives. The others are this recipe's own: sizes that
    two CPU cores train in an hour or two (docs/builtin-model.md has the runs).

    Attributes:
        steps: batches in all.
        batch: photos a step.
        side, local_side: of the two global crops and of the local ones, in pixels; multiples of 16.
        locals: local crops a photo (DINOv3 has eight in the large models).
        dim, depth, heads: width of a token, blocks and attention heads of the student.
        hidden, bottleneck, prototypes: widths of a prototype head (DINOv3: 2,048, 256 and 65,536).
        rate: peak learning rate of AdamW; it rises over a twentieth of the steps and falls as half a cosine.
        decay: weight decay of AdamW, a factor of the learning rate (DINOv3).
        momentum: share of the teacher that is kept at each step, at the start; 1 at the end (DINOv3).
        koleo, ibot, gram: weights of these terms; DINO's own is 1 (DINOv3).
        gram_from: share of the steps after which Gram anchoring begins; late in training in DINOv3 too.
        distil: weight of distillation from the built-in backbone, 0 for none (not part of DINOv3).
        photos: how many photos to train on, drawn at random; 0 for all.
        every: steps between two lines of the log, each with a checkpoint.
    """

    steps: int = 6000
    batch: int = 32
    side: int = 112
    local_side: int = 48
    locals: int = 4
    dim: int = 192
    depth: int = 10
    heads: int = 3
    hidden: int = 512
    bottleneck: int = 128
    prototypes: int = 2048
    rate: float = 5e-4
    decay: float = 0.04
    momentum: float = 0.994
    koleo: float = 0.1
    ibot: float = 1.0
    gram: float = 1.0
    gram_from: float = 0.7
    distil: float = 1.0
    photos: int = 0
    every: int = 100


QUICK = SslSettings(
    steps=30, batch=16, locals=2, dim=96, depth=4, prototypes=256, photos=512, every=10, gram_from=0.5
)


class StudentWithHeads(nn.Module):
    """A backbone with the heads of DINO and iBOT."""

    def __init__(self, settings: SslSettings) -> None:
        super().__init__()
        self.backbone = Student(small_shape(settings.dim, settings.depth, settings.heads))
        widths = (settings.dim, settings.hidden, settings.bottleneck, settings.prototypes)
        self.dino = PrototypeHead(*widths)
        self.ibot = PrototypeHead(*widths)


class Trainer:
    """Student, teacher, Gram teacher and optimiser; `step` trains on one batch.

    Attributes:
        student, teacher: with heads; the teacher is the student's moving average.
        anchor: the Gram teacher, None until `set_anchor`.
        translate: student's tokens to the built-in backbone's features, for distillation.
    """

    def __init__(self, settings: SslSettings, device: str, precision: str = "fp32", seed: int = 0) -> None:
        self.settings = settings
        self._seed = seed
        self._device = device
        self._bf16 = precision == "bf16"
        self.student = StudentWithHeads(settings).to(device)
        self.teacher = copy.deepcopy(self.student).eval().requires_grad_(False)
        self.anchor: Student | None = None
        self.translate = nn.Linear(settings.dim, TEACHER_WIDTH).to(device)
        self.adam = optimiser(nn.ModuleList([self.student, self.translate]), settings.rate, settings.decay)

    def state(self) -> dict[str, object]:
        """Everything that a checkpoint stores."""
        return {
            "student": self.student.state_dict(),
            "teacher": self.teacher.state_dict(),
            "anchor": None if self.anchor is None else self.anchor.state_dict(),
            "translate": self.translate.state_dict(),
            "adam": self.adam.state_dict(),
        }

    def restore(self, state: dict[str, dict[str, Tensor]]) -> None:
        """Take everything from a checkpoint's state."""
        self.student.load_state_dict(state["student"])
        self.teacher.load_state_dict(state["teacher"])
        self.translate.load_state_dict(state["translate"])
        self.adam.load_state_dict(state["adam"])
        if state["anchor"]:
            self.set_anchor()
            assert self.anchor is not None
            self.anchor.load_state_dict(state["anchor"])

    def set_anchor(self) -> None:
        """Copy the present teacher as Gram teacher."""
        self.anchor = copy.deepcopy(self.teacher.backbone).eval()

    def step(self, photos: Sequence[ByteArray], regions: Tensor | None, number: int) -> Figures:
        """Train on one batch; returns the terms of the loss.

        `regions` are the built-in backbone's features of the photos, float32 (B, 9, 1280), or None.
        """
        chosen = self.settings
        random = np.random.default_rng([self._seed, number, 1])
        along = number / max(1, chosen.steps)
        for group in self.adam.param_groups:
            group["lr"] = chosen.rate * cosine(number, chosen.steps, max(10, chosen.steps // 20), LEAST_RATE)
        self.student.train()
        terms = self._terms(photos, regions, random, along)
        total = torch.stack(list(terms.values())).sum()
        self.adam.zero_grad()
        total.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.student.parameters(), MOST_GRADIENT)
        self.adam.step()
        momentum = 1 - (1 - chosen.momentum) * cosine(number, chosen.steps, 0)
        follow(self.teacher, self.student, momentum)
        return {"total": total.item(), **{name: value.item() for name, value in terms.items()}}

    def _terms(
        self,
        photos: Sequence[ByteArray],
        regions: Tensor | None,
        random: np.random.Generator,
        along: float,
    ) -> dict[str, Tensor]:
        """The weighted terms of the loss (docs/models.md, Training objectives).

        Shapes: B photos, G = 2 · B global crops, L local crops a photo, N patches a global crop, M masked
        patches of all global crops, D token width, K prototypes, S pixels.
        """
        chosen, device, B = self.settings, self._device, len(photos)
        large, large_twice = _globals(photos, chosen.side, random, twice=self.anchor is not None)
        small = _locals(photos, chosen.locals, chosen.local_side, random).to(device)  # (L · B, 3, S, S)
        large = large.to(device)  # (G, 3, S, S)
        hidden = crops.masks(len(large), (chosen.side // PATCH) ** 2, random).to(device)  # bool (G, N)
        temperature = TEACHER_TEMPERATURE + TEMPERATURE_RISE * min(1.0, along / TEMPERATURE_WARM_UP)
        with self._mixed(), torch.no_grad():
            teacher_tokens = self.teacher.backbone(large)
            teacher_global = self.teacher.dino(teacher_tokens.cls).float()  # (G, K)
            teacher_masked = self.teacher.ibot(teacher_tokens.patches.flatten(1, 2)[hidden]).float()  # (M, K)
        with self._mixed():
            out: LayerTokens = self.student.backbone(large, hidden)
            patches = out.patches.flatten(1, 2)  # (G, N, D)
            student_global = self.student.dino(out.cls).float().view(2, B, -1)
            student_masked = self.student.ibot(patches[hidden]).float()  # (M, K)
            local_cls = self.student.backbone(small).cls
            student_local = self.student.dino(local_cls).float().view(chosen.locals, B, -1)
        # outside mixed precision: sums and Gram matrices need float32
        targets = losses.sinkhorn(teacher_global, temperature).view(2, B, -1)
        masked_targets = losses.sinkhorn(teacher_masked, temperature)  # (M, K)
        # weighted by numbers of pairs: 2 global ones, since equal crops are left out, and 2 · L local ones
        share = 2 / (2 + 2 * chosen.locals)
        spread = [losses.koleo(each) for each in out.cls.float().view(2, B, -1)]
        terms = {
            "dino_global": share * losses.dino(student_global, targets, skip_same=True),
            "dino_local": (1 - share) * losses.dino(student_local, targets),
            "ibot": chosen.ibot * losses.ibot(student_masked, masked_targets, hidden),
            "koleo": chosen.koleo * torch.stack(spread).sum(),
        }
        if self.anchor is not None and large_twice is not None:
            with self._mixed(), torch.no_grad():
                fine = self.anchor(large_twice.to(device)).patches.permute(0, 3, 1, 2).float()
            coarse = functional.interpolate(fine, out.patches.shape[1:3], mode="bicubic")
            terms["gram"] = chosen.gram * losses.gram(patches, coarse.flatten(2).transpose(1, 2))
        if regions is not None and chosen.distil:
            terms["distil"] = chosen.distil * self._distil(photos, regions.to(device))
        return terms

    @contextmanager
    def _mixed(self) -> Iterator[None]:
        """Mixed precision if it is chosen, and the attention kernel with the fastest backward pass."""
        # on the CPU the plain one, with so few tokens: it saves a quarter of the whole step
        some = [SDPBackend.MATH] if self._device == "cpu" else [SDPBackend.FLASH_ATTENTION, SDPBackend.MATH]
        with torch.autocast(self._device, torch.bfloat16, enabled=self._bf16), sdpa_kernel(some):
            yield

    def _distil(self, photos: Sequence[ByteArray], regions: Tensor) -> Tensor:
        whole = torch.stack([crops.cut(rgb, (0, 0, 1, 1), self.settings.side) for rgb in photos])
        with self._mixed():
            tokens = self.student.backbone(crops.normalised(whole).to(self._device)).patches
            pooled = functional.adaptive_avg_pool2d(tokens.permute(0, 3, 1, 2), REGION_GRID)
            guessed = self.translate(pooled.flatten(2).transpose(1, 2))  # (B, 9, 1280)
        return losses.distillation(guessed, regions)


def _globals(
    photos: Sequence[ByteArray], side: int, random: np.random.Generator, *, twice: bool
) -> tuple[Tensor, Tensor | None]:
    """Two global crops a photo, (2 · B, 3, S, S), crop by crop; with `twice` also at twice the size."""
    boxes = [crops.box(random, GLOBAL_SHARE) for _ in range(2 * len(photos))]
    pairs = list(zip([*photos, *photos], boxes, strict=True))
    if not twice:
        return torch.stack([crops.colours(crops.cut(rgb, part, side), random) for rgb, part in pairs]), None
    large = [crops.colours(crops.cut(rgb, part, 2 * side), random) for rgb, part in pairs]
    double = torch.stack(large)
    return functional.interpolate(double, (side, side), mode="bilinear", antialias=True), double


def _locals(photos: Sequence[ByteArray], count: int, side: int, random: np.random.Generator) -> Tensor:
    views = [
        crops.colours(crops.cut(rgb, crops.box(random, LOCAL_SHARE), side), random)
        for _ in range(count)
        for rgb in photos
    ]
    return torch.stack(views)


@torch.no_grad()
def watch(backbone: Student, photos: Sequence[ByteArray], side: int, device: str) -> Figures:
    """Smoothness of patches, share of outliers, mean cosine of CLS and patches ."""
    whole = torch.stack([crops.cut(rgb, (0, 0, 1, 1), 2 * side) for rgb in photos])
    tokens = backbone.eval()(crops.normalised(whole).to(device))
    patches = tokens.patches.float().cpu().numpy()
    near = functional.cosine_similarity(tokens.patches.float(), tokens.cls.float()[:, None, None], dim=-1)
    return {
        "smoothness": round(float(np.mean([smoothness(each) for each in patches])), 4),
        "outliers": round(float(np.mean([outliers(each).mean() for each in patches])), 5),
        "cls_patch_cosine": round(near.mean().item(), 4),
    }


def train(options: Options, settings: SslSettings | None = None) -> Generator[str, None, Figures]:
    """Run the recipe; yields progress in words, returns the last figures."""
    settings = settings or changed(QUICK if options.quick else SslSettings(), options.changes)
    torch.manual_seed(options.seed)
    random = np.random.default_rng(options.seed)
    known = listed(options.data)
    watched = [photo.name for photo in known if photo.split == "validation"][:VALIDATION_PHOTOS]
    photos = [photo for photo in known if photo.split == "train"]
    if settings.photos:
        photos = [photos[row] for row in random.permutation(len(photos))[: settings.photos]]
    regions: Tensor | None = None
    if settings.distil:
        file = builtin_model.path()
        parts = builtin_model.Parts(load_file(file), pick("auto" if options.device == "cuda" else "cpu"))
        found = yield from feature_cache.photo_features(
            parts, options.data, photos, options.cache, feature_cache.mark_of(file)
        )
        regions = torch.from_numpy(np.ascontiguousarray(found[:, 0])).float()
    yield f"reading {len(photos)} photos"
    # no crop needs more pixels; 16,000 photos of full size would not fit into memory
    short = 2 * settings.side
    arrays = [crops.reduced(rgb, short) for rgb in pixels(options.data, [photo.name for photo in photos])]
    held = [crops.reduced(rgb, short) for rgb in pixels(options.data, watched)]
    run = Run(options, "ssl")
    run.note({"settings": asdict(settings), "photos": len(photos)})
    return (yield from fit(arrays, regions, settings, run, held))


def fit(
    photos: Sequence[ByteArray],
    regions: Tensor | None,
    settings: SslSettings,
    run: Run,
    watched: Sequence[ByteArray],
) -> Generator[str, None, Figures]:
    """All steps, from the checkpoint if there is one; the figures are of the photos `watched`."""
    options = run.options
    trainer = Trainer(settings, options.device, options.precision, options.seed)
    state = run.restore()
    first = 0
    if state is not None:
        trainer.restore(state)
        first = state["step"]
    figures: Figures = {}
    for number in range(first, settings.steps):
        torch.manual_seed(1_000_003 * options.seed + number)
        if trainer.anchor is None and settings.gram and number >= settings.gram_from * settings.steps:
            trainer.set_anchor()
        rows = np.random.default_rng([options.seed, number]).integers(0, len(photos), settings.batch)
        some = None if regions is None else regions[rows]
        terms = trainer.step([photos[row] for row in rows], some, number)
        yield f"step {number + 1} of {settings.steps}, loss {terms['total']:.3f}"
        if (number + 1) % settings.every == 0 or number + 1 == settings.steps:
            seen = watch(trainer.teacher.backbone, watched, settings.side, options.device)
            figures = run.note(
                {"step": number + 1, **{name: round(value, 4) for name, value in terms.items()}, **seen}
            )
            run.save({**trainer.state(), "step": number + 1})
    weights = {key: value.contiguous() for key, value in trainer.teacher.backbone.state_dict().items()}
    save_file(weights, options.out / "student.safetensors", metadata={"card": json.dumps(asdict(settings))})
    (options.out / "figures.json").write_text(json.dumps(figures, indent=1), "utf-8")
    return figures
