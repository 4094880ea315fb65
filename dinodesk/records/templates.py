"""What becomes of a sentence before the model reads it: sets of prompt templates by name."""

from __future__ import annotations

from typing import Literal

TemplateSet = Literal["none", "simple", "openai80"]
"""As it was typed; in one sentence, "a photo of a …"; in CLIP's 80 sentences, whose vectors are averaged."""
TEMPLATE_SETS: tuple[TemplateSet, ...] = ("none", "simple", "openai80")


def known_templates(name: str) -> TemplateSet:
    """The set of this name; "none" where there is no such set."""
    return next((each for each in TEMPLATE_SETS if each == name), "none")
