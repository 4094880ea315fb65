"""`bench pipeline`: indexing without a model's cost: its pace, what a slow model waits for, its memory."""

from __future__ import annotations

import io
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from dinodesk.cli.bench.rows import SEED, Row, photos_of_12_megapixels, row
from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.engine.indexing.report import IndexReport
from dinodesk.errors import ModelError
from dinodesk.library.library import LibraryStore
from dinodesk.models.inference.model import Model, Steps
from dinodesk.models.preprocessing.pillow_transforms import Preparation
from dinodesk.records import ByteArray, ConfidenceCurve, FloatArray, ModelInfo, TokenGrid

LARGE = 16  # photos of 12 megapixels
TURNS = 3
SLOWER = 2.5
"""The slow model takes so many times what the plain loop needs to decode a draft."""
LEAST_SMALL = 300
_PREPARATION = Preparation(256, 224, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


class CostlessModel(Model):
    """A model whose vector is eight mean colours; `seconds` a photo it keeps one core busy with nothing."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.info = ModelInfo(
            name="costless",
            title="a model that costs nothing",
            family="builtin",
            text=False,
            dim=24,
            fingerprint=f"{seconds:032.9f}",
            patch=16,
            image_size=224,
            map_size=224,
            layers=1,
            line=ConfidenceCurve(0.5, 20.0),
            device="cpu",
            precision="fp32",
        )
        self._seconds = seconds

    @property
    def decode_side(self) -> int:
        """As the large models'."""
        return 256

    @property
    def preparation(self) -> Preparation:
        """As the large models'."""
        return _PREPARATION

    def prepare(self, rgb: ByteArray) -> FloatArray:
        """Float32 (3, 224, 224)."""
        return _PREPARATION(rgb)

    def embed_steps(self, pixels: FloatArray) -> Steps:
        """Unit (B, 24)."""
        yield
        for _ in pixels:
            until = time.perf_counter() + self._seconds
            while time.perf_counter() < until:
                np.dot(pixels[0, 0], pixels[0, 1])
        means = pixels.reshape(len(pixels), 24, -1).mean(axis=2) + 1e-3
        return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), np.float32)

    def prepare_whole(self, rgb: ByteArray, short_side: int) -> FloatArray:
        """Refuses: nothing is inspected here."""
        raise ModelError("This model is for measuring only.")

    def embed_texts(self, texts: Sequence[str]) -> FloatArray:
        """Refuses."""
        raise ModelError("This model is for measuring only.")

    def tokens(
        self, pixels: FloatArray, layers: Sequence[int] | None = None, *, dense: bool = False
    ) -> TokenGrid | list[TokenGrid]:
        """Refuses."""
        raise ModelError("This model is for measuring only.")

    def head_patches(self, pixels: FloatArray, *, dense: bool = False) -> FloatArray:
        """Refuses."""
        raise ModelError("This model is for measuring only.")


def pipeline(photos: int) -> list[Row]:
    """All three measurements; `photos` small ones for the last."""
    with tempfile.TemporaryDirectory(prefix="dinodesk-bench-") as name:
        folder = Path(name)
        large = folder / "large"
        large.mkdir()
        for number, data in enumerate(photos_of_12_megapixels(LARGE)):
            (large / f"{number:04}.jpg").write_bytes(data)
        return [*_pace_and_waiting(folder, large), *_memory(folder, max(photos, LEAST_SMALL))]


def _pace_and_waiting(folder: Path, large: Path) -> list[Row]:
    """Photos a second of 12-megapixel JPEGs against the plain loop, and the share of its time that a model
    slower than decoding has nothing to do; the plain loop decodes and computes in turn. Alternated."""
    pool = DecoderPool()
    ours, plain, waiting, plain_waiting = [], [], [], []
    files = sorted(large.iterdir())
    try:
        _index(pool, CostlessModel(), large, folder / "warm-up")
        for turn in range(TURNS):
            report = _index(pool, CostlessModel(), large, folder / f"ours-{turn}")
            ours.append(report.indexed / report.seconds)
            started = time.perf_counter()
            _plain_loop(files, folder / f"plain-{turn}")
            took = time.perf_counter() - started
            plain.append(len(files) / took)
            slow = SLOWER * report.seconds / report.indexed
            report = _index(pool, CostlessModel(slow), large, folder / f"slow-{turn}")
            waiting.append(100 * report.waited / report.seconds)
            plain_waiting.append(100 * took / (took + slow * len(files)))
    finally:
        pool.close()
    return [
        row("index 12 MP JPEGs, costless model", ours, plain, "photos/s", faster_is="more"),
        row("slow model waits for pixels", waiting, plain_waiting, "% of time", faster_is="less"),
    ]


def _index(pool: DecoderPool, model: Model, photos: Path, folder: Path) -> IndexReport:
    library = LibraryStore(folder)
    try:
        indexer = Indexer(library, model, decoders=pool)
        for _ in indexer.add([str(photos)]):
            pass
    finally:
        library.close()
    return indexer.report


def _plain_loop(files: Sequence[Path], folder: Path) -> None:
    """What one writes first: full decode, a thumbnail of it, a commit a photo."""
    folder.mkdir()
    store = sqlite3.connect(folder / "plain.db")
    store.execute("CREATE TABLE vectors (path TEXT, data BLOB)")
    model = CostlessModel()
    for file in files:
        with Image.open(file) as image:
            photo = image.convert("RGB")
        vector = model.embed_pixels(model.prepare(np.asarray(photo))[None])[0]
        photo.thumbnail((1024, 1024))
        photo.save(folder / file.name, quality=80)
        with store:
            store.execute("INSERT INTO vectors VALUES (?, ?)", (str(file), vector.tobytes()))
    store.close()


def _memory(folder: Path, count: int) -> list[Row]:
    """Resident memory of program and decoder processes at the end of `count` small photos, against that
    after a tenth of them; no row where the system does not tell it as Linux does."""
    small = folder / "small"
    out = io.BytesIO()
    pixels = np.random.default_rng(SEED).integers(0, 256, (30, 40, 3), np.uint8)
    Image.fromarray(pixels).resize((640, 480)).save(out, "JPEG")
    for number in range(count):  # what follows the picture makes it another file
        target = small / f"{number // 1000:03}" / f"{number:06}.jpg"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(out.getvalue() + number.to_bytes(4, "big"))
    pool, library = DecoderPool(), LibraryStore(folder / "many")
    early, late = 0.0, 0.0
    try:
        indexer = Indexer(library, CostlessModel(), decoders=pool)
        for step in indexer.add([str(small)]):
            if not early and step.done >= count // 10:
                early = _resident(pool)
            if step.done == count:
                late = _resident(pool)
    finally:
        pool.close()
        library.close()
    if not early or not late:
        return []
    return [row(f"memory after {count:,} photos, and a tenth", [late], [early], "MB", faster_is="less")]


def _resident(pool: DecoderPool) -> float:
    total = 0
    for process in ("self", *pool.processes()):
        try:
            status = Path(f"/proc/{process}/status").read_text()
        except OSError:
            return 0.0
        total += int(status.split("VmRSS:")[1].split()[0])
    return total / 1000
