"""Whether and where the vectors of sentences outlive the program: beside the index of the open library."""

from __future__ import annotations

from pathlib import Path

from dinodesk.engine.encoding.query_encoder import QueryEncoder
from dinodesk.engine.encoding.text_vectors import TextVectors, forget_texts


class KeptSentences:
    """Gives the encoder in use the sentences of the open library, and no others.

    Until a person's choice is known (`choose`) nothing is read, written or deleted.
    """

    def __init__(self) -> None:
        self._keep: bool | None = None
        self._folder: Path | None = None
        self._encoder: QueryEncoder | None = None

    def choose(self, keep: bool) -> None:
        """Keep sentences from now on, or keep none and delete what was kept."""
        if keep != self._keep:
            self._keep = keep
            self.use(self._folder, self._encoder)

    def use(self, folder: Path | None, encoder: QueryEncoder | None) -> None:
        """Another library, whose indexes are in `folder`, is open, or another model in use; None for none."""
        self._folder, self._encoder = folder, encoder
        if self._keep is False and folder is not None:
            forget_texts(folder)
        if encoder is not None:
            encoder.texts = TextVectors(encoder.model, folder if self._keep else None)

    def forget(self) -> None:
        """Forget the sentences of the open library, on the disk as well."""
        if self._folder is not None:
            forget_texts(self._folder)
        self.use(self._folder, self._encoder)

    @property
    def wants_saving(self) -> bool:
        """Whether there are new sentences, and the person has stayed with the last one."""
        return self._encoder is not None and self._encoder.texts.is_settled

    def save(self) -> None:
        """Write what is new."""
        if self._encoder is not None:
            self._encoder.texts.save()
