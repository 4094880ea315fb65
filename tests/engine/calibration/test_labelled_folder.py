"""Reading a labelled folder in slices: what is found, what is left out, and that nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeModel

from dinodesk.engine.calibration.classification_report import write_report
from dinodesk.engine.calibration.folder_measures import correction_steps, measure_steps
from dinodesk.engine.calibration.labelled_folder import LabelledFolder, label_of, read_steps
from dinodesk.engine.decoding.decoder_pool import DecoderPool
from dinodesk.engine.messages import CalibrationProgress
from dinodesk.errors import DinoDeskError
from dinodesk.generators import run_to_end
from dinodesk.library.images.decoder import decode


@pytest.fixture
def decoders() -> Iterator[DecoderPool]:
    with DecoderPool(processes=False) as pool:
        yield pool


def read(model: FakeModel, decoders: DecoderPool, folder: Path, **how) -> LabelledFolder:
    return run_to_end(read_steps(model, decoders, str(folder), **how))


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/x/cat/a.jpg", 0), ("/x/cat/deep/a.jpg", 0), ("/x/a.jpg", None), ("/x/dog/a.jpg", None)],
)
def test_the_first_folder_names_the_label(path: str, expected: int | None) -> None:
    assert label_of("/x", path, ["cat"]) == expected


def test_scores_are_those_of_the_whole_photo_and_of_its_middle(
    model: FakeModel, decoders: DecoderPool, photo_folder: Path
) -> None:
    before = {path: path.stat().st_mtime_ns for path in photo_folder.rglob("*")}
    found = read(model, decoders, photo_folder, middle=True)
    assert found.labels == ["blue", "red"] and len(found.paths) == 12 and not found.skipped
    assert [found.labels[number] for number in found.truth] == [
        Path(path).parent.name for path in found.paths
    ]
    rgb = decode(found.paths[0]).rgb
    high, wide = rgb.shape[0] // 6, rgb.shape[1] // 6
    middle = rgb[high : rgb.shape[0] - high, wide : rgb.shape[1] - wide]
    words = model.embed_texts(["blue", "red"])
    for scores, pixels in ((found.scores, rgb), (found.middle_scores, middle)):
        np.testing.assert_allclose(scores[0], model.embed_pixels(model.prepare(pixels)[None])[0] @ words.T)
    assert before == {path: path.stat().st_mtime_ns for path in photo_folder.rglob("*")}
    assert read(model, decoders, photo_folder).middle_scores is None


def test_a_bad_file_and_one_without_a_label_stop_nothing(
    model: FakeModel, decoders: DecoderPool, photo_folder: Path
) -> None:
    (photo_folder / "red" / "bad.jpg").write_bytes(b"no photo")
    (photo_folder / "loose.jpg").write_bytes((photo_folder / "red" / "01.jpg").read_bytes())
    seen: list[CalibrationProgress | None] = []
    found = run_to_end(read_steps(model, decoders, str(photo_folder)), seen.append)
    assert [Path(each.path).name for each in found.skipped] == ["bad.jpg"] and found.skipped[0].reason
    assert len(found.paths) == 13 and found.truth.count(None) == 1
    told = [each for each in seen if each is not None]
    assert [each.phase for each in told[:3]] == ["looking", "labels", "labels"]
    assert [(each.done, each.total) for each in told if each.phase == "photos"] == [
        (n, 14) for n in range(14)
    ]
    measures = run_to_end(measure_steps(model.info, found))
    assert (measures.photos, measures.unlabelled, len(measures.skipped)) == (12, 1, 1)


def test_closing_it_on_the_way_cancels_what_is_not_read(
    model: FakeModel, decoders: DecoderPool, photo_folder: Path
) -> None:
    steps = read_steps(model, decoders, str(photo_folder))
    while (step := next(steps)) is None or step.phase != "photos" or step.done < 2:
        pass
    steps.close()
    assert model.embedded == 2


def test_measures_and_correction_of_red_and_blue_photos(
    model: FakeModel, decoders: DecoderPool, photo_folder: Path, tmp_path: Path
) -> None:
    found = read(model, decoders, photo_folder, middle=True)
    measures = run_to_end(measure_steps(model.info, found))
    assert (measures.top1, measures.middle_top1, measures.both_top1) == (1.0, 1.0, 1.0)
    assert measures.confusion.tolist() == [[6, 0], [0, 6]]
    assert measures.scores.right.sum() == 12 and measures.scores.wrong.sum() == 12
    assert measures.margins is not None and measures.margins.right.sum() == 12
    correction = run_to_end(correction_steps(model, found))
    for bins in (correction.before, correction.after):
        assert sum(each.count for each in bins) == 24
    kept = write_report(measures, str(tmp_path / "report.html"))
    assert "top-1 100.0%" in Path(kept).read_text("utf-8")
    assert Path(write_report(measures, kept)).name == "report (2).html"  # nothing is written over


def test_without_a_photo_that_has_a_label_there_is_nothing_to_measure(
    model: FakeModel, decoders: DecoderPool, photo_folder: Path, tmp_path: Path
) -> None:
    found = read(model, decoders, photo_folder, labels=["green"])
    with pytest.raises(DinoDeskError, match="named like a label"):
        run_to_end(measure_steps(model.info, found))
    with pytest.raises(DinoDeskError, match="no folder"):
        read(model, decoders, tmp_path / "none", labels=["green"])
