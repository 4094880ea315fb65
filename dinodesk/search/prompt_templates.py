"""Prompt templates: a label becomes several sentences whose vectors are averaged.

`openai80` are the 80 ImageNet templates of CLIP (Radford et al. 2021, MIT licence), kept as data in
`resources/text/openai80.txt`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from dinodesk.paths import resource
from dinodesk.records import TEMPLATE_SETS, FloatArray, TemplateSet
from dinodesk.search.scores import unit

_ARTICLE = re.compile(r"^(?:an?|the)\s+(?=\S)", re.IGNORECASE)


def check_templates(name: str) -> None:
    """Raise ValueError for a name that is no set of templates."""
    if name not in TEMPLATE_SETS:
        known = ", ".join(TEMPLATE_SETS)
        raise ValueError(f"there are no templates named {name!r}: choose one of {known}")


@lru_cache
def templates(name: TemplateSet) -> tuple[str, ...]:
    """The sentences of a set, each with `{}` where the label goes. Raises ValueError for an unknown name."""
    check_templates(name)
    if name == "none":
        return ("{}",)
    if name == "simple":
        return ("a photo of a {}",)
    return tuple(resource("text", "openai80.txt").read_text(encoding="utf-8").splitlines())


def embed_labels(
    labels: Sequence[str], name: TemplateSet, embed_texts: Callable[[Sequence[str]], FloatArray]
) -> FloatArray:
    """One unit vector a label, float32 (M, D): each sentence made unit, the mean made unit again.

    An article at the beginning of a label gives way to that of the templates: "a dog" → "a photo of a dog".
    """
    forms = templates(name)
    rows = []
    for label in labels:
        bare = label if name == "none" else _ARTICLE.sub("", label)
        sentences = [form.replace("{}", bare) for form in forms]
        rows.append(unit(embed_texts(sentences)).mean(axis=0))
    return unit(np.stack(rows)) if rows else np.zeros((0, 0), np.float32)
