"""Composed queries against plain Python: confidences combined, hits, what is taken out, filters inside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeModel
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from indexing import index_photos
from photos import make_photo
from tiff_blocks import SHORT, text, tiff, with_exif

from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.encoding.query_encoder import QueryEncoder
from dinodesk.engine.indexing.indexer import Indexer
from dinodesk.engine.search import line_fitting, query_answer
from dinodesk.engine.search.catalog import Catalog
from dinodesk.engine.search.persistent_index import PersistentIndex
from dinodesk.engine.search.query_answer import (
    Loaded,
    QueryAnswer,
    Question,
    answer_query,
    hits_of,
    read_query,
)
from dinodesk.engine.search.query_filter import QueryFilter
from dinodesk.errors import ModelError, PhotoError, UsageError
from dinodesk.generators import run_to_end
from dinodesk.library.library import LibraryStore
from dinodesk.records import (
    STOPS,
    AllOf,
    AnyOf,
    ConfidenceCurve,
    FilterTerm,
    FittedLine,
    InFolder,
    Not,
    PhotoTerm,
    QueryNode,
    TextTerm,
)
from dinodesk.search.calibration.cuts import zones
from dinodesk.search.query.parser import parse_query
from dinodesk.search.query.trees import terms_of
from dinodesk.search.query.writer import normalised

CURVE = ConfidenceCurve(0.6, 8.0)
COUNT = 24


class Searched:
    """A library of photos of all colours, and what queries find in it."""

    def __init__(self, library: LibraryStore, folder: Path, model: FakeModel, threads: DecoderPool) -> None:
        self.folder, self.model = folder, model
        for number in range(COUNT):
            file = folder / ("a" if number % 3 else "b") / f"{number:02}.jpg"
            file.parent.mkdir(parents=True, exist_ok=True)
            jpeg = make_photo(file, seed=number, red=number % 7 > 2).read_bytes()
            speed, date = (SHORT, [100 * (1 + number % 4)]), text(f"20{10 + number % 5}:01:02 03:04:05")
            file.write_bytes(with_exif(jpeg, tiff({}, {0x8827: speed, 0x9003: date})))
        index_photos(Indexer(library, model, decoders=threads), folder)
        self.catalog = Catalog(library)
        self.catalog.reload()
        self.filters = QueryFilter(library, self.catalog)
        index = PersistentIndex(library, model.info)
        index.load()
        self.loaded = Loaded(model=model, encoder=QueryEncoder(model), index=index)
        self.names = [Path(each.path).name for each in self.catalog.photos]
        self.number = np.array([int(name[:2]) for name in self.names])

    def ask(self, query: str, *images: str, **options: object) -> QueryAnswer:
        question = Question(query=read_query(query), images=images, curve=CURVE, **options)
        return run_to_end(answer_query(self.catalog, self.filters, question, self.loaded))

    def chances(self, term: TextTerm | PhotoTerm) -> np.ndarray:
        """Confidences of all photos, by plain numpy."""
        if isinstance(term, TextTerm):
            vector = self.loaded.encoder.encode(term.text)
        else:
            vector = self.loaded.encoder.encode("", [term.path])
        positions, which = self.catalog.positions(self.loaded.index.vectors.contents)
        rows = self.loaded.index.vectors.matrix.astype(np.float32)[which][np.argsort(positions)]
        return 1 / (1 + np.exp(-(rows @ vector - CURVE.threshold) * CURVE.temperature))

    def combined(self, node: QueryNode) -> tuple[np.ndarray, float | None]:
        """Confidences by the definition, and the cut from which a photo is a hit."""
        match node:
            case TextTerm() | PhotoTerm():
                return self.chances(node), 0.5
            case FilterTerm(values=values):
                assert node.key == "iso"
                return (np.isin(100 * (1 + self.number % 4), [int(each) for each in values])).astype(
                    float
                ), None
            case Not(part):
                inner, cut = self.combined(part)
                return (inner < (0.5 if cut is None else cut)).astype(float), None
            case AllOf(parts):
                found = [self.combined(part) for part in parts]
                cuts = [cut for _, cut in found if cut is not None]
                return np.prod([each for each, _ in found], axis=0), float(np.prod(cuts)) if cuts else None
            case AnyOf(parts):
                found = [self.combined(part) for part in parts]
                cuts = [cut for _, cut in found if cut is not None]
                return 1 - np.prod([1 - each for each, _ in found], axis=0), min(cuts) if cuts else None


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searched]:
    base = tmp_path_factory.mktemp("composed")
    library, threads = LibraryStore(base / "library"), DecoderPool(processes=False)
    yield Searched(library, base / "photos", FakeModel(), threads)
    threads.close()
    library.close()


TERMS = st.sampled_from(["red", "blue", "green", "a dog", "snow"]).map(TextTerm)
ISO = st.sampled_from([("100",), ("200", "300")]).map(lambda values: FilterTerm("iso", values))
TREES = st.recursive(
    TERMS | ISO,
    lambda inner: st.one_of(
        inner.map(lambda each: each.part if isinstance(each, Not) else Not(each)),
        st.lists(inner, min_size=2, max_size=3).map(lambda each: AllOf(tuple(each))),
        st.lists(inner, min_size=2, max_size=3).map(lambda each: AnyOf(tuple(each))),
    ),
    max_leaves=6,
)


@given(TREES)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_confidences_are_combined_by_their_definition(searched: Searched, tree: QueryNode) -> None:
    tree = parse_query(normalised(tree)).tree  # in one form
    assert tree is not None
    terms = list(terms_of(tree))
    answer = searched.ask(normalised(tree))
    chances, cut = searched.combined(tree)
    if answer.scores is not None or not terms:
        return  # one sentence, or filters alone
    assert sorted(answer.positions.tolist()) == sorted(set(answer.positions.tolist()))
    parts = tree.parts if isinstance(tree, AllOf) else (tree,)
    kept = np.ones(COUNT, bool)
    for part in parts:
        if isinstance(part, Not) or not list(terms_of(part)):
            kept &= searched.combined(part)[0] > 0.5
    if answer.confidences is None:
        assert set(answer.positions.tolist()) == set(np.flatnonzero(kept & (chances > 0.5)).tolist())
        return
    assert set(answer.positions.tolist()) == set(np.flatnonzero(kept).tolist())
    np.testing.assert_allclose(answer.confidences, chances[answer.positions], atol=5e-4)
    assert (np.diff(answer.confidences) <= 0).all()
    assert answer.fitted is not None
    assert answer.fitted.cut("balanced") == pytest.approx(0.5 if cut is None else cut)
    assert [(term.text, term.negated) for term in answer.terms] == [
        (term.text, minus) for term, minus in terms
    ]
    for term, (asked, _) in zip(answer.terms, terms, strict=True):
        alone = searched.chances(asked)[answer.positions]
        np.testing.assert_allclose(term.fitted.curve.confidence(term.scores), alone, atol=5e-4)


def test_one_sentence_has_the_scores_it_always_had(searched: Searched) -> None:
    plain, filtered = searched.ask("red"), searched.ask("red iso:100")
    assert plain.scores is not None and filtered.scores is not None and not plain.terms
    passing = searched.number[plain.positions] % 4 == 0
    assert filtered.positions.tolist() == plain.positions[passing].tolist()
    np.testing.assert_allclose(filtered.scores, plain.scores[passing], atol=1e-6)
    assert filtered.background is not None and len(filtered.background) == COUNT  # never the filters'
    assert (plain.searched, filtered.searched) == (COUNT, COUNT // 4)
    assert filtered.filters == ("iso:100",)


def test_filters_alone_list_what_passes_newest_first(searched: Searched) -> None:
    answer = searched.ask("iso:100 -date:2010")
    numbers = searched.number[answer.positions]
    assert set(numbers) == {each for each in range(COUNT) if each % 4 == 0 and each % 5}
    assert (np.diff(numbers % 5) <= 0).all()
    assert answer.scores is None and answer.confidences is None and hits_of(answer) == len(numbers)
    assert answer.filters == ("iso:100", "-date:2010")


def test_what_is_left_out_alone_leaves_the_rest_newest_first(searched: Searched) -> None:
    answer = searched.ask("-red")
    hits = searched.chances(TextTerm("red")) >= 0.5
    assert 0 < hits.sum() < COUNT
    assert set(answer.positions.tolist()) == set(np.flatnonzero(~hits).tolist())
    assert (np.diff(searched.number[answer.positions] % 5) <= 0).all()
    (term,) = answer.terms
    assert (term.text, term.negated, term.matches) == ("red", True, hits.sum())


def test_matches_of_a_term_are_counted_under_the_same_filters(searched: Searched) -> None:
    answer = searched.ask('"red" "blue" iso:100,200')
    passing = searched.number % 4 < 2
    expected = [int((searched.chances(TextTerm(each))[passing] >= 0.5).sum()) for each in ("red", "blue")]
    assert [term.matches for term in answer.terms] == expected
    assert answer.searched == passing.sum()


def test_every_term_is_fitted_to_the_whole_library(
    searched: Searched, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, str, int]] = []

    def fit(model: FakeModel, scores: np.ndarray, *, kind: str, text: str = "", **_: object) -> FittedLine:
        seen.append((kind, text, len(scores)))
        return FittedLine(curve=CURVE, cuts=(0.9, 0.4, 0.2), possible=0.1, certainty="fitted")

    monkeypatch.setattr(query_answer, "fit_line", fit)
    file = searched.catalog.photos[3].path
    for query in ("red iso:100", f'red -"a dog" like:"{file}" iso:100'):
        question = Question(query=read_query(query))
        answer = run_to_end(answer_query(searched.catalog, searched.filters, question, searched.loaded))
    assert seen == [
        ("text", "red", COUNT),
        ("text", "red", COUNT),
        ("text", "a dog", COUNT),
        ("photo", "", COUNT),
    ]
    assert answer.fitted is not None and answer.fitted.certainty == "fitted"
    assert answer.confidences is not None  # chances combined are chances: the zones are cut among them
    cuts, possible = zones(answer.confidences)
    np.testing.assert_allclose([*answer.fitted.cuts, answer.fitted.possible], [*cuts, possible])


def test_a_term_without_any_hit_leaves_no_hit_of_all(
    searched: Searched, monkeypatch: pytest.MonkeyPatch
) -> None:
    unclear = FittedLine(curve=CURVE, cuts=(1.5, 1.5, 1.5), possible=1.5, clear=False)

    def fit(model: FakeModel, scores: np.ndarray, *, kind: str, text: str = "", **_: object) -> FittedLine:
        return unclear if text == "snow" else FittedLine(curve=CURVE)

    monkeypatch.setattr(query_answer, "fit_line", fit)
    found = {}
    for query in ("red AND snow", "red OR snow"):
        question = Question(query=read_query(query))
        found[query] = run_to_end(answer_query(searched.catalog, searched.filters, question, searched.loaded))
    assert hits_of(found["red AND snow"]) == 0
    assert hits_of(found["red OR snow"]) >= (searched.chances(TextTerm("red")) >= 0.5).sum()
    assert [found[query].fitted.clear for query in found] == [False, True]


def test_terms_that_are_never_together_have_no_hit(
    searched: Searched, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fit(model: FakeModel, scores: np.ndarray, *, kind: str, text: str = "", **_: object) -> FittedLine:
        height = CURVE.threshold if text == "red" else 1.0 + 6.0 / CURVE.temperature
        curve = ConfidenceCurve(height, CURVE.temperature)
        return FittedLine(curve=curve, cuts=(0.9, 0.4, 0.001), possible=0.001, certainty="fitted")

    monkeypatch.setattr(query_answer, "fit_line", fit)
    for stop in STOPS:
        question = Question(query=read_query("red AND snow"), stop=stop)
        answer = run_to_end(answer_query(searched.catalog, searched.filters, question, searched.loaded))
        assert answer.confidences is not None and answer.fitted is not None
        assert 0 < answer.confidences[0] < 0.01
        assert hits_of(answer) == 0 and not answer.fitted.clear


def test_a_photo_finds_itself_by_path_and_by_name(searched: Searched) -> None:
    file = searched.catalog.photos[5].path
    for query in (f'like:"{file}"', f"like:{Path(file).name}"):
        answer = searched.ask(query)
        assert answer.scores is not None and answer.positions[0] == 5 and answer.scores[0] > 0.99
    with pytest.raises(PhotoError):
        searched.ask("like:nowhere.jpg")


def test_dropped_photos_are_averaged_with_a_sentence_and_a_term_beside_several(searched: Searched) -> None:
    file = searched.catalog.photos[5].path
    assert searched.ask("red", file).scores is not None
    composed = searched.ask("red -snow", file)
    assert [(term.text, term.negated) for term in composed.terms] == [
        ("red", False),
        ("snow", True),
        (file, False),
    ]
    assert searched.ask("iso:200", file).scores is not None


def test_a_scope_and_filters_together(searched: Searched) -> None:
    scope = InFolder(str(searched.folder / "b"))
    numbers = searched.number[searched.ask("red AND blue iso:100", scope=scope).positions]
    assert set(numbers) == {each for each in range(COUNT) if each % 3 == 0 and each % 4 == 0}


def test_an_empty_filter_says_what_is_nearest(searched: Searched) -> None:
    for query, note in (
        ("iso:150", "None with iso:150; 100 has 6."),
        ("red iso:3000", "None with iso:3000; 400 has 6."),
        ("date:2020", "None with date:2020; 2014 has 4."),
        ("iso:100 iso:200", "None with iso:100 iso:200 together."),
        ("in:c", "None with in:c."),
    ):
        assert searched.ask(query).note == note


def test_what_can_not_be_answered(searched: Searched) -> None:
    for query, why in (
        ("", "There is nothing to search for."),
        ("(", "There is nothing to search for."),
        ("camra:x", "camra: not known, did you mean camera:?"),
        ("rating:x (", "rating: x is no number; write it as in rating>=3."),
    ):
        with pytest.raises(UsageError) as error:
            searched.ask(query)
        assert error.value.sentence == why
    with pytest.raises(ModelError):
        run_to_end(answer_query(searched.catalog, searched.filters, Question(query=read_query("red")), None))


def test_days_are_those_of_today(searched: Searched) -> None:
    numbers = searched.number[searched.ask("date:last year", today=date(2013, 6, 1)).positions]
    assert set(numbers) == {each for each in range(COUNT) if each % 5 == 2}


def test_what_templates_make_of_sentences_is_judged_by_the_shape_of_scores(
    searched: Searched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_fitting, "LEAST_PHOTOS", 5)  # so few are told from a background

    def certainty(query: str, *images: str, **options: object) -> list[str]:
        question = Question(query=read_query(query), images=images, **options)
        answer = run_to_end(answer_query(searched.catalog, searched.filters, question, searched.loaded))
        fitted = [term.fitted for term in answer.terms] or [answer.fitted]
        return [each.certainty for each in fitted]

    photo = searched.catalog.photos[0].path
    assert certainty("red") == certainty("", photo) == ["fitted"]
    assert certainty("red", templates="simple") == ["estimated"]
    assert certainty("", photo, templates="simple") == ["fitted"], "a photo has no wording"
    assert certainty(f'red AND like:"{photo}"', templates="openai80") == ["estimated", "fitted"]
