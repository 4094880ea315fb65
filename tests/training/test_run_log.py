"""A run's folder: settings that are checked, a log that grows, checkpoints of the same run only."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from dinodesk.errors import UsageError
from dinodesk.training.run_log import Options, Run, changed, chunks, cosine, optimiser, parts


@dataclass(frozen=True)
class Numbers:
    steps: int = 10
    rate: float = 0.5


def test_settings_are_changed_by_name_and_keep_their_types() -> None:
    found = changed(Numbers(), {"steps": 20.0, "rate": 1})
    assert found == Numbers(20, 1.0) and isinstance(found.steps, int) and isinstance(found.rate, float)
    for name, value, words in (("speed", 1.0, "no setting"), ("steps", 1.5, "whole number")):
        with pytest.raises(UsageError, match=words):
            changed(Numbers(), {name: value})


@given(st.integers(2, 500), st.integers(1, 50), st.floats(0, 0.5))
def test_the_rate_rises_to_one_and_falls_to_its_lowest(steps: int, warm_up: int, low: float) -> None:
    warm_up = min(warm_up, steps - 1)
    rates = [cosine(step, steps, warm_up, low) for step in range(steps + 1)]
    top = max(range(len(rates)), key=rates.__getitem__)
    assert rates[: top + 1] == sorted(rates[: top + 1])
    assert all(one >= other - 1e-12 for one, other in zip(rates[top:], rates[top + 1 :], strict=False))
    assert rates[warm_up] == pytest.approx(1.0) and rates[-1] == pytest.approx(low)
    assert cosine(10 * steps, steps, warm_up, low) == pytest.approx(low)


def test_biases_norms_and_scales_do_not_decay() -> None:
    module = nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4))
    module[0].weight.requires_grad_(False)
    module.append(nn.Linear(4, 2))
    groups = optimiser(module, 1e-3, 0.1).param_groups
    assert [group["weight_decay"] for group in groups] == [0.1, 0.0]
    assert [len(group["params"]) for group in groups] == [1, 4]


def test_the_log_begins_anew_unless_a_run_is_resumed(tmp_path: Path) -> None:
    options = Options(tmp_path, tmp_path / "out", tmp_path, seed=3)
    run = Run(options, "ssl")
    assert run.restore() is None
    assert run.note({"loss": 1.5})["seed"] == 3
    run.save({"step": 7, "weights": torch.ones(2)})
    again = Run(options, "ssl")
    again.note({"loss": 1.0})
    log = [json.loads(line) for line in (tmp_path / "out" / "log.jsonl").read_text().splitlines()]
    assert [line["loss"] for line in log] == [1.5, 1.0] and {line["recipe"] for line in log} == {"ssl"}
    state = again.restore()
    assert state is not None and state["step"] == 7 and torch.equal(state["weights"], torch.ones(2))
    for other in (replace(options, seed=4), replace(options, resume=False)):
        assert Run(other, "ssl").restore() is None
    assert Run(options, "builtin").restore() is None


def test_a_half_written_checkpoint_never_replaces_a_whole_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(Options(tmp_path, tmp_path / "out", tmp_path), "ssl")
    run.save({"step": 1})

    def broken(state: object, file: Path) -> None:
        file.write_bytes(b"half")
        raise OSError(28, "No space left")

    monkeypatch.setattr(torch, "save", broken)
    with pytest.raises(OSError):
        run.save({"step": 2})
    assert (run.restore() or {})["step"] == 1


@given(st.integers(0, 100), st.integers(1, 30))
def test_chunks_cover_everything_once(count: int, size: int) -> None:
    slices = list(chunks(count, size))
    assert [row for part in slices for row in range(count)[part]] == list(range(count))
    assert all(0 < part.stop - part.start <= size for part in slices)


def test_parts_are_the_tensors_of_a_prefix_without_it() -> None:
    tensors = {"head.a": torch.ones(1), "head.b.c": torch.ones(2), "body.a": torch.ones(3)}
    assert {key: len(value) for key, value in parts(tensors, "head.").items()} == {"a": 1, "b.c": 2}
