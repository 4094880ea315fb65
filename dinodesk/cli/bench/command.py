"""`bench`: our way against the plain way, interleaved in one run, median and spread.

Only ratios of one run count: machines are shared and differ. What is measured and how is said in each
function; the synthetic vectors say their spectrum, clusters, query offset, width and seed.
"""

from __future__ import annotations

import argparse
import io
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from dinodesk import api
from dinodesk.cli.bench.library_scale import library
from dinodesk.cli.bench.pipeline import pipeline
from dinodesk.cli.bench.rows import Row, photos_of_12_megapixels, row
from dinodesk.cli.exit_codes import DONE, Outcome
from dinodesk.engine.search.scan_kernels import scan_kernel
from dinodesk.engine.search.torch_kernel import TorchKernel
from dinodesk.generators import run_to_end
from dinodesk.library.images.decoder import decode
from dinodesk.models.inference.model import Model
from dinodesk.records import FloatArray, IntArray
from dinodesk.search.index.hnsw_graph import make_graph
from dinodesk.search.index.vector_index import VectorIndex

SEED = 0
WIDTHS = (2048, 1536)
ROUNDS = 7
IN_TURN = 5


def bench(options: argparse.Namespace) -> Outcome:
    """Run one measurement, or all."""
    rows: list[Row] = []
    chosen = options.what
    if chosen in ("all", "decode"):
        rows.append(_decode())
    if chosen in ("all", "model"):
        rows += _model(options)
    if chosen in ("all", "search"):
        rows += _search(options.rows)
    if chosen in ("all", "index"):
        rows.append(_index(options))
    if chosen in ("all", "pipeline"):
        rows += pipeline(options.photos)
    if chosen in ("all", "library"):
        rows += library(options.rows)
    lines = [
        f"{each['name']:44} {each['value']:10.2f} {each['plain']:10.2f} {each['unit']:9}"
        f" × {each['ratio']:.2f}  (spread {each['spread']:.0%})"
        for each in rows
    ]
    return DONE, rows, [f"{'':44} {'ours':>10} {'plain':>10}", *lines]


def _alternate(
    ours: Callable[[], Any], plain: Callable[[], Any], rounds: int
) -> tuple[list[float], list[float]]:
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for way, kept in zip((ours, plain), times, strict=True):
            started = time.perf_counter()
            way()
            kept.append(1000 * (time.perf_counter() - started))
    return times


def _decode() -> Row:
    """A 12-megapixel JPEG to short side 256: draft decoding against Pillow's full decode."""
    data = photos_of_12_megapixels(1)[0]

    def ours() -> None:
        Image.fromarray(decode(data, 512).rgb).resize((341, 256), Image.Resampling.BICUBIC)

    def plain() -> None:
        with Image.open(io.BytesIO(data)) as image:
            image.convert("RGB").resize((341, 256), Image.Resampling.BICUBIC)

    return row("decode a 12 MP JPEG", *_alternate(ours, plain, ROUNDS), "ms", faster_is="less")


def _model(options: argparse.Namespace) -> list[Row]:
    """The active model in its default precision against eager fp32: eight photos, and one sentence."""
    ours = api.load_model(options.model, options.device, options.precision).network
    plain = api.load_model(options.model, "cpu", "fp32").network
    side = ours.info.image_size
    pixels = np.random.default_rng(SEED).standard_normal((8, 3, side, side)).astype(np.float32)
    for model in (ours, plain):
        model.warm_up()
        model.embed_pixels(pixels)
    times = _alternate(lambda: ours.embed_pixels(pixels), lambda: plain.embed_pixels(pixels), ROUNDS)
    mine, theirs = ([value / 8 for value in each] for each in times)
    rows = [row(f"embed a photo, {ours.info.title}", mine, theirs, "ms", faster_is="less")]
    if ours.info.text:
        words = iter(f"a red car number {n} on a wet street" for n in range(10_000))
        times = _alternate(
            lambda: ours.embed_texts([next(words)]), lambda: plain.embed_texts([next(words)]), ROUNDS
        )
        rows.append(row("encode a sentence", *times, "ms", faster_is="less"))
    return rows


def synthetic(rows: int, width: int = WIDTHS[0], seed: int = SEED) -> tuple[FloatArray, FloatArray]:
    """Vectors (rows, width) and 20 text-like queries, unit float32.

    Spectrum: variance of component k falls as k^-1.1, in a random rotation of blocks; clusters: 200
    centres carry half of the variance; a common mean of 0.4 of the norm, as real embeddings have.
    Queries lie outside the photos' distribution: a photo's direction weighs 0.18, the rest is noise of
    the same spectrum, so that the top cosine is about 0.2.
    """
    random = np.random.default_rng(seed)
    scale = (np.arange(1, width + 1) ** -0.55).astype(np.float32)
    centres = random.standard_normal((200, width), np.float32) * scale
    mean = random.standard_normal(width, np.float32) * scale
    vectors = np.empty((rows, width), np.float32)
    for start in range(0, rows, 10_000):
        count = min(10_000, rows - start)
        block = random.standard_normal((count, width), np.float32) * scale
        block += centres[random.integers(0, 200, count)] + 0.6 * mean
        vectors[start : start + count] = block / np.linalg.norm(block, axis=1, keepdims=True)
    noise = random.standard_normal((20, width), np.float32)
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    queries = 0.18 * vectors[random.integers(0, rows, 20)] + noise
    return vectors, (queries / np.linalg.norm(queries, axis=1, keepdims=True)).astype(np.float32)


def _search(rows: int) -> list[Row]:
    """A text query over `rows` vectors, 2,048 and 1,536 wide: the whole ranked answer against numpy's fp32
    scan, by each way to scan there is."""
    return [row for width in WIDTHS for row in _search_width(rows, width)]


def _search_width(rows: int, width: int) -> list[Row]:
    vectors, queries = synthetic(rows, width)
    index = VectorIndex(width, TorchKernel())
    index.add(np.arange(rows, dtype=np.int64), vectors.astype(np.float16))

    def exact(query: FloatArray) -> Any:
        return np.argsort(-(vectors @ query), kind="stable")

    def measured(name: str) -> list[Row]:
        name = f"{name}, {rows:,} × {width:,}"
        return _times_and_recall(name, queries, lambda query: index.search(query), exact)

    results = measured("search, every number")
    run_to_end(index.projection_steps(scan_kernel().make()))
    results += measured("search, components")
    graph = make_graph(index.matrix)
    if graph is not None:
        index.graph = graph
        results += measured("search, graph")
    return results


def _times_and_recall(
    name: str, queries: FloatArray, ours: Callable[[FloatArray], Any], exact: Callable[..., Any]
) -> list[Row]:
    """Both ways take turns of `IN_TURN` queries, of which the first is not counted: threads of one library
    spin a while after they worked and take cores from another's, and no program searches both ways."""
    times: tuple[list[float], list[float]] = ([], [])
    best: tuple[list[IntArray], list[IntArray]] = ([], [])
    ways: tuple[Callable[[FloatArray], IntArray], ...] = (lambda query: ours(query).rows, exact)
    for start in range(0, len(queries), IN_TURN):
        some = queries[start : start + IN_TURN]
        for way, taken, first in zip(ways, times, best, strict=True):
            way(some[-1])
            for query in some:
                started = time.perf_counter()
                found = way(query)
                taken.append(1000 * (time.perf_counter() - started))
                first.append(found[:50])
    recall = [len(np.intersect1d(a, b)) / len(b) for a, b in zip(*best, strict=True)]
    return [
        row(name, *times, "ms", faster_is="less"),
        row(f"{name}, recall@50", recall, [1.0] * len(recall), "of exact", faster_is="more"),
    ]


def _index(options: argparse.Namespace) -> Row:
    """Photos a second of `index` against the plain loop, alternated over fresh libraries."""
    ours_model = api.load_model(options.model, options.device, options.precision)
    plain_model = api.load_model(options.model, "cpu", "fp32")
    for model in (ours_model, plain_model):
        model.network.warm_up()
    ours, plain = [], []
    with tempfile.TemporaryDirectory(prefix="dinodesk-bench-") as name:
        folder = Path(name, "photos")
        folder.mkdir()
        for number, data in enumerate(photos_of_12_megapixels(options.photos)):
            (folder / f"{number:04}.jpg").write_bytes(data)
        for turn in range(3):
            library = api.open_library(Path(name, f"library-{turn}"))
            started = time.perf_counter()
            report = library.index([folder], ours_model)
            ours.append(report.indexed / (time.perf_counter() - started))
            library.close()
            some = sorted(folder.iterdir())[: max(4, options.photos // 3)]
            started = time.perf_counter()
            _plain_loop(some, plain_model.network, Path(name, f"plain-{turn}.db"))
            plain.append(len(some) / (time.perf_counter() - started))
    return row("index 12 MP JPEGs", ours, plain, "photos/s", faster_is="more")


def _plain_loop(files: Sequence[Path], model: Model, database: Path) -> None:
    """What one writes first: full decode, eager fp32, batch 1, a commit a photo."""
    store = sqlite3.connect(database)
    store.execute("CREATE TABLE vectors (path TEXT, data BLOB)")
    for file in files:
        with Image.open(file) as image:
            rgb = np.asarray(image.convert("RGB"))
        vector = model.embed_pixels(model.prepare(rgb)[None])[0]
        with store:
            store.execute("INSERT INTO vectors VALUES (?, ?)", (str(file), vector.tobytes()))
    store.close()
