"""`search`: rank the library by a sentence, by example photos, or both."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict

from dinodesk import api
from dinodesk.cli.exit_codes import DONE, Outcome
from dinodesk.cli.open_library import opened
from dinodesk.errors import LibraryError, UsageError
from dinodesk.records import ConfidenceCurve
from dinodesk.wording import count

_SHOWN = 10
"""Literal matches that are printed; `--json` has up to 200."""


def search(options: argparse.Namespace) -> Outcome:
    """Rank the library."""
    if not options.query.strip() and not options.image:
        raise UsageError("There is nothing to search for.", "Give a sentence, or a photo with --image.")
    library = opened(options)
    try:
        model = api.load_model(options.model, options.device, options.precision)
        own = model.info.line
        line = ConfidenceCurve(
            own.threshold if options.threshold is None else options.threshold,
            own.temperature if options.temperature is None else options.temperature,
        )
        answer = library.search(
            options.query,
            model,
            options.image,
            options.top,
            line=line,
            templates=options.templates,
            exact=options.exact,
            image_weight=options.image_weight,
        )
        literal = library.find_literal(options.query)
        total = len(library.catalog.photos)
    finally:
        library.close()
    if not total:
        print("The library is empty; add photos with `dinodesk index FOLDER`.", file=sys.stderr)
    elif not answer.searched:
        none = f"None of the {total:,} photos has" if total > 1 else "The only photo has not"
        raise LibraryError(
            f"{none} been indexed with the model {model.info.title}.",
            "Run `dinodesk index` on their folders with this model.",
        )
    document = {
        "query": options.query,
        "model": model.info.name,
        "count": answer.count,
        "expected_precision": None,
        "threshold": line.threshold,
        "temperature": line.temperature,
        "auto": False,
        "literal": [asdict(match) for match in literal],
        "milliseconds": {"encode": round(answer.encode_ms, 2), "search": round(answer.search_ms, 2)},
        "results": [asdict(hit) for hit in answer.results],
    }
    matches = count(answer.count, "photo matches", "photos match")
    lines = [f"{matches} · {answer.searched:,} searched in {answer.search_ms:.0f} ms"]
    lines += [f"by its words: {match.path} ({match.reason})" for match in literal[:_SHOWN]]
    if len(literal) > _SHOWN:
        lines.append(f"by their words: {len(literal) - _SHOWN:,} more")
    lines += [f"{hit.score:7.4f}  {hit.confidence:4.2f}  {hit.path}" for hit in answer.results]
    return DONE, document, lines
