"""Patch tokens of some photos of a library by one model: what a sentence's text maps are measured against."""

from __future__ import annotations

import heapq
import io
import logging
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dinodesk import private_files
from dinodesk.errors import DinoDeskError
from dinodesk.features import similarity, text_scale
from dinodesk.library.images import thumbnail_cache
from dinodesk.models.inference.model import Model
from dinodesk.records import FloatArray, MapScale, Photo

_log = logging.getLogger(__name__)

HalfArray = npt.NDArray[np.float16]

PHOTOS = 32
"""Photos of a sample: their scale is near that of hundreds (docs/performance.md, Models on the CPU)."""
BEST = 2
"""Photos that match a sentence best and count for its scale too: the sample may not show what it names."""
BEST_KEPT = 16
"""Such photos whose patches are kept in memory."""
PATCHES = 256
"""Patches that are kept of each, evenly spread over its grid: 16 MB in all for 1,024 channels."""
FORMAT = 1
SCALES = 64
"""Sentences whose scale is remembered."""


class PatchSample:
    """The sample of one library and one model, made when a first text map asks for it, and kept in a file.

    It is of the photos with the smallest content hashes: as good as drawn by lot, the same at each start, and
    hardly another one when photos are added. A sentence's scale is that of the sample and of the photos that
    match it best; until these are read as well, that of the sample.
    """

    def __init__(self, fingerprint: str, index: Path, thumbnails: Path) -> None:
        """`fingerprint` is the model's; `index` and `thumbnails` are folders of the library."""
        self._fingerprint, self._thumbnails = fingerprint, thumbnails
        self._file = index / f"{fingerprint[:32]}.patches.npz"
        self._known: dict[str, HalfArray] = {}  # by content: unit tokens, (n, C)
        self._used: frozenset[str] = frozenset()
        self._tokens: HalfArray | None = None  # of those that are used, one below the other
        self._scales: OrderedDict[str, MapScale] = OrderedDict()
        self._best: OrderedDict[str, HalfArray] = OrderedDict()  # by content: of photos that match a sentence
        self._lacking: list[str] = []  # contents that the sentence asked for last waits for
        self._unusable: set[str] = set()
        self._wanted = self._compared = self._failed = False

    @property
    def fingerprint(self) -> str:
        """Of the model that made the tokens."""
        return self._fingerprint

    def scale(self, text: str, direction: FloatArray, best: Callable[[], list[str]]) -> MapScale | None:
        """The scale of a sentence, given its unit direction (C,); None until there is a sample.

        `best` gives the contents of the photos that match it best. What is lacking is remembered: see
        `is_wanting`.
        """
        if not self._wanted:
            self._wanted = True
            self._load()
        if self._tokens is None:
            return None
        if text in self._scales:
            self._scales.move_to_end(text)
            return self._scales[text]
        matches = [content for content in best()[:BEST] if content not in self._used | self._unusable]
        lacking = [content for content in matches if content not in self._best]
        beside = [self._best[content] for content in matches if content in self._best]
        cosines = np.concatenate([self._tokens, *beside]).astype(np.float32) @ direction
        found = text_scale.scale_of(cosines)
        self._lacking = [] if self._failed else lacking
        if not self._lacking:
            self._scales[text] = found
            if len(self._scales) > SCALES:
                self._scales.popitem(last=False)
        return found

    @property
    def is_settled(self) -> bool:
        """Whether the scale that was told last stays; not before the sample was compared with the library."""
        return self._failed or (self._tokens is not None and self._compared and not self._lacking)

    def is_wanting(self, photos: Iterable[Photo]) -> bool:
        """Whether a scale was asked for, and patches are lacking: those of photos that match a sentence, or
        more than a quarter of the sample of these photos, of which it has no others."""
        if not self._wanted or self._failed:
            return False
        self._compared = True
        return bool(self._lacking) or self._is_stale(photos)

    def steps(self, model: Model, photos: Iterable[Photo]) -> Generator[None, None, bool]:
        """Compute what is lacking in slices; whether scales are others than before.

        What was computed is kept when the steps are left off. A model that fails is not tried again: maps
        stay on the scale that they have.
        """
        matched = False
        while self._lacking and not self._failed:
            content = self._lacking[0]
            tokens = yield from self._read(model, content)
            if tokens is not None:
                self._best[content] = tokens
                if len(self._best) > BEST_KEPT:
                    self._best.popitem(last=False)
            self._lacking = [each for each in self._lacking if each != content]  # another sentence's by now?
            matched = True
        renewed = False
        if not self._failed and self._is_stale(photos):
            renewed = yield from self._renew(model, photos)
        return matched or renewed

    def _is_stale(self, photos: Iterable[Photo]) -> bool:
        contents = {photo.content for photo in photos}
        chosen = self._chosen(contents)[:PHOTOS]
        lacking = sum(content not in self._used for content in chosen)
        return lacking > len(chosen) // 4 or not self._used <= contents

    def _renew(self, model: Model, photos: Iterable[Photo]) -> Generator[None, None, bool]:
        """Make the sample of these photos; whether it is another one than before."""
        chosen: list[str] = []
        for content in self._chosen({photo.content for photo in photos}):
            if len(chosen) == PHOTOS:
                break
            if content not in self._known:
                tokens = yield from self._read(model, content)
                if self._failed:
                    return False
                if tokens is None:
                    continue
                self._known[content] = tokens
            chosen.append(content)
        if not chosen or frozenset(chosen) == self._used:
            return False
        self._use(chosen)
        self._save()
        return True

    def _chosen(self, contents: set[str]) -> list[str]:
        """Contents of the sample, and as many again in case some have no thumbnail, smallest hash first."""
        return heapq.nsmallest(2 * PHOTOS, contents - self._unusable)

    def _read(self, model: Model, content: str) -> Generator[None, None, HalfArray | None]:
        """Compute the tokens of a photo from its large thumbnail; None when that can't be done."""
        rgb = thumbnail_cache.read_large(self._thumbnails, content)
        yield
        if rgb is None:
            self._unusable.add(content)
            return None
        try:
            pixels = model.prepare_whole(rgb, model.info.map_size)[None]
            heads = yield from model.head_patch_steps(pixels, dense=True)
        except (DinoDeskError, MemoryError, RuntimeError) as error:
            _log.warning("no sample of patches could be made: %s", error)
            self._failed = True
            return None
        flat = heads[0].reshape(-1, heads.shape[-1])
        spread = np.linspace(0, len(flat) - 1, min(PATCHES, len(flat))).astype(np.int64)
        tokens = similarity.normalised(flat[spread]).astype(np.float16)
        if not np.isfinite(tokens).all():
            self._unusable.add(content)
            return None
        yield
        return tokens

    def _use(self, contents: list[str]) -> None:
        self._known = {content: self._known[content] for content in contents}
        self._used = frozenset(contents)
        self._tokens = np.concatenate(list(self._known.values()))
        self._scales.clear()

    # ── the file ────────────────────────────────────────────────────────────────────────────────

    def _load(self) -> None:
        """Use what an earlier start kept; a file that is damaged or another model's does not count."""
        try:
            with self._file.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                if int(kept["format"]) != FORMAT or str(kept["fingerprint"]) != self._fingerprint:
                    return
                contents, counts, tokens = kept["contents"].tolist(), kept["counts"], kept["tokens"]
            if tokens.dtype != np.float16 or tokens.ndim != 2 or counts.sum() != len(tokens):
                raise ValueError("the numbers do not fit each other")
            parts = np.split(tokens, np.cumsum(counts)[:-1])
            self._known = dict(zip(contents, parts, strict=True))
            if not np.isfinite(tokens).all():
                raise ValueError("numbers that are not finite")
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            _log.info("the kept sample of patches was not used: %s", error)
            self._known = {}
            return
        self._use(list(self._known))

    def _save(self) -> None:
        """Write the sample. A disk that refuses costs nothing but time at the next start."""
        out = io.BytesIO()
        np.savez(
            out,
            format=np.int64(FORMAT),
            fingerprint=np.array(self._fingerprint),
            contents=np.array(list(self._known)),
            counts=np.array([len(tokens) for tokens in self._known.values()]),
            tokens=self._tokens if self._tokens is not None else np.zeros((0, 0), np.float16),
        )
        try:
            private_files.replace(self._file, out.getvalue(), like=self._file.parent)
        except OSError as error:
            _log.warning("the sample of patches could not be written: %s", error)
