"""From what was asked to one query vector: sentences, example photos, or both."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

import numpy as np

from dinodesk.engine.encoding.text_vectors import TextVectors
from dinodesk.errors import PhotoError, UsageError
from dinodesk.library.images.decoder import Decoded, decode
from dinodesk.models.inference.model import Model
from dinodesk.records import FloatArray, TemplateSet
from dinodesk.search.prompt_templates import embed_labels
from dinodesk.search.scores import unit


class QueryEncoder:
    """Makes query vectors with one model; sentences asked before are remembered.

    Attributes:
        model: that encodes.
        texts: the sentences that are remembered.
    """

    def __init__(
        self,
        model: Model,
        read: Callable[[str, int], Decoded] = decode,
        stored: Callable[[str], FloatArray | None] = lambda _: None,
    ) -> None:
        """`read` decodes an example photo, given its path and the least short side; `stored` gives the vector
        that is kept of a photo whose file can't be read now, for example because its drive is away."""
        self.model = model
        self.texts = TextVectors(model)
        self._read, self._stored = read, stored

    def encode(
        self,
        text: str,
        images: Sequence[str] = (),
        templates: TemplateSet = "none",
        image_weight: float | None = None,
    ) -> FloatArray:
        """Unit float32 (D,): the weighted mean of the vectors of sentence and photos, made unit.

        `image_weight`, 0 to 1, is the share of all photos together where there is a sentence, too; by
        default the sentence counts as much as each photo.

        Raises UsageError when nothing was asked, PhotoError for an example photo that can't be read,
        ModelError for a sentence asked of a model without a text tower.
        """
        words = [self._text(text, templates)] if text.strip() else []
        parts = words + [self._embed_image(path) for path in images]
        if not parts:
            raise UsageError("There is nothing to search for.", "Give a sentence or a photo.")
        weights = None
        if words and images and image_weight is not None:
            weights = [1.0 - image_weight] + [image_weight / len(images)] * len(images)
        return np.asarray(unit(np.average(parts, axis=0, weights=weights)), np.float32)

    def _text(self, text: str, templates: TemplateSet) -> FloatArray:
        vector = self.texts.get(text, templates)
        if vector is None:
            vector = self._embed_text(text, templates)
            self.texts.add(text, templates, vector)
        return vector

    def _embed_text(self, text: str, templates: TemplateSet) -> FloatArray:
        if templates == "none":
            return self.model.embed_texts([text])[0]
        return embed_labels([text], templates, self.model.embed_as_written)[0]

    def _embed_image(self, path: str) -> FloatArray:
        try:
            decoded = self._read(path, 2 * self.model.decode_side)
        except PhotoError as error:
            kept = None if os.path.isfile(path) else self._stored(path)
            if kept is None:
                raise _named(error, path) from error
            return kept
        return self.model.embed_pixels(self.model.prepare(decoded.rgb)[None])[0]


def _named(error: PhotoError, path: str) -> PhotoError:
    """The reason why a photo can't be read, which stands beside its name elsewhere, as a sentence with it."""
    if not os.path.lexists(path):
        return PhotoError(f"There is no file {path}.", "Check its name; a drive may not be plugged in.")
    return PhotoError(
        f"{path} can't be an example. {error.sentence}", error.remedy or "Choose another photo."
    )
