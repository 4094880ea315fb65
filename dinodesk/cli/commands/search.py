"""`search`: photos by a query in the query language, by example photos, or both."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from dinodesk import api
from dinodesk.cli.exit_codes import DONE, Outcome
from dinodesk.cli.given_search import given_search, recipe_target, save_recipe
from dinodesk.cli.image_vectors import read_texts
from dinodesk.cli.open_library import opened
from dinodesk.cli.query_text import checked_query
from dinodesk.engine.search.query_answer import needs_model
from dinodesk.errors import LibraryError, UsageError
from dinodesk.records import ConfidenceCurve
from dinodesk.wording import count

_LITERAL = "With --literal it is searched for as it stands."
_OF_SHEET = 3
"""Photos of each query of a file."""
_SHOWN = 10
"""Literal matches that are printed; `--json` has up to 200."""


def search(options: argparse.Namespace) -> Outcome:
    """Answer a query."""
    if options.command == "search" and options.queries is not None:
        return _sheet(options)
    given = given_search(options)
    if not options.query.strip() and not options.image:
        raise UsageError(
            "There is nothing to search for.", "Give a sentence, a filter, or a photo with --image."
        )
    query = checked_query(options.query, literal=options.literal, remedy=_LITERAL)
    saving = options.command == "search" and options.save_recipe is not None
    if saving:
        recipe_target(options)
    library = opened(options)
    try:
        ranks = needs_model(query, options.image)
        model = api.load_model(options.model, options.device, options.precision) if ranks else None
        given.check_model(options, model)
        answer = _answered(library, options, options.query, model, options.top, given.today)
        literal = library.find_literal(options.query, literal=options.literal)
        total = len(library.catalog.photos)
        given.compare(answer, library.catalog.photos)
        if saving:
            save_recipe(options, model, answer, library.catalog.photos)
        indexed = model is None or len(library.refresh(model).vectors) > 0
    finally:
        library.close()
    for note in given.notes:
        print(f"dinodesk: {note}", file=sys.stderr)
    if not total:
        print("The library is empty; add photos with `dinodesk index FOLDER`.", file=sys.stderr)
    elif model is not None and not indexed:
        none = f"None of the {total:,} photos has" if total > 1 else "The only photo has not"
        raise LibraryError(
            f"{none} been indexed with the model {model.info.title}.",
            "Run `dinodesk index` on their folders with this model.",
        )
    document = _document(options, model, answer, literal, given.notes)
    return DONE, document, _lines(answer, literal)


def _sheet(options: argparse.Namespace) -> Outcome:
    """The first photos of each query of a file."""
    if options.query.strip() or options.recipe is not None or options.save_recipe is not None:
        raise UsageError("The queries are those of the file.", "Leave the query and recipes out.")
    texts = [line.strip() for line in read_texts(options.queries) if line.strip()]
    queries = [checked_query(text, literal=options.literal, remedy=_LITERAL) for text in texts]
    library = opened(options)
    try:
        ranks = any(needs_model(query, options.image) for query in queries)
        model = api.load_model(options.model, options.device, options.precision) if ranks else None
        answers = [_answered(library, options, text, model, _OF_SHEET) for text in texts]
    finally:
        library.close()
    rows, lines = [], []
    for text, answer in zip(texts, answers, strict=True):
        kept = ("count", "possible", "threshold", "temperature", "line", "certainty", "note", "results")
        document = _document(options, model, answer, (), ())
        rows.append({"query": text, **{key: document[key] for key in kept}})
        lines += [f"{text}: {_matches(answer)}", *(f"  {_row(hit)}" for hit in answer.results)]
    return DONE, {"model": None if model is None else model.info.name, "queries": rows}, lines


def _answered(
    library: api.Library,
    options: argparse.Namespace,
    text: str,
    model: api.Model | None,
    top: int,
    today: date | None = None,
) -> api.Answer:
    """The answer to one query with what the options say of all.

    `today` is the day that words for dates go by, None for the computer's.
    """
    return library.search(
        text,
        model,
        options.image,
        top,
        literal=options.literal,
        line=_line(options, model),
        cut=options.line,
        stop=options.stop,
        scene=options.scene,
        templates=options.templates,
        exact=options.exact,
        image_weight=options.image_weight,
        sort=options.sort,
        today=today,
    )


def _document(
    options: argparse.Namespace,
    model: api.Model | None,
    answer: api.Answer,
    literal: Sequence[api.LiteralMatch],
    notes: Sequence[str],
) -> dict[str, object]:
    return {
        "query": options.query,
        "model": None if model is None else model.info.name,
        "count": answer.count,
        "searched": answer.searched,
        "possible": answer.possible,
        "expected_precision": answer.expected_precision,
        "threshold": None if answer.line is None else answer.line.threshold,
        "temperature": None if answer.line is None else answer.line.temperature,
        "line": None if answer.cut is None else min(answer.cut, 1.0),
        "auto": answer.auto,
        "certainty": None if answer.fitted is None else answer.fitted.certainty,
        "note": " ".join(filter(None, (answer.note, *notes))),
        "filters": list(answer.filters),
        "terms": [asdict(term) for term in answer.terms],
        "literal": [asdict(match) for match in literal],
        "milliseconds": {"encode": round(answer.encode_ms, 2), "search": round(answer.search_ms, 2)},
        "results": [asdict(hit) for hit in answer.results],
    }


def _line(options: argparse.Namespace, model: api.Model | None) -> ConfidenceCurve | None:
    """The curve that was asked for; None for the model's own."""
    if model is None or (options.threshold is None and options.temperature is None):
        return None
    own = model.info.line
    return ConfidenceCurve(
        own.threshold if options.threshold is None else options.threshold,
        own.temperature if options.temperature is None else options.temperature,
    )


def _lines(answer: api.Answer, literal: Sequence[api.LiteralMatch]) -> list[str]:
    lines = [f"{_matches(answer)} · {answer.searched:,} searched in {answer.search_ms:.0f} ms"]
    lines += [answer.note] if answer.note else []
    for term in answer.terms:
        lines.append(f"{'without' if term.negated else 'with'} {term.text}: {count(term.matches)} alone")
    lines += [f"by its words: {match.path} ({match.reason})" for match in literal[:_SHOWN]]
    if len(literal) > _SHOWN:
        lines.append(f"by their words: {len(literal) - _SHOWN:,} more")
    return lines + [_row(hit) for hit in answer.results]


def _matches(answer: api.Answer) -> str:
    if answer.fitted is None:
        return count(answer.count, "photo matches", "photos match")
    if not answer.fitted.clear and answer.auto:
        return "No clear match; the closest photos"
    possible = f" · {answer.possible:,} possible" if answer.possible else ""
    return count(answer.count, "good match", "good matches") + possible


def _row(hit: api.Hit) -> str:
    score = "" if hit.score is None else f"{hit.score:7.4f}  "
    return score + ("" if hit.confidence is None else f"{hit.confidence:4.2f}  ") + hit.path
