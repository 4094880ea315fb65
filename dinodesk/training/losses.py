"""The objectives, each a pure function of tensors (docs/models.md and the papers named beside them)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

MAX_SCALE = 100.0
"""exp(logit_scale) is clamped to at most this, as CLIP and dino.txt do."""


def info_nce(
    image: Tensor, text: Tensor, scale: Tensor, *, smoothing: float = 0.0, same: Tensor | None = None
) -> Tensor:
    """Symmetric InfoNCE over a batch (Radford et al. 2021; dino.txt, Jose et al. 2024).

    `image` and `text` are unit (B, D), row i of one belongs to row i of the other; `scale` is the
    temperature's inverse. Mean of the two cross-entropies, with label smoothing if asked for. `same`,
    bool (B, B), marks pairs that also match, such as two photos of one label: they are no negatives.
    """
    logits = scale.clamp(max=MAX_SCALE) * image @ text.T
    own = torch.eye(len(logits), dtype=torch.bool, device=logits.device)
    allowed = own.new_ones(own.shape) if same is None else ~same | own
    return (_one_way(logits, allowed, smoothing) + _one_way(logits.T, allowed.T, smoothing)) / 2


def _one_way(logits: Tensor, allowed: Tensor, smoothing: float) -> Tensor:
    """Cross-entropy with the diagonal; smoothing spreads evenly over what is allowed."""
    log = functional.log_softmax(logits.masked_fill(~allowed, -torch.inf), dim=1)
    even = log.masked_fill(~allowed, 0.0).sum(1) / allowed.sum(1)
    return -((1 - smoothing) * log.diagonal() + smoothing * even).mean()


def said_phrases(image: Tensor, phrase: Tensor, scale: Tensor, said: Tensor, known: Tensor) -> Tensor:
    """Contrastive loss with soft targets: of photos, unit (B, D), and phrases, unit (P, D), both ways.

    `said`, bool (P, B), marks the photos that a phrase is right for; they share its target evenly, and the
    phrases that are right for a photo share that photo's. Pairs that are not `known`, bool (P, B), count
    neither way. Rows without anything right are left out.
    """
    logits = scale.clamp(max=MAX_SCALE) * phrase @ image.T
    return (_shared(logits, said, known) + _shared(logits.T, said.T, known.T)) / 2


def _shared(logits: Tensor, right: Tensor, known: Tensor) -> Tensor:
    """Mean cross-entropy of the rows that have something right, with even targets over that."""
    rows = right.any(1)
    if not bool(rows.any()):
        return logits.sum() * 0
    logits, right, known = logits[rows], right[rows], known[rows] | right[rows]
    log = functional.log_softmax(logits.masked_fill(~known, -torch.inf), dim=1)
    return -(log.masked_fill(~right, 0.0).sum(1) / right.sum(1)).mean()


def class_teacher(image: Tensor, names: Tensor, scale: Tensor, teacher: Tensor) -> Tensor:
    """Cross-entropy of a classifier's probabilities with those of photo-name cosines (Hinton et al. 2015).

    `image` is unit (B, D), `names` the unit text vectors of K class names, `teacher` probabilities (B, K).
    """
    log = functional.log_softmax(scale * image @ names.T, dim=-1)
    return -(teacher * log).sum(dim=-1).mean()


def kept_classes(logits: Tensor, known: Tensor) -> Tensor:
    """Divergence of a classifier's answers from probabilities that it is to keep, `known` (…, K)."""
    log = functional.log_softmax(logits, dim=-1)
    return functional.kl_div(log, known, reduction="none").sum(-1).mean()


@torch.no_grad()
def sinkhorn(logits: Tensor, temperature: float, iterations: int = 3) -> Tensor:
    """Teacher probabilities (B, K) by Sinkhorn-Knopp (Caron et al. 2020).

    exp(logits / T), normalised in total; then by turns each prototype to 1/K of the mass and each sample
    to 1/B; rows of the result sum to one.
    """
    q = ((logits.double() - logits.max()) / temperature).exp()
    count, prototypes = q.shape
    q = q / q.sum()
    for _ in range(iterations):
        q = q / q.sum(dim=0, keepdim=True) / prototypes
        q = q / q.sum(dim=1, keepdim=True) / count
    return (q * count).to(logits.dtype)


def dino(student: Tensor, teacher: Tensor, temperature: float = 0.1, *, skip_same: bool = False) -> Tensor:
    """Cross-entropy of student crops with teacher crops (Caron et al. 2021).

    `student` logits (S, B, K), `teacher` probabilities (T, B, K); the mean over pairs of crops and over
    the batch. With `skip_same` crop i of the one is not compared with crop i of the other.
    """
    log = functional.log_softmax(student / temperature, dim=-1)
    losses = -torch.einsum("tbk,sbk->ts", teacher, log) / student.shape[1]
    if skip_same:
        keep = ~torch.eye(*losses.shape, dtype=torch.bool, device=losses.device)
        return losses[keep].mean()
    return losses.mean()


def ibot(student: Tensor, teacher: Tensor, masks: Tensor, temperature: float = 0.1) -> Tensor:
    """Cross-entropy on masked patches (Zhou et al. 2022), each image weighted by 1 / its masked patches.

    `student` logits and `teacher` probabilities are those of the masked patches, (M, K), in the order of
    `masks`, bool (B, N).
    """
    log = functional.log_softmax(student / temperature, dim=-1)
    per_patch = -(teacher * log).sum(dim=-1)
    counts = masks.sum(dim=1).clamp(min=1)
    weights = (1.0 / counts)[:, None].expand_as(masks)[masks]
    return (per_patch * weights).sum() / len(masks)


def koleo(tokens: Tensor, epsilon: float = 1e-8) -> Tensor:
    """Kozachenko-Leonenko spread (Sablayrolles et al. 2019) of (B, D): -mean log distance to the nearest."""
    unit = functional.normalize(tokens.float(), dim=-1)
    cosines = unit @ unit.T
    cosines.fill_diagonal_(-1.0)
    nearest = unit[cosines.argmax(dim=1)]
    distance = (unit - nearest).norm(dim=-1)
    return -(distance + epsilon).log().mean()


def gram(student: Tensor, teacher: Tensor) -> Tensor:
    """Gram anchoring (DINOv3): mean squared difference of the Gram matrices of unit patches (B, N, D)."""
    own = functional.normalize(student.float(), dim=-1)
    anchor = functional.normalize(teacher.float(), dim=-1)
    return functional.mse_loss(own @ own.transpose(1, 2), anchor @ anchor.transpose(1, 2))


def distillation(student: Tensor, teacher: Tensor) -> Tensor:
    """One minus the mean cosine between tokens (..., D) and the teacher's."""
    return 1.0 - functional.cosine_similarity(student.float(), teacher.float(), dim=-1).mean()
