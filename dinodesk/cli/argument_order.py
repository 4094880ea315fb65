"""Options may stand anywhere: words and options of a command line told apart, and put into argparse's order.

argparse gives a positional argument that may be empty its empty list as soon as an option comes (Python
3.11 to 3.13), and knows the options of a command behind its name only.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Table = dict[str, bool]
"""Each option as it is written, and whether a value follows it."""


_TURNED = ("--sort",)
"""Options whose value may be a word with a minus before it, which turns it round."""


@dataclass(frozen=True, slots=True)
class Argument:
    """A word, or an option with its value.

    Attributes:
        tokens: one or two of the arguments.
        kind: "word", "option", or "unknown" for what looks like an option and is none.
        at: number of the first token among the arguments.
    """

    tokens: tuple[str, ...]
    kind: str
    at: int


def options_of(*parsers: argparse.ArgumentParser) -> Table:
    """The options of the parsers. One that several have must be followed by a value in all or in none."""
    return {
        name: action.nargs != 0
        for parser in parsers
        for name, action in parser._option_string_actions.items()
    }


def pieces(arguments: Sequence[str], options: Table, *, dashes: bool = False) -> Iterator[Argument]:
    """The arguments in order, without the `--` that ends the options.

    With `dashes` a word may begin with a dash, as `-snow`, unless it is an option as a whole.
    """
    at = 0
    while at < len(arguments):
        token = arguments[at]
        if token == "--":
            for later in range(at + 1, len(arguments)):
                yield Argument((arguments[later],), "word", later)
            return
        kind, has_value = _kind(token, options)
        if dashes and len(token) > 2 and token[0] == "-" != token[1]:
            kind, has_value = "word", False
        tokens = tuple(arguments[at : at + 1 + (kind == "option" and has_value)])
        yield Argument(_joined(tokens), kind, at)
        at += len(tokens)


def in_order(arguments: Sequence[str], options: Table, *, dashes: bool = False) -> list[str]:
    """The same arguments, words and options each in one piece, as argparse understands them; see `pieces`."""
    words: list[str] = []
    others: list[str] = []
    for piece in pieces(arguments, options, dashes=dashes):
        (words if piece.kind == "word" else others).extend(piece.tokens)
    if any(word.startswith("-") for word in words):
        return [*others, "--", *words]
    return [*words, *others]


def _kind(token: str, options: Table) -> tuple[str, bool]:
    """What a token is, and whether a value follows it; by argparse's rules."""
    if not token.startswith("-") or token == "-":
        return "word", False
    name, equals, _ = token.partition("=")
    if name in options:
        return "option", options[name] and not equals
    if token.startswith("--"):
        fitting = [has_value for option, has_value in options.items() if option.startswith(name)]
        if fitting:  # an abbreviation
            return "option", all(fitting) and not equals
    elif token[:2] in options:
        return "option", False  # -oFILE
    return ("word" if _is_number(token) or " " in token else "unknown"), False


def _joined(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """`--threshold -1e-3` and `--sort -date` as one token: argparse takes such a value for an option."""
    if len(tokens) != 2 or not tokens[0].startswith("--") or tokens[1][:1] != "-":
        return tokens
    turned = tokens[0] in _TURNED and tokens[1][:2] != "--"
    return (f"{tokens[0]}={tokens[1]}",) if turned or _is_number(tokens[1]) else tokens


def _is_number(token: str) -> bool:
    try:
        float(token)
    except ValueError:
        return False
    return True
