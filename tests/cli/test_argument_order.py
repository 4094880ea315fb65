"""Options may stand anywhere, whatever the command, and mean the same."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinodesk.cli.argument_order import in_order, options_of, pieces
from dinodesk.cli.parser import COMMANDS, make_parser

PARSER = make_parser()
COMMON = [["--library", "L"], ["--model=m"], ["--device", "cpu"], ["--json"]]
LINES: dict[str, tuple[list[str], list[list[str]]]] = {
    "index": (["a", "b"], [["--believe"]]),
    "search": (
        ["red dog"],
        [["--top", "3"], ["--threshold", "-0.5"], ["--image", "x.jpg"], ["--sort", "-date"]],
    ),
    "saved": (["add", "Dogs", "-snow"], [["--sort", "-date"], ["--literal"], ["--image-weight", "0.2"]]),
    "labels": (["add", "sea", "a.jpg", "b"], []),
    "export": ([], [["--format", "csv"], ["-o", "x.csv"], ["--label", "sea"]]),
    "import-sidecars": (["a", "b"], []),
    "embed": ([], [["-ox.npz"], ["--text", "a b"], ["--text="], ["--patches"]]),
    "calibrate": (["folder"], [["--labels", "x.txt"], ["--templates", "simple"]]),
    "explain": (
        ["one.jpg", "two.jpg"],
        [["--text", "a dog"], ["--templates", "simple"], ["--crop", "1,2,3,4"]],
    ),
    "classify": (["folder"], [["--templates", "none"]]),
    "inspect": (["x.jpg"], [["--map", "pca"], ["-o", "y.png"], ["--layer", "-1"], ["--robust"]]),
    "models": (["import", "a.pth", "b.pth"], []),
    "doctor": ([], [["--move-to", "x"], ["--verify"]]),
    "bench": (["search"], [["--rows", "10"]]),
    "places": (["remove", "a", "b"], [["--exclude", "*.x"], ["--hidden", "yes"]]),
    "train": (["ssl"], [["--set", "gram=0"], ["--set", "rate=-1e-3"], ["--quick"]]),
}


def parsed(words: list[str]) -> dict[str, Any]:
    return vars(PARSER.parse_args(words))


def test_every_command_is_tried() -> None:
    assert set(LINES) == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_options_mean_the_same_wherever_they_stand(command: str) -> None:
    words, own = LINES[command]
    options = own + COMMON
    expected = parsed([command, *words, *itertools.chain(*options)])
    assert expected["library"] == "L" and expected["json"] is True
    chance = random.Random(5)
    for _ in range(60):
        places = sorted(chance.choices(range(len(words) + 2), k=len(options)))
        line = list(zip(places, options, strict=True))
        mixed = []
        for number, word in enumerate([command, *words, None]):
            mixed += [token for place, option in line if place == number for token in option]
            mixed += [] if word is None else [word]
        assert parsed(mixed) == expected, mixed


@pytest.mark.parametrize("command", COMMANDS)
def test_one_flag_at_every_place(command: str) -> None:
    words, own = LINES[command]
    needed = list(itertools.chain(*own))
    line = [command, *words]
    for at in range(len(line) + 1):
        for option in COMMON:
            mixed = line[:at] + option + line[at:] + needed
            assert parsed(mixed) == parsed(line + needed + option), mixed


def test_an_option_takes_a_value_in_all_commands_or_in_none() -> None:
    """So that the command is found behind options."""
    every = [options_of(parser) for parser in PARSER.commands.values()]
    for one, other in itertools.combinations(every, 2):
        assert {name: one[name] for name in one if name in other} == {
            name: other[name] for name in one if name in other
        }
    for parser in PARSER.commands.values():
        assert {action.nargs for action in parser._option_string_actions.values()} <= {None, 0}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (["search", "--", "--top"], {"query": "--top", "top": 50}),
        (["search", "--json", "--", "-dog"], {"query": "-dog", "json": True}),
        (["--json", "--", "search", "-dog"], {"query": "-dog", "json": True}),
        (["search", "-dog", "--json"], {"query": "-dog", "json": True}),
        (["search", "--json", "-label:done", "--top", "3"], {"query": "-label:done", "top": 3}),
        (["search", "-husky"], {"query": "-husky"}),
        (["search", "--literal", "-5"], {"query": "-5", "literal": True}),
        (["search", "-dog at sea", "--json"], {"query": "-dog at sea", "json": True}),
        (["labels", "add", "--json", "--", "-sea", "-a.jpg"], {"what": ["-sea", "-a.jpg"], "action": "add"}),
        (["labels", "add", "--", "sea", "--json"], {"what": ["sea", "--json"], "json": False}),
        (["search", "dog", "--threshold", "-1e-3"], {"threshold": -0.001}),
        (["search", "--lib", "L", "dog"], {"library": "L", "query": "dog"}),
        (["--lib=L", "search", "dog"], {"library": "L", "query": "dog"}),
        (["--library=search", "search", "search"], {"library": "search", "query": "search"}),
        (["models", "--device", "cpu"], {"action": "list", "what": []}),
        (["labels", "add", "-", "a"], {"what": ["-", "a"]}),
    ],
)
def test_odd_lines(line: list[str], expected: dict[str, Any]) -> None:
    found = parsed(line)
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize(
    "line",
    ["labels add --jsn sea a.jpg", "search dog --top", "search --top --json dog", "search dog -x", "--json",
     "search dog --to 3 --t 4", "export --format csv x", "--exact index a", "search a b", "models lst",
     "index a --library", "search dog --json=yes"],
)  # fmt: skip
def test_nonsense_is_wrong_usage(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        parsed(line.split())
    assert end.value.code == 2 and "error:" in capsys.readouterr().err


tokens = st.sampled_from(
    ["a", "-", "--", "-1", "--flag", "--value", "v", "--value=x", "--nonsense", "-x", "-o", "-oz", ""]
)


@given(st.lists(tokens, max_size=8))
def test_nothing_is_lost_and_nothing_added(line: list[str]) -> None:
    table = {"--flag": False, "--value": True, "-o": True}

    def sorted_out(arguments: list[str]) -> tuple[list[str], list[str]]:
        found = list(pieces(arguments, table))
        words = [each.tokens[0] for each in found if each.kind == "word"]
        return words, [token for each in found if each.kind != "word" for token in each.tokens]

    words, options = sorted_out(line)
    lost = len(line) - len(words) - len(options)
    assert lost == 0 or "--" in line or "-1" in line  # --value -1 becomes one token
    ordered = in_order(line, table)
    if options[-1:] not in (["--value"], ["-o"]):  # one without its value would take the next token for it
        assert sorted_out(ordered) == (words, options)
