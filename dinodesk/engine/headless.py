"""Library and model without a window: what the command line and the Python door share."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.indexing.change_scan import Report
from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.engine.search.persistent_index import PersistentIndex
from dinodesk.engine.search.ranking import Catalog, QueryEncoder, Ranked, rank, stored_vector
from dinodesk.engine.search.torch_kernel import TorchKernel
from dinodesk.library.images.decoder import decode
from dinodesk.library.images.thumbnail_cache import trim_steps
from dinodesk.library.library import LibraryStore
from dinodesk.library.photos import photo_queries
from dinodesk.models import loader
from dinodesk.models.inference.model import Model as Network
from dinodesk.records import (
    Band,
    ByteArray,
    ConfidenceCurve,
    FloatArray,
    ModelInfo,
    PhotoState,
    TokenGrid,
    band,
)
from dinodesk.search.prompt_templates import TemplateSet
from dinodesk.search.scores import angles, probabilities

EMBED_BATCH = 8

PathLike = str | os.PathLike[str]


def open_library(folder: PathLike) -> Library:
    """Open (or make) the library in `folder`. Raises LibraryError in plain words."""
    return Library(LibraryStore(Path(os.path.expanduser(folder))))


def load_model(
    name_or_files: PathLike | Sequence[PathLike], device: str = "auto", precision: str = "fp32"
) -> Model:
    """Load a zoo name, one file, comma-joined files or a list of files (backbone first).

    Raises ModelError with what is wrong or missing.
    """
    if isinstance(name_or_files, str | os.PathLike):
        return Model(loader.load_model(os.fspath(name_or_files), device=device, precision=precision))
    files = [os.fspath(each) for each in name_or_files]
    return Model(loader.load_model(files, device=device, precision=precision))


class Model:
    """A loaded model.

    Attributes:
        info: name, family, widths, default line, device and precision.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self._decoders: DecoderPool | None = None

    @property
    def info(self) -> ModelInfo:
        """What is known of the model."""
        return self.network.info

    def embed_images(self, images: Sequence[PathLike | ByteArray | Any]) -> FloatArray:
        """Files, uint8 arrays (H, W, 3) or Pillow images → unit float32 (N, D).

        Raises PhotoError for a file that can't be read.
        """
        rows = [np.zeros((0, self.info.dim), np.float32)]
        for start in range(0, len(images), EMBED_BATCH):
            pixels = [self.network.prepare(self._rgb(each)) for each in images[start : start + EMBED_BATCH]]
            rows.append(self.network.embed_pixels(np.stack(pixels)))
        return np.concatenate(rows)

    def embed_texts(self, texts: Sequence[str]) -> FloatArray:
        """Sentences → unit float32 (M, D). Raises ModelError without a text tower."""
        if not texts:
            return np.zeros((0, self.info.dim), np.float32)
        return self.network.embed_texts(list(texts))

    def tokens(self, pixels: Any, layers: Sequence[int] | None = None) -> TokenGrid | list[TokenGrid]:
        """Backbone tokens of normalised float32 (B, 3, H, W), final norm applied.

        `cls` (B, D), `registers` (B, R, D), `patches` (B, h, w, D), float32; with `layers` (0-based) a
        list of such records.
        """
        return self.network.tokens(np.asarray(pixels, np.float32), layers)

    def _rgb(self, image: PathLike | ByteArray | Any) -> ByteArray:
        if isinstance(image, str | os.PathLike):
            if self._decoders is None:
                self._decoders = DecoderPool()
                weakref.finalize(self, self._decoders.close)  # a model is closed by nobody
            return self._decoders.call(decode, os.path.abspath(os.path.expanduser(image))).rgb
        array = np.asarray(image if isinstance(image, np.ndarray) else image.convert("RGB"))
        if array.dtype != np.uint8 or array.ndim != 3 or array.shape[2] != 3:
            raise ValueError(f"an image must be uint8 (H, W, 3), not {array.dtype} {array.shape}")
        return array


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result; fields are the command line's JSON."""

    path: str
    places: tuple[str, ...]
    state: PhotoState
    score: float
    angle: float
    confidence: float
    probability: float
    band: Band


@dataclass(frozen=True, slots=True)
class Answer:
    """A search's answer: the nearest photos, best first, as a sequence; and what is known of the rest.

    Attributes:
        results: the nearest photos.
        count: hits in the whole library, confidence 0.5 or more.
        line: threshold and temperature used.
        searched: photos that took part.
        encode_ms, search_ms: milliseconds.
    """

    results: tuple[Hit, ...]
    count: int
    line: ConfidenceCurve
    searched: int
    encode_ms: float
    search_ms: float

    def __len__(self) -> int:
        return len(self.results)

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.results)

    def __getitem__(self, number: int) -> Hit:
        return self.results[number]


class Library:
    """An open library."""

    def __init__(self, store: LibraryStore) -> None:
        self.store = store
        self._index: PersistentIndex | None = None
        self._catalog = Catalog(store)
        self._seen = -1
        self.decoders = DecoderPool()

    @property
    def catalog(self) -> Catalog:
        """All photos, as of the last `search` or `refresh`."""
        return self._catalog

    def index(self, paths: Sequence[PathLike], model: Model) -> Report:
        """Add folders or files and embed what is new or changed."""
        steps = Indexer(self.store, model.network, budget=0.25, decoders=self.decoders).add(
            [os.path.abspath(os.path.expanduser(path)) for path in paths]
        )
        while True:
            try:
                next(steps)
            except StopIteration as end:
                report: Report = end.value
                return report

    def refresh(self, model: Model) -> PersistentIndex:
        """Read photos and the model's vectors as they are now."""
        changes = self.store.database.changes()
        if changes != self._seen:
            self._catalog.reload()
            self._seen = changes
        if self._index is None or self._index.fingerprint != model.info.fingerprint:
            self._index = PersistentIndex(self.store, model.info, TorchKernel())
            self._index.load()
        else:
            self._index.refresh()
        return self._index

    def search(
        self,
        text: str,
        model: Model,
        images: Sequence[PathLike] = (),
        top: int = 50,
        *,
        line: ConfidenceCurve | None = None,
        templates: TemplateSet = "none",
        exact: bool = False,
    ) -> Answer:
        """Rank the library by a sentence, example photos, or both; the `top` nearest come back."""
        index = self.refresh(model)
        encoder = QueryEncoder(
            model.network,
            lambda path, side: self.decoders.call(decode, path, side),
            lambda path: stored_vector(self._catalog, index, path),
        )
        examples = [os.path.abspath(os.path.expanduser(path)) for path in images]
        ranked = rank(self._catalog, index, lambda: encoder.encode(text, examples, templates), exact=exact)
        chosen = line or model.info.line
        return Answer(
            tuple(self._hits(ranked, chosen, top)),
            _count(ranked, chosen),
            chosen,
            ranked.searched,
            ranked.encode_ms,
            ranked.search_ms,
        )

    def trim_thumbnails(self, limit: int) -> None:
        """Bring the thumbnail cache down to `limit` bytes."""
        found, _ = photo_queries.list_photos(self.store.database)
        away = {photo.content for photo in found if photo.state != "online"}
        for _ in trim_steps(self.store.thumbnails, limit, lambda content: content in away):
            pass

    def close(self) -> None:
        """End the decoder processes, write the index cache when it is worth it, close the database."""
        self.decoders.close()
        if self._index is not None and self._index.wants_saving:
            self._index.save()
        self.store.close()

    def _hits(self, ranked: Ranked, line: ConfidenceCurve, top: int) -> list[Hit]:
        scores = ranked.scores[:top]
        found = [self._catalog.photos[row] for row in ranked.positions[:top].tolist()]
        where = photo_queries.paths_by_asset(self.store.database, [photo.asset for photo in found])
        chances = probabilities(ranked.background, scores)
        return [
            Hit(
                photo.path, tuple(where[photo.asset]), photo.state, float(score), float(angle),
                float(confidence), float(chance), band(float(confidence)),
            )
            for photo, score, angle, confidence, chance in zip(
                found, scores, angles(scores), line.confidence(scores), chances, strict=True
            )
        ]  # fmt: skip


def _count(ranked: Ranked, line: ConfidenceCurve) -> int:
    """Hits in the whole library; scaled up from the sample where not every score was computed."""
    if len(ranked.background) == ranked.searched:
        return line.hits(ranked.background)
    share = line.hits(ranked.background) / max(1, len(ranked.background))
    return max(line.hits(ranked.scores), round(share * ranked.searched))
