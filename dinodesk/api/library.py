"""An open library, for scripts: photos indexed and searched, by the same state as the window's."""

from __future__ import annotations

import operator
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from dinodesk.api.arguments import PathLike, full_path, listed
from dinodesk.api.model import Model
from dinodesk.api.saved import SavedSearches
from dinodesk.api.turn_lock import TurnLock
from dinodesk.engine.decoding.decoders import Decoders
from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.indexing.report import IndexReport
from dinodesk.engine.messages.search import HALF
from dinodesk.engine.search.catalog import Catalog
from dinodesk.engine.search.persistent_index import PersistentIndex
from dinodesk.engine.search.query_answer import (
    Loaded,
    QueryAnswer,
    Question,
    answer_query,
    confidences_of,
    count_from,
    hits_of,
    needs_model,
    read_query,
)
from dinodesk.engine.search.sorted_hits import sorted_hits
from dinodesk.errors import UsageError
from dinodesk.generators import run_to_end
from dinodesk.library.images.thumbnail_cache import trim_steps
from dinodesk.library.library import LibraryStore
from dinodesk.library.photos import photo_queries
from dinodesk.library.photos.filter_facts import refresh_steps
from dinodesk.records import (
    SORTS,
    STOPS,
    Arrangement,
    Band,
    ConfidenceCurve,
    DoubleArray,
    FittedLine,
    Photo,
    PhotoState,
    Sort,
    Stop,
    TemplateSet,
    band,
)
from dinodesk.search.prompt_templates import check_templates
from dinodesk.search.query.trees import plain_words
from dinodesk.search.scores import angles, probabilities

_OVER = object()


def open_library(folder: PathLike) -> Library:
    """Open (or make) the library in `folder`.

    Raises LibraryError in plain words, and ValueError for an empty or blank name.
    """
    return Library(LibraryStore(Path(full_path(folder))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One search result; fields are the command line's JSON.

    Score, angle and probability are None for a query of several terms, which has a confidence only; all five
    are None where filters alone were asked for.
    """

    path: str
    places: tuple[str, ...]
    state: PhotoState
    score: float | None = None
    angle: float | None = None
    confidence: float | None = None
    probability: float | None = None
    band: Band | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One of several terms of a query; fields are the command line's JSON.

    Attributes:
        text: the sentence, or the path of an example photo as it was written.
        negated: whether its hits are left out.
        matches: photos that are hits of this term alone, under the same filters.
        threshold, temperature: of its curve.
        line: the confidence from which a photo is its hit.
    """

    text: str
    negated: bool
    matches: int
    threshold: float
    temperature: float
    line: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LiteralMatch:
    """A photo in whose names, labels or places the words of a query stand, and in which; the command line's
    JSON."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A search's answer: the nearest photos, best first, as a sequence; and what is known of the rest.

    Attributes:
        results: the nearest photos; where nothing ranks, the newest that pass.
        count: hits in the whole library; where nothing ranks, the photos that pass.
        line: threshold and temperature used; None for several terms, and where nothing ranks.
        searched: photos that took part.
        encode_ms, search_ms: milliseconds.
        fitted: how confidences are judged; None where nothing ranks.
        cut: the confidence from which a photo is a hit, above 1 where nothing stands out; None where nothing
            ranks.
        possible: photos below the cut that may match, in the whole library.
        auto: whether Auto set the line.
        expected_precision: the mean confidence of the hits; None with a line that was set, and without hits.
        terms: of a query with several, each term.
        filters: the filters of the query as text, in order.
        note: what was mended, is not known or passes no filter, in sentences; "" else.
    """

    results: tuple[Hit, ...]
    count: int
    line: ConfidenceCurve | None
    searched: int
    encode_ms: float
    search_ms: float
    fitted: FittedLine | None = None
    cut: float | None = None
    possible: int = 0
    auto: bool = False
    expected_precision: float | None = None
    terms: tuple[Term, ...] = ()
    filters: tuple[str, ...] = ()
    note: str = ""

    def __len__(self) -> int:
        return len(self.results)

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.results)

    def __getitem__(self, number: int) -> Hit:
        return self.results[number]


class Library:
    """An open library, for any number of threads: they take turns.

    A search waits for one step of an index run in another thread, not for all of it; index runs wait for
    each other. What `catalog` and `refresh` return is shared, and changes with the next call of any thread.
    """

    def __init__(self, store: LibraryStore) -> None:
        self._state = EngineState()
        self._state.adopt_library(store)
        self._seen = -1
        # always taken in this order, the model's own lock last
        self._indexing = TurnLock()
        self._turn = TurnLock()

    @property
    def store(self) -> LibraryStore:
        """The library's database and folders."""
        return self._state.opened.store

    @property
    def saved(self) -> SavedSearches[Answer]:
        """Its saved searches."""
        return SavedSearches(self.store.database, self.search)

    @property
    def catalog(self) -> Catalog:
        """All photos, as of the last `search` or `refresh`."""
        return self._state.opened.catalog

    @property
    def decoders(self) -> Decoders:
        """What reads its photos; closed with the library."""
        return self._state.decoders

    def photos(self) -> list[Photo]:
        """All photos as they are now."""
        with self._turn:
            self._reload()
            return list(self.catalog.photos)

    def index(self, paths: PathLike | Iterable[PathLike], model: Model) -> IndexReport:
        """Add folders or files, or one of them, and embed what is new or changed.

        Raises DinoDeskError for a path that does not exist, ValueError for an empty one.
        """
        from dinodesk.engine.indexing.indexer import Indexer  # a search starts without it

        wanted = [full_path(path) for path in listed(paths)]
        with self._indexing:
            with self._turn:
                indexer = Indexer(self.store, model.network, budget=0.25, decoders=self.decoders)
                steps = indexer.add(wanted)
            going = True
            while going:
                with self._turn, model.lock:
                    going = next(steps, None) is not None
            derive, going = refresh_steps(self.store.database), True  # so that the first filter need not wait
            while going:
                with self._turn:
                    going = next(derive, _OVER) is not _OVER
            return indexer.report

    def refresh(self, model: Model) -> PersistentIndex:
        """Read photos and the model's vectors as they are now."""
        with self._turn:
            return self._refresh(model)

    def search(
        self,
        text: str,
        model: Model | None = None,
        images: PathLike | Iterable[PathLike] = (),
        top: int = 50,
        *,
        literal: bool = False,
        line: ConfidenceCurve | None = None,
        templates: TemplateSet = "none",
        exact: bool = False,
        image_weight: float | None = None,
        cut: float | None = None,
        stop: Stop = "balanced",
        scene: float = HALF,
        sort: Sort = "relevance",
        today: date | None = None,
    ) -> Answer:
        """Answer a query in the query language, example photos, or both; the `top` nearest come back.

        In another order than by relevance ("date", "-date" and so on, see `records.Sort`) the first `top` of
        the hits do, and nothing else.

        A `literal` query is one sentence, whatever signs it has. Filters alone need no `model`.
        `image_weight`, 0 to 1, is the share of the photos in a query that has a sentence, too; by default the
        sentence counts as much as each photo. `today` is the day that words for dates go by.

        Auto sets the line of each query, and how much it lets in by `stop`: "sure", "balanced" or "more". It
        does not with a `line` (threshold and temperature), or a `cut`, the confidence from which a photo is a
        hit. `scene`, 0 to 1, is the share of the half of a vector that describes the whole scene.

        Raises ValueError for a `top` below 0, templates, a stop or an order of an unknown name and an
        `image_weight`, a `cut` or a `scene` outside 0 to 1, UsageError when nothing was asked and when a
        model is needed, PhotoError for an example photo that can't be read, TypeError for one that is none.
        """
        if not isinstance(text, str):
            raise TypeError(f"a query is a sentence, not {type(text).__name__}")
        top = operator.index(top)
        _check_values(top, templates, sort, stop)
        _check_shares(image_weight, cut, scene)
        examples = [_example(each) for each in (listed(images) if isinstance(images, Iterable) else [images])]
        question = Question(
            query=read_query(text, literal=literal),
            images=tuple(examples),
            image_weight=image_weight,
            templates=templates,
            curve=line,
            cut=cut,
            stop=stop,
            scene=scene,
            exact=exact,
            today=today,
        )
        with self._turn:
            return self._answer(question, model, top, sort)

    def _answer(self, question: Question, model: Model | None, top: int, sort: Sort) -> Answer:
        self._reload()
        library = self._state.opened
        if not needs_model(question.query, question.images):
            found = run_to_end(answer_query(library.catalog, library.filters, question, None))
        elif model is None:
            raise UsageError("This query ranks photos, for which a model is needed.", "Give one.")
        else:
            with model.lock:
                loaded = Loaded(
                    model=model.network,
                    encoder=self._state.models.adopt(model.network).encoder,
                    index=library.index_of(model.info),
                )
                found = run_to_end(answer_query(library.catalog, library.filters, question, loaded))
        auto = found.fitted is not None and question.curve is None and question.cut is None
        cut = None if found.fitted is None else found.fitted.cut(question.stop)
        count = hits_of(found, question.stop)
        judged = confidences_of(found)
        sure = None if judged is None or not auto or not count else judged[:count]
        return Answer(
            results=tuple(self._hits(self._in_order(found, count, sort), top)),
            count=count,
            line=found.fitted.curve if found.fitted is not None and found.scores is not None else None,
            searched=found.searched,
            encode_ms=found.encode_ms,
            search_ms=found.search_ms,
            fitted=found.fitted,
            cut=cut,
            possible=0 if found.fitted is None else count_from(found, found.fitted.possible) - count,
            auto=auto,
            expected_precision=None if sure is None else float(sure.mean()),
            terms=_terms(found, question.stop),
            filters=found.filters,
            note=found.note,
        )

    def _in_order(self, found: QueryAnswer, hits: int, sort: Sort) -> QueryAnswer:
        if sort == "relevance":
            return found
        arranged = run_to_end(self._state.opened.arrangements.arranged(Arrangement(sort)))
        return sorted_hits(found, hits, sort, arranged)

    def find_literal(self, text: str, *, literal: bool = False) -> tuple[LiteralMatch, ...]:
        """The photos, at most 200 and the newest first, in whose texts every content word of a query stands:
        file and folder names, labels, albums, titles, key words, people, places.

        The words are those of the query's sentences, without filters and what is left out; of a `literal`
        query all.
        """
        words = plain_words(read_query(text, literal=literal).tree)
        with self._turn:
            self._reload()
            found = run_to_end(self._state.opened.literal.find(words))
            photos = [self.catalog.photos[row] for row in found.positions[: len(found.reasons)].tolist()]
        return tuple(
            LiteralMatch(path=photo.path, reason=", ".join(f"{word.kind} {word.text}" for word in words))
            for photo, words in zip(photos, found.reasons, strict=True)
        )

    def trim_thumbnails(self, limit: int) -> None:
        """Bring the thumbnail cache down to `limit` bytes. Raises ValueError for fewer than none."""
        if limit < 0:
            raise ValueError(f"the limit of the thumbnails is in bytes, 0 or more, not {limit}")
        with self._turn:
            found, _ = photo_queries.list_photos(self.store.database)
            away = {photo.content for photo in found if photo.state != "online"}
            for _ in trim_steps(self.store.thumbnails, limit, lambda content: content in away):
                pass

    def close(self) -> None:
        """End the decoder processes, write the index cache when it is worth it, close the database.

        Waits for what other threads do with the library; what they ask afterwards is refused.
        """
        with self._indexing, self._turn:
            self._state.close()

    def _reload(self) -> None:
        changes = self.store.database.changes()
        if changes != self._seen:
            self.catalog.reload()
            self._seen = changes

    def _refresh(self, model: Model) -> PersistentIndex:
        self._reload()
        return self._state.opened.index_of(model.info)

    def _hits(self, answer: QueryAnswer, top: int) -> Iterator[Hit]:
        photos = [self.catalog.photos[row] for row in answer.positions[:top].tolist()]
        where = photo_queries.paths_by_asset(self.store.database, [photo.asset for photo in photos])
        judged = _judged(answer, top)
        for number, photo in enumerate(photos):
            places = tuple(where[photo.asset])
            values = {name: float(column[number]) for name, column in judged.items()}
            yield Hit(
                path=photo.path,
                places=places,
                state=photo.state,
                **values,
                band=band(values["confidence"]) if values else None,
            )


def _judged(answer: QueryAnswer, top: int) -> dict[str, DoubleArray]:
    """The numbers of the first hits: each a column, float64 (top,)."""
    if answer.confidences is not None:
        return {"confidence": answer.confidences[:top]}
    if answer.scores is None or answer.fitted is None or answer.background is None:
        return {}
    scores = answer.scores[:top]
    return {
        "score": scores.astype(np.float64),
        "angle": angles(scores),
        "confidence": answer.fitted.curve.confidence(scores),
        "probability": probabilities(answer.background, scores),
    }


def _terms(answer: QueryAnswer, stop: Stop) -> tuple[Term, ...]:
    return tuple(
        Term(
            text=term.text,
            negated=term.negated,
            matches=term.matches,
            threshold=term.fitted.curve.threshold,
            temperature=term.fitted.curve.temperature,
            line=min(term.fitted.cut(stop), 1.0),
        )
        for term in answer.terms
    )


def _example(given: object) -> str:
    """The path of an example photo."""
    if not isinstance(given, (str, bytes, os.PathLike)):
        raise TypeError(f"an example photo is the path of its file, not {type(given).__name__}")
    return full_path(given)


def _check_shares(image_weight: float | None, cut: float | None, scene: float) -> None:
    """Raise ValueError for what is not from 0 to 1."""
    named = {"weight of the photos": image_weight, "cut": cut, "share of the scene": scene}
    for name, share in named.items():
        if share is not None and not 0.0 <= share <= 1.0:
            raise ValueError(f"the {name} is from 0 to 1, not {share}")


def _check_values(top: int, templates: str, sort: str, stop: str) -> None:
    """Raise ValueError for what is none of its kind."""
    if top < 0:
        raise ValueError(f"top is the number of photos to give back, 0 or more, not {top}")
    check_templates(templates)
    if sort not in SORTS:
        raise ValueError(f"there is no order {sort!r}: choose one of {', '.join(SORTS)}")
    if stop not in STOPS:
        raise ValueError(f"there is no stop {stop!r}: choose one of {', '.join(STOPS)}")
