"""Each loss against its formula, written as a plain loop."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from dinodesk.training import losses


def random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def unit(*shape: int, seed: int = 0) -> Tensor:
    return functional.normalize(random(*shape, seed=seed), dim=-1)


def test_info_nce_is_the_mean_of_both_cross_entropies() -> None:
    image, text = unit(5, 8), unit(5, 8, seed=1)
    total = 0.0
    for i in range(5):
        rows = [math.exp(20 * float(image[i] @ text[j])) for j in range(5)]
        columns = [math.exp(20 * float(image[j] @ text[i])) for j in range(5)]
        total -= math.log(rows[i] / sum(rows)) + math.log(columns[i] / sum(columns))
    assert losses.info_nce(image, text, torch.tensor(20.0)).item() == pytest.approx(total / 10)
    most = losses.info_nce(image, text, torch.tensor(500.0))
    assert most == losses.info_nce(image, text, torch.tensor(100.0))


def test_info_nce_smoothing_and_pairs_that_also_match() -> None:
    image, text, scale = unit(6, 8), unit(6, 8, seed=1), torch.tensor(9.0)
    logits = scale * image @ text.T
    target = torch.arange(6)
    plain = sum(functional.cross_entropy(each, target, label_smoothing=0.1) for each in (logits, logits.T))
    assert losses.info_nce(image, text, scale, smoothing=0.1).item() == pytest.approx(float(plain) / 2)
    same = torch.eye(6, dtype=torch.bool)
    same[0, 3] = same[3, 0] = True
    total = 0.0
    for i in range(6):
        for score in (logits, logits.T):
            others = [j for j in range(6) if j == i or not same[i, j]]
            log = [float(score[i, j] - score[i, others].logsumexp(0)) for j in others]
            total -= 0.9 * log[others.index(i)] + 0.1 * sum(log) / len(log)
    found = losses.info_nce(image, text, scale, smoothing=0.1, same=same)
    assert found.item() == pytest.approx(total / 12)


def test_class_teacher_is_a_cross_entropy() -> None:
    image, names, teacher = unit(3, 8), unit(7, 8, seed=1), random(3, 7, seed=2).softmax(-1)
    total = 0.0
    for i in range(3):
        mass = sum(math.exp(5 * float(image[i] @ name)) for name in names)
        for k in range(7):
            total -= float(teacher[i, k]) * math.log(math.exp(5 * float(image[i] @ names[k])) / mass)
    assert losses.class_teacher(image, names, torch.tensor(5.0), teacher).item() == pytest.approx(total / 3)


def test_sinkhorn_is_three_rounds_of_rows_and_columns() -> None:
    logits = random(6, 4)
    q = [[math.exp(float(logits[b, k]) / 0.5) for b in range(6)] for k in range(4)]
    total = sum(map(sum, q))
    q = [[value / total for value in row] for row in q]
    for _ in range(3):
        q = [[value / sum(row) / 4 for value in row] for row in q]
        columns = [sum(row[b] for row in q) for b in range(6)]
        q = [[row[b] / columns[b] / 6 for b in range(6)] for row in q]
    expected = torch.tensor(q, dtype=torch.float64).T * 6
    found = losses.sinkhorn(logits, 0.5)
    torch.testing.assert_close(found, expected)
    torch.testing.assert_close(found.sum(1), torch.ones(6, dtype=torch.float64))
    # many rounds spread the mass evenly over the prototypes; cosines at the lowest temperature are safe
    even = losses.sinkhorn(random(64, 4).clamp(-1, 1), 0.04, iterations=300)
    torch.testing.assert_close(even.sum(0), torch.full((4,), 16.0, dtype=torch.float64))
    assert bool(torch.isfinite(losses.sinkhorn(10 * random(8, 4).float(), 0.1)).all())


def test_dino_is_the_mean_over_pairs_of_crops() -> None:
    student, teacher = random(3, 4, 5), random(2, 4, 5, seed=1).softmax(-1)
    pairs = {}
    for t in range(2):
        for s in range(3):
            log = (student[s] / 0.1).log_softmax(-1)
            pairs[t, s] = float(-(teacher[t] * log).sum(-1).mean())
    assert losses.dino(student, teacher).item() == pytest.approx(sum(pairs.values()) / 6)
    apart = [value for (t, s), value in pairs.items() if t != s and s < 2]
    assert losses.dino(student[:2], teacher, skip_same=True).item() == pytest.approx(sum(apart) / 2)


def test_ibot_weighs_images_alike() -> None:
    masks = torch.tensor([[True, False, True, True], [False] * 4, [False, True, False, False]])
    student, teacher = random(4, 6), random(4, 6, seed=1).softmax(-1)
    each = [float(-(teacher[m] * (student[m] / 0.1).log_softmax(-1)).sum()) for m in range(4)]
    expected = (sum(each[:3]) / 3 + each[3]) / 3
    assert losses.ibot(student, teacher, masks).item() == pytest.approx(expected)


def test_koleo_is_minus_the_log_distance_to_the_nearest() -> None:
    tokens = random(5, 3).float()
    points = functional.normalize(tokens, dim=-1)
    total = 0.0
    for i in range(5):
        nearest = min(float((points[i] - points[j]).norm()) for j in range(5) if j != i)
        total -= math.log(nearest + 1e-8)
    assert losses.koleo(tokens).item() == pytest.approx(total / 5, rel=1e-5)


def test_gram_compares_cosines_of_patches() -> None:
    student, teacher = random(2, 4, 3), random(2, 4, 7, seed=1)
    total = 0.0
    for b in range(2):
        for i in range(4):
            for j in range(4):
                own = functional.cosine_similarity(student[b, i], student[b, j], dim=0)
                other = functional.cosine_similarity(teacher[b, i], teacher[b, j], dim=0)
                total += float(own - other) ** 2
    assert losses.gram(student, teacher).item() == pytest.approx(total / 32, rel=1e-5)


def test_distillation_is_one_minus_cosine() -> None:
    student, teacher = random(2, 3, 4), random(2, 3, 4, seed=1)
    cosines = [
        float(functional.cosine_similarity(student[b, n], teacher[b, n], dim=0))
        for b in range(2)
        for n in range(3)
    ]
    assert losses.distillation(student, teacher).item() == pytest.approx(1 - sum(cosines) / 6, rel=1e-5)


def test_phrases_share_their_target_among_the_photos_that_say_them() -> None:
    image = torch.nn.functional.normalize(torch.randn(4, 6), dim=1)
    phrase = torch.nn.functional.normalize(torch.randn(3, 6), dim=1)
    said = torch.tensor([[1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]], dtype=torch.bool)
    known = torch.tensor([[1, 1, 1, 0], [1, 1, 1, 1], [1, 1, 1, 1]], dtype=torch.bool)
    scale = torch.tensor(5.0)
    logits = 5 * phrase @ image.T
    first = -torch.log_softmax(logits[0, :3], 0)[:2].mean()  # photo 3: nobody knows
    second = -torch.log_softmax(logits[1], 0)[2]
    back = [-torch.log_softmax(logits[:, photo], 0)[0 if photo < 2 else 1] for photo in range(3)]
    expected = ((first + second) / 2 + sum(back) / 3) / 2  # phrase 2 and photo 3 have nothing right
    torch.testing.assert_close(losses.said_phrases(image, phrase, scale, said, known), expected)
    none = losses.said_phrases(image, phrase, scale, torch.zeros_like(said), known)
    assert none.item() == 0


def test_classes_are_kept_where_answers_are_the_same() -> None:
    logits = torch.randn(2, 3, 5)
    assert losses.kept_classes(logits, logits.softmax(-1)).item() == pytest.approx(0, abs=1e-6)
    other = torch.randn(2, 3, 5)
    known = other.softmax(-1)
    expected = (known * (known.log() - logits.log_softmax(-1))).sum(-1).mean()
    torch.testing.assert_close(losses.kept_classes(logits, known), expected)
