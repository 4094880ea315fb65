"""`embed`, `classify`, `inspect` and `models`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from dinodesk import api
from dinodesk.cli import output_files
from dinodesk.cli.main import DONE, SKIPPED, Outcome
from dinodesk.cli.progress import Progress
from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.inspection.patch_mapper import PatchMapper
from dinodesk.errors import DinoDeskError, PhotoError, UsageError
from dinodesk.library.files.scanner import FoundFile, walk
from dinodesk.library.images.decoder import decode
from dinodesk.models.zoo import installed_models
from dinodesk.records import FloatArray, ZooEntry
from dinodesk.search.prompt_templates import embed_labels
from dinodesk.search.scores import probabilities

BATCH = 8
CELL = 16  # pixels a patch in a written map, at least


# ── embed ───────────────────────────────────────────────────────────────────────────────────────


def embed(options: argparse.Namespace) -> Outcome:
    """Raw vectors, one row a given image or text."""
    images = list(options.image) + _lines(options.images_from)
    texts = list(options.text) + _lines(options.texts_from)
    if not images and not texts:
        raise UsageError("There is nothing to embed.", "Give --image, --images-from, --text or --texts-from.")
    lists = [each for each in (options.images_from, options.texts_from) if each]
    target = output_files.target(options.output, images + lists)
    model = api.load_model(options.model, options.device, options.precision)
    arrays: dict[str, Any] = {"texts": model.embed_texts(texts)}
    with DecoderPool() as decoders:
        arrays["images"], bad = _embed_images(model, decoders, images, arrays if options.patches else None)
    with output_files.whole(target) as part, part.open("wb") as file:
        np.savez(file, **arrays)
    document = {
        "model": model.info.name,
        "output": str(target.absolute()),
        "images": len(images),
        "texts": len(texts),
        "dim": model.info.dim,
        "skipped": bad,
    }
    lines = [f"{len(images)} images and {len(texts)} texts, {model.info.dim} wide, in {target}"]
    lines += [f"skipped {each['path']}: {each['reason']}" for each in bad]
    return (SKIPPED if bad else DONE), document, lines


def _embed_images(
    model: api.Model, decoders: DecoderPool, images: Sequence[str], patches: dict[str, Any] | None
) -> tuple[FloatArray, list[dict[str, str]]]:
    vectors = np.full((len(images), model.info.dim), np.nan, np.float32)
    bad: list[dict[str, str]] = []
    progress = Progress()
    for start in range(0, len(images), BATCH):
        rows, pixels = [], []
        for row in range(start, min(start + BATCH, len(images))):
            path = os.path.abspath(os.path.expanduser(images[row]))
            try:
                pixels.append(model.network.prepare(decoders.call(decode, path).rgb))
                rows.append(row)
            except PhotoError as error:
                bad.append({"path": path, "reason": error.sentence})
        if not rows:
            continue
        batch = np.stack(pixels)
        vectors[rows] = model.network.embed_pixels(batch)
        for row in rows:
            if not np.isfinite(vectors[row]).all():
                vectors[row] = np.nan
                bad.append({"path": images[row], "reason": "The model gave no usable vector for it."})
        if patches is not None:
            grid = model.network.tokens(batch)
            grids = (grid if not isinstance(grid, list) else grid[-1]).patches
            patches |= {f"patches_{row}": grids[i] for i, row in enumerate(rows)}
            if model.info.text:
                head = model.network.head_patches(batch)
                patches |= {f"head_patches_{row}": head[i] for i, row in enumerate(rows)}
        progress.say(f"{start + len(rows):,} of {len(images):,} images")
    progress.end()
    return vectors, bad


def _lines(file: str | None) -> list[str]:
    if file is None:
        return []
    text = Path(file).expanduser().read_bytes().decode("utf-8", errors="surrogateescape")
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n") if text else []


# ── classify ────────────────────────────────────────────────────────────────────────────────────


def classify(options: argparse.Namespace) -> Outcome:
    """Zero-shot labels for the photos below a folder."""
    folder = os.path.abspath(os.path.expanduser(options.folder))
    if not os.path.isdir(folder):
        raise DinoDeskError(f"There is no folder {folder}.", "Check the name.")
    photos = [each.path for each in walk(folder) if isinstance(each, FoundFile)]
    named = [line.strip() for line in _lines(options.labels) if line.strip()]
    own = sorted(each.name for each in os.scandir(folder) if each.is_dir() and not each.name.startswith("."))
    labels = list(dict.fromkeys(named or own))
    if not labels:
        raise UsageError("There are no labels.", "Give --labels FILE, or a folder with a subfolder a class.")
    if not photos:
        raise DinoDeskError(f"There are no photos below {folder}.", "Check the folder.")
    model = api.load_model(options.model, options.device, options.precision)
    sentences = [label.replace("_", " ") for label in labels]
    words = embed_labels(sentences, options.templates, model.embed_texts)
    with DecoderPool() as decoders:
        vectors, bad = _embed_images(model, decoders, photos, None)
    good = [row for row, path in enumerate(photos) if not np.isnan(vectors[row, 0])]
    scores = vectors[good] @ words.T
    order = np.argsort(-scores, axis=1, kind="stable")
    predictions = [
        {
            "path": photos[row],
            "label": labels[order[i, 0]],
            "probability": float(probabilities(scores[i])[order[i, 0]]),
        }
        for i, row in enumerate(good)
    ]
    truth = [_class_of(folder, photos[row], labels) for row in good]
    document = {**_measure(labels, order, truth), "predictions": predictions, "skipped": bad}
    document["count"] = len(good)
    lines = [f"{each['probability']:5.2f}  {each['label']}  {each['path']}" for each in predictions]
    if document["top1"] is not None:
        lines.append(f"top-1 {document['top1']:.1%}, top-5 {document['top5']:.1%} of {len(good)} photos")
    return (SKIPPED if bad else DONE), document, lines


def _class_of(folder: str, path: str, labels: Sequence[str]) -> int | None:
    parts = os.path.relpath(path, folder).split(os.sep)
    return labels.index(parts[0]) if len(parts) > 1 and parts[0] in labels else None


def _measure(labels: Sequence[str], order: Any, truth: Sequence[int | None]) -> dict[str, Any]:
    """Fractions over the photos whose subfolder names a label; None where there is none."""
    ranks = {i: int(np.flatnonzero(order[i] == true)[0]) for i, true in enumerate(truth) if true is not None}
    per_class = {}
    for number, label in enumerate(labels):
        own = [rank for i, rank in ranks.items() if truth[i] == number]
        if own:
            per_class[label] = {"count": len(own), "top1": sum(rank == 0 for rank in own) / len(own)}
    total = len(ranks)
    return {
        "top1": sum(rank == 0 for rank in ranks.values()) / total if total else None,
        "top5": sum(rank < 5 for rank in ranks.values()) / total if total else None,
        "per_class": per_class,
    }


# ── inspect ─────────────────────────────────────────────────────────────────────────────────────


def inspect(options: argparse.Namespace) -> Outcome:
    """One map of one photo, as PNG and raw values."""
    path = os.path.abspath(os.path.expanduser(options.file))
    if options.map == "text" and not options.text.strip():
        raise UsageError("A text map needs a sentence.", "Give --text STRING.")
    target = output_files.target(options.output, [path], maps_beside=options.library)
    values = output_files.target(options.npy, [path]) if options.npy else None
    with DecoderPool() as decoders:
        rgb = decoders.call(decode, path).rgb
    model = api.load_model(options.model, options.device, options.precision)
    found = PatchMapper(model.network).map(
        path,
        rgb,
        options.map,
        layer=options.layer,
        patch=options.patch,
        text=options.text,
        view=options.view,
        size=options.size,
        robust=options.robust,
        foreground=options.foreground,
    )
    h, w = found.values.shape[:2]
    scale = max(1, round(768 / max(h, w)))
    picture = Image.fromarray(found.colours).resize((w * scale, h * scale), Image.Resampling.NEAREST)
    with output_files.whole(target) as part:
        picture.save(part, "PNG")
    if values:
        with output_files.whole(values) as part, part.open("wb") as file:
            np.save(file, found.values, allow_pickle=False)
    document = {
        "path": path,
        "map": options.map,
        "model": model.info.name,
        "view": options.view,
        "grid": [h, w],
        "range": [found.low, found.high],
        "mean": float(found.values.mean()),
        "std": float(found.values.std()),
        "statistics": dict(found.statistics),
        "box": list(found.box),
        "output": os.path.abspath(target),
        "npy": os.path.abspath(values) if values else None,
    }
    lines = [f"{options.map}: {h} × {w} patches, {found.low:.4f} to {found.high:.4f}"]
    lines += [f"{name}: {value}" for name, value in found.statistics]
    return DONE, document, lines


# ── models ──────────────────────────────────────────────────────────────────────────────────────


def models(options: argparse.Namespace) -> Outcome:
    """The zoo: list it, import files, verify one model's files."""
    lines: list[str] = []
    if options.action == "list":
        if options.what:
            raise UsageError("`models list` takes no names.")
    elif not options.what:
        raise UsageError(f"`models {options.action}` needs a name or files.")
    elif options.action == "import":
        lines.append(
            installed_models.import_files(
                [os.path.abspath(os.path.expanduser(each)) for each in options.what]
            )
        )
    else:
        lines += [installed_models.verify(name) for name in options.what]
    entries = installed_models.entries()
    if options.action == "verify":
        entries = tuple(each for each in entries if each.name in options.what)
    if options.action == "list":
        lines += [_entry_line(each) for each in entries]
    return DONE, [asdict(each) for each in entries], lines


def _entry_line(entry: ZooEntry) -> str:
    size = f"{entry.bytes / 1e6:,.0f} MB" if entry.bytes else ""
    words = "text" if entry.text else ""
    return f"{entry.name:28} {entry.state:8} {size:>10} {words:5} {entry.licence}  {entry.missing}".rstrip()
