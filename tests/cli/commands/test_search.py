"""`search` with the query language: JSON, exit codes, and what is printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from photo_blocks import packet, photo, write

from dinodesk.cli.main import run


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A library, and its photos."""
    base = tmp_path_factory.mktemp("search")
    for number in range(6):
        inner = {0x9003: f"{2014 + number}:07:01 12:00:00", 0x8827: 100 * 2**number}
        said = packet(f'xmp:Rating="{number}"')
        write(base / "photos" / f"IMG_{number}.jpg", photo(inner=inner, xmp=said, seed=number))
    assert run(["index", str(base / "photos"), "--library", str(base / "library"), "--json"]) == 0
    return base / "library", base / "photos"


@pytest.fixture
def search(capsys: pytest.CaptureFixture[str], folders: tuple[Path, Path]):
    def call(*arguments: str) -> tuple[int, dict]:
        capsys.readouterr()
        code = run(["search", *arguments, "--library", str(folders[0]), "--json"])
        out, err = capsys.readouterr()
        return code, json.loads(out) if code == 0 else {"error": err.strip()}

    return call


def names(found: dict) -> list[str]:
    return [Path(each["path"]).name for each in found["results"]]


def test_filters_alone_list_what_passes(search) -> None:
    code, found = search("after:2016 rating>=4")
    assert code == 0 and names(found) == ["IMG_5.jpg", "IMG_4.jpg"]
    assert found["count"] == found["searched"] == 2 and found["filters"] == ["after:2016", "rating>=4"]
    assert found["threshold"] is found["temperature"] is found["model"] is None and found["terms"] == []
    for each in found["results"]:
        assert (
            each["score"]
            is each["angle"]
            is each["confidence"]
            is each["probability"]
            is each["band"]
            is None
        )
    assert found["literal"] == []


def test_a_query_may_begin_with_a_minus(search) -> None:
    assert names(search("-rating>=1")[1]) == ["IMG_0.jpg"]
    assert names(search("-label:done", "--top", "2")[1]) == ["IMG_5.jpg", "IMG_4.jpg"]
    code, found = search("-snow")
    assert code == 0 and [(term["text"], term["negated"]) for term in found["terms"]] == [("snow", True)]


def test_one_sentence_with_filters_keeps_its_scores(search) -> None:
    plain, filtered = search("a red car")[1], search("a red car iso:100..400")[1]
    scores = {each["path"]: each["score"] for each in plain["results"]}
    assert len(filtered["results"]) == 3 and filtered["terms"] == [] and filtered["threshold"] is not None
    for each in filtered["results"]:
        assert each["score"] == scores[each["path"]]
        assert each["probability"] == pytest.approx(
            next(other["probability"] for other in plain["results"] if other["path"] == each["path"]),
            rel=1e-3,  # the others are scored in half precision
        )


def test_several_terms_have_a_confidence_only(search) -> None:
    code, found = search('"a red car" OR bus -snow iso>100')
    assert code == 0 and found["threshold"] is found["temperature"] is None
    assert [set(term) for term in found["terms"]] == [
        {"text", "negated", "matches", "threshold", "temperature", "line"}
    ] * 3
    assert [term["text"] for term in found["terms"]] == ["a red car", "bus", "snow"]
    assert found["filters"] == ["iso>100"]
    confidences = [each["confidence"] for each in found["results"]]
    assert confidences == sorted(confidences, reverse=True)
    assert all(each["score"] is each["angle"] is None and each["band"] for each in found["results"])


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("dog camra:x", "camra: not known, did you mean camera:?"),
        ("rating:lots", "rating: lots is no number; write it as in rating>=3."),
        ("-is:portait", "is:portait not known, did you mean is:portrait?"),
    ],
)
def test_what_is_not_known_is_wrong_usage_unless_it_is_literal(search, query: str, sentence: str) -> None:
    code, found = search(query)
    assert code == 2 and found["error"].startswith(f"dinodesk: {sentence}")
    code, found = search(query, "--literal")
    assert code == 0 and len(found["results"]) == 6 and found["filters"] == found["terms"] == []


def test_literal_words_are_those_of_the_query_alone(search) -> None:
    assert [Path(each["path"]).name for each in search("img 3 rating>=0 -4")[1]["literal"]] == ["IMG_3.jpg"]
    assert search("rating>=0")[1]["literal"] == []


def test_what_was_mended_and_what_is_empty_is_told(search) -> None:
    assert search('iso:100 "a car')[1]["note"] == "A quote was closed."
    found = search("iso:150")[1]
    assert found["count"] == 0 and found["note"] == "None with iso:150; 100 has 1."


def test_an_example_photo_in_the_query(search, folders: tuple[Path, Path]) -> None:
    found = search(f'like:"{folders[1]}/IMG_3.jpg"')[1]
    assert names(found)[0] == "IMG_3.jpg" and found["results"][0]["score"] > 0.99
    assert names(search("like:IMG_3.jpg rating<3")[1])[:3] != [] and search("like:no.jpg")[0] == 3


def test_it_is_printed_for_people(capsys: pytest.CaptureFixture[str], folders: tuple[Path, Path]) -> None:
    assert run(["search", "(car OR bus) after:2018", "--library", str(folders[0])]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("ms") and lines[1].startswith("with car: ") and lines[2].startswith("with bus: ")
    assert len(lines) == 5


def test_a_sheet_of_queries_has_the_first_photos_of_each(search, tmp_path: Path) -> None:
    file = tmp_path / "queries.txt"
    file.write_text("a red car\n\nrating>=4\nsnow AND night\n", "utf-8")
    code, found = search("--queries", str(file))
    assert code == 0 and [each["query"] for each in found["queries"]] == [
        "a red car",
        "rating>=4",
        "snow AND night",
    ]
    sentence, ratings, composed = found["queries"]
    assert len(sentence["results"]) == 3 and sentence["threshold"] is not None
    assert all({"score", "confidence", "probability"} <= set(each) for each in sentence["results"])
    assert names(ratings) == ["IMG_5.jpg", "IMG_4.jpg"] and ratings["count"] == 2
    assert composed["threshold"] is None and composed["results"][0]["confidence"] is not None
    alone = search("a red car", "--top", "3")[1]
    assert alone["results"] == sentence["results"]


def test_a_sheet_takes_no_query_beside_it_and_refuses_unknown_keys(search, tmp_path: Path) -> None:
    file = tmp_path / "queries.txt"
    file.write_text("camra:x\n", "utf-8")
    assert search("a dog", "--queries", str(file))[0] == 2
    code, found = search("--queries", str(file))
    assert code == 2 and "camra: not known" in found["error"]
