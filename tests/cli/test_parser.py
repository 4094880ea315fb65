"""Options of the commands: what is understood, what is refused, and what stands for what was not named."""

from __future__ import annotations

from pathlib import Path

import pytest

from dinodesk import __version__, paths
from dinodesk.cli.main import fill_in
from dinodesk.cli.parser import COMMANDS, make_parser
from dinodesk.features.map_registry import MAPS


def parse(line: str) -> dict[str, object]:
    return vars(make_parser().parse_args(line.split()))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("search red car", None),
        (
            "search red --top 3 --threshold 0.1 --exact",
            {"query": "red", "top": 3, "threshold": 0.1, "exact": True},
        ),
        ("search --image a.jpg --image b.jpg", {"query": "", "image": ["a.jpg", "b.jpg"]}),
        ("labels add sea a.jpg b", {"action": "add", "what": ["sea", "a.jpg", "b"]}),
        ("labels", {"action": "list", "what": []}),
        ("inspect a.jpg --map similarity --patch 3,4 -o b.png", {"patch": (3, 4), "layer": -1}),
        ("places rules --exclude *.tmp --smallest 0", {"exclude": ["*.tmp"], "smallest": 0, "hidden": None}),
        ("places forget --older-than 0.5 --leftovers", {"older_than": 0.5, "leftovers": True}),
        ("train ssl --set gram=0 --set rate=1e-3", {"set": [("gram", 0.0), ("rate", 0.001)], "seed": 0}),
        ("doctor --move-to x --json", {"move_to": "x", "json": True, "verify": False}),
        ("index a --believe --device cpu", {"paths": ["a"], "believe": True, "device": "cpu"}),
    ],
)
def test_known_lines(line: str, expected: dict[str, object] | None) -> None:
    if expected is None:
        with pytest.raises(SystemExit) as end:
            parse(line)
        assert end.value.code == 2
        return
    found = parse(line)
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("search x --top 0", "at least 1"),
        ("search x --threshold nan", "ordinary size"),
        ("search x --temperature inf", "ordinary size"),
        ("inspect a.jpg --map pca --patch 3 -o b", "ROW,COL"),
        ("inspect a.jpg --map rainbow -o b", "invalid choice"),
        ("places forget --older-than -1", "0 or more"),
        ("places rules --smallest -1", "0 or more"),
        ("train ssl --set gram", "invalid"),
        ("index", "PATH"),
        ("fly", "invalid choice"),
    ],
)
def test_refused_lines_say_why_and_end_with_two(
    line: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        parse(line)
    assert end.value.code == 2 and words in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_the_common_options(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        parse(f"{command} --help")
    shown = capsys.readouterr().out
    assert end.value.code == 0
    assert all(option in shown for option in ("--library", "--model", "--device", "--precision", "--json"))


def test_the_version_is_the_programs(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse("--version")
    assert capsys.readouterr().out == f"dinodesk {__version__}\n"


def test_every_registered_map_can_be_asked_for() -> None:
    for spec in MAPS:
        assert parse(f"inspect a.jpg --map {getattr(spec, 'name', spec)} -o b.png")["map"]


@pytest.mark.parametrize(
    ("line", "precision"),
    [("index a", "auto"), ("embed -o a.npz", "fp32"), ("inspect a --map pca -o b", "fp32"),
     ("embed -o a.npz --precision bf16", "bf16")],
)  # fmt: skip
def test_what_was_not_named_is_filled_in(line: str, precision: str, own_home: Path) -> None:
    options = make_parser().parse_args(line.split())
    fill_in(options)
    assert options.library == paths.default_library() and options.model == "builtin"
    assert options.precision == precision
    named = make_parser().parse_args([*line.split(), "--library", "~/mine", "--model", "dinov3-s"])
    fill_in(named)
    assert named.library == own_home / "mine" and named.model == "dinov3-s"
