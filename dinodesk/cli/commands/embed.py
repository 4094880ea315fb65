"""`embed`: write raw vectors of images and texts for other tools."""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

from dinodesk import api
from dinodesk.cli import output_files
from dinodesk.cli.exit_codes import DONE, SKIPPED, Outcome
from dinodesk.cli.image_vectors import NO_VECTOR, embed_images, read_lines, read_texts
from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.errors import UsageError
from dinodesk.search.index.vector_index import usable
from dinodesk.wording import count


def embed(options: argparse.Namespace) -> Outcome:
    """Raw vectors, one row a given image or text; NaN for what gave none."""
    images = list(options.image) + read_lines(options.images_from)
    texts = list(options.text) + read_texts(options.texts_from)
    if not images and not texts:
        raise UsageError("There is nothing to embed.", "Give --image, --images-from, --text or --texts-from.")
    lists = [each for each in (options.images_from, options.texts_from) if each]
    target = output_files.target(options.output, [*images, *lists, *output_files.model_inputs(options.model)])
    output_files.check_ending(target, (".npz",), "`embed` writes .npz files")
    model = api.load_model(options.model, options.device, options.precision)
    arrays: dict[str, Any] = {"texts": model.embed_texts(texts)}
    with DecoderPool() as decoders:
        arrays["images"], bad = embed_images(model, decoders, images, arrays if options.patches else None)
    wordless: list[dict[str, str | None]] = []
    for row in np.flatnonzero(~usable(arrays["texts"])):
        arrays["texts"][row] = np.nan
        wordless.append({"path": None, "text": texts[row], "reason": NO_VECTOR})
    with output_files.whole(target) as part, part.open("wb") as file:
        np.savez(file, **arrays)
    document = {
        "model": model.info.name,
        "output": str(target.absolute()),
        "images": len(images),
        "texts": len(texts),
        "dim": model.info.dim,
        "skipped": [*bad, *wordless],
    }
    made = f"{count(len(images), 'image')} and {count(len(texts), 'text')}"
    lines = [f"{made}, {model.info.dim} wide, in {target}"]
    lines += [f"skipped {each['path']}: {each['reason']}" for each in bad]
    lines += [f"skipped “{each['text']}”: {each['reason']}" for each in wordless]
    return (SKIPPED if bad or wordless else DONE), document, lines
